import { stageFree } from '../function-names';
import { FOREIGN_ACCOUNT } from '../iam/targets';
import type { ReviewedResult } from '../reviewed-file';
import { type AttackWorld, type Changes, type Holder } from './attack-world';
import { attemptsAt, type Attempt, type Goal, GOALS, type Targets, targetsOf } from './goals';
import { positionsOf } from './positions';
import { escalate, type Foothold } from './primitives';

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
function pathTo(grip: Foothold, name: string, known = new Map<string, string>()): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  known.set(name, '');
  const step = grip.steps.find(({ gains }) => gains === name);
  const before = step === undefined ? '' : pathTo(grip, step.by, known);
  const path =
    step === undefined ? '' : `${before === '' ? '' : `${before}, `}${step.by} ${step.primitive} ${name}`;
  known.set(name, path);
  return path;
}

interface Tried {
  readonly holder: Holder;
  readonly attempt: Attempt;
  readonly allowed: boolean;
  readonly by: readonly string[];
}

/** What no policy decides: a service without an endpoint of ours, an action without a resource, asked in another account. */
const isOutOfReach = (world: AttackWorld, holder: Holder, { asks }: Attempt): boolean =>
  asks.some(
    (ask) =>
      // Neither names an account: it is about the one of whoever asks.
      (/^(?:\*$|arn:aws:apigateway:)/.test(ask.resource) && holder.account !== world.config.account) ||
      world.isWayless(ask) ||
      // Whoever stands outside of the network has carried away what he read.
      (holder.functionArn === undefined && world.isForeign(ask)),
  );

/** Whoever opens a policy lets others in too: an administrator of another organisation tries what he opened. */
const triers = (world: AttackWorld, { holders, changes }: Foothold): Holder[] => [
  ...holders.values(),
  ...(changes.opened.size > 0 ? [world.administrator(FOREIGN_ACCOUNT)] : []),
];

function tryAll(world: AttackWorld, grip: Foothold, attempts: readonly Attempt[]): Tried[] {
  return triers(world, grip).flatMap((holder) =>
    attempts.flatMap((attempt): Tried[] => {
      if (isOutOfReach(world, holder, attempt)) return [{ holder, attempt, allowed: false, by: [] }];
      const verdicts = attempt.asks.map((ask) => world.decide(holder, ask, grip.changes));
      const refused = verdicts.find(({ decision }) => decision !== 'allow');
      if (refused === undefined && attempt.heldBy === undefined)
        return [{ holder, attempt, allowed: true, by: verdicts.flatMap(({ by }) => by.map(sidOf)) }];
      const by = refused === undefined ? [attempt.heldBy ?? ''] : refused.by.map(sidOf);
      return [{ holder, attempt, allowed: false, by }];
    }),
  );
}

function evaluateCell(
  world: AttackWorld,
  grip: Foothold,
  position: string,
  goal: Goal,
  targets: Targets,
): AttackCell {
  const attempts = attemptsAt(goal, world, targets);
  if (grip.holders.size === 0) {
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
  const tried = tryAll(world, grip, attempts);
  const successes = tried.filter(({ allowed }) => allowed);
  if (successes.length > 0) {
    const paths = new Map<string, string>();
    const told = successes.map(({ holder, attempt, by }) => {
      const path = pathTo(grip, holder.name, paths);
      return `${path === '' ? '' : `${path}: `}${attempt.what} ← ${[...new Set(by)].sort().join(', ')}`;
    });
    const shortest = [...new Set(told)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return { position, goal, open: true, because: few(shortest) };
  }
  const denied = [...new Set(tried.flatMap(({ by }) => by))].sort();
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
  return positionsOf(world).flatMap(({ name, holders, aboveOrganization }) => {
    const changes: Changes = {
      widened: new Set(),
      unbounded: new Set(),
      opened: new Set(),
      aboveOrganization: aboveOrganization === true,
    };
    const grip = escalate(world, holders, changes);
    return GOALS.map((goal) => evaluateCell(world, grip, name, goal, targets));
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
