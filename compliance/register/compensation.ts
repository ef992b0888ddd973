import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly, EvaluatedResource } from '../assembly/assembly';
import type { TestResult } from '../controls/test-results';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { applyRegister, isAtOrBelow, resolvePaths } from './match';
import type { RegisterEntry } from './schema';

export interface CompensationContext {
  readonly stage: string;
  readonly assembly: Assembly;
  readonly results: readonly EngineResult[];
  readonly projectRoot: string;
  /** Results of tests on the same sources; none where nobody ran them. */
  readonly tests?: readonly TestResult[] | undefined;
  /** The whole register: what it covers elsewhere is not held against a compensating control. */
  readonly entries: readonly RegisterEntry[];
  /** Whether a construct is of an application that is not among the templates. */
  readonly isAbsent: (constructPath: string) => boolean;
}

/** Logical ids that a body refers to by Ref, Fn::GetAtt or Fn::Sub. */
function referencesIn(body: unknown): string[] {
  const found = JSON.stringify(body).matchAll(
    /"Ref":"([^"]+)"|"Fn::GetAtt":\["([^"]+)"|\$\{(\w+)(?:\.\w+)?\}/g,
  );
  return [...found].map(([, ref, attribute, sub]) => ref ?? attribute ?? sub ?? '');
}

/**
 * Paths of the resources at or below a construct, of those that they name and of those that name them, in their stack:
 * a bucket's policy is about the bucket, a role's grants about the policy that holds them, an API's rule about its methods.
 */
function neighbourhood(ancestor: string, { stacks }: Assembly): Set<string> {
  const paths = new Set<string>();
  const add = ({ constructPath }: EvaluatedResource): void => {
    if (constructPath !== undefined) paths.add(constructPath);
  };
  for (const { resources } of stacks) {
    const own = resources.filter(({ constructPath }) => isAtOrBelow(constructPath ?? '', ancestor));
    if (own.length === 0) continue;
    const ids = new Set(own.map(({ logicalId }) => logicalId));
    const named = new Set(own.flatMap(({ body }) => referencesIn(body)));
    own.forEach(add);
    resources
      .filter(({ logicalId, body }) => named.has(logicalId) || referencesIn(body).some((id) => ids.has(id)))
      .forEach(add);
  }
  return paths;
}

type Evidence = RegisterEntry['compensatingControl']['shownBy'][number];
type RuleEvidence = Extract<Evidence, { engine: string }>;

const nameOf = ({ engine, rule }: RuleEvidence): string => `${engine}'s ${rule}`;

interface Shown {
  readonly problems: readonly string[];
  /** Excepted constructs that it speaks of. */
  readonly about: readonly string[];
}

/** Nobody has to have run the test; where somebody did, on these sources, it has to have passed. */
function byTest(
  test: string,
  entry: RegisterEntry,
  excepted: readonly string[],
  { projectRoot, tests = [] }: CompensationContext,
): Shown {
  const result = tests.find(({ file }) => file === test);
  if (result !== undefined && (result.failed > 0 || result.passed === 0))
    return {
      problems: [
        `${test}, which should show the compensating control, did not pass: ${result.failed} failed, ${result.passed} passed.`,
      ],
      about: [],
    };
  const file = path.join(projectRoot, test);
  if (!existsSync(file)) return { problems: [`There is no ${test}.`], about: [] };
  return readFileSync(file, 'utf8').includes(entry.id)
    ? { problems: [], about: excepted }
    : { problems: [`${test} does not say which of its cases is about ${entry.id}.`], about: [] };
}

function byRule(evidence: RuleEvidence, excepted: readonly string[], context: CompensationContext): Shown {
  const { results, entries, stage, assembly, isAbsent } = context;
  const result = results.find(({ engine }) => engine === evidence.engine);
  if (result === undefined) return { problems: [], about: excepted };
  const rows = applyRegister(
    result.rows.filter(({ rule }) => rule === evidence.rule),
    entries,
    stage,
  );
  if (rows.some(({ verdict }) => verdict === 'non-compliant' || verdict === 'error'))
    return {
      problems: [`${nameOf(evidence)}, which should show the compensating control, has findings.`],
      about: [],
    };
  const held = rows.filter(({ verdict }) => verdict === 'compliant');
  const holdsOn = (ancestor: string): boolean => {
    const near = neighbourhood(ancestor, assembly);
    return held.some(
      ({ constructPath }: VerdictRow) => constructPath !== undefined && near.has(constructPath),
    );
  };
  if (evidence.at !== undefined) {
    const open = resolvePaths(evidence.at, stage).filter(
      (ancestor) => !isAbsent(ancestor) && !holdsOn(ancestor),
    );
    return {
      problems: open.map((ancestor) => `${nameOf(evidence)} does not show it at ${ancestor}.`),
      about: evidence.for === undefined ? excepted : resolvePaths(evidence.for, stage),
    };
  }
  const about = excepted.filter(holdsOn);
  return {
    problems:
      about.length > 0
        ? []
        : [`${nameOf(evidence)}, which should show the compensating control, showed nothing there.`],
    about,
  };
}

/** Why what should show the compensating control does not: it is to hold on the excepted constructs, each of them. */
export function notCompensated(
  entry: RegisterEntry,
  excepted: readonly string[],
  context: CompensationContext,
): string[] {
  const shown = entry.compensatingControl.shownBy.map((evidence) =>
    'test' in evidence
      ? byTest(evidence.test, entry, excepted, context)
      : byRule(evidence, excepted, context),
  );
  const bare = excepted.filter((ancestor) => !shown.some(({ about }) => about.includes(ancestor)));
  return [
    ...shown.flatMap(({ problems }) => problems),
    ...bare.map((ancestor) => `Nothing shows the compensating control on ${ancestor}.`),
  ];
}
