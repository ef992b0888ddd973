import { evaluateWithCdkNag } from './engines/cdk-nag';
import { evaluateSuppressions } from './register/find-suppressions';
import { evaluateRegister } from './register/evaluate-register';
import { loadRegister } from './register/load';
import { applyRegister } from './register/match';
import { loadPinnedRules, pinFailures } from './pinned-rules';
import { PROJECT_ROOT } from '../tools/setup/project-paths';
import { type Synthesized, synthesizeStage } from './synthesize';
import type { VerdictRow } from './verdict-row';

export interface QuickResult {
  /** Findings that are neither fixed nor excepted. */
  readonly findings: readonly VerdictRow[];
  /** Why nothing can be said. */
  readonly failures: readonly string[];
  readonly rules: number;
  readonly excepted: number;
}

/** Synthesizes a stage for {@link quickGate}; the functions must have been built. */
export const synthesizeForQuickGate = (stage: string, directory: string): Synthesized =>
  synthesizeStage(stage, directory, loadRegister().entries, PROJECT_ROOT);

/**
 * The part of the gate that runs within a second or two in this process: every cdk-nag pack and our own over the
 * construct tree, the exceptions register, and suppressions that it does not know. For `npm start` and habits; it
 * writes no evidence.
 */
export function quickGate(
  { assembly, constructs }: Synthesized,
  stage: string,
  today: string = new Date().toISOString().slice(0, 10),
): QuickResult {
  const { entries, approvals } = loadRegister();
  const result = evaluateWithCdkNag(constructs);
  const context = { stage, today, assembly, results: [result], projectRoot: PROJECT_ROOT, approvals };
  const rows = [
    ...applyRegister(result.rows, entries, stage),
    ...evaluateRegister(entries, context),
    ...evaluateSuppressions(assembly, entries, stage, PROJECT_ROOT),
  ];
  return {
    findings: rows.filter(({ verdict }) => verdict === 'non-compliant' || verdict === 'error'),
    failures: pinFailures(result, loadPinnedRules()),
    rules: result.rulesRun.length,
    excepted: rows.filter(({ verdict }) => verdict === 'excepted').length,
  };
}
