import { type Accepting, speaksOf, withoutRegion } from '../../../../tools/attack-regions';
import { type Ask, type Holder, NOTHING_CHANGED, sameAsk } from './attack-world';
import { foundOnce } from './found-once';
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
const taking = ({ arn }: Holder): Ask => sameAsk({ action: 'sts:AssumeRole', resource: arn });

const footholdOf = ({ footholds }: Answers, { name }: Position): Foothold => {
  const foothold = footholds.get(name);
  if (foothold === undefined) throw new RangeError(`Nobody asked ${name}.`);
  return foothold;
};

/** A request of somebody: of what he holds from the beginning he has the credentials, and calls from where he is. */
const callerOf = ({ holders }: Position, by: Holder): Omit<Call, 'ask'> => ({
  by,
  inHand: holders.includes(by),
});
const callOf = (position: Position, by: Holder, ask: Ask): Call => ({ ...callerOf(position, by), ask });

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
  const words = new Map<string, boolean>();
  const isTried = (what: string): boolean => foundOnce(words, what, isAsked);
  for (const position of questions.positions)
    for (const { goal, attempts } of wantedBy(answers, entry, position)) {
      const tried = attempts.filter(({ what }) => isTried(what));
      if (tried.length === 0) continue;
      const foothold = footholdOf(answers, position);
      for (const holder of triers(world, foothold)) {
        const open = tried.filter(({ what }) => !found.has(what));
        const { successes } = tryAll(world, holder, { goal, attempts: open }, foothold.changes);
        for (const { attempt } of successes) found.add(attempt.what);
      }
    }
  return [...found].sort();
}

/** Requests that together are a step or an attempt. */
interface Together {
  readonly asks: readonly Ask[];
}

/** What alerts count of a list, by their names. */
type ByAlert<T> = ReadonlyMap<string, readonly T[]>;

/** What alerts tell of the answers about a world, found once for every entry that asks. */
class Told {
  /** Each step that somebody may take, whoever he is and whatever it gains. */
  private readonly steps: readonly Together[];
  /** Of a list what no filter looks for by who makes it, and what one does. */
  private readonly split = new WeakMap<readonly Together[], readonly (readonly Together[])[]>();
  /** By part of a list, and by whom it holds of: all of whom filters see the same, or one alone. */
  private readonly counted = new WeakMap<readonly Together[], Map<object, ByAlert<Together>>>();
  private readonly heard = new Map<string, boolean>();
  private readonly words = new Map<string, readonly string[]>();

  constructor(
    private readonly answers: Answers,
    private readonly alerts: Alerts,
  ) {
    const { policies, subjects } = answers.questions.ways;
    const alternatives = subjects.flatMap(([, gains]) => gains.flatMap((gain) => gain.alternatives));
    this.steps = [...policies, ...alternatives.map((asks) => ({ asks }))];
  }

  private alertsOf(position: Position, by: Holder, { asks }: Together): string[] {
    return asks.flatMap((ask) => this.alerts.of(callOf(position, by, ask)));
  }

  private partsOf<T extends Together>(list: readonly T[]): readonly (readonly T[])[] {
    const isOfCaller = ({ asks }: Together): boolean => asks.some((ask) => this.alerts.lookAtCaller(ask));
    const split = (): readonly (readonly T[])[] => [
      list.filter((each) => !isOfCaller(each)),
      list.filter(isOfCaller),
    ];
    // Of a list of these its parts are of these.
    return foundOnce(this.split, list, split) as readonly (readonly T[])[];
  }

  private countedOf<T extends Together>(
    position: Position,
    by: Holder,
    part: readonly T[],
    alike: object,
  ): ByAlert<T> {
    const count = (): ByAlert<T> => {
      const byAlert = new Map<string, T[]>();
      for (const each of part)
        for (const alert of new Set(this.alertsOf(position, by, each)))
          byAlert.set(alert, [...(byAlert.get(alert) ?? []), each]);
      return byAlert;
    };
    const ofPart = foundOnce(this.counted, part, () => new Map<object, ByAlert<Together>>());
    return foundOnce(ofPart, alike, count) as ByAlert<T>;
  }

