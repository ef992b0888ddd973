import { loopKey, repeat } from './loops';
import { isRecord } from '../../is-record';

/** What is known of a template's open values when it is worked out. */
export interface Known {
  /** Values of parameters, lists as lists; a name that is not in it stays open. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly mappings: Readonly<Record<string, unknown>>;
  /** Pseudo parameters that have a value where another value is chosen by them; in properties they stay as they are. */
  readonly pseudo: ReadonlyMap<string, string>;
  /** Whether a condition holds; undefined where nobody can say. */
  readonly holds: (condition: string) => boolean | undefined;
}

const isText = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const allText = (values: readonly unknown[]): values is (string | number | boolean)[] => values.every(isText);

/** A value that CloudFormation takes away. */
const NOTHING = Symbol('AWS::NoValue');

/** The single key of an object that is a call of a function. */
function callOf(value: Record<string, unknown>): readonly [string, unknown] | undefined {
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  return (key === 'Ref' || key.startsWith('Fn::')) && loopKey(key) === undefined
    ? [key, value[key]]
    : undefined;
}

/**
 * A value with everything worked out that can be before it is deployed: parameters that have a value, mappings,
 * conditions, loops, and texts composed of them. What depends on a resource or on AWS stays as it is written.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function resolveIntrinsics(value: unknown, known: Known): unknown {
  const result = within(value, known);
  return result === NOTHING ? undefined : result;
}

function within(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return listOf(value, known);
  if (!isRecord(value)) return value;
  const call = callOf(value);
  if (call !== undefined) return called(call[0], call[1], known);
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const loop = loopKey(key) === undefined ? undefined : repeat(inner, (part) => within(part, known));
    if (loop !== undefined) return Object.entries(loop).map(([name, body]) => [name, within(body, known)]);
    return [[key, within(inner, known)]];
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NOTHING));
}

const listOf = (values: readonly unknown[], known: Known): unknown[] =>
  values.map((value) => within(value, known)).filter((value) => value !== NOTHING);

/** A value where it only chooses another one: there a pseudo parameter counts as what it will be. */
function chosenBy(value: unknown, known: Known): unknown {
  const worked = within(value, known);
  if (!isRecord(worked)) return worked;
  const name = worked['Ref'];
  return typeof name === 'string' && known.pseudo.has(name) ? known.pseudo.get(name) : worked;
}

function called(name: string, argument: unknown, known: Known): unknown {
  switch (name) {
    case 'Ref':
      if (argument === 'AWS::NoValue') return NOTHING;
      return typeof argument === 'string' && known.parameters.has(argument)
        ? known.parameters.get(argument)
        : { Ref: argument };
    case 'Fn::If':
      return choice(argument, known);
    case 'Fn::FindInMap':
      return mapped(argument, known);
    case 'Fn::Sub':
      return substituted(argument, known);
    case 'Fn::GetAtt':
      return { 'Fn::GetAtt': argument };
    default:
      return composed(name, within(argument, known));
  }
}

function choice(argument: unknown, known: Known): unknown {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string')
    return { 'Fn::If': argument };
  const [condition, then, otherwise] = argument as [string, unknown, unknown];
  const holds = known.holds(condition);
  if (holds !== undefined) return within(holds ? then : otherwise, known);
  const branches = [then, otherwise].map((branch) => within(branch, known));
  return {
    'Fn::If': [
      condition,
      ...branches.map((branch) => (branch === NOTHING ? { Ref: 'AWS::NoValue' } : branch)),
    ],
  };
}

function mapped(argument: unknown, known: Known): unknown {
  if (!Array.isArray(argument) || argument.length < 3) return { 'Fn::FindInMap': argument };
  const keys = argument.slice(0, 3).map((key) => chosenBy(key, known));
  let found: unknown = known.mappings;
  for (const key of keys)
    found =
      isRecord(found) && isText(key) && Object.hasOwn(found, String(key)) ? found[String(key)] : undefined;
  if (found !== undefined) return found;
  const [, , , fallback] = argument as unknown[];
  return allText(keys) && isRecord(fallback) && 'DefaultValue' in fallback
    ? within(fallback['DefaultValue'], known)
    : { 'Fn::FindInMap': argument.map((part) => within(part, known)) };
}

const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function substituted(argument: unknown, known: Known): unknown {
  const [text, own] = Array.isArray(argument) ? (argument as unknown[]) : [argument, undefined];
  if (typeof text !== 'string') return { 'Fn::Sub': within(argument, known) };
  const values = isRecord(own)
    ? Object.entries(own).map(([key, inner]) => [key, within(inner, known)] as const)
    : [];
  const left = new Map(values.filter(([, inner]) => !isText(inner)));
  const given = new Map<string, unknown>([...known.parameters, ...values]);
  const filled = text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = given.get(name.trim());
    return isText(value) ? String(value) : placeholder;
  });
  if (!filled.includes('${')) return filled;
  return { 'Fn::Sub': left.size === 0 ? filled : [filled, Object.fromEntries(left)] };
}

/** Functions of nothing but their arguments. */
function composed(name: string, argument: unknown): unknown {
  const unchanged = { [name]: argument === NOTHING ? { Ref: 'AWS::NoValue' } : argument };
  const [first, second] = Array.isArray(argument) ? (argument as unknown[]) : [];
  switch (name) {
    case 'Fn::Join':
      return typeof first === 'string' && Array.isArray(second) && allText(second)
        ? second.join(first)
        : unchanged;
    case 'Fn::Split':
      return typeof first === 'string' && typeof second === 'string' ? second.split(first) : unchanged;
    case 'Fn::Select': {
      const item: unknown = Array.isArray(second) ? second[Number(first)] : undefined;
      return item === undefined ? unchanged : item;
    }
    case 'Fn::Length':
      return Array.isArray(argument) ? argument.length : unchanged;
    case 'Fn::ToJsonString':
      return isClosed(argument) ? JSON.stringify(argument) : unchanged;
    default:
      return unchanged;
  }
}

/** Whether no function is left within a value. */
const isClosed = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(isClosed)
    : !isRecord(value) || (callOf(value) === undefined && Object.values(value).every(isClosed));
