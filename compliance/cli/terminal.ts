import type { Evaluation } from '../gate';
import { groupBy } from '../group-by';
import { plural } from '../report/html/table';
import { issuesOf } from '../report/issues';
import { baseRule, type VerdictRow } from '../verdict-row';

const SHOWN_PER_RULE = 5;
const location = ({ source, template }: VerdictRow): string =>
  source !== undefined
    ? `${source.file}:${source.line}`
    : template !== undefined
      ? `${template.file}:${template.line}`
      : '';

/**
 * Findings for a person, and after a `?` what could not be evaluated: grouped by rule, each with resource and line, why it
 * matters, and the way out.
 */
export function describeFindings(rows: readonly VerdictRow[]): string {
  const open = (verdict: VerdictRow['verdict']) => rows.filter((row) => row.verdict === verdict);
  return [...groupByRule([...open('non-compliant'), ...open('error')]).values()]
    .map((group) => {
      const [first] = group;
      if (first === undefined) return '';
      const lines = group
        .slice(0, SHOWN_PER_RULE)
        .map(
          (row) =>
            `    ${row.constructPath ?? row.resource}${findingOf(row.rule)}  ${location(row)}${detail(row, first)}`,
        );
      if (group.length > SHOWN_PER_RULE) lines.push(`    … and ${group.length - SHOWN_PER_RULE} more`);
      return [
        `${first.verdict === 'error' ? '?' : '✗'} ${first.engine}  ${baseRule(first.rule)}`,
        `  ${first.title}`,
        ...lines,
        ...(first.message && first.message !== first.title ? [`  Why: ${first.message}`] : []),
        ...(first.remedy && first.remedy !== first.message ? [`  Fix: ${first.remedy}`] : []),
      ].join('\n');
    })
    .join('\n\n');
}

/** Issues that are told one by one; the pack's CSV has all of them. */
const SHOWN_ISSUES = 20;

/** What is to be fixed, counted: one line for a property of a resource, with every rule and control that speaks of it. */
export function describeIssues(rows: readonly VerdictRow[]): string {
  const issues = issuesOf(rows);
  if (issues.length === 0) return '';
  const findings = rows.filter(({ verdict }) => verdict === 'non-compliant').length;
  const lines = issues.slice(0, SHOWN_ISSUES).map(({ group, rules, controls }) => {
    const named = controls.length === 0 ? '' : `\n    controls: ${controls.join(', ')}`;
    return `  ${group}\n    rules: ${rules.join(', ')}${named}`;
  });
  const more = issues.length - SHOWN_ISSUES;
  return [
    `Issues to fix: ${issues.length}, of which ${findings} findings speak`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more: the column "group" of findings.csv`] : []),
  ].join('\n');
}

const findingOf = (rule: string): string => rule.slice(baseRule(rule).length);

const groupByRule = (rows: readonly VerdictRow[]): Map<string, VerdictRow[]> =>
  groupBy(rows, ({ verdict, engine, rule }) => `${verdict} ${engine} ${baseRule(rule)}`);

const detail = (row: VerdictRow, first: VerdictRow): string =>
  row.message !== first.message && row.message !== '' ? `\n      ${row.message}` : '';

const pad = (value: string | number, width: number): string => String(value).padStart(width);

/** Engines that gave no verdict: their rules were put to nothing, as the pack says, too. */
function silentEngines({ results, rows }: Pick<Evaluation, 'results' | 'rows'>): Set<string> {
  const told = new Set<string>(rows.map(({ engine }) => engine));
  return new Set(results.map(({ engine }) => engine).filter((engine) => !told.has(engine)));
}

/** One line an engine: rules run, verdicts by kind. */
export function summaryTable({ results, rows }: Evaluation): string {
  const silentOnes = silentEngines({ results, rows });
  const header = `${'Engine'.padEnd(26)}${'Rules'.padStart(7)}${'Passed'.padStart(9)}${'Excepted'.padStart(10)}${'Findings'.padStart(10)}${'Errors'.padStart(8)}`;
  const lines = results.map(({ engine, rulesRun, failures }) => {
    const own = rows.filter((row) => row.engine === engine);
    const count = (verdict: VerdictRow['verdict']): number =>
      own.filter((row) => row.verdict === verdict).length;
    const silent = silentOnes.has(engine);
    return `${engine.padEnd(26)}${pad(silent ? 0 : rulesRun.length, 7)}${pad(count('compliant'), 9)}${pad(count('excepted'), 10)}${pad(count('non-compliant'), 10)}${pad(count('error') + failures.length, 8)}${silent ? '  did not run' : ''}`;
  });
  return [header, ...lines].join('\n');
}

/** What was left out, one line for a reason: several engines have the same. */
export function describeNotAssessed(texts: readonly string[]): string {
  const split = texts.map((text) => /^([\w-]+)(: | needs )(.+)$/s.exec(text) ?? [text, '', '', text]);
  const groups = groupBy(split, ([, engine = '', link = '', reason = '']) =>
    engine === '' ? reason : `${link}${reason}`,
  );
  return [...groups]
    .map(([reason, group]) => {
      const engines = group.map(([, engine = '']) => engine).filter((engine) => engine !== '');
      return `- Not assessed: ${engines.join(', ')}${engines.length > 1 ? reason.replace(/^ needs /, ' need ') : reason}`;
    })
    .join('\n');
}

/** What could not be evaluated, counted, with the reasons that most of it has. */
export function describeNotEvaluated({ rows, strict }: Pick<Evaluation, 'rows' | 'strict'>): string {
  const open = rows.filter(({ verdict }) => verdict === 'error');
  if (open.length === 0) return '';
  const engines = [...new Set(open.map(({ engine }) => engine))].join(', ');
  return `Not evaluated: ${open.length} verdicts (${engines}); each is told above with its resource and the reason. ${
    strict ? 'They fail this run.' : 'They do not fail this run; --strict makes them.'
  }`;
}

const RESULTS = { 0: 'clean', 1: 'findings', 2: 'the gate could not evaluate' } as const;

/** The last word, for whoever reads no table: what exit code there is, and why. */
export function describeResult(
  { rows, results }: Pick<Evaluation, 'rows' | 'results'>,
  code: 0 | 1 | 2,
): string {
  const count = (verdict: VerdictRow['verdict']): number =>
    rows.filter((row) => row.verdict === verdict).length;
  const silent = [...silentEngines({ results, rows })];
  return [
    `Result: ${RESULTS[code]} (exit code ${code}): ${plural(count('non-compliant'), 'finding')}`,
    `${count('excepted')} excepted by the register, each with its reason`,
    ...(silent.length === 0 ? [] : [`did not run: ${silent.join(', ')}`]),
  ].join(', ');
}

export const HOW_TO_EXCEPT =
  'A finding that cannot be fixed is entered in policies/exceptions.yaml, with reason, risk, compensating control, owner,\nan approver of another team, ticket and expiry date; policies/README.md tells how.';

export const HOW_TO_EXCEPT_YOURS =
  'A finding that cannot be fixed is entered in the register that your profile names (--profile), with reason, risk,\ncompensating control, owner, approver and expiry date; a beginning is made with --write-baseline. README.md tells how.';

/** Warnings of the register: entries that are about to expire. */
export const describeNotices = (rows: readonly VerdictRow[]): string =>
  rows
    .filter(
      (row) =>
        row.engine === 'exceptions-register' && row.verdict === 'compliant' && row.severity === 'warning',
    )
    .map((row) => `! ${row.resource}: ${row.message}`)
    .join('\n');
