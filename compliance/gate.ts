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
import {
  type Engine,
  type EngineInput,
  ENGINES,
  isOfSources,
  isWholeGate,
  type PythonToolName,
  type SourcesInput,
} from './engines/engines';
import { mergeVariants } from './engines/merge-variants';
import { evaluateCoverage } from './engines/template-scope';
import type { AccountAccess } from './deployed/evaluate-account';
import { GateError, messageOf } from './gate-error';
import { didNotRun, loadPinnedRules, pinFailures, type PinnedRules } from './pinned-rules';
import { applyBaseline, evaluateBaseline } from './profiles/baseline';
import { applyFrameworks } from './profiles/frameworks';
import { loadProfile, type Profile } from './profiles/load';
import { applyNotAdopted, type RuleNotAdopted } from './profiles/not-adopted';
import { readTestResults } from './controls/test-results';
import { resolveReferences } from './controls/resolve-references';
import { validateControls } from './controls/validate-controls';
import { evaluateSuppressions, suppressionRows } from './register/find-suppressions';
import { evaluateRegister, REGISTER_RULES } from './register/evaluate-register';
import { loadRegister, type Register } from './register/load';
import { applyRegister } from './register/match';
import { NOT_STATED } from './report/name-in-pack';
import { type About, readSubject, type Subject, type SubjectOptions } from './read-subject';
import type { EngineName, EngineResult, VerdictRow } from './verdict-row';

export interface GateOptions extends SubjectOptions {
  /** Whether what could not be evaluated fails the run; of this application it always does. */
  readonly strict?: boolean;
  /** By what the templates of others are evaluated: a profile that the gate has, or a file; `generic` when absent. */
  readonly profile?: string;
  /** Only these engines; all when absent. */
  readonly engines?: ReadonlySet<EngineName>;
  /** Asks the account that the templates are for, besides. */
  readonly account?: AccountAccess;
  /** YYYY-MM-DD, by the clock. */
  readonly today: string;
  /** The day by which ends are evaluated, where that is a later one. */
  readonly latest?: string;
  readonly register?: Register;
  readonly pins?: PinnedRules;
  /** The rules that run will be the pinned ones: narratives may name some that are not yet. */
  readonly pinsAnew?: boolean;
}

/** Everything that the gate found out: exit code, terminal output and evidence pack are made from it. */
export interface Evaluation {
  readonly subject: Subject;
  /** Whether what could not be evaluated fails the run. */
  readonly strict: boolean;
  /** The profile that it was evaluated by. */
  readonly profile: string;
  readonly about: About;
  readonly stage: string;
  readonly today: string;
  readonly assembly: Assembly;
  /** The team's own for foreign templates, empty where it keeps none. */
  readonly register: Register;
  readonly results: readonly EngineResult[];
  /** All engines' rows, the register applied. */
  readonly rows: readonly VerdictRow[];
  /** Why the gate could not evaluate; empty when it could. */
  readonly failures: readonly string[];
  readonly notAssessed: readonly string[];
  readonly notAdopted: readonly RuleNotAdopted[];
}

/** What is deployed beside a stage and evaluated with the one that a release ends with. */
const evaluatedElsewhere = (stage: string): string[] =>
  stage === RELEASED_STAGE
    ? []
    : [`The pipeline and the application of the second region are evaluated with stage ${RELEASED_STAGE}.`];

const NOT_OURS =
  'The claims: they are about the application that the gate comes with, not about these templates.';
const NO_REGISTER: Register = { entries: [], roles: {}, approvals: new Map() };

/**
 * 0: clean. 1: findings. 2: the gate itself could not evaluate, whatever else it found: an engine was blind as a whole, or
 * a rule could not evaluate something and the run is a strict one.
 */
export function exitCodeOf({
  rows,
  failures,
  strict,
}: Pick<Evaluation, 'rows' | 'failures' | 'strict'>): 0 | 1 | 2 {
  if (failures.length > 0 || rows.length === 0) return 2;
  if (strict && rows.some(({ verdict }) => verdict === 'error')) return 2;
  return rows.some(({ verdict }) => verdict === 'non-compliant') ? 1 : 0;
}

/**
 * Synthesizes (or reads) the templates, puts every engine to them side by side, and applies the exceptions register.
 * An engine that throws is a failure of the gate, never a pass.
 * @param use - gets the evaluation while the assembly still exists; its directory is deleted afterwards.
 * @throws ConfigurationError when there is no such stage; GateError when there is nothing to evaluate, it is of another stage, or the register or the narratives are not valid.
 */
