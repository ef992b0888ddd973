import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { EngineName, Location, VerdictRow } from '../verdict-row';
import type { Evidence } from './evidence';
import { templatePlace } from './places';
import { sha256 } from './sha256';

/** Code scanning's scale of ten: over 7 is high, over 4 medium. */
const SECURITY_SEVERITY = { error: '7.5', warning: '4.5', note: '1.0' } as const;
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
    // An engine that did not run has no run here: an empty one would close its alerts.
    runs: evidence.identity.tools
      .filter(({ rules }) => rules > 0)
      .map(({ engine, version }) => {
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
          invocations: [{ executionSuccessful: !rows.some(({ verdict }) => verdict === 'error') }],
          automationDetails: { id: `compliance/${evidence.identity.stage}/${engine}` },
          results: rows.map((row) => resultOf(row, ids.indexOf(row.rule), evidence.exceptions)),
        };
      }),
  };
}

/** Where a public tool explains its rules; rules of our own are explained by their help text. */
const EXPLAINED: readonly (readonly [EngineName, own: RegExp, string])[] = [
  ['cdk-nag', /^ServerlessApp::/, 'https://github.com/cdklabs/cdk-nag/blob/main/RULES.md'],
  ['checkov', /SERVERLESSAPP/, 'https://www.checkov.io/5.Policy%20Index/cloudformation.html'],
  ['cfn-lint', /^$/, 'https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md'],
];

function helpUriOf(engine: EngineName, rule: string, remedy?: string): Pick<ReportingDescriptor, 'helpUri'> {
  if (remedy !== undefined && /^https:\/\/\S+$/.test(remedy)) return { helpUri: remedy };
  const explained = EXPLAINED.find(([name, own]) => name === engine && !own.test(rule));
  return explained === undefined ? {} : { helpUri: explained[2] };
}

/** Code scanning asks for both descriptions and a help text, and refuses a file in which a rule has over twenty tags. */
const ruleOf = ({ engine, rule, title, remedy, controls, severity }: VerdictRow): ReportingDescriptor => ({
  id: rule,
  shortDescription: { text: title },
  fullDescription: { text: title },
  help: { text: remedy ?? title },
  ...helpUriOf(engine, rule, remedy),
  properties: {
    'security-severity': SECURITY_SEVERITY[severity],
    // Code scanning shows the severity of rules that are tagged so, and of no others.
    tags: ['security', ...new Set(controls.map((control) => control.replace(/:.*$/, '')))],
    controls: [...new Set(controls)],
  },
});

/**
 * Where a person begins to look. What is in no one place (a package, something missing everywhere) has the file that
 * decides it: code scanning refuses a file with a result that has no place.
 */
function placeOf({ source, template, stack, resourceType }: VerdictRow): Location {
  if (source !== undefined) return source;
  if (template !== undefined && stack !== undefined) return { ...template, file: templatePlace(stack) };
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
    // The name is the one that code scanning reads; a finding keeps it when lines move.
    partialFingerprints: {
      primaryLocationLineHash: `${sha256([row.engine, row.rule, row.stack ?? '', row.resource, row.message].join('|')).slice(0, 16)}:1`,
    },
    ...(row.observed !== undefined && { properties: { ...row.observed } }),
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
