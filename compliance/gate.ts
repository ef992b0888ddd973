import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../lib/config/load';
import { RELEASED_STAGE } from '../lib/config/schema';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../tools/setup/project-paths';
import type { Progress } from '../tools/setup/progress';
import { ensurePythonTool, type PythonTool } from '../tools/setup/python-tools';
import { applicationIdOf, applicationsOf } from './applications';
import type { Assembly } from './assembly/model';
import { writeBareTemplates } from './assembly/bare-templates';
import { type Engine, type EngineInput, ENGINES, isWholeGate, type PythonToolName } from './engines/engines';
import { mergeVariants } from './engines/merge-variants';
import { judgeCoverage } from './engines/template-scope';
import type { AccountAccess } from './deployed/judge-account';
import { messageOf } from './gate-error';
import { loadPinnedRules, pinFailures, type PinnedRules } from './pinned-rules';
import { applyNotAdopted, loadRulesNotAdopted, type RuleNotAdopted } from './not-adopted';
import { resolveReferences } from './controls/resolve-references';
import { validateControls } from './controls/validate-controls';
import { judgeSuppressions } from './register/find-suppressions';
import { judgeRegister, REGISTER_RULES } from './register/judge-register';
import { loadRegister, type Register } from './register/load';
import { applyRegister } from './register/match';
import { readSubject, type Subject, type SubjectOptions } from './read-subject';
import type { EngineName, EngineResult, VerdictRow } from './verdict-row';

export interface GateOptions extends SubjectOptions {
  /** Whether what could not be judged fails the run; of this application it always does. */
  readonly strict?: boolean;
  /** Only these engines; all when absent. */
  readonly engines?: ReadonlySet<EngineName>;
  /** Asks the account that the templates are for, besides. */
  readonly account?: AccountAccess;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly register?: Register;
  readonly pins?: PinnedRules;
  /** The rules that run will be the pinned ones: narratives may name some that are not yet. */
  readonly pinsAnew?: boolean;
}

/** Everything that the gate found out: exit code, terminal output and evidence pack are made from it. */
export interface Judgement {
  readonly subject: Subject;
  /** Whether what could not be judged fails the run. */
  readonly strict: boolean;
  readonly stage: string;
  readonly today: string;
  readonly assembly: Assembly;
  /** Without entries for foreign templates. */
  readonly register: Register;
  readonly results: readonly EngineResult[];
  /** All engines' rows, the register applied. */
  readonly rows: readonly VerdictRow[];
  /** Why the gate could not judge; empty when it could. */
  readonly failures: readonly string[];
  readonly notAssessed: readonly string[];
  readonly notAdopted: readonly RuleNotAdopted[];
}

/** What is deployed beside a stage and judged with the one that a release ends with. */
const judgedElsewhere = (stage: string): string[] =>
  stage === RELEASED_STAGE
    ? []
    : [`The pipeline and the application of the second region are judged with stage ${RELEASED_STAGE}.`];

const NOT_OURS =
  'The exceptions register and the claims: they are about this application, and these templates are not its own.';

/**
 * 0: clean. 1: findings. 2: the gate itself could not judge, whatever else it found: an engine was blind as a whole, or
 * a rule could not judge something and the run is a strict one.
 */
export function exitCodeOf({
  rows,
  failures,
  strict,
}: Pick<Judgement, 'rows' | 'failures' | 'strict'>): 0 | 1 | 2 {
  if (failures.length > 0 || rows.length === 0) return 2;
  if (strict && rows.some(({ verdict }) => verdict === 'error')) return 2;
  return rows.some(({ verdict }) => verdict === 'non-compliant') ? 1 : 0;
}

/**
 * Synthesizes (or reads) the templates, puts every engine to them side by side, and applies the exceptions register.
 * An engine that throws is a failure of the gate, never a pass.
 * @param use - gets the judgement while the assembly still exists; its directory is deleted afterwards.
 * @throws ConfigurationError when there is no such stage; GateError when there is nothing to judge, it is of another stage, or the register or the narratives are not valid.
 */