  /** Those of a list of which an alert counts a call, when somebody in a position makes it. */
  private counting<T extends Together>(
    position: Position,
    by: Holder,
    list: readonly T[],
    alert: string,
  ): readonly T[] {
    const alike = this.alerts.alikeWith(callerOf(position, by));
    return this.partsOf(list).flatMap(
      (part, index) => this.countedOf(position, by, part, alike[index] ?? by).get(alert) ?? [],
    );
  }

  /** What is said of an entry, by its own words. */
  ofEntry(entry: string, find: () => readonly string[]): readonly string[] {
    return foundOnce(this.words, entry, find);
  }

  /** Whether an alert counts a call of somebody in a position by which he takes his role. */
  ofTaking(position: Position, alert: string): boolean {
    return position.holders.some(
      (by) => isForPeople(by) && this.alertsOf(position, by, { asks: [taking(by)] }).includes(alert),
    );
  }

  /** Whether it counts one of an attempt at a goal that succeeds. */
  ofGoal(position: Position, { goal, attempts }: GoalAttempts, alert: string): boolean {
    return foundOnce(this.heard, `${position.name}: ${goal}: ${alert}`, () => {
      const { holders, changes } = footholdOf(this.answers, position);
      return [...holders.values()].some((by) => {
        const counted = this.counting(position, by, attempts, alert);
        return tryAll(this.answers.world, by, { goal, attempts: counted }, changes).successes.length > 0;
      });
    });
  }

  /** Whether it counts one of a step that somebody in a position may take. */
  ofSteps(position: Position, alert: string): boolean {
    return foundOnce(this.heard, `${position.name}: ${alert}`, () => {
      const { world } = this.answers;
      const { holders, changes } = footholdOf(this.answers, position);
      const counting = [...holders.values()].map((by) => ({
        by,
        steps: this.counting(position, by, this.steps, alert),
      }));
      // What somebody may in his own account by a grant that he had comes first, then the rest, of which most is refused.
      const isLikely = (by: Holder, { action, resource }: Ask): boolean =>
        world.ownerOf(resource, by.account) === by.account && world.mayEver(by, action, NOTHING_CHANGED);
      const isPossible = (by: Holder, { action }: Ask): boolean => world.mayEver(by, action, changes);
      return [isLikely, isPossible].some((isAsked) =>
        counting.some(({ by, steps }) =>
          steps.some(
            ({ asks }) =>
              asks.every((ask) => isAsked(by, ask)) &&
              asks.every((ask) => world.decide(by, ask, changes).decision === 'allow'),
          ),
        ),
      );
    });
  }
}

const toldOf = new WeakMap<Answers, WeakMap<Alerts, Told>>();

/** What is found of answers and alerts holds for every entry. */
export function told(answers: Answers, alerts: Alerts): Told {
  const ofAnswers = foundOnce(toldOf, answers, () => new WeakMap<Alerts, Told>());
  return foundOnce(ofAnswers, alerts, () => new Told(answers, alerts));
}

/** The alerts of an entry of which each counts a call that somebody in its positions may make on a way to one of its goals. @param within the region of what is reached; all without */
export function heardAlerts(
  answers: Answers,
  entry: Named,
  alerts: Alerts,
  within?: string,
): ReadonlySet<string> {
  const found = told(answers, alerts);
  const asked = answers.questions.positions
    .map((position) => ({ position, wanted: wantedBy(answers, entry, position, within) }))
    .filter(({ wanted }) => wanted.length > 0);
  const isHeard = (alert: string): boolean =>
    asked.some(({ position }) => found.ofTaking(position, alert)) ||
    // What is wanted comes before the way there: most alerts count some of it.
    asked.some(({ position, wanted }) => wanted.some((each) => found.ofGoal(position, each, alert))) ||
    asked.some(({ position }) => found.ofSteps(position, alert));
  return new Set(entry.noticedBy.map(({ alert }) => alert).filter(isHeard));
}
