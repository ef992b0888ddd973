import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../../lib/config/load';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { readSources } from '../../tools/testing/source-digest';
import { type Baseline, type Catalogue, loadBaselines, loadCatalogues } from '../controls/catalogues';
import {
  configRulesOf,
  resourcesOf,
  evaluateNarratives,
  type NarrativeResult,
} from '../controls/evaluate-narratives';
import { loadNarratives } from '../controls/narratives';
import { evaluateRequirements, type RequirementResult } from '../controls/requirements';
import { loadResponsibilities } from '../controls/responsibilities';
import type { TestResult } from '../controls/test-results';
import { uncoveredResources } from '../engines/template-scope';
import { applicationIdOf, applicationsOf } from '../applications';
import { exitCodeOf, type Evaluation } from '../gate';
import type { Subject } from '../read-subject';
import type { RuleNotAdopted } from '../profiles/not-adopted';
import { daysUntil } from '../register/evaluate-register';
import type { Approval } from '../register/approvals';
import { appliesTo } from '../register/match';
import type { RegisterEntry } from '../register/schema';
import type { CitedContract, Verdict, VerdictRow } from '../verdict-row';
import type { Difference } from './evidence-difference';
import { type Commit, readCommit } from './commit';
import { type DecisionRecord, readDecisionRecords } from './decision-records';
import { type Figures, figuresOf, evaluatedAsAllOnly } from './figures';
import { NOT_STATED } from './name-in-pack';
import type { Occasion } from './purpose';
import { RESULTS } from './results';
import { sha256 } from './sha256';
import { loadSystemOwner, type SystemOwner } from './oscal/fedramp/owner';
import { accessMatrix, encryptionMatrix, type MatrixRow, retentionMatrix } from './matrices';

export interface Identity extends Occasion {
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly generated: string;
  readonly stage: string;
  readonly subject: Subject;
  /** The profile that it was evaluated by, and whether what could not be evaluated failed it. */
  readonly profile: string;
  readonly strict: boolean;
  /** Where the evaluated templates come from, as their user says. */
  readonly source: string | undefined;
  readonly accounts: readonly string[];
  readonly commit: Commit;
  /** SHA-256 over all sources; the test results of this pack carry the same. */
  readonly sources: string;
  readonly stacks: readonly {
    name: string;
    environment: string;
    template: string;
    sha256: string;
    resources: number;
  }[];
  /** `rules: 0` where the engine did not run. */
  readonly tools: readonly { engine: string; version: string; rules: number }[];
  /** Of the pipeline or CI system that made the pack, by its own name for the run. */
  readonly run: string | undefined;
}