export async function judge<T>(options: GateOptions, use: (judgement: Judgement) => Promise<T>): Promise<T> {
  const { stage, progress } = options;
  loadStageConfig(stage);
  const register = options.register ?? loadRegister();
  const pins = options.pins ?? loadPinnedRules();
  validateControls({
    projectRoot: PROJECT_ROOT,
    roles: register.roles,
    pins: options.pinsAnew === true ? undefined : loadPinnedRules(),
  });
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'compliance-'));
  try {
    const subject = await readSubject(options, register.entries, scratch);
    const { kind, whole: assembly } = subject;
    const entries = kind === 'foreign templates' ? [] : register.entries;
    // What was synthesized here is whole; of templates from elsewhere a part may have been given.
    const absent =
      kind === 'templates' ? applicationsOf(stage).filter(({ id }) => !isPresent(id, assembly)) : [];
    const selected = ENGINES.filter(
      ({ name, needsAccount }) =>
        (options.engines?.has(name) ?? true) && (needsAccount !== true || options.account !== undefined),
    );
    const sources = options.templates === undefined;
    const runnable = selected.filter(({ needsSources }) => sources || !needsSources);
    const input: EngineInput = {
      ...subject,
      stage,
      bareTemplates: writeBareTemplates(subject.assembly, path.join(scratch, 'bare')),
      writtenTemplates: writeBareTemplates(subject.written, path.join(scratch, 'written')),
      scratch,
      sources,
      projectRoot: PROJECT_ROOT,
      account: options.account,
      pythonTool: await installPythonTools(runnable, progress),
    };
    const results = (await Promise.all(runnable.map((engine) => runEngine(engine, input, progress)))).map(
      (result) => ({ ...result, rows: mergeVariants(result.rows, subject.origins) }),
    );
    const notAdopted = loadRulesNotAdopted();
    const { rows: resolved, failures: unresolved } = resolveReferences(results.flatMap(({ rows }) => rows));
    const raw = applyNotAdopted(
      resolved.map((row) => withLocations(row, assembly)),
      notAdopted,
    );
    const context = {
      stage,
      today: options.today,
      assembly,
      results,
      projectRoot: PROJECT_ROOT,
      absent: new Set(absent.map(({ id }) => id)),
    };
    const registerResult: EngineResult = {
      engine: 'exceptions-register',
      version: '1',
      rows: [
        ...judgeRegister(entries, context),
        ...judgeSuppressions(assembly, entries, stage, input.sources ? PROJECT_ROOT : undefined),
      ],
      rulesRun: [...REGISTER_RULES, 'UNREGISTERED-SUPPRESSION'],
      failures: [],
      notAssessed: [],
    };
    // Engines that were left out, or could not judge, would leave their resources uncovered.
    if (
      kind === 'application' &&
      isWholeGate(runnable) &&
      results.every(({ failures }) => failures.length === 0)
    )
      raw.push(...judgeCoverage(assembly, raw));
    const all = [...results, registerResult];
    return await use({
      subject: kind,
      strict: kind !== 'foreign templates' || options.strict === true,
      stage,
      today: options.today,
      assembly,
      register: { ...register, entries },
      results: all,
      rows: [...applyRegister(raw, entries, stage), ...registerResult.rows].sort(compareRows),
      notAdopted,
      failures: [
        ...all.flatMap((result) => [...result.failures, ...pinFailures(result, pins)]),
        ...unresolved,
      ],
      notAssessed: [
        ...(input.sources ? judgedElsewhere(stage) : []),
        ...absent.map(
          ({ id, title }) =>
            `${title} (${id}): not among the templates, so neither it nor the exceptions for it were judged.`,
        ),
        ...subject.left.map((name) => `${name} is of another stage: judge it with --stage.`),
        ...(kind === 'foreign templates' ? [NOT_OURS] : []),
        ...all.flatMap(({ notAssessed }) => notAssessed),
        ...selected
          .filter((engine) => !runnable.includes(engine))
          .map(({ name }) => `${name} needs this project's sources; only templates were given.`),
      ],
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const isPresent = (id: string, { stacks }: Assembly): boolean =>
  stacks.some(({ name }) => applicationIdOf(name) === id);

/**
 * Installs the Python tools before any engine starts: engines that judge in this thread would hold up an installation.
 * One that cannot be installed fails its engine, not the others.
 */
async function installPythonTools(
  engines: readonly Engine[],
  progress: Progress,
): Promise<EngineInput['pythonTool']> {
  const names = new Set(engines.flatMap(({ needsTool }) => needsTool ?? []));
  const tools = new Map<PythonToolName, Promise<PythonTool>>(
    [...names].map((name) => [name, ensurePythonTool(name, { progress })]),
  );
  await Promise.allSettled(tools.values());
  return (name) => tools.get(name) ?? ensurePythonTool(name, { progress });
}

async function runEngine(
  engine: (typeof ENGINES)[number],
  input: EngineInput,
  progress: Progress,
): Promise<EngineResult> {
  try {
    return await progress.step(engine.name, () => engine.judge(input));
  } catch (error) {
    const nextStep = (error as { nextStep?: unknown }).nextStep;
    return {
      engine: engine.name,
      version: 'unknown',
      rows: [],
      rulesRun: [],
      failures: [
        `${engine.name}: ${messageOf(error).replaceAll(`${PROJECT_ROOT}/`, '')}${typeof nextStep === 'string' ? ` ${nextStep}` : ''}`,
      ],
      notAssessed: [],
    };
  }
}

/** Engines that know only a logical id or a construct path get the lines from the assembly. */
function withLocations(row: VerdictRow, assembly: Assembly): VerdictRow {
  if (row.template !== undefined || row.stack === undefined) return row;
  const resource = assembly.stacks
    .find(({ name }) => name === row.stack)
    ?.resources.find(({ logicalId }) => logicalId === row.resource);
  if (resource === undefined) return row;
  const constructPath = row.constructPath ?? resource.constructPath;
  return {
    ...row,
    template: resource.template,
    ...(constructPath !== undefined && { constructPath }),
    ...(resource.source !== undefined && { source: row.source ?? resource.source }),
  };
}

const sortKey = ({ engine, rule, stack, resource, message }: VerdictRow): string =>
  [engine, rule, stack ?? '', resource, message].join('\u0000');
const compareRows = (a: VerdictRow, b: VerdictRow): number => {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};
