import type { Resource } from '../proofs/model/resource';
import { POLICY_PROPERTIES } from './policy-properties';
import type { ResourceIndex } from './resource-index';

/** One place in a template where a resource names another one, or something outside of the templates. */
export interface Edge {
  readonly source: Resource;
  /** Path of the property, positions in lists left out: `Targets[].Arn`. */
  readonly at: string;
  /** Type of the resource that is named, or `external:SERVICE` for an ARN that is in no template. */
  readonly to: string;
  readonly target: Resource | undefined;
  /** The ARN or the name, as it will stand there. */
  readonly value: string;
}

/** A text, number or truth value somewhere in a resource's properties. */
export interface Leaf {
  readonly at: string;
  readonly value: string;
}

/** Every leaf of a value; a text that holds JSON is looked into as well. */
function leavesOf(value: unknown, at = ''): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, `${at}[]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      leavesOf(inner, at === '' ? name : `${at}.${name}`),
    );
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return [{ at, value: String(value) }];
  }
  return [];
}

/** An ARN may stand inside of another one: the address of an integration holds that of its function. */
const ARN_IN_TEXT = /arn:aws:[a-z0-9-]+:[a-z0-9-]*:[^:\s"',]*:(?:(?!arn:aws:)[^\s"',])+/g;
const TASK = 'arn:aws:states:::';
const BUCKET_IN_ADDRESS = /^s3:\/\/([^/]+)/;

const edgesOfLeaf = (source: Resource, { at, value }: Leaf, index: ResourceIndex): Edge[] => {
  if (index.isOwn(source, value)) return [];
  const edge = (target: Resource | undefined, to: string, named: string): Edge => ({
    source,
    at,
    to,
    target,
    value: named,
  });
  const arns = [...value.matchAll(ARN_IN_TEXT)].map(([arn]) => arn);
  if (arns.length > 0) {
    return [...new Set(arns)].flatMap((arn) => {
      if (arn.startsWith(TASK)) return [edge(undefined, `task:${arn.slice(TASK.length)}`, arn)];
      const target = index.behindArn(arn);
      return target === source
        ? []
        : [edge(target, target?.type ?? `external:${arn.split(':')[2] ?? ''}`, arn)];
    });
  }
  const name = BUCKET_IN_ADDRESS.exec(value)?.[1] ?? value;
  const named = index.named(name, source).map((target) => edge(target, target.type, name));
  return named.length === 0 && name !== value ? [edge(undefined, 'external:s3', name)] : named;
};

/**
 * Every edge of a resource: wherever one of its properties, policies apart, names another resource by ARN, by reference
 * or by name. Nothing has to be taught of a type for its edges to be found.
 * @throws ModelError when a property cannot be resolved.
 */
export function edgesOf(source: Resource, index: ResourceIndex): Edge[] {
  return propertiesOf(source).flatMap((leaf) => edgesOfLeaf(source, leaf, index));
}

const TAGS = /(^|\.)\w*Tags(\[\]|\.|$)/;

/** Leaves of everything but policies and tags. @throws ModelError when a property cannot be resolved. */
export const propertiesOf = (source: Resource): readonly Leaf[] =>
  source.remember(readProperties, () => readProperties(source));

const readProperties = (source: Resource): Leaf[] =>
  Object.keys(source.raw.Properties ?? {})
    .filter((name) => !POLICY_PROPERTIES.has(name))
    .flatMap((name) => leavesOf(source.property(name), name))
    .filter(({ at }) => !TAGS.test(at) && !at.split('.').some((part) => POLICY_PROPERTIES.has(part)));
