import type { Statement } from '../rules/proofs/iam/statement';
import { type ReferenceAction, actionsMatching, authorizedOn, canCarry } from './reference';
import { globMatches } from '../rules/proofs/iam/wildcards';
import { KNOWN_GAPS } from './known-gaps';

/** Pattern of a resource without policy variables, whose values are known at the request only. */
const plain = (resource: string): string => resource.replace(/\$\{[^}]*\}/g, '*');

const gapsOf = (action: ReferenceAction): typeof KNOWN_GAPS =>
  KNOWN_GAPS.filter(({ actions }) => globMatches(actions, action.id));
/** What is authorized on no resource is so whatever others of its service are authorized on. */
const resourceGapsOf = (action: ReferenceAction): typeof KNOWN_GAPS =>
  action.resources.length === 0 ? [] : gapsOf(action);

const fits = (action: ReferenceAction, resource: string): boolean =>
  [action, ...resourceGapsOf(action).map(({ resources }) => ({ ...action, resources }))].some((known) =>
    authorizedOn(known, plain(resource)),
  );

const carries = (action: ReferenceAction, key: string): boolean =>
  canCarry(action, key) || gapsOf(action).some(({ conditionKeys }) => conditionKeys.includes(key));

/**
 * Why AWS never authorizes a request like this one: there is no such action, it is not authorized on that resource, or
 * one of the keys never comes with it. Undefined when it may.
 */
export function impossible(action: string, resource: string, keys: readonly string[]): string | undefined {
  const [known] = actionsMatching(action);
  if (!known) return `there is no action ${action}`;
  if (resource === '*' ? known.resources.length > 0 : !fits(known, resource))
    return `${action} is not authorized on ${resource}`;
  const unsent = keys.find((key) => !carries(known, key));
  return unsent === undefined ? undefined : `${action} is never asked for with ${unsent}`;
}

function resourceProblems(
  statement: Statement,
  matched: ReadonlyMap<string, readonly ReferenceAction[]>,
): string[] {
  const { resources, sid } = statement;
  if (!resources || resources.not) return [];
  const deadActions = [...matched]
    .filter(([, actions]) => !actions.some((action) => resources.items.some((item) => fits(action, item))))
    .map(([pattern, [action]]) =>
      action?.resources.length === 0
        ? `${sid}: ${pattern} knows no resource, so it is matched by "*" alone, not by ${resources.items.join(', ')}`
        : `${sid}: ${pattern} is not authorized on ${resources.items.join(', ')}`,
    );
  const all = [...matched.values()].flat();
  const deadResources = resources.items
    .filter((item) => !all.some((action) => fits(action, item)))
    .map((item) => `${sid}: none of its actions is authorized on ${item}`);
  return deadActions.length > 0 ? deadActions : deadResources;
}

/** A condition that no request for the action can fulfil, because AWS sends no such key with it. */
function conditionProblems(
  statement: Statement,
  matched: ReadonlyMap<string, readonly ReferenceAction[]>,
): string[] {
  return statement.conditions.flatMap(({ key, operator }) => {
    const missesSilently =
      operator.operator?.negated === true || operator.ifExists || operator.operator === undefined;
    const knows = (actions: readonly ReferenceAction[]): boolean =>
      actions.some((action) => carries(action, key));
    const without = [...matched].filter(([, actions]) => !knows(actions)).map(([pattern]) => pattern);
    const nobody = without.length === matched.size;
    // In a Deny with a negated test an absent key denies; elsewhere such a test of a few actions changes nothing.
    if (without.length === 0 || (missesSilently && !nobody)) return [];
    if (statement.effect === 'Deny' && !nobody) return [];
    return [
      `${statement.sid}: ${without.join(', ')} ${without.length === 1 ? 'is' : 'are'} never asked for with ${key}`,
    ];
  });
}

/**
 * What a statement says that can never be: an action that AWS does not know, an action on a resource on which it is not
 * authorized, or a condition on a key that comes with no such request. Each is a grant or a denial without effect.
 */
export function evaluateStatement(statement: Statement): readonly string[] {
  const problems = evaluated.get(statement) ?? problemsOf(statement);
  evaluated.set(statement, problems);
  return problems;
}

/** A statement is read once and never changes. */
const evaluated = new WeakMap<Statement, readonly string[]>();

function problemsOf(statement: Statement): string[] {
  if (statement.actions.not) {
    return statement.actions.items
      .filter((pattern) => pattern !== '*' && actionsMatching(pattern).length === 0)
      .map((pattern) => `${statement.sid}: there is no action ${pattern}`);
  }
  const patterns = statement.actions.items.filter((pattern) => pattern !== '*');
  const matched = new Map(patterns.map((pattern) => [pattern, actionsMatching(pattern)] as const));
  const unknown = [...matched].filter(([, actions]) => actions.length === 0).map(([pattern]) => pattern);
  const known = new Map([...matched].filter(([, actions]) => actions.length > 0));
  return [
    ...unknown.map((pattern) => `${statement.sid}: there is no action ${pattern}`),
    ...(known.size === 0
      ? []
      : [...resourceProblems(statement, known), ...conditionProblems(statement, known)]),
  ];
}
