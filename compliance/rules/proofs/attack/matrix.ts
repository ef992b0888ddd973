import { stageFree } from '../function-names';
import { FOREIGN_ACCOUNT } from '../iam/targets';
import type { ReviewedResult } from '../reviewed-file';
import type { EvaluationResult } from '../iam/evaluate';
import { type AttackWorld, type Changes, type Holder } from './attack-world';
import { attemptsAt, type Attempt, type Goal, GOALS, targetsOf } from './goals';
import { positionsOf } from './positions';
import { escalate, type Foothold, waysOf } from './primitives';

/** One cell: whether somebody in a position reaches a goal. */
export interface AttackCell {
  readonly position: string;
  readonly goal: Goal;
  readonly open: boolean;
  /** Of an open cell: what succeeds, by whom, by which statements. Of a refused one: what decides. */
  readonly because: readonly string[];
}

const sidOf = (origin: string): string => origin.slice(origin.indexOf('#') + 1);
const MOST = 5;
const few = (list: readonly string[]): string[] =>
  list.length > MOST ? [...list.slice(0, MOST), `and ${list.length - MOST} more`] : [...list];

/** The steps that led to a role, first to last: the first way in which it was gained. */
function pathTo(foothold: Foothold, name: string, known = new Map<string, string>()): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  known.set(name, '');
  const step = foothold.steps.find(({ gains }) => gains === name);
  const before = step === undefined ? '' : pathTo(foothold, step.by, known);
  const path =
    step === undefined ? '' : `${before === '' ? '' : `${before}, `}${step.by} ${step.primitive} ${name}`;
  known.set(name, path);
  return path;
}

/** A goal, and what is tried to reach it: the same for every position. */
interface GoalAttempts {
  readonly goal: Goal;
  readonly attempts: readonly (Attempt & Reach)[];
}

/** What no policy decides of an attempt. */
interface Reach {
  /** It names no account, and so is about the one of whoever asks. */
  readonly isOfAsker: boolean;
  /** It wants an endpoint that the network does not have. */
  readonly isWayless: boolean;
  /** It is for an account outside of the organisation. */
  readonly isForeign: boolean;
}

const reachOf = (world: AttackWorld, { asks }: Attempt): Reach => ({
  isOfAsker: asks.some(({ resource }) => /^(?:\*$|arn:aws:apigateway:)/.test(resource)),
  isWayless: asks.some(world.isWayless),
  isForeign: asks.some(world.isForeign),
});

/** What was tried, and the results that it takes; none where no policy is asked. */
interface Tried {
  readonly holder: Holder;
  readonly attempt: Attempt;
  readonly allowed: boolean;
  readonly results: readonly EvaluationResult[];
}

/** A service without an endpoint of ours, an action without a resource, asked in another account. */
const isOutOfReach = (world: AttackWorld, holder: Holder, attempt: Reach): boolean =>
  (attempt.isOfAsker && holder.account !== world.config.account) ||
  attempt.isWayless ||
  // Whoever stands outside of the network has carried away what he read.
  (attempt.isForeign && holder.functionArn === undefined);

/** Whoever opens a policy lets others in too: an administrator of another organisation tries what he opened. */
const triers = (world: AttackWorld, { holders, changes }: Foothold): Holder[] => [
  ...holders.values(),
  ...(changes.opened.size > 0 ? [world.administrator(FOREIGN_ACCOUNT)] : []),
];

function tryOne(world: AttackWorld, holder: Holder, attempt: Attempt & Reach, changes: Changes): Tried {
  if (isOutOfReach(world, holder, attempt)) return { holder, attempt, allowed: false, results: [] };
  const results = attempt.asks.map((ask) => world.decide(holder, ask, changes));
  const refused = results.find(({ decision }) => decision !== 'allow');
  if (refused !== undefined) return { holder, attempt, allowed: false, results: [refused] };
  return { holder, attempt, allowed: attempt.heldBy === undefined, results };
}

