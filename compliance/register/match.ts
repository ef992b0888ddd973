import type { StageName } from '../../lib/config/schema';
import { regionalApplicationIds } from '../applications';
import type { VerdictRow } from '../verdict-row';
import type { RegisterEntry, SuppressibleEngine } from './schema';

const APPLICATION = '{application}';

/** Whether the entry excepts anything in a stage: by its own list of stages, and by those of its constructs. */
export const appliesTo = (entry: RegisterEntry, stage: string): boolean =>
  (entry.stages?.includes(stage as StageName) ?? true) && pathsOf(entry, stage).length > 0;

/** A construct as the register names it. */
export type ResourcePath = RegisterEntry['resources'][number];

/** Construct paths of one stage, with names in place; `{application}` is one for each region. */
export const resolvePaths = (resources: readonly ResourcePath[], stage: string): string[] =>
  resources
    .map((resource) =>
      typeof resource === 'string' ? { path: resource, stages: [stage as StageName] } : resource,
    )
    .filter(({ stages }) => stages.includes(stage as StageName))
    .flatMap(({ path }) =>
      path.startsWith(APPLICATION)
        ? regionalApplicationIds(stage).map((id) => path.replace(APPLICATION, id))
        : [path],
    )
    .map((path) => path.replaceAll('{stage}', stage));

/** The entry's construct paths of one stage. */
export const pathsOf = (entry: RegisterEntry, stage: string): string[] =>
  resolvePaths(entry.resources, stage);

export const isAtOrBelow = (constructPath: string, ancestor: string): boolean =>
  constructPath === ancestor || constructPath.startsWith(`${ancestor}/`);

const rulesOf = (entry: RegisterEntry, engine: string): readonly string[] =>
  entry.rules[engine as SuppressibleEngine] ?? [];

const EVERY_FINDING = '[*]';

/** Whether a named rule stands for every single finding of it. */
export const isEveryFinding = (rule: string): boolean => rule.endsWith(EVERY_FINDING);

/** Rules match exactly; `RULE[*]` stands for every single finding that RULE reports on the named constructs. */
export const ruleCovers = (named: string, found: string): boolean =>
  named === found || (isEveryFinding(named) && found.startsWith(named.slice(0, -'*]'.length)));

/** The entry that covers a finding. */
export function coveringEntry(
  row: Pick<VerdictRow, 'engine' | 'rule' | 'constructPath'>,
  entries: readonly RegisterEntry[],
  stage: string,
): RegisterEntry | undefined {
  const { constructPath } = row;
  if (constructPath === undefined) return undefined;
  return entries.find(
    (entry) =>
      appliesTo(entry, stage) &&
      rulesOf(entry, row.engine).some((rule) => ruleCovers(rule, row.rule)) &&
      pathsOf(entry, stage).some((ancestor) => isAtOrBelow(constructPath, ancestor)),
  );
}

/** Findings, and rules that could not evaluate a resource, become excepted where the register covers them. */
export function applyRegister(
  rows: readonly VerdictRow[],
  entries: readonly RegisterEntry[],
  stage: string,
): VerdictRow[] {
  return rows.map((row) => {
    if (row.verdict !== 'non-compliant' && row.verdict !== 'error') return row;
    const entry = coveringEntry(row, entries, stage);
    return entry === undefined ? row : { ...row, verdict: 'excepted', exception: entry.id };
  });
}
