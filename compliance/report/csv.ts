import type { RequirementResult } from '../controls/requirements';
import type { VerdictRow } from '../verdict-row';

/**
 * A cell that spreadsheets neither split nor execute: quoted, and with an apostrophe before what would be a formula.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(value: string | number): string {
  const text = String(value);
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** RFC 4180: CRLF ends a line. */
const csv = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

const place = (location: VerdictRow['source']): string =>
  location === undefined ? '' : `${location.file}:${location.line}`;

export const findingsCsv = (rows: readonly VerdictRow[]): string =>
  csv(
    [
      ...[
        'engine',
        'rule',
        'title',
        'verdict',
        'severity',
        'strength',
        'stack',
        'resource',
        'type',
        'construct',
      ],
      ...['template', 'source', 'controls', 'exception', 'message', 'remedy'],
    ],
    rows.map((row) => [
      ...[
        row.engine,
        row.rule,
        row.title,
        row.verdict,
        row.severity,
        row.strength,
        row.stack ?? '',
        row.resource,
      ],
      ...[row.resourceType ?? '', row.constructPath ?? '', place(row.template), place(row.source)],
      ...[row.controls.join(' '), row.exception ?? '', row.message, row.remedy ?? ''],
    ]),
  );

export const controlsCsv = (requirements: readonly RequirementResult[]): string =>
  csv(
    [
      ...[
        'framework',
        'requirement',
        'title',
        'state',
        'narratives',
        'rules',
        'compliant',
        'excepted',
        'open',
      ],
      ...['exceptions', 'responsible'],
    ],
    requirements.map((r) => [
      ...[
        r.framework,
        r.id,
        r.title,
        r.state,
        r.narratives.join(' '),
        r.rules.join(' '),
        r.compliant,
        r.excepted,
      ],
      ...[r.open, r.exceptions.join(' '), r.responsible],
    ]),
  );
