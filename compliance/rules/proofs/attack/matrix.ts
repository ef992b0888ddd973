import { type Accepting, speaksOf } from '../../../../tools/attack-regions';
import { stageFree } from '../function-names';
import { FOREIGN_ACCOUNT } from '../iam/targets';
import type { ReviewedResult } from '../reviewed-file';
import type { EvaluationResult } from '../iam/evaluate';
import { type AttackWorld, type Changes, type Holder, sameAsk } from './attack-world';
import { attemptsAt, type Attempt, type Goal, GOALS, targetsOf } from './goals';
import { type Position, positionsOf } from './positions';
import { escalate, type Foothold, type Ways, waysOf } from './primitives';

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
export interface GoalAttempts {
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

/** An attempt that everything allows. */
interface Success {
  readonly holder: Holder;
  readonly attempt: Attempt & Reach;
  readonly results: readonly EvaluationResult[];
}

/** What comes of the attempts of one holder at one goal; of what no policy is asked about, nothing. */
interface Tried {
  readonly successes: readonly Success[];
  /** What holds although the policies allow it. */
  readonly held: readonly string[];
  /** The first refusal of each attempt. */
  readonly refusals: readonly EvaluationResult[];
}

/** A service without an endpoint of ours, an action without a resource, asked in another account. */
const isOutOfReach = (world: AttackWorld, holder: Holder, attempt: Reach): boolean =>
  (attempt.isOfAsker && holder.account !== world.config.account) ||
  attempt.isWayless ||
  // Whoever stands outside of the network has carried away what he read.
  (attempt.isForeign && holder.functionArn === undefined);

/** Whoever opens a policy lets others in too: an administrator of another organisation tries what he opened. */
export const triers = (world: AttackWorld, { holders, changes }: Foothold): Holder[] => [
  ...holders.values(),
  ...(changes.opened.size > 0 ? [world.administrator(FOREIGN_ACCOUNT)] : []),
];

/** Asks in their order, and no more once one is refused. */
export function tryAll(
  world: AttackWorld,
  holder: Holder,
  { attempts }: GoalAttempts,
  changes: Changes,
): Tried {
  const successes: Success[] = [];
  const held: string[] = [];
  const refusals: EvaluationResult[] = [];
  for (const attempt of attempts) {
    if (isOutOfReach(world, holder, attempt)) continue;
    const results: EvaluationResult[] = [];
    const isRefused = attempt.asks.some((ask) => {
      const result = world.decide(holder, ask, changes);
      (result.decision === 'allow' ? results : refusals).push(result);
      return result.decision !== 'allow';
    });
    if (isRefused) continue;
    if (attempt.heldBy === undefined) successes.push({ holder, attempt, results });
    else if (results.length > 0) held.push(attempt.heldBy);
  }
  return { successes, held, refusals };
}

/** Before anybody changed anything. */
export const noChanges = (aboveOrganization = false): Changes => ({
  widened: new Set(),
  unbounded: new Set(),
  opened: new Set(),
  aboveOrganization,
});

/** By what attempts were refused: statements, or what holds although they allow it. */
function refusedBy(tried: readonly Tried[]): string[] {
  const refusals = new Set(tried.flatMap((each) => each.refusals));
  const by = [...refusals].flatMap((result) => result.by.map(sidOf));
  return [...new Set([...tried.flatMap(({ held }) => held), ...by])].sort();
}

/** Of several holders the first who succeeds: what one of them does, nobody needs another for. */
function tryInTurn(
  world: AttackWorld,
  holders: readonly Holder[],
  goalAttempts: GoalAttempts,
  { changes }: Foothold,
): Tried {
  const held: string[] = [];
  const refusals: EvaluationResult[] = [];
  for (const holder of holders) {
    const tried = tryAll(world, holder, goalAttempts, changes);
    if (tried.successes.length > 0) return tried;
    held.push(...tried.held);
    refusals.push(...tried.refusals);
  }
  return { successes: [], held, refusals };
}

function evaluateCell(
  world: AttackWorld,
  foothold: Foothold,
  position: string,
  goalAttempts: GoalAttempts,
): AttackCell {
  const { goal, attempts } = goalAttempts;
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
  const holders = triers(world, foothold);
  const tried = attempts.map((attempt) => tryInTurn(world, holders, { goal, attempts: [attempt] }, foothold));
  const successes = tried.flatMap((each) => each.successes);
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

export interface Questions {
  readonly goals: readonly GoalAttempts[];
  readonly ways: Ways;
  readonly positions: readonly Position[];
}

/** What is asked of a world, in words: all that cells come of besides its answers. */
function inWords({ goals, ways, positions }: Questions): string {
  const { world, subjects, policies, madeIn } = ways;
  const accounts = new Set(world.holders.map(({ account }) => account));
  return JSON.stringify([
    goals,
    subjects.map(([{ name, arn, functionArn }, gains]) => [name, arn, functionArn, gains]),
    policies,
    [...accounts].map((account) => madeIn(account).map(({ holder, asks }) => [holder.name, asks])),
    positions.map(({ name, aboveOrganization, holders }) => [
      name,
      aboveOrganization,
      holders.map((holder) => holder.name),
    ]),
  ]);
}

/** Everything that a world was asked, and what came of it. */
export interface Answers {
  readonly world: AttackWorld;
  readonly questions: Questions;
  /** The questions in words. */
  readonly asked: string;
  readonly cells: readonly AttackCell[];
  /** Where positions come to by every escalation, by their names. */
  readonly footholds: ReadonlyMap<string, Foothold>;
}

function answer(world: AttackWorld, questions: Questions, asked: string): Answers {
  const { goals, ways, positions } = questions;
  const footholds = new Map<string, Foothold>();
  const cells = positions.flatMap(({ name, holders, aboveOrganization }) => {
    const foothold = escalate(ways, holders, noChanges(aboveOrganization));
    footholds.set(name, foothold);
    return goals.map((goal) => evaluateCell(world, foothold, name, goal));
  });
  return { world, questions, asked, cells, footholds };
}

const answered = new WeakMap<AttackWorld, Answers>();

/**
 * Every position against every goal, escalations followed to their end. Of a world in which every answer is one of the world
 * before, and which is asked the same, the answers are those of that one.
 */
export function answersOf(world: AttackWorld): Answers {
  const targets = targetsOf(world);
  const goals = GOALS.map((goal): GoalAttempts => ({
    goal,
    attempts: attemptsAt(goal, world, targets).map((attempt) => ({
      ...attempt,
      ...reachOf(world, attempt),
      asks: attempt.asks.map(sameAsk),
    })),
  }));
  const questions = { goals, ways: waysOf(world), positions: positionsOf(world) };
  const asked = inWords(questions);
  const before = world.unchangedSince && answered.get(world.unchangedSince);
  const answers = before?.asked === asked ? before : answer(world, questions, asked);
  answered.set(world, answers);
  return answers;
}

/** What an entry accepts: each open pair of its positions and goals, with the ways in which the goal is reached. */
export const acceptedLines = (entry: Accepting, cells: readonly AttackCell[], account: string): string[] =>
  cells
    .filter((cell) => cell.open && speaksOf(entry, cell))
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
