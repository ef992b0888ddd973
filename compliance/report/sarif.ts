import type { Log, Result } from 'sarif';
import type { VerdictRow } from '../verdict-row';
import type { Evidence } from './evidence';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/**
 * SARIF 2.1.0 of everything that is open or excepted, one run an engine; excepted results are suppressed with the
 * register's reason. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(evidence: Pick<Evidence, 'rows' | 'identity' | 'exceptions'>): Log {
  const reported = evidence.rows.filter(({ verdict }) =>
    ['non-compliant', 'error', 'excepted'].includes(verdict),
  );
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: evidence.identity.tools.map(({ engine, version }) => {
      const rows = reported.filter((row) => row.engine === engine);
      const rules = new Map(rows.map((row) => [row.rule, row]));
      const ids = [...rules.keys()];
      return {
        tool: {
          driver: {
            name: `serverlessapp compliance: ${engine}`,
            version,
            rules: [...rules.values()].map((row) => ({
              id: row.rule,
              shortDescription: { text: row.title },
              ...(row.remedy !== undefined && { help: { text: row.remedy } }),
              properties: { tags: [...new Set(row.controls)] },
            })),
          },
        },
        automationDetails: { id: `compliance/${evidence.identity.stage}/${engine}` },
        results: rows.map((row) => resultOf(row, ids.indexOf(row.rule), evidence.exceptions)),
      };
    }),
  };
}

function resultOf(row: VerdictRow, ruleIndex: number, exceptions: Evidence['exceptions']): Result {
  const location =
    row.source ?? (row.template && { ...row.template, file: `templates/${row.stack ?? ''}.template.json` });
  const exception = exceptions.find(({ id }) => id === row.exception);
  return {
    ruleId: row.rule,
    ruleIndex,
    level: LEVELS[row.severity],
    message: { text: `${row.constructPath ?? row.resource}: ${row.message || row.title}` },
    locations: [
      {
        ...(location !== undefined && {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(location.file) },
            region: { startLine: location.line },
          },
        }),
        logicalLocations: [{ fullyQualifiedName: row.constructPath ?? row.resource }],
      },
    ],
    partialFingerprints: { finding: [row.engine, row.rule, row.stack ?? '', row.resource].join('|') },
    ...(exception !== undefined && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: `${exception.id}, until ${exception.expires}: ${exception.reason}`,
        },
      ],
    }),
  };
}
