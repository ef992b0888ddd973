import type { PythonTool } from '../../tools/setup/python-tools';
import { applicationIdOf, applicationsOf } from '../applications';
import type { BareTemplate } from '../assembly/bare-templates';
import type { Assembly, NotRead } from '../assembly/model';
import type { AccountAccess } from '../deployed/evaluate-account';
import type { Conventions } from '../rules/nag/serverless-app-checks';
import type { StackTemplate } from '../rules/proofs/model/template';
import { linesOf, type ReviewedResult } from '../rules/proofs/reviewed-file';
import { byApplication, openTemplatesOf, templatesOf } from '../rules/proofs/prove';
import type { Synthesized } from '../synthesize';
import type { EngineName, EngineResult } from '../verdict-row';
import { evaluateWithGuard } from './cfn-guard';
import { evaluateWithCfnLint } from './cfn-lint';
import { evaluateWithCheckov } from './checkov';
import { evaluateSecrets } from './checkov-secrets';
import { evaluateWithCloudFormationValidate } from './cloudformation-validate';
import { evaluateDependencies } from './dependency-audit';
import { runtimePackages } from './runtime-packages';
import { evaluateLicenses } from './license-check';
import { evaluateScope } from './template-scope';

/** What engines get that evaluate the project's files and no template. */
export interface SourcesInput {
  readonly scratch: string;
  readonly projectRoot: string;
  /** A locked Python tool's environment; installed on first use. */
  readonly pythonTool: (name: PythonToolName) => Promise<PythonTool>;
  /** Ends what they have started, when there is nothing to evaluate. */
  readonly signal?: AbortSignal;
}

export interface EngineInput extends Synthesized, SourcesInput {
  readonly stage: string;
  /** The stacks as they were written, before what is decided when they are deployed was worked out. */
  readonly written: Assembly;
  /** What was left open by that; undefined for this application, of which nothing may be open. */
  readonly leftOpen: readonly NotRead[] | undefined;
  /** Of the team whose templates they are. */
  readonly conventions: Conventions;
  /** Resources that `constructs` has none for. */
  readonly notIncluded: readonly NotRead[];
  /** Copies of the templates without suppressions. */
  readonly bareTemplates: readonly BareTemplate[];
  /** As {@link bareTemplates}, of the stacks as they were written. */
  readonly writtenTemplates: readonly BareTemplate[];
  /** Whether this project's sources are what was synthesized. */
  readonly sources: boolean;
  /** How the account is asked; absent where only templates are evaluated. */
  readonly account?: AccountAccess | undefined;
}

export type PythonToolName = 'checkov' | 'cfn-lint' | 'ministack' | 'sam-translator';

interface EngineOf<Input> {
  readonly name: EngineName;
  /** Evaluates more than templates, so it cannot run on an assembly from elsewhere. */
  readonly needsSources: boolean;
  /** Evaluates what an account answers, so that it runs only where one is to be asked. */
  readonly needsAccount?: true;
  /** Installed before any engine starts. */
  readonly needsTool?: PythonToolName;
  readonly evaluate: (input: Input) => Promise<EngineResult>;
}

/** Of the project's files alone: starts before there is a template, in a process of its own. */
export interface SourcesEngine extends EngineOf<SourcesInput> {
  readonly needsSources: true;
  readonly needsTemplates: false;
}

export type Engine = SourcesEngine | (EngineOf<EngineInput> & { readonly needsTemplates?: never });

export const isOfSources = (engine: Engine): engine is SourcesEngine => engine.needsTemplates === false;

/** A turn of the event loop, so that the engines that are child processes have started before one blocks the thread. */
const afterTheOthersStarted = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Proof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
  readonly reviewed?: ReviewedResult | readonly ReviewedResult[];
}

const nothing = (engine: EngineName): EngineResult => ({
  engine,
  version: '1',
  rows: [],
  rulesRun: [],
  failures: [],
  notAssessed: [],
});
const isForeign = ({ stacks }: EngineInput['assembly']): boolean =>
  stacks.some(({ name }) => applicationIdOf(name) === undefined);
const foreign = (engine: EngineName): EngineResult => ({
  ...nothing(engine),
  notAssessed: [`${engine}: the templates are not this application's, whose code the proof knows.`],
});

/** Loaded when it is asked for: a run of one engine needs none of the others' modules. */
type Loaded<Proved> = () => Promise<(templates: readonly StackTemplate[]) => Proved>;

