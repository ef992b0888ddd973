import { type Accepting, speaksOf, withoutRegion } from '../../../../tools/attack-regions';
import { type Ask, type Holder, NOTHING_CHANGED } from './attack-world';
import { type Answers, type GoalAttempts, noChanges, triers, tryAll } from './matrix';
import type { Alerts, Call } from './noticed';
import type { Position } from './positions';
import { escalate, type Foothold, isForRoles } from './primitives';

/** Positions and goals, as an entry names them, and the alerts that it says tell. */
interface Named extends Accepting {
  readonly noticedBy: readonly { readonly alert: string }[];
}

/** Whether a role is taken by people, which is a call of its own; services take the others in their own name. */
const isForPeople = (holder: Holder): boolean => holder.trust !== undefined && isForRoles(holder);
/** Requests by the roles that they take: made once, as all requests. */
const takings = new WeakMap<Holder, Ask>();
function taking(holder: Holder): Ask {
  const ask = takings.get(holder) ?? { action: 'sts:AssumeRole', resource: holder.arn };
  takings.set(holder, ask);
  return ask;
}

const footholdOf = ({ footholds }: Answers, { name }: Position): Foothold => {
  const foothold = footholds.get(name);
  if (foothold === undefined) throw new RangeError(`Nobody asked ${name}.`);
  return foothold;
};

/** A request of somebody: of what he holds from the beginning he has the credentials, and calls from where he is. */
const callOf = ({ holders }: Position, by: Holder, ask: Ask): Call => ({
  by,
  ask,
  inHand: holders.includes(by),
});

/** The goals of which an entry speaks for a position. @param within the region of what is reached; all without */
const wantedBy = (
  { questions: { goals }, world }: Answers,
  entry: Named,
  { name }: Position,
  within?: string,
): GoalAttempts[] =>
  goals.filter(({ goal }) => {
    const { region = world.config.region } = withoutRegion(goal);
    return (within ?? region) === region && speaksOf(entry, { position: name, goal });
  });

/** The attempts of an entry, in words, that succeed by calls alone of which its alerts count none, the way there included. */
export function silentAttempts(answers: Answers, entry: Named, alerts: Alerts): string[] {
  const { world, questions } = answers;
  const named = new Set(entry.noticedBy.map(({ alert }) => alert));
  const silent = new Set<string>();
  for (const position of questions.positions) {
    const wanted = wantedBy(answers, entry, position);
    if (wanted.length === 0) continue;
    const { holders, aboveOrganization } = position;
    const isSilent = (by: Holder, asks: readonly Ask[]): boolean =>
      !asks.some((ask) => alerts.of(callOf(position, by, ask)).some((alert) => named.has(alert)));
    const start = holders.filter((each) => !isForPeople(each) || isSilent(each, [taking(each)]));
    const whole = footholdOf(answers, position);
    // Who comes no further by all ways comes no further by some.
    const foothold =
      whole.steps.length === 0
        ? { ...whole, holders: new Map(start.map((each) => [each.name, each])) }
        : escalate(questions.ways, start, noChanges(aboveOrganization), isSilent);
    for (const holder of triers(world, foothold))
      for (const { goal, attempts } of wanted) {
        // What one does silently needs no other try.
        const open = attempts.filter(({ what, asks }) => !silent.has(what) && isSilent(holder, asks));
        const { successes } = tryAll(world, holder, { goal, attempts: open }, foothold.changes);
        for (const { attempt } of successes) silent.add(attempt.what);
      }
  }
  return [...silent].sort();
}

/** The attempts of an entry, in words, that succeed by any way. @param isAsked which are tried at all */
export function succeeding(answers: Answers, entry: Named, isAsked: (what: string) => boolean): string[] {
  const { world, questions } = answers;
  const found = new Set<string>();
  for (const position of questions.positions)
    for (const { goal, attempts } of wantedBy(answers, entry, position)) {
      const foothold = footholdOf(answers, position);
      for (const holder of triers(world, foothold)) {
        const open = attempts.filter(({ what }) => !found.has(what) && isAsked(what));
        const { successes } = tryAll(world, holder, { goal, attempts: open }, foothold.changes);
        for (const { attempt } of successes) found.add(attempt.what);
      }
    }
  return [...found].sort();
}

/** The alerts of an entry of which each counts a call that somebody in its positions may make on a way to one of its goals. @param within the region of what is reached; all without */
export function heardAlerts(
  answers: Answers,
  entry: Named,
  alerts: Alerts,
  within?: string,
): ReadonlySet<string> {
  const { world, questions } = answers;
  const { ways, positions } = questions;
  const missing = new Set(entry.noticedBy.map(({ alert }) => alert));
  const heard = new Set<string>();
  const note = (found: readonly string[]): void => {
    for (const alert of found) if (missing.delete(alert)) heard.add(alert);
  };
  const steps = [
    ...ways.policies.map(({ asks }) => asks),
    ...ways.subjects.flatMap(([, gains]) => gains.flatMap(({ alternatives }) => alternatives)),
  ];
  for (const position of positions) {
    const wanted = wantedBy(answers, entry, position, within);
    if (wanted.length === 0) continue;
    const noteCalls = (by: Holder, asks: readonly Ask[]): void => {
      for (const ask of asks) note(alerts.of(callOf(position, by, ask)));
    };
    const countsMissing = (by: Holder, asks: readonly Ask[]): boolean =>
      asks.some((ask) => alerts.of(callOf(position, by, ask)).some((alert) => missing.has(alert)));
    for (const by of position.holders) if (isForPeople(by)) note(alerts.of({ by, ask: taking(by) }));
    const { holders, changes } = footholdOf(answers, position);
    // What is wanted comes first: most alerts count some of it.
    for (const by of holders.values())
      for (const { goal, attempts } of missing.size === 0 ? [] : wanted) {
        const counted = attempts.filter(({ asks }) => countsMissing(by, asks));
        for (const { attempt } of tryAll(world, by, { goal, attempts: counted }, changes).successes)
          noteCalls(by, attempt.asks);
      }
    // Then what somebody may in his own account by a grant that he had, and last the rest, of which most is refused.
    const isLikely = (by: Holder, { action, resource }: Ask): boolean =>
      world.ownerOf(resource, by.account) === by.account && world.mayEver(by, action, NOTHING_CHANGED);
    const isPossible = (by: Holder, { action }: Ask): boolean => world.mayEver(by, action, changes);
    for (const isAsked of [isLikely, isPossible])
      for (const by of holders.values())
        for (const asks of missing.size === 0 ? [] : steps) {
          if (!countsMissing(by, asks) || !asks.every((ask) => isAsked(by, ask))) continue;
          if (asks.every((ask) => world.decide(by, ask, changes).decision === 'allow')) noteCalls(by, asks);
        }
  }
  return heard;
}
