import type { StageName } from '../../lib/config/schema';
import { type Approval, approvedFindings, type Approvals, digestOf, findingLine } from './approvals';
import { findingsOf } from './evaluate-register';
import type { RegisterEntry } from './schema';
import type { EngineResult } from '../verdict-row';

/** What somebody decides on, with what changed since the last decision. */
export interface Decision {
  readonly approval: Approval;
  /** Whether the entry's own words changed. */
  readonly reworded: boolean;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

const linesOf = (findings: Approval['findings']): Set<string> =>
  new Set(Object.entries(findings).flatMap(([stage, lines]) => lines.map((line) => `${line} (${stage})`)));

/** A decision on an entry as it stands today. @param byStage what it covers, for each stage in which it holds */
export function decisionOn(
  entry: { readonly id: string },
  { by, on, approvals }: { readonly by: string; readonly on: string; readonly approvals: Approvals },
  byStage: ReadonlyMap<StageName, ReadonlySet<string>>,
): Decision {
  const before = approvals.get(entry.id);
  const approval = { id: entry.id, by, on, entry: digestOf(entry), findings: approvedFindings(byStage) };
  const [old, now] = [linesOf(before?.findings ?? {}), linesOf(approval.findings)];
  return {
    approval,
    reworded: before?.entry !== approval.entry,
    added: [...now].filter((line) => !old.has(line)),
    gone: [...old].filter((line) => !now.has(line)),
  };
}

/** What an entry of the exceptions register covers in a stage, as an approval knows it. */
export const coverageOf = (
  entry: RegisterEntry,
  results: readonly EngineResult[],
  stage: StageName,
): ReadonlySet<string> =>
  new Set(findingsOf(entry, { results, stage }).map((row) => findingLine(row, stage)));
