import { runChecks } from '../rules/checks/run-checks';
import type { Contracts } from '../rules/contracts/load';
import { proveContracts } from '../rules/contracts/prove-contracts';
import { proveIam } from '../rules/proofs/iam/prove-iam';
import type { StackTemplate } from '../rules/proofs/model/template';
import { proveNetwork } from '../rules/proofs/network/prove-network';
import { byApplication } from '../rules/proofs/prove';
import { proveRelease } from '../rules/proofs/release/prove-release';
import type { EventMatcher } from '../rules/proofs/signals/event-matcher';
import { proveSignals } from '../rules/proofs/signals/prove-signals';
import type { VerdictRow } from '../verdict-row';

/** Who caught a mutant, and what it said. */
export interface Catch {
  readonly catcher: string;
  readonly rule: string;
  readonly message: string;
}

/** Something that evaluates templates in this process. */
export interface Catcher {
  readonly name: string;
  readonly evaluate: (templates: readonly StackTemplate[]) => readonly VerdictRow[];
  /** Whether it evaluates what one stack makes and another uses, and so has to get every stack of the release. */
  readonly ofRelease?: true;
}

const isReview = (row: VerdictRow): boolean => row.rule.endsWith('-reviewed');
const proofIam = (templates: readonly StackTemplate[], parts: 'closed world' | 'without closed world') =>
  proveIam(templates, undefined, undefined, parts).result.rows;

export const CHECK_CATCHER: Catcher = {
  name: 'template-checks',
  evaluate: (templates) => runChecks(templates).rows,
};

/**
 * Evaluators of this process, the cheap ones first. The comparison with the reviewed results comes after every rule and
 * scanner: it notices any change at all, and would hide which rules notice nothing.
 */
export const RULE_CATCHERS: readonly Catcher[] = [
  CHECK_CATCHER,
  {
    name: 'proof-network',
    evaluate: (templates) => proveNetwork(templates).result.rows.filter((row) => !isReview(row)),
  },
  { name: 'proof-iam', evaluate: (templates) => proofIam(templates, 'without closed world') },
  {
    name: 'proof-iam (closed world)',
    evaluate: (templates) => proofIam(templates, 'closed world').filter((row) => !isReview(row)),
  },
];

export const RELEASE_CATCHER: Catcher = {
  name: 'proof-release',
  ofRelease: true,
  evaluate: (templates) => proveRelease(templates).result.rows,
};

export const contractCatcher = (stage: string, contracts: Contracts): Catcher => ({
  name: 'service-contracts',
  ofRelease: true,
  evaluate: (templates) => proveContracts(byApplication([...templates]), stage, contracts).result.rows,
});

/** Evaluates alarms, event rules and log filters; its matcher is another program. */
export const signalCatcher = (matcher: EventMatcher): Catcher => ({
  name: 'proof-signals',
  ofRelease: true,
  evaluate: (templates) => proveSignals(templates, matcher).result.rows,
});

export const REVIEW_CATCHER: Catcher = {
  name: 'review',
  evaluate: (templates) =>
    [...proveNetwork(templates).result.rows, ...proofIam(templates, 'closed world')].filter(isReview),
};

/** What makes a finding the same finding; its message too, because one row may list several problems. */
const keyOf = (row: VerdictRow, stack = row.stack): string =>
  [row.engine, row.rule, stack ?? '', row.resource, row.verdict, row.message].join('\u0000');

const isFinding = (row: VerdictRow): boolean => row.verdict === 'non-compliant' || row.verdict === 'error';

/** The findings of an evaluator on the templates as they are, to which a mutant's are compared. */
export const findingsOf = (rows: readonly VerdictRow[]): ReadonlySet<string> =>
  new Set(rows.filter(isFinding).map((row) => keyOf(row)));

/**
 * The first finding that was not there before.
 * @param original the real stack's name where the mutated copy had to be evaluated under another one.
 */
export function newFinding(
  catcher: string,
  rows: readonly VerdictRow[],
  before: ReadonlySet<string>,
  original?: string,
): Catch | undefined {
  const found = rows.find((row) => isFinding(row) && !before.has(keyOf(row, original ?? row.stack)));
  return found && { catcher, rule: found.rule, message: found.message };
}