/** These proofs know this application's functions and the calls that they make; of another one they can say nothing. */
async function prove(
  { assembly }: EngineInput,
  load: Loaded<Proof>,
  engine: EngineName,
): Promise<EngineResult> {
  await afterTheOthersStarted();
  if (isForeign(assembly)) return foreign(engine);
  const proof = await load();
  const proofs = byApplication(templatesOf(assembly)).map(({ id, templates }) => ({
    id,
    ...proof(templates),
  }));
  const [first] = proofs;
  const of = (id: string, text: string): string => (proofs.length === 1 ? text : `${id}: ${text}`);
  return {
    ...(first?.result ?? nothing(engine)),
    rows: proofs.flatMap(({ result }) => result.rows),
    failures: proofs.flatMap(({ result }) => result.failures),
    notAssessed: proofs.flatMap(({ result }) => result.notAssessed),
    narratives: proofs.flatMap(({ id, narratives }) => narratives.map((paragraph) => of(id, paragraph))),
    proven: proofs.flatMap(({ id, reviewed = [] }) =>
      [reviewed].flat().map((each) => ({ title: of(id, each.title), lines: linesOf(each) })),
    ),
  };
}

/** As {@link prove}, of all applications at once: for what one of them makes and another uses. */
async function proveTogether(
  { assembly }: EngineInput,
  load: Loaded<Proof>,
  engine: EngineName,
): Promise<EngineResult> {
  await afterTheOthersStarted();
  if (isForeign(assembly)) return foreign(engine);
  const proof = await load();
  const { result, narratives } = proof(templatesOf(assembly));
  return { ...result, narratives: [...narratives] };
}

/** Contracts are evaluated over all applications together: what one lets in may be for another's edge. */
async function evaluateContracts({ assembly, stage }: EngineInput): Promise<EngineResult> {
  const engine = 'service-contracts' as const;
  if (assembly.stacks.some(({ name }) => applicationIdOf(name) === undefined)) {
    const reason = `${engine}: the templates are not this application's, for whose edges the contracts are.`;
    return { engine, version: '1', rows: [], rulesRun: [], failures: [], notAssessed: [reason] };
  }
  const [{ proveContracts }, { CONTRACT_RULES }, { contractLines }] = await Promise.all([
    import('../rules/contracts/prove-contracts.js'),
    import('../rules/contracts/rules.js'),
    import('../rules/contracts/describe.js'),
  ]);
  const applications = byApplication(templatesOf(assembly));
  const { result, narratives } = proveContracts(applications, stage);
  const proven = [{ title: 'What AWS needs', lines: contractLines(result.cited ?? []) }];
  const whole = { ...result, narratives: [...narratives], proven };
  if (applicationsOf(stage).every(({ id }) => applications.some((application) => application.id === id)))
    return whole;
  // What is not there may be what a grant or a contract is for.
  const ofTheWhole: readonly string[] = [CONTRACT_RULES.contractUsed.id, CONTRACT_RULES.grantsNeeded.id];
  return {
    ...whole,
    rows: whole.rows.filter(({ rule }) => !ofTheWhole.includes(rule)),
    notAssessed: [`${engine}: whether everything is needed can be said of a whole release only.`],
  };
}

