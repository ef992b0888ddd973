import { z } from 'zod';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { userEnvironment } from './engine-environment';
import { runtimePackages } from './runtime-packages';
import { runTool } from './run-tool';
import { beginningOf } from '../../lambda/domain/cut-text';

const advisorySchema = z.looseObject({ title: z.string(), url: z.string(), severity: z.string() });
const reportSchema = z.looseObject({
  auditReportVersion: z.number(),
  metadata: z.looseObject({ dependencies: z.looseObject({ prod: z.number(), dev: z.number() }) }),
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      severity: z.string(),
      range: z.string(),
      via: z.array(z.union([z.string(), advisorySchema])),
    }),
  ),
});
const errorSchema = z.looseObject({ message: z.string().optional(), error: z.looseObject({}).optional() });

/**
 * Known vulnerabilities of everything in the lock file, by the registry's advisories. Needs the registry's audit
 * endpoint; where that cannot be reached the result is "not assessed", never "passed".
 */
export async function evaluateDependencies(projectRoot: string): Promise<EngineResult> {
  const surroundings = { cwd: projectRoot, env: userEnvironment() };
  const everything = ['--include=prod', '--include=dev', '--include=optional', '--include=peer'];
  const run = await runTool('npm', ['audit', '--json', ...everything], surroundings);
  const version = await runTool('npm', ['--version'], surroundings);
  const bundled = new Set(runtimePackages(projectRoot).map(({ name }) => name));
  return readAudit(run.stdout, version.stdout.trim(), bundled);
}

/** @param bundled - names of the packages in the functions' bundles: a vulnerability there is in production. */
export function readAudit(output: string, version: string, bundled: ReadonlySet<string>): EngineResult {
  const result: EngineResult = {
    engine: 'dependency-audit',
    // npm comes with Node.js and is the user's own: its version is not pinned.
    version: 'registry advisories',
    rows: [],
    rulesRun: ['KNOWN-VULNERABILITY'],
    failures: [],
    notAssessed: [],
  };
  try {
    const answer: unknown = JSON.parse(output);
    const report = reportSchema.safeParse(answer);
    if (!report.success) {
      const { message = 'no reason given' } = errorSchema.parse(answer);
      // npm names the registry: whose it is, is nobody's business who reads a pack.
      const reason = message.replace(/ - [A-Z]+ https?:\S+/, '');
      result.notAssessed.push(
        `Known vulnerabilities of the dependencies: the registry's audit endpoint cannot be used from here (${reason}).`,
      );
      return result;
    }
    const { prod, dev } = report.data.metadata.dependencies;
    if (prod === 0 || dev === 0)
      result.failures.push(
        `npm audit looked at ${prod} packages of production and ${dev} of the tooling: a setting hides the others.`,
      );
    const found = Object.values(report.data.vulnerabilities);
    result.rows = [
      ...found.map((vulnerability) => findingOf(vulnerability, bundled)),
      ...clean(bundled, found, version),
    ];
  } catch (error) {
    result.failures.push(`npm audit's answer cannot be read: ${beginningOf(messageOf(error), 200)}`);
  }
  return result;
}

const columns = {
  engine: 'dependency-audit',
  rule: 'KNOWN-VULNERABILITY',
  title: 'No dependency has a known vulnerability',
  resourceType: 'package',
  strength: 'property',
} as const;
export const AUDIT_CONTROLS = ['NIST-800-53-R5:RA-5', 'NIST-800-53-R5:SI-2'];

function findingOf(
  { name, severity, range, via }: z.infer<typeof reportSchema>['vulnerabilities'][string],
  bundled: ReadonlySet<string>,
): VerdictRow {
  const advisories = via.filter((cause) => typeof cause !== 'string');
  return {
    ...columns,
    controls: AUDIT_CONTROLS,
    resource: name,
    verdict: 'non-compliant',
    severity: severity === 'low' || severity === 'info' ? 'warning' : 'error',
    message: `${severity}, ${bundled.has(name) ? 'in a function bundle' : 'in the tooling'}, versions ${range}: ${advisories.map(({ title, url }) => `${title} (${url})`).join('; ') || `through ${via.filter((cause) => typeof cause === 'string').join(', ')}`}`,
    remedy: 'Raise the package, or the one that needs it, in package.json.',
  };
}

const clean = (
  bundled: ReadonlySet<string>,
  found: readonly { name: string }[],
  version: string,
): VerdictRow[] =>
  [...bundled]
    .filter((name) => !found.some((vulnerability) => vulnerability.name === name))
    .map((name) => ({
      ...columns,
      controls: AUDIT_CONTROLS,
      resource: name,
      verdict: 'compliant',
      severity: 'error',
      message: `npm ${version} knows of none on this day.`,
    }));
