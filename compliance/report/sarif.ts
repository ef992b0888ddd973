import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Location, VerdictRow } from '../verdict-row';
import type { Evidence } from './evidence';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/**
 * SARIF 2.1.0 of everything that is open or excepted, one run an engine; excepted results are suppressed with the
 * register's reason. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, within what code scanning takes:
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarif(evidence: Pick<Evidence, 'rows' | 'identity' | 'exceptions'>): Log {
  const reported = evidence.rows.filter(({ verdict }) =>
    ['non-compliant', 'error', 'excepted'].includes(verdict),
  );
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
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
            rules: [...rules.values()].map(ruleOf),
          },
        },
        automationDetails: { id: `compliance/${evidence.identity.stage}/${engine}` },
        results: rows.map((row) => resultOf(row, ids.indexOf(row.rule), evidence.exceptions)),
      };
    }),
  };
}

/** Code scanning asks for both descriptions and a help text, and refuses a file in which a rule has over twenty tags. */
const ruleOf = ({ rule, title, remedy, controls }: VerdictRow): ReportingDescriptor => ({
  id: rule,
  shortDescription: { text: title },
  fullDescription: { text: title },
  help: { text: remedy ?? title },
  properties: {
    tags: [...new Set(controls.map((control) => control.replace(/:.*$/, '')))],
    controls: [...new Set(controls)],
  },
});

/**
 * Where a person begins to look. What is in no one place (a package, something missing everywhere) has the file that
 * decides it: code scanning refuses a file with a result that has no place.
 */
function placeOf({ source, template, stack, resourceType }: VerdictRow): Location {
  if (source !== undefined) return source;
  if (template !== undefined) return { ...template, file: `templates/${stack ?? ''}.template.json` };
  return { file: resourceType === 'package' ? 'package-lock.json' : 'cdk.json', line: 1 };
}

function resultOf(row: VerdictRow, ruleIndex: number, exceptions: Evidence['exceptions']): Result {
  const place = placeOf(row);
  const exception = exceptions.find(({ id }) => id === row.exception);
  return {
    ruleId: row.rule,
    ruleIndex,
    level: LEVELS[row.severity],
    message: { text: `${row.constructPath ?? row.resource}: ${row.message || row.title}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(place.file) },
          region: { startLine: place.line },
        },
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
