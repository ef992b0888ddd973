import { referenceOf } from '../controls/requirement-id';
import { notProduced, type RequirementResult } from '../controls/requirements';
import { describeHolders } from '../controls/responsibilities';
import type { VerdictRow } from '../verdict-row';
import { describeParts } from './describe-requirement';
import { groupOf } from './issues';
import { sourceLine, templateLine } from './places';

/** Spreadsheets take a file without it for one in the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A cell that spreadsheets neither split nor execute: quoted, and with an apostrophe before what would be a formula.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvCell(value: string | number): string {
  const text = String(value);
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

type Columns<T> = Readonly<Record<string, (value: T) => string | number>>;

/** RFC 4180: CRLF ends a line. */
function csv<T>(columns: Columns<T>, values: readonly T[]): string {
  const lines = [
    Object.keys(columns),
    ...values.map((value) => Object.values(columns).map((cell) => cell(value))),
  ];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** Templates are named as they stand in the pack, sources as they stand in the repository at the pack's commit. */
const FINDINGS: Columns<VerdictRow> = {
  engine: ({ engine }) => engine,
  rule: ({ rule }) => rule,
  title: ({ title }) => title,
  verdict: ({ verdict }) => verdict,
  severity: ({ severity }) => severity,
  strength: ({ strength }) => strength,
  stack: ({ stack }) => stack ?? '',
  resource: ({ resource }) => resource,
  type: ({ resourceType }) => resourceType ?? '',
  construct: ({ constructPath }) => constructPath ?? '',
  template: templateLine,
  source: sourceLine,
  controls: ({ controls }) => controls.join(' '),
  exception: ({ exception }) => exception ?? '',
  message: ({ message }) => message,
  remedy: ({ remedy }) => remedy ?? '',
  account: ({ observed }) => observed?.account ?? '',
  region: ({ observed }) => observed?.region ?? '',
  'asked at': ({ observed }) => observed?.at ?? '',
  group: groupOf,
};
export const findingsCsv = (rows: readonly VerdictRow[]): string => csv(FINDINGS, rows);

/** The requirement is named with its framework: `1.2.5` alone is a date to a spreadsheet. */
const CONTROLS: Columns<RequirementResult> = {
  framework: ({ framework }) => framework,
  requirement: referenceOf,
  title: ({ title }) => title,
  state: ({ state }) => state,
  parts: describeParts,
  'cited and not produced': (requirement) => notProduced(requirement).join(' '),
  holders: ({ holders }) => describeHolders(holders),
  exceptions: ({ exceptions }) => exceptions.join(' '),
  'rules that name it': ({ rules }) => rules.join('; '),
  'compliant by these': ({ compliant }) => compliant,
  'excepted by these': ({ excepted }) => excepted,
  'open by these': ({ open }) => open,
};
export const controlsCsv = (requirements: readonly RequirementResult[]): string =>
  csv(CONTROLS, requirements);