/** One of the parts that are deployed each as a whole, and what was found in it. */
export interface ApplicationResult {
  readonly id: string;
  readonly title: string;
  /** `aws://ACCOUNT/REGION` of its stacks. */
  readonly environments: readonly string[];
  readonly stacks: number;
  readonly resources: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface ExceptionResult extends RegisterEntry {
  readonly ownerTeam: string;
  readonly approverTeam: string;
  /** The day of the decision that stands; absent as long as nobody has decided. */
  readonly approved?: string;
  /** Where that decision is written down; absent when it is not committed as it stands. */
  readonly record?: DecisionRecord;
  readonly ageDays: number;
  readonly daysLeft: number;
  readonly findings: number;
}

/** Everything that the pack tells; each of its files is one view of this. */
export interface Evidence {
  readonly identity: Identity;
  readonly result: (typeof RESULTS)[number];
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly figures: Figures;
  /** Rows that belong to no stack (dependencies, sources, the register) are in none. */
  readonly applications: readonly ApplicationResult[];
  readonly narratives: readonly NarrativeResult[];
  readonly requirements: readonly RequirementResult[];
  /** The editions whose requirements these are. */
  readonly catalogues: readonly Omit<Catalogue, 'requirements' | 'withdrawn'>[];
  readonly baselines: readonly Baseline[];
  /** What the owner of a deployed system has said of it; empty as long as there is none. */
  readonly systemOwner: SystemOwner;
  /** Test files that ran on the sources that were evaluated. */
  readonly tests: readonly Omit<TestResult, 'xml'>[];
  readonly exceptions: readonly ExceptionResult[];
  readonly matrices: {
    readonly encryption: MatrixRow[];
    readonly access: MatrixRow[];
    readonly retention: MatrixRow[];
  };
  readonly proofs: readonly { engine: string; paragraphs: readonly string[] }[];
  /** What the proofs found, whole: `Policies`, `Allowed access`, `Network`. */
  readonly proven: readonly { title: string; lines: readonly string[] }[];
  /** What AWS says that it needs, and the verdicts rest on. */
  readonly cited: readonly CitedContract[];
  /** Of them rules said only that they are tagged, named by rule and valid. */
  readonly asAllOnly: readonly { stack: string; resource: string; type: string }[];
  readonly uncovered: readonly { stack: string; resource: string; type: string }[];
  readonly notAdopted: readonly RuleNotAdopted[];
  readonly notAssessed: readonly string[];
  readonly failures: readonly string[];
  readonly difference: Difference | undefined;
  readonly rows: readonly VerdictRow[];
}

export type EvidenceWithoutDifference = Omit<Evidence, 'difference'>;

export function collectEvidence(
  evaluation: Evaluation,
  options: {
    readonly generated: Date;
    /** None for foreign templates. */
    readonly tests: readonly TestResult[];
    /** What the pack is for; for whoever makes it, if nothing else is said. */
    readonly occasion?: Occasion;
  },
): EvidenceWithoutDifference {
  const { rows, assembly, register, stage, subject } = evaluation;
  // What decides is evaluated by the clock; ages are told as of the time that the pack states.
  const stated = options.generated.toISOString().slice(0, 10);
  const foreign = subject === 'foreign templates';
  const held = register.entries.filter((entry) => appliesTo(entry, stage));
  // Somebody else's register is in a repository of his own.
  const records = readDecisionRecords(PROJECT_ROOT, foreign ? [] : held.map(({ id }) => id));
  const narratives = foreign
    ? []
    : evaluateNarratives(loadNarratives(), {
        rows,
        tests: options.tests,
        configRules: configRulesOf(assembly),
        resources: resourcesOf(assembly),
      });
  const catalogues = loadCatalogues();
  return {
    identity: {
      title: `Compliance evidence: ${foreign ? (evaluation.about.subject ?? namesOf(assembly)) : 'serverlessapp'}`,
      generated: options.generated.toISOString(),
      stage,
      subject,
      profile: evaluation.profile,
      strict: evaluation.strict,
      source: evaluation.about.source,
      accounts: [...new Set(assembly.stacks.map(({ environment }) => environment ?? 'unknown'))].sort(),
      // Our own commit says nothing of the templates of others.
      commit: foreign
        ? { id: evaluation.about.commit ?? NOT_STATED, modified: false }
        : readCommit(PROJECT_ROOT),
      sources: foreign ? 'unknown' : readSources(PROJECT_ROOT).digest,
      stacks: assembly.stacks.map(({ name, environment, templateFile, resources }) => ({
        name,
        environment: environment ?? 'unknown',
        template: `templates/${name}.template.json`,
        sha256: sha256(readFileSync(path.join(assembly.directory, templateFile))),
        resources: resources.length,
      })),
      tools: evaluation.results.map(({ engine, version, rulesRun }) => ({
        engine,
        version,
        // Rules of an engine that produced nothing were not put to anything.
        rules: rows.some((row) => row.engine === engine) ? rulesRun.length : 0,
      })),
      ...(options.occasion ?? { purpose: 'local' }),
      run: process.env['CODEBUILD_BUILD_ID'] ?? process.env['GITHUB_RUN_ID'],
    },
    result: RESULTS[exitCodeOf(evaluation)],
    counts: countVerdicts(rows),
    figures: figuresOf(rows),
    applications: applicationResults(evaluation),
    narratives,
    requirements: evaluateRequirements(
      catalogues.flatMap(({ requirements }) => requirements),
      narratives,
      rows,
      loadResponsibilities(),
    ),
    catalogues: catalogues.map(({ framework, title, edition, source, texts, published }) => ({
      ...{ framework, title, edition, source, texts, published },
    })),
    baselines: loadBaselines(),
    systemOwner: foreign ? {} : loadSystemOwner(PROJECT_ROOT),
    tests: options.tests.map(withoutContent),
    exceptions: held.map((entry) => ({
      ...entry,
      ownerTeam: register.roles[entry.owner]?.team ?? entry.owner,
      approverTeam: register.roles[entry.approver]?.team ?? entry.approver,
      ...decisionOf(register.approvals.get(entry.id), stated),
      ...recorded(records.get(entry.id)),
      daysLeft: daysUntil(entry.expires, stated),
      findings: rows.filter(({ exception }) => exception === entry.id).length,
    })),
    matrices: {
      encryption: encryptionMatrix(assembly),
      access: accessMatrix(assembly),
      retention: foreign ? [] : retentionMatrix(loadStageConfig(stage)),
    },
    proofs: evaluation.results.flatMap(({ engine, narratives: paragraphs }) =>
      paragraphs === undefined || paragraphs.length === 0 ? [] : [{ engine, paragraphs }],
    ),
    proven: evaluation.results.flatMap(({ proven = [] }) => proven),
    cited: evaluation.results.flatMap(({ cited = [] }) => cited),
    asAllOnly: evaluatedAsAllOnly(assembly, rows),
    uncovered: uncoveredResources(assembly, rows).map(({ stack, logicalId, type }) => ({
      stack,
      resource: logicalId,
      type,
    })),
    notAdopted: evaluation.notAdopted,
    notAssessed: evaluation.notAssessed,
    failures: evaluation.failures,
    rows,
  };
}

const NAMES_IN_TITLE = 5;
function namesOf({ stacks }: Evaluation['assembly']): string {
  const names = stacks.slice(0, NAMES_IN_TITLE).map(({ name }) => name);
  const more = stacks.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An entry that nobody has decided on has no age. */
const decisionOf = (approval: Approval | undefined, today: string) =>
  approval === undefined
    ? { ageDays: 0 }
    : { approved: approval.on, ageDays: -daysUntil(approval.on, today) };

const recorded = (record: DecisionRecord | undefined) => (record === undefined ? {} : { record });

/** The JUnit file stands in the pack by itself. */
const withoutContent = ({
  file,
  suite,
  passed,
  failed,
  skipped,
  ran,
  commit,
  sources,
  sha256: sum,
}: TestResult) => ({
  ...{ file, suite, passed, failed, skipped, ran, commit, sources, sha256: sum },
});

function applicationResults({ stage, assembly, rows }: Evaluation): ApplicationResult[] {
  const known = applicationsOf(stage);
  const idOf = (stack: string): string => applicationIdOf(stack) ?? stack;
  return [...new Set(assembly.stacks.map(({ name }) => idOf(name)))].sort().map((id) => {
    const stacks = assembly.stacks.filter(({ name }) => idOf(name) === id);
    return {
      id,
      title: known.find((application) => application.id === id)?.title ?? 'Templates synthesized elsewhere',
      environments: [...new Set(stacks.map(({ environment }) => environment ?? 'unknown'))].sort(),
      stacks: stacks.length,
      resources: stacks.reduce((sum, stack) => sum + stack.resources.length, 0),
      counts: countVerdicts(rows.filter(({ stack }) => stack !== undefined && idOf(stack) === id)),
    };
  });
}

function countVerdicts(rows: readonly VerdictRow[]): Record<Verdict, number> {
  const counts = { compliant: 0, 'non-compliant': 0, excepted: 0, 'not-applicable': 0, error: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}
