import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildFunctions } from '../../lambda/build';
import { RELEASED_STAGE, STAGE_NAMES, type StageName } from '../../lib/config/schema';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { consoleProgress } from '../../tools/setup/progress';
import { evaluate } from '../gate';
import { GateError } from '../gate-error';
import { AttackWorld } from '../rules/proofs/attack/attack-world';
import { loadAttackEntries } from '../rules/proofs/attack/entries';
import { acceptedLines, answersOf } from '../rules/proofs/attack/matrix';
import { templatesOf } from '../rules/proofs/prove';
import { writeApproval } from '../register/approvals';
import { coverageOf, type Decision, decisionOn } from '../register/approve';
import { loadRegister, POLICIES } from '../register/load';
import { appliesTo } from '../register/match';
import type { RegisterEntry } from '../register/schema';
import { synthesizeStage } from '../synthesize';
import type { EngineName } from '../verdict-row';
import type { Command } from './arguments';

type Coverage = Map<StageName, ReadonlySet<string>>;

/** What exceptions cover in every stage, by the engines whose findings they are about. */
async function exceptionCoverage(
  entries: readonly RegisterEntry[],
  today: string,
): Promise<Map<string, Coverage>> {
  const found = new Map<string, Coverage>();
  for (const { id } of entries) found.set(id, new Map<StageName, ReadonlySet<string>>());
  for (const stage of STAGE_NAMES) {
    const held = entries.filter((entry) => appliesTo(entry, stage));
    if (held.length === 0) continue;
    const engines = new Set(held.flatMap(({ rules }) => Object.keys(rules) as EngineName[]));
    await evaluate({ stage, engines, today, progress: consoleProgress }, (evaluation) => {
      if (evaluation.failures.length > 0)
        throw new GateError(
          'USAGE',
          `Stage ${stage} could not be evaluated:\n${evaluation.failures.join('\n')}`,
        );
      for (const entry of held) found.get(entry.id)?.set(stage, coverageOf(entry, evaluation.results, stage));
      return Promise.resolve();
    });
  }
  return found;
}

/** The open ways of the attack matrix, which is about the released stage. */
async function attackCoverage(ids: readonly string[]): Promise<Map<string, Coverage>> {
  await buildFunctions();
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'approve-'));
  try {
    const { entries } = loadRegister();
    const { assembly } = synthesizeStage(RELEASED_STAGE, scratch, entries, PROJECT_ROOT);
    const world = new AttackWorld(templatesOf(assembly));
    const { cells } = answersOf(world);
    return new Map(
      loadAttackEntries()
        .filter(({ id }) => ids.includes(id))
        .map((entry) => [
          entry.id,
          new Map([[RELEASED_STAGE, new Set(acceptedLines(entry, cells, world.config.account))]]),
        ]),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const MOST = 20;
const few = (sign: string, lines: readonly string[]): string[] => [
  ...lines.slice(0, MOST).map((line) => `  ${sign} ${line}`),
  ...(lines.length > MOST ? [`  ${sign} … and ${lines.length - MOST} more`] : []),
];

function print({ approval, reworded, added, gone }: Decision, title: string): void {
  const count = Object.values(approval.findings).reduce((sum, lines) => sum + lines.length, 0);
  console.log(
    [
      `${approval.id}: ${title}`,
      `  ${count} findings, the entry is ${reworded ? 'not the one that was approved last' : 'as it was approved last'}`,
      ...few('+', added),
      ...few('-', gone),
    ].join('\n'),
  );
}

/**
 * Writes down who approved entries of the exceptions register or of policies/attack-paths.yaml as they stand, and prints
 * what is approved. @returns the exit code
 * @throws GateError USAGE when there is no such entry, or somebody else has to decide on it
 */
export async function approveCommand({
  ids,
  by,
  on,
}: Extract<Command, { name: 'approve' }>): Promise<number> {
  const { entries, roles, approvals } = loadRegister();
  if (roles[by]?.mayApprove !== true)
    throw new GateError('USAGE', `"${by}" is no role of policies/roles.yaml that may approve.`);
  const paths = loadAttackEntries().map((entry) => ({
    entry,
    approver: entry.acceptedBy,
    title: `${entry.positions.join(', ')}: ${entry.goals.join(', ')}`,
  }));
  const known = [...entries.map((entry) => ({ entry, ...entry })), ...paths];
  const wanted = ids.map((id) => {
    const found = known.find(({ entry }) => entry.id === id);
    if (found === undefined) throw new GateError('USAGE', `There is no entry ${id}.`);
    if (found.approver !== by)
      throw new GateError('USAGE', `${found.approver} has to decide on ${id}, not ${by}.`);
    return found;
  });
  const exceptions = entries.filter(({ id }) => ids.includes(id));
  const coverage = new Map([
    ...(exceptions.length > 0 ? await exceptionCoverage(exceptions, on) : []),
    ...(ids.some((id) => paths.some(({ entry }) => entry.id === id)) ? await attackCoverage(ids) : []),
  ]);
  for (const { entry, title } of wanted) {
    const decision = decisionOn(entry, { by, on, approvals }, coverage.get(entry.id) ?? new Map());
    print(decision, title);
    console.log(`  ${path.relative(PROJECT_ROOT, writeApproval(POLICIES, decision.approval))}`);
  }
  console.log('Commit the files in a change that the team of the role reviews: that is the approval.');
  return 0;
}
