import { type Ask, type Holder, NOTHING_CHANGED } from './attack-world';
import { type Answers, noChanges, type Standing, triers, tryAll, tryOnce } from './matrix';
import type { Alerts } from './noticed';
import type { Position } from './positions';
import { escalate } from './primitives';

/** Positions and goals, as an entry names them, and the alerts that it says tell. */
interface Named {
  readonly positions: readonly string[];
  readonly goals: readonly string[];
  readonly noticedBy: readonly { readonly alert: string }[];
}

/** Whether a role is taken by people, which is a call of its own; services take the others in their own name. */
const isForPeople = ({ trust = [] }: Holder): boolean =>
  trust.some(
    ({ effect, principals }) =>
      effect === 'Allow' && principals !== undefined && principals.items !== '*' && 'AWS' in principals.items,
  );
/** Requests by the roles that they take: made once, as all requests. */
const takings = new WeakMap<Holder, Ask>();
function taking(holder: Holder): Ask {
  const ask = takings.get(holder) ?? { action: 'sts:AssumeRole', resource: holder.arn };
  takings.set(holder, ask);
  return ask;
}

const standingOf = ({ standings }: Answers, { name }: Position): Standing => {
  const standing = standings.get(name);
  if (standing === undefined) throw new RangeError(`Nobody asked ${name}.`);
  return standing;
};

/** The attempts of an entry, in words, that succeed by calls alone of which its alerts count none, the way there included. */
export function silentAttempts(answers: Answers, entry: Named, alerts: Alerts): string[] {
  const { world, questions } = answers;
  const named = new Set(entry.noticedBy.map(({ alert }) => alert));
  const isSilent = (by: Holder, asks: readonly Ask[]): boolean =>
    !asks.some((ask) => alerts.of({ by, ask }).some((alert) => named.has(alert)));
  const goals = questions.goals.filter(({ goal }) => entry.goals.includes(goal));
  const silent = new Set<string>();
  for (const position of questions.positions.filter(({ name }) => entry.positions.includes(name))) {
    const { holders, aboveOrganization } = position;
    const start = holders.filter((each) => !isForPeople(each) || isSilent(each, [taking(each)]));
    const standing = standingOf(answers, position);
    // Who comes no further by all ways comes no further by some.
    const isThere = standing.foothold.steps.length === 0;
    const foothold = isThere
      ? { ...standing.foothold, holders: new Map(start.map((each) => [each.name, each])) }
      : escalate(questions.ways, start, noChanges(aboveOrganization), isSilent);
    for (const holder of triers(world, foothold))
      for (const goal of goals) {
        // What succeeds by some ways is among what succeeds by all; what one does silently need no other try.
        const attempts = tryOnce(world, holder, goal, standing)
          .successes.map(({ attempt }) => attempt)
          .filter(({ what, asks }) => !silent.has(what) && isSilent(holder, asks));
        const succeeded = isThere
          ? attempts
          : tryAll(world, holder, { ...goal, attempts }, foothold.changes).successes.map(
              ({ attempt }) => attempt,
            );
        for (const { what } of succeeded) silent.add(what);
      }
  }
  return [...silent].sort();
}

/** The alerts of an entry of which each counts a call that somebody in its positions may make on a way to one of its goals. */
export function heardAlerts(answers: Answers, entry: Named, alerts: Alerts): ReadonlySet<string> {
  const { world, questions } = answers;
  const { goals, ways, positions } = questions;
  const missing = new Set(entry.noticedBy.map(({ alert }) => alert));
  const heard = new Set<string>();
  const note = (found: readonly string[]): void => {
    for (const alert of found) if (missing.delete(alert)) heard.add(alert);
  };
  const wanted = goals.filter(({ goal }) => entry.goals.includes(goal));
  const steps = [
    ...ways.policies.map(({ asks }) => asks),
    ...ways.subjects.flatMap(([, gains]) => gains.flatMap(({ alternatives }) => alternatives)),
  ];
  const noteCalls = (by: Holder, asks: readonly Ask[]): void => {
    for (const ask of asks) note(alerts.of({ by, ask }));
  };
  for (const position of positions.filter(({ name }) => entry.positions.includes(name))) {
    for (const by of position.holders) if (isForPeople(by)) note(alerts.of({ by, ask: taking(by) }));
    const standing = standingOf(answers, position);
    const { holders, changes } = standing.foothold;
    // What was tried already comes first: most alerts count some of it.
    for (const by of holders.values())
      for (const goal of missing.size === 0 ? [] : wanted)
        for (const { attempt } of tryOnce(world, by, goal, standing).successes) noteCalls(by, attempt.asks);
    // Then what somebody may in his own account by a grant that he had, and last the rest, of which most is refused.
    const isLikely = (by: Holder, { action, resource }: Ask): boolean =>
      world.ownerOf(resource, by.account) === by.account && world.mayEver(by, action, NOTHING_CHANGED);
    const isPossible = (by: Holder, { action }: Ask): boolean => world.mayEver(by, action, changes);
    for (const isAsked of [isLikely, isPossible])
      for (const by of holders.values())
        for (const asks of missing.size === 0 ? [] : steps) {
          const counts = asks.some((ask) => alerts.of({ by, ask }).some((alert) => missing.has(alert)));
          if (!counts || !asks.every((ask) => isAsked(by, ask))) continue;
          if (asks.every((ask) => world.decide(by, ask, changes).decision === 'allow')) noteCalls(by, asks);
        }
  }
  return heard;
}
