import { z } from 'zod';
import { PolicyError } from './errors';
import { checkAction, checkKey } from './vocabulary';
import { isRecord } from '../../../is-record';
import { parseOperator, type ParsedOperator } from './operators';

const textOrList = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/**
 * How a policy is read. `strict`: what the evaluator does not know is an error, for policies of which all has to be
 * proven. `open`: for those of others; keys, services and principals that it has no list of are taken as they stand.
 */
export type PolicyReading = 'strict' | 'open';

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const values = z.union([scalar, z.array(scalar)]).transform((value) => [value].flat());
const principal = z.union([
  z.literal('*'),
  z.strictObject({
    AWS: textOrList.optional(),
    Service: textOrList.optional(),
    Federated: textOrList.optional(),
    CanonicalUser: textOrList.optional(),
  }),
]);
export type PrincipalElement = z.output<typeof principal>;

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: textOrList.optional(),
  NotAction: textOrList.optional(),
  Resource: textOrList.optional(),
  NotResource: textOrList.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
});
const statementsSchema = z
  .union([statementSchema, z.array(statementSchema)])
  .transform((value) => [value].flat());
const policySchema = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).optional(),
  Id: z.string().optional(),
  Statement: statementsSchema,
});
const openPolicySchema = z.looseObject({ Version: z.string().optional(), Statement: statementsSchema });

/** One test of a condition block: operator, key and values. */
export interface Condition {
  readonly operator: ParsedOperator;
  readonly key: string;
  readonly values: readonly string[];
}

/** A list that an element names, or that its `Not…` form leaves out. */
export interface Selection<T> {
  readonly not: boolean;
  readonly items: T;
}

/** A policy statement, read strictly. */
export interface Statement {
  /** How findings name it: `STACK/LOGICAL-ID#Sid`. */
  readonly origin: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Selection<readonly string[]>;
  /** Absent in trust policies and others whose resource is what they are attached to. */
  readonly resources: Selection<readonly string[]> | undefined;
  readonly principals: Selection<PrincipalElement> | undefined;
  readonly conditions: readonly Condition[];
  /**
   * Whether `${…}` is a variable; in a policy of the old version, which is what one without a version is, it is text.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
   */
  readonly variables: boolean;
  readonly reading: PolicyReading;
}

function selection<T>(
  plain: T | undefined,
  not: T | undefined,
  name: string,
  where: string,
): Selection<T> | undefined {
  if (plain !== undefined && not !== undefined) {
    throw new PolicyError('malformed-policy', where, `${name} and Not${name} exclude each other`);
  }
  if (plain !== undefined) return { not: false, items: plain };
  return not === undefined ? undefined : { not: true, items: not };
}

/**
 * Reads a policy document.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @param where `STACK/LOGICAL-ID` of the resource that holds it.
 * @throws PolicyError on elements, operators, keys and services that the evaluator does not know.
 */
export function parsePolicy(
  document: unknown,
  where: string,
  reading: PolicyReading = 'strict',
): Statement[] {
  // The same policy is read again for every mutant of the self-test, mostly from the very same words.
  const place = `${reading} ${where}`;
  const ofDocument = isRecord(document) && Object.isFrozen(document) ? document : undefined;
  const before = ofDocument && readAt.get(ofDocument)?.get(place);
  if (before) return before;
  const key = `${place} ${JSON.stringify(document)}`;
  let statements = read.get(key);
  if (!statements) {
    statements = readPolicy(document, where, reading);
    read.set(key, statements);
  }
  if (ofDocument)
    readAt.set(ofDocument, (readAt.get(ofDocument) ?? new Map<string, Statement[]>()).set(place, statements));
  return statements;
}

const read = new Map<string, Statement[]>();
/** By a document that nobody can change any more, and by where it stands. */
const readAt = new WeakMap<object, Map<string, Statement[]>>();

function readPolicy(document: unknown, where: string, reading: PolicyReading): Statement[] {
  const isOpen = reading === 'open';
  const parsed = (isOpen ? openPolicySchema : policySchema).safeParse(document);
  if (!parsed.success) {
    throw new PolicyError(
      'unknown-element',
      where,
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  }
  return parsed.data.Statement.map((statement, index) => {
    const sid = statement.Sid ?? `#${index}`;
    const origin = `${where}#${sid}`;
    const actions = selection(statement.Action, statement.NotAction, 'Action', origin);
    if (!actions) throw new PolicyError('malformed-policy', origin, 'a statement without Action');
    if (!isOpen) actions.items.forEach((action) => checkAction(action, origin));
    return {
      origin,
      sid,
      effect: statement.Effect,
      actions,
      resources: selection(statement.Resource, statement.NotResource, 'Resource', origin),
      principals: selection(statement.Principal, statement.NotPrincipal, 'Principal', origin),
      conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
        Object.entries(tests).map(([key, list]) => ({
          operator: parseOperator(operator, origin),
          key: isOpen ? key.toLowerCase() : checkKey(key, origin),
          values: list,
        })),
      ),
      variables: parsed.data.Version === '2012-10-17',
      reading,
    };
  });
}

/** What an administrator's own policy says; also what a stranger's may say, which is for others to decide. */
export const ADMINISTRATOR: readonly Statement[] = parsePolicy(
  { Statement: { Sid: 'Administrator', Effect: 'Allow', Action: '*', Resource: '*' } },
  'administrator',
);

const ids = new WeakMap<readonly Statement[], number>();
let lastId = 0;

/** A number that stands for a list of statements: the same list, the same number. */
export function policyId(statements: readonly Statement[] | undefined): number {
  if (statements === undefined) return 0;
  let id = ids.get(statements);
  if (id === undefined) {
    lastId += 1;
    id = lastId;
    ids.set(statements, id);
  }
  return id;
}

const joinedLists = new Map<string, readonly Statement[]>();

/** Several policies as one list; joined again from the same ones it is the same list. */
export function joined(policies: readonly (readonly Statement[])[]): readonly Statement[] {
  const key = policies.map(policyId).join();
  let list = joinedLists.get(key);
  if (!list) {
    list = policies.flat();
    joinedLists.set(key, list);
  }
  return list;
}
