import { ENCRYPTION_KEY_OF } from '../proofs/model/encryption-key';
import type { Resource } from '../proofs/model/resource';
import { type Edge, propertiesOf } from './edges';
import type { ResourceIndex } from './resource-index';

/** Thrown when a contract asks for something of an edge that no edge has. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const EXPRESSION = /\$\{([^}]+)\}/g;

/** ARN of the key, alias resolved, that encrypts a resource; undefined when it has none of its own. */
function keyOf(resource: Resource, index: ResourceIndex): string | undefined {
  const named = ENCRYPTION_KEY_OF[resource.type]?.(resource);
  return typeof named === 'string' ? index.keyArn(named, resource) : undefined;
}

/** Where a chain of property names leads: a resource, or a text that is none. */
interface Found {
  readonly resource: Resource | undefined;
  readonly text: string;
}

/** The values that a contract's texts can ask of an edge; undefined where this one has none. */
export class EdgeValues {
  constructor(
    private readonly edge: Edge,
    private readonly index: ResourceIndex,
  ) {}

  /**
   * Puts values in place of every `${…}`:
   * - `source`, `target`: the ARN of an end; `@Property` behind it: of what its property names, as often as need be;
   * - `.name`, `.key`, `.unqualified` at the end: its name, the ARN of its key, its ARN without version or alias;
   * - `region`, `account`, `prefix` of the source; `stage` and `path` of an API's method;
   * - `object of source@Property`: ARN of the object that an `s3://` address names;
   * - `role of TYPE PROPERTY`: the role that a singleton of the account names.
   * @returns undefined when one has no value at this edge (no key, no role).
   * @throws ExpressionError when there is no such value at any edge.
   */
  fill(text: string): string | undefined {
    const values = new Map([...text.matchAll(EXPRESSION)].map(([, name = '']) => [name, this.value(name)]));
    if ([...values.values()].includes(undefined)) return undefined;
    return text.replace(EXPRESSION, (_whole, name: string) => values.get(name) ?? '');
  }

  private value(name: string): string | undefined {
    const { source } = this.edge;
    const end = /^(source|target)((?:@[\w.[\]]+?)*)(?:\.(name|key|unqualified))?$/.exec(name);
    if (end) return this.ofEnd(end[1] === 'source', (end[2] ?? '').split('@').slice(1), end[3]);
    const object = /^object of source@([\w.]+)$/.exec(name)?.[1];
    if (object !== undefined) return property(source, object)?.replace('s3://', 'arn:aws:s3:::');
    const role = /^role of (\S+) (\w+)$/.exec(name);
    if (role) return this.index.ofType(role[1] ?? '', source)?.optionalText(role[2] ?? '');
    switch (name) {
      case 'region':
        return source.region;
      case 'account':
        return source.account;
      case 'prefix':
        return prefixOf(source);
      case 'stage':
        return this.index.ofType('AWS::ApiGateway::Stage', source)?.text('StageName');
      case 'path':
        return this.pathOf(source);
      default:
        throw new ExpressionError(`there is no \${${name}} at an edge`);
    }
  }

  private ofEnd(isSource: boolean, chain: readonly string[], part: string | undefined): string | undefined {
    const start: Found = isSource
      ? { resource: this.edge.source, text: this.edge.source.path }
      : { resource: this.edge.target, text: this.edge.value };
    const found = chain.reduce<Found | undefined>((at, name) => at && this.follow(at, name), start);
    if (!found) return undefined;
    const { resource, text } = found;
    const arn = (resource && this.index.arnOf(resource)) ?? text;
    const unqualified = arn.split(':').slice(0, 7).join(':');
    switch (part) {
      case 'name':
        return resource ? this.index.nameOf(resource) : text;
      case 'key': {
        const holder = this.index.withArn(unqualified) ?? resource;
        return holder && keyOf(holder, this.index);
      }
      case 'unqualified':
        return unqualified;
      default:
        return arn;
    }
  }

  private follow({ resource }: Found, at: string): Found | undefined {
    const text = resource && property(resource, at);
    if (resource === undefined || text === undefined) return undefined;
    return { resource: this.index.behind(text, resource), text };
  }

  /** Path of an API's method, with something in place of its parameters. */
  private pathOf(resource: Resource): string {
    const parent = resource.optionalText(
      resource.type === 'AWS::ApiGateway::Method' ? 'ResourceId' : 'ParentId',
    );
    const above = parent === undefined ? undefined : this.index.behind(parent, resource);
    const own =
      resource.type === 'AWS::ApiGateway::Method'
        ? ''
        : `/${resource.text('PathPart').replace(/\{.*\}/, 'x')}`;
    return (above?.type === 'AWS::ApiGateway::Resource' ? this.pathOf(above) : '') + own;
  }
}

const property = (resource: Resource, at: string): string | undefined =>
  propertiesOf(resource).find((leaf) => leaf.at === at)?.value;

/** What the names of the application's resources begin with. */
export const prefixOf = ({ stackName }: Pick<Resource, 'stackName'>): string =>
  /^serverlessapp-(?:delivery|[a-z]+)/.exec(stackName)?.[0] ?? stackName;
