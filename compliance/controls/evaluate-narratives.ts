import type { Assembly } from '../assembly/assembly';
import { DEPLOYED } from '../deployed/engine';
import type { VerdictRow } from '../verdict-row';
import type { EvidenceSource, Narrative } from './narratives';
import type { TestResult } from './test-results';

/**
 * - `supported`: everything that it cites was produced in this run, and is compliant everywhere.
 * - `supported in part`: what was produced is compliant; tests that it cites did not run, or the account was not asked.
 * - `not assessed`: nothing here can tell.
 */
export type NarrativeState = 'supported' | 'supported in part' | 'excepted' | 'findings' | 'not assessed';

export interface NarrativeResult extends Omit<Narrative, 'evidence'> {
  readonly state: NarrativeState;
  readonly evidence: readonly EvidenceResult[];
  readonly exceptions: readonly string[];
  readonly population: Population;
  /** Evidence that it names and this run did not produce. */
  readonly missing: readonly string[];
}
/** How many resources a narrative is about, counted in distinct ones. */
export interface Population {
  /** Resources of the templates that its rules evaluated, and those of them that an exception covers. */
  readonly evaluated: number;
  readonly excepted: number;
  /** All resources of the kinds that its rules evaluated. */
  readonly ofKind: number;
  /** Those of them that none of its rules evaluated, by type. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What its rules evaluated besides (principals, packages, files), by kind. */
  readonly others: Readonly<Record<string, number>>;
}

export interface EvidenceResult {
  readonly kind: 'rule' | 'test' | 'watch';
  readonly source: string;
  readonly title: string;
  readonly strength: VerdictRow['strength'] | 'test' | 'watch';
  /** Verdicts of a rule, cases of a test file, AWS Config rules in the templates. */
  readonly compliant: number;
  readonly excepted: number;
  readonly open: number;
  /** A rule that ran and found no resource of its kind is not missing: there is none. */
  readonly notApplicable: number;
  /** What the verdicts say where each is about a whole (all policies, every store) and counts no resources by itself. */
  readonly says: readonly string[];
  /** Cases of a test that did not run though its file did. */
  readonly skipped: number;
}

/** What the narratives' evidence is looked up in. */
export interface Findings {
  readonly rows: readonly VerdictRow[];
  readonly tests: readonly TestResult[];
  readonly configRules: readonly string[];
  readonly resources: readonly { readonly stack: string; readonly resource: string; readonly type: string }[];
}

/** Names of the AWS Config rules that the templates deploy. */
export const configRulesOf = ({ stacks }: Assembly): string[] =>
  stacks.flatMap(({ resources }) =>
    resources
      .filter(({ type }) => type === 'AWS::Config::ConfigRule')
      .flatMap(({ body }) => {
        const name = body.Properties?.['ConfigRuleName'];
        return typeof name === 'string' ? [name] : [];
      }),
  );

/** Every resource of the templates, by its place and type. */
export const resourcesOf = ({ stacks }: Assembly): Findings['resources'] =>
  stacks.flatMap(({ name, resources }) =>
    resources.map(({ logicalId, type }) => ({ stack: name, resource: logicalId, type })),
  );

const stateOf = (rows: readonly Pick<VerdictRow, 'verdict'>[]): NarrativeState => {
  if (rows.some(({ verdict }) => verdict === 'non-compliant' || verdict === 'error')) return 'findings';
  if (rows.some(({ verdict }) => verdict === 'excepted')) return 'excepted';
  return rows.some(({ verdict }) => verdict === 'compliant') ? 'supported' : 'not assessed';
};

/**
 * A narrative names a rule whose single findings carry something more: in brackets (cdk-nag) or as a number (checkov's
 * secrets). An engine's own name stands for all of its rules.
 */
export const isOf = (
  row: { readonly engine: string; readonly rule: string },
  engine: string,
  rule: string,
): boolean =>
  row.engine === engine &&
  (row.rule === rule ||
    rule === engine ||
    row.rule.startsWith(`${rule}[`) ||
    row.rule.startsWith(`${rule}_`));

const resourceOf = ({ stack, resource }: Pick<VerdictRow, 'stack' | 'resource'>): string =>
  `${stack ?? ''} ${resource}`;

const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

function populationOf(evaluated: readonly VerdictRow[], resources: Findings['resources']): Population {
  const known = new Map(resources.map((one) => [resourceOf(one), one.type]));
  const seen = new Map(evaluated.map((row) => [resourceOf(row), row.resourceType ?? row.engine]));
  const own = [...seen.keys()].filter((name) => known.has(name));
  const types = new Set(own.map((name) => known.get(name)));
  const ofKind = resources.filter(({ type }) => types.has(type));
  return {
    evaluated: own.length,
    excepted: new Set(evaluated.filter(({ verdict }) => verdict === 'excepted').map(resourceOf)).size,
    ofKind: ofKind.length,
    leftOut: countBy(ofKind.filter((one) => !seen.has(resourceOf(one))).map(({ type }) => type)),
    others: countBy([...seen].filter(([name]) => !known.has(name)).map(([, kind]) => kind)),
  };
}