/** By what attempts were refused: statements, or what holds although they allow it. */
function refusedBy(tried: readonly Tried[]): string[] {
  const refused = tried.filter(({ allowed }) => !allowed);
  const held = refused.flatMap(({ attempt: { heldBy }, results }) =>
    heldBy !== undefined && results.length > 0 && results.every(({ decision }) => decision === 'allow')
      ? [heldBy]
      : [],
  );
  const results = new Set(refused.flatMap((each) => each.results));
  const by = [...results].filter(({ decision }) => decision !== 'allow').flatMap((result) => result.by);
  return [...new Set([...held, ...by.map(sidOf)])].sort();
}

function evaluateCell(
  world: AttackWorld,
  foothold: Foothold,
  position: string,
  { goal, attempts }: GoalAttempts,
): AttackCell {
  if (foothold.holders.size === 0) {
    const open = attempts.filter(({ asks }) =>
      asks.every((ask) => !world.isForeign(ask) && world.decideAnonymous(ask).decision === 'allow'),
    );
    return {
      position,
      goal,
      open: open.length > 0,
      because: open.length > 0 ? open.map(({ what }) => what) : ['no credentials: no policy lets anybody in'],
    };
  }
  const tried = triers(world, foothold).flatMap((holder) =>
    attempts.map((attempt) => tryOne(world, holder, attempt, foothold.changes)),
  );
  const successes = tried.filter(({ allowed }) => allowed);
  if (successes.length > 0) {
    const paths = new Map<string, string>();
    const told = successes.map(({ holder, attempt, results }) => {
      const path = pathTo(foothold, holder.name, paths);
      const by = new Set(results.flatMap((result) => result.by.map(sidOf)));
      return `${path === '' ? '' : `${path}: `}${attempt.what} ← ${[...by].sort().join(', ')}`;
    });
    const shortest = [...new Set(told)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return { position, goal, open: true, because: few(shortest) };
  }
  const denied = refusedBy(tried);
  return {
    position,
    goal,
    open: false,
    because: few(denied.length > 0 ? denied : ['no policy allows it']),
  };
}

/** Every position against every goal, escalations followed to their end. */
export function attackCells(world: AttackWorld): AttackCell[] {
  const targets = targetsOf(world);
  const goals = GOALS.map((goal): GoalAttempts => ({
    goal,
    attempts: attemptsAt(goal, world, targets).map((attempt) => ({ ...attempt, ...reachOf(world, attempt) })),
  }));
  const ways = waysOf(world);
  return positionsOf(world).flatMap(({ name, holders, aboveOrganization }) => {
    const changes: Changes = {
      widened: new Set(),
      unbounded: new Set(),
      opened: new Set(),
      aboveOrganization: aboveOrganization === true,
    };
    const foothold = escalate(ways, holders, changes);
    return goals.map((goal) => evaluateCell(world, foothold, name, goal));
  });
}

/** What an entry accepts: each open pair of its positions and goals, with the ways in which the goal is reached. */
export const acceptedLines = (
  { positions, goals }: { readonly positions: readonly string[]; readonly goals: readonly string[] },
  cells: readonly AttackCell[],
  account: string,
): string[] =>
  cells
    .filter(({ open, position, goal }) => open && positions.includes(position) && goals.includes(goal))
    .flatMap(({ position, goal, because }) =>
      because.map((way) => stageFree(`${position} can ${goal}: ${way}`, account)),
    );

/** The matrix as people review it. */
export function summariseAttacks(cells: readonly AttackCell[], account: string): ReviewedResult {
  const positions: Record<string, Record<string, string>> = {};
  for (const { position, goal, open, because } of cells)
    positions[position] = {
      ...positions[position],
      [goal]: stageFree(`${open ? 'OPEN' : 'refused'}: ${because.join(open ? '; ' : ', ')}`, account),
    };
  const note =
    'Generated by the attack proof; accepted by `npm run compliance -- accept-proofs`. What is OPEN has its entry in policies/attack-paths.yaml. Not authoritative: it knows the policies, not what code does with what it may read.';
  return {
    title: 'Attack matrix',
    file: 'compliance/rules/proofs/reviewed/attack-matrix.json',
    content: `${JSON.stringify({ note, positions }, null, 2)}\n`,
  };
}
