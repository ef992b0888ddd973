import { functionIdOf } from '../function-names';
import type { DeclaredCalls } from '../network/called-services';
import type { ProofRows } from '../proof-rows';
import type { DeclaredNeed } from './declared-needs';
import type { RolePolicies } from './inventory';
import { IAM_RULES } from './rules';
import type { Statement } from './statement';
import { exampleOf } from './targets';
import { arnMatches } from './wildcards';
import { purposeOf, type World } from './world';

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join() === [...b].sort().join();

/** Resources of a statement that no declared call with the action acts on. */
function unusedPairs(
  world: World,
  statement: Statement,
  calls: DeclaredCalls[keyof DeclaredCalls],
): string[] {
  const pairs = statement.actions.items.flatMap((action) =>
    (statement.resources?.items ?? []).map((resource) => ({ action, resource })),
  );
  return pairs
    .filter(
      ({ action, resource }) =>
        !(calls ?? []).some((call) => {
          if (call.action !== action) return false;
          if (call.resource === '*') return resource === '*';
          return resource !== '*' && arnMatches(resource, exampleOf(world.set, call.resource));
        }),
    )
    .map(
      ({ action, resource }) =>
        `${statement.sid} grants ${action} on ${resource}, which no code calls and no platform need declares`,
    );
}

function needProblems(need: DeclaredNeed, statement: Statement): string[] {
  const { items } = statement.actions;
  const unasked = Object.entries(need.onlyWith ?? {})
    .filter(
      ([key, value]) =>
        !statement.conditions.some(
          (condition) =>
            condition.operator.name === 'StringEquals' &&
            !condition.operator.ifExists &&
            condition.operator.quantifier === undefined &&
            condition.key === key.toLowerCase() &&
            sameSet(condition.values, [value]),
        ),
    )
    .map(([key, value]) => `${statement.sid} does not ask that ${key} be ${value}`);
  if (sameSet(items, need.actions)) return unasked;
  const extra = items.filter((action) => !need.actions.includes(action));
  const lost = need.actions.filter((action) => !items.includes(action));
  return [
    ...unasked,
    ...extra.map((action) => `${statement.sid} grants ${action}, which its declared need does not hold`),
    ...lost.map((action) => `${statement.sid} lacks ${action}, which its declared need holds`),
  ];
}

function statementProblems(
  world: World,
  role: RolePolicies,
  statement: Statement,
  calls: DeclaredCalls[keyof DeclaredCalls] | 'no function',
  needs: readonly DeclaredNeed[],
): string[] {
  if (statement.actions.not || statement.resources?.not)
    return [`${statement.sid} grants by exclusion (NotAction, NotResource)`];
  const mine = needs.filter(
    ({ role: who, sid }) =>
      sid === statement.sid && (who === purposeOf(role) || (who === 'function' && calls !== 'no function')),
  );
  const [first] = mine;
  if (first) {
    // A need may come in several sizes (a key for reading, or for writing as well): one of them must fit.
    const fits = mine.map((need) => needProblems(need, statement)).sort((a, b) => a.length - b.length);
    return fits[0] ?? [];
  }
  if (calls === 'no function')
    return [`${statement.sid} is no declared need of this role: ${statement.actions.items.join(', ')}`];
  return unusedPairs(world, statement, calls);
}

/** The second closure: nothing is granted that no call and no declared need uses. */
export function evaluateGrants(
  rows: ProofRows,
  world: World,
  calls: DeclaredCalls,
  needs: readonly DeclaredNeed[],
): void {
  for (const role of world.inventory.roles) {
    rows.guarded(IAM_RULES.grantsUsed, role.resource, () => {
      const fn = world.set
        .resources('AWS::Lambda::Function')
        .find((candidate) => candidate.text('Role') === role.arn);
      const id = fn && functionIdOf(world.set.refOf(fn));
      const ofCode = id === undefined ? 'no function' : (calls[id] ?? []);
      const allows = role.identity.filter((statement) => statement.effect === 'Allow');
      const problems = allows.flatMap((statement) =>
        statementProblems(world, role, statement, ofCode, needs),
      );
      rows.evaluate(
        IAM_RULES.grantsUsed,
        role.resource,
        problems,
        `${allows.length} statements, each used or declared`,
      );
    });
  }
}