/**
 * What this run says of each narrative. A rule or an AWS Config rule that produced nothing makes it "not assessed", a
 * failed test a finding; a test that did not run supports nothing, is named, and leaves the rest support in part: what
 * could not be determined is not determined. NIST SP 800-53A Rev. 5, 3.3: https://doi.org/10.6028/NIST.SP.800-53Ar5
 */
export function evaluateNarratives(narratives: readonly Narrative[], findings: Findings): NarrativeResult[] {
  return narratives.map((narrative) => evaluateNarrative(narrative, findings));
}

function evaluateNarrative(narrative: Narrative, findings: Findings): NarrativeResult {
  const rows = narrative.evidence.flatMap((source) => rowsOf(source, findings.rows));
  const evaluated = rows.filter(({ verdict }) => verdict !== 'not-applicable');
  const evidence = narrative.evidence.map((source) => evidenceOf(source, findings));
  const missing = evidence.filter(
    ({ compliant, excepted, open, notApplicable }) => compliant + excepted + open + notApplicable === 0,
  );
  const failedTests = evidence.some(({ kind, open }) => kind === 'test' && open > 0);
  // An account is asked in runs of its own; a narrative about nothing else is not assessed in the others.
  const optional = ({ kind, source }: EvidenceResult): boolean =>
    kind === 'test' || (source.startsWith(`${DEPLOYED}: `) && rows.length > 0);
  // A narrative about the tests themselves rests on nothing else.
  const onlyTests = evidence.every(({ kind }) => kind === 'test');
  const found = failedTests ? 'findings' : onlyTests ? 'supported' : stateOf(evaluated);
  const state = found === 'supported' && missing.length > 0 ? 'supported in part' : found;
  const whole = onlyTests ? missing.length === 0 : missing.every(optional);
  return {
    ...narrative,
    evidence,
    state: whole || state === 'findings' ? state : 'not assessed',
    exceptions: [...new Set(rows.flatMap(({ exception }) => exception ?? []))].sort(),
    population: onlyTests ? testPopulation(evidence) : populationOf(evaluated, findings.resources),
    missing: missing.map(({ source }) => source),
  };
}

const testPopulation = (evidence: readonly EvidenceResult[]): Population => {
  const cases = evidence.reduce((sum, { compliant, open }) => sum + compliant + open, 0);
  const others = cases === 0 ? {} : { 'test cases': cases };
  return { evaluated: 0, excepted: 0, ofKind: 0, leftOut: {}, others };
};

const rowsOf = (source: EvidenceSource, rows: readonly VerdictRow[]): VerdictRow[] =>
  'engine' in source ? rows.filter((row) => isOf(row, source.engine, source.rule)) : [];

function evidenceOf(source: EvidenceSource, findings: Findings): EvidenceResult {
  if ('test' in source) {
    const result = findings.tests.find(({ file }) => file === source.test);
    return {
      kind: 'test',
      source: source.test,
      title: result === undefined ? 'Did not run in this pack' : 'Automated tests',
      strength: 'test',
      compliant: result?.passed ?? 0,
      excepted: 0,
      open: result?.failed ?? 0,
      notApplicable: 0,
      says: [],
      skipped: result?.skipped ?? 0,
    };
  }
  if ('configRule' in source) {
    return {
      kind: 'watch',
      source: source.configRule,
      title: 'AWS Config rule, in the templates',
      strength: 'watch',
      compliant: findings.configRules.filter((name) => name.endsWith(`-${source.configRule}`)).length,
      excepted: 0,
      open: 0,
      notApplicable: 0,
      says: [],
      skipped: 0,
    };
  }
  const matching = rowsOf(source, findings.rows);
  const count = (...verdicts: VerdictRow['verdict'][]): number =>
    matching.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    kind: 'rule',
    source: `${source.engine}: ${source.rule}`,
    title: (matching.find(({ rule }) => rule === source.rule) ?? matching[0])?.title ?? '',
    strength: matching[0]?.strength ?? 'property',
    compliant: count('compliant'),
    excepted: count('excepted'),
    open: count('non-compliant', 'error'),
    notApplicable: count('not-applicable'),
    says: messagesOfWholes(matching),
    skipped: 0,
  };
}

const MOST_WHOLES = 4;

/** "1 compliant" of a rule that evaluates everything at once tells nobody how much that was; its own words do. */
function messagesOfWholes(rows: readonly VerdictRow[]): string[] {
  const aboutWholes = rows.every(({ resourceType }) => !(resourceType ?? '').startsWith('AWS::'));
  if (!aboutWholes || rows.length > MOST_WHOLES) return [];
  return rows.flatMap(({ verdict, message }) =>
    verdict === 'compliant' && /\d/.test(message) ? [message] : [],
  );
}