/** All engines but the register's own evaluation, the slowest first. */
export const ENGINES: readonly Engine[] = [
  {
    name: 'deployed',
    needsSources: false,
    needsAccount: true,
    // Loaded when an account is asked: a client of every service comes with it.
    evaluate: async ({ assembly, account }) =>
      account === undefined
        ? nothing('deployed')
        : (await import('../deployed/evaluate-account.js')).evaluateAccount({ ...account, assembly }),
  },
  {
    name: 'checkov',
    needsSources: false,
    needsTool: 'checkov',
    evaluate: async ({ bareTemplates, scratch, pythonTool }) =>
      evaluateWithCheckov((await pythonTool('checkov')).python, bareTemplates, scratch),
  },
  {
    name: 'checkov-secrets',
    needsSources: true,
    needsTemplates: false,
    needsTool: 'checkov',
    evaluate: async ({ projectRoot, scratch, pythonTool, signal }) =>
      evaluateSecrets((await pythonTool('checkov')).python, projectRoot, scratch, signal),
  },
  {
    name: 'cfn-lint',
    needsSources: false,
    needsTool: 'cfn-lint',
    evaluate: async ({ writtenTemplates, scratch, pythonTool }) =>
      evaluateWithCfnLint((await pythonTool('cfn-lint')).python, writtenTemplates, scratch),
  },
  {
    name: 'cloudformation-validate',
    needsSources: false,
    evaluate: ({ writtenTemplates, scratch }) =>
      evaluateWithCloudFormationValidate(writtenTemplates, scratch),
  },
  {
    name: 'cfn-guard',
    needsSources: false,
    evaluate: ({ bareTemplates, scratch }) => evaluateWithGuard(bareTemplates, scratch),
  },
  {
    name: 'dependency-audit',
    needsSources: true,
    evaluate: ({ projectRoot, scratch }) => {
      const bundled = new Set(runtimePackages(projectRoot).map(({ name }) => name));
      return evaluateDependencies(projectRoot, bundled, scratch);
    },
  },
  {
    name: 'license-check',
    needsSources: true,
    evaluate: ({ projectRoot }) => Promise.resolve(evaluateLicenses(projectRoot)),
  },
  {
    name: 'template-scope',
    needsSources: false,
    evaluate: ({ written, leftOpen }) => Promise.resolve(evaluateScope(written, leftOpen)),
  },
  {
    name: 'template-checks',
    needsSources: false,
    evaluate: (input) =>
      prove(
        input,
        async () => {
          const { runChecks } = await import('../rules/checks/run-checks.js');
          return (templates) => ({ result: runChecks(templates), narratives: [] });
        },
        'template-checks',
      ),
  },
  {
    name: 'proof-network',
    needsSources: false,
    evaluate: async (input) => {
      if (!isForeign(input.assembly))
        return prove(
          input,
          async () => (await import('../rules/proofs/network/prove-network.js')).proveNetwork,
          'proof-network',
        );
      await afterTheOthersStarted();
      const { proveReach } = await import('../rules/proofs/network/prove-reach.js');
      return proveReach(openTemplatesOf(input.assembly), input.conventions.functionsCall);
    },
  },
  {
    name: 'proof-iam',
    needsSources: false,
    evaluate: (input) =>
      prove(input, async () => (await import('../rules/proofs/iam/prove-iam.js')).proveIam, 'proof-iam'),
  },
  {
    name: 'proof-exposure',
    needsSources: false,
    evaluate: async ({ assembly, conventions }) => {
      await afterTheOthersStarted();
      const { proveExposure } = await import('../rules/proofs/exposure/prove-exposure.js');
      return proveExposure(openTemplatesOf(assembly), conventions.ownAccounts);
    },
  },
  {
    name: 'proof-deployer',
    needsSources: false,
    evaluate: (input) =>
      prove(
        input,
        async () => (await import('../rules/proofs/deployer/prove-deployer.js')).proveDeployer,
        'proof-deployer',
      ),
  },
  {
    name: 'proof-attack',
    needsSources: false,
    evaluate: (input) =>
      proveTogether(
        input,
        async () => (await import('../rules/proofs/attack/prove-attack.js')).proveAttacks,
        'proof-attack',
      ),
  },
  {
    name: 'proof-release',
    needsSources: false,
    evaluate: (input) =>
      proveTogether(
        input,
        async () => (await import('../rules/proofs/release/prove-release.js')).proveRelease,
        'proof-release',
      ),
  },
  {
    name: 'proof-signals',
    needsSources: false,
    needsTool: 'ministack',
    evaluate: async (input) => {
      const { python } = await input.pythonTool('ministack');
      return proveTogether(
        input,
        async () => {
          const { proveSignals } = await import('../rules/proofs/signals/prove-signals.js');
          const { embeddedEventMatcher } = await import('./event-matcher.js');
          const matcher = embeddedEventMatcher(python, input.scratch);
          return (templates) => proveSignals(templates, matcher);
        },
        'proof-signals',
      );
    },
  },
  {
    name: 'service-contracts',
    needsSources: false,
    evaluate: async (input) => {
      await afterTheOthersStarted();
      return evaluateContracts(input);
    },
  },
  {
    name: 'cdk-nag',
    needsSources: false,
    evaluate: async ({ constructs, conventions, notIncluded }) => {
      await afterTheOthersStarted();
      const { evaluateWithCdkNag } = await import('./cdk-nag.js');
      return evaluateWithCdkNag(constructs, conventions, notIncluded);
    },
  },
];

/** Whether every engine that evaluates templates is among those that run: only then does silence about a resource mean something. */
export const isWholeGate = (running: readonly Engine[]): boolean =>
  ENGINES.every((engine) => engine.needsAccount === true || running.includes(engine));