export async function evaluate<T>(
  options: GateOptions,
  use: (evaluation: Evaluation) => Promise<T>,
): Promise<T> {
  const { progress, today, latest = today } = options;
  if (options.templates === undefined) loadStageConfig(options.stage);
  const ours = options.register ?? loadRegister();
  const pins = options.pins ?? loadPinnedRules();
  const validateOurs = (): void =>
    validateControls({
      projectRoot: PROJECT_ROOT,
      roles: ours.roles,
      pins: options.pinsAnew === true ? undefined : loadPinnedRules(),
    });
  if (options.templates === undefined) validateOurs();
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'compliance-'));
  const nothingToEvaluate = new AbortController();
  let started: ReadonlyMap<Engine, Promise<EngineResult>> = new Map();
  try {
    const sources = options.templates === undefined;
    const selected = ENGINES.filter(
      ({ name, needsAccount }) =>
        (options.engines?.has(name) ?? true) && (needsAccount !== true || options.account !== undefined),
    );
    const runnable = selected.filter(({ needsSources }) => sources || !needsSources);
    const ofSources: SourcesInput = {
      scratch,
      projectRoot: PROJECT_ROOT,
      pythonTool: await installPythonTools(runnable, progress),
      signal: nothingToEvaluate.signal,
    };
    // They fill the processors that synthesis, in this thread, leaves idle.
    started = new Map(
      runnable.filter(isOfSources).map((engine) => [engine, runEngine(engine, ofSources, progress)]),
    );
    const subject = await readSubject(options, ours.entries, scratch);
    const { kind, whole: assembly } = subject;
    const isForeign = kind === 'foreign templates';
    // Our claims are not made of templates of others.
    if (kind === 'templates') validateOurs();
    const profile = profileOf(options, isForeign);
    const stage = isForeign ? (options.about?.stage ?? NOT_STATED) : options.stage;
    const register = isForeign ? (profile.register ?? NO_REGISTER) : ours;
    const { entries } = register;
    // What was synthesized here is whole; of templates from elsewhere a part may have been given.
    const absent =
      kind === 'templates' ? applicationsOf(stage).filter(({ id }) => !isPresent(id, assembly)) : [];
    const input: EngineInput = {
      ...subject,
      ...ofSources,
      stage,
      conventions: profile,
      bareTemplates: writeBareTemplates(subject.assembly, path.join(scratch, 'bare')),
      writtenTemplates: writeBareTemplates(subject.written, path.join(scratch, 'written')),
      sources,
      account: options.account,
    };
    const results = (
      await Promise.all(runnable.map((engine) => started.get(engine) ?? runEngine(engine, input, progress)))
    ).map((result) => ({ ...result, rows: mergeVariants(result.rows, subject.origins) }));
    const { rows: resolved, failures: unresolved } = resolveReferences(results.flatMap(({ rows }) => rows));
    const notAdopted = profile.rulesNotAdopted;
    const located = resolved.map((row) => withLocations(row, assembly));
    const raw = applyFrameworks(applyNotAdopted(located, notAdopted), profile.frameworks);
    const context = {
      stage,
      today,
      latest,
      assembly,
      // Of an engine that did not run, nothing is held against the register, as of one that was left out.
      results: results.filter((result) => !didNotRun(result)),
      projectRoot: PROJECT_ROOT,
      tests: kind === 'application' ? readTestResults(PROJECT_ROOT) : [],
      // Another team's review is its own; what `approve` writes down is of the register that the gate comes with.
      approvals: isForeign ? undefined : register.approvals,
      absent: new Set(absent.map(({ id }) => id)),
    };
    const excepted = applyRegister(raw, entries, stage);
    const engineNames = new Set(runnable.map(({ name }) => name));
    const registerResult: EngineResult = {
      engine: 'exceptions-register',
      version: '1',
      rows: [
        ...evaluateRegister(entries, context, profile.registerPlace),
        ...(isForeign
          ? suppressionRows(assembly)
          : evaluateSuppressions(assembly, entries, stage, input.sources ? PROJECT_ROOT : undefined)),
        ...(profile.baseline === undefined
          ? []
          : evaluateBaseline(profile.baseline, excepted, latest, engineNames)),
      ],
      rulesRun: [...REGISTER_RULES, 'UNREGISTERED-SUPPRESSION'],
      failures: [],
      notAssessed: [],
    };
    // Engines that were left out, or could not evaluate, would leave their resources uncovered.
    const isWhole = isWholeGate(runnable) && results.every(({ failures }) => failures.length === 0);
    const coverage = kind === 'application' && isWhole ? evaluateCoverage(assembly, raw) : [];
    const known =
      profile.baseline === undefined ? excepted : applyBaseline(excepted, profile.baseline, latest);
    const all = [...results, registerResult];
    return await use({
      subject: kind,
      strict: !isForeign || options.strict === true,
      profile: profile.name,
      about: isForeign ? (options.about ?? {}) : {},
      stage,
      today,
      assembly,
      register,
      results: all,
      rows: [...known, ...applyRegister(coverage, entries, stage), ...registerResult.rows].sort(compareRows),
      notAdopted,
      failures: [
        ...all.flatMap((result) => [...result.failures, ...pinFailures(result, pins)]),
        ...unresolved,
      ],
      notAssessed: [
        ...(input.sources ? evaluatedElsewhere(stage) : []),
        ...absent.map(
          ({ id, title }) =>
            `${title} (${id}): not among the templates, so neither it nor the exceptions for it were evaluated.`,
        ),
        ...subject.left.map((name) => `${name} is of another stage: evaluate it with --stage.`),
        ...(isForeign ? [NOT_OURS] : []),
        ...all.flatMap(({ notAssessed }) => notAssessed),
        ...selected
          .filter((engine) => !runnable.includes(engine))
          .map(({ name }) => `${name} needs this project's sources; only templates were given.`),
      ],
    });
  } finally {
    nothingToEvaluate.abort();
    await Promise.allSettled(started.values());
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws GateError USAGE when this application is to be evaluated by another profile than its own. */
function profileOf({ profile }: GateOptions, isForeign: boolean): Profile {
  if (isForeign) return loadProfile(profile ?? 'generic');
  if (profile === undefined || profile === 'serverlessapp') return loadProfile('serverlessapp');
  throw new GateError('USAGE', 'This application is evaluated by its own profile: leave --profile out.');
}

const isPresent = (id: string, { stacks }: Assembly): boolean =>
  stacks.some(({ name }) => applicationIdOf(name) === id);

/**
 * Installs the Python tools before any engine starts: engines that evaluate in this thread would hold up an installation.
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

async function runEngine<Input>(
  engine: { readonly name: EngineName; readonly evaluate: (input: Input) => Promise<EngineResult> },
  input: Input,
  progress: Progress,
): Promise<EngineResult> {
  try {
    return await progress.step(engine.name, () => engine.evaluate(input));
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
