import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { userEnvironment } from './engine-environment';
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

/** A version of which advisories have told since 2020. https://github.com/advisories/GHSA-xvch-5gv4-984h */
const PLANTED = { name: 'minimist', version: '1.2.0', advisory: 'GHSA-xvch-5gv4-984h' };
/** What a `.npmrc` must not say otherwise: offline, npm asks nobody and answers that nothing is vulnerable. https://docs.npmjs.com/cli/v11/using-npm/config */
const EVERYTHING = [
  ...['prod', 'dev', 'optional', 'peer'].map((kind) => `--include=${kind}`),
  ...['--audit=true', '--offline=false', '--prefer-offline=false', '--prefer-online=true'],
];

/**
 * Known vulnerabilities of everything in the lock file, by the registry's advisories. Needs the registry's audit
 * endpoint; where that cannot be reached, or does not know of a planted vulnerability, the result is "not assessed",
 * never "passed".
 * @param bundled - names of the packages in the functions' bundles
 * @param scratch - where the planted package's lock file is written
 */
export async function evaluateDependencies(
  projectRoot: string,
  bundled: ReadonlySet<string>,
  scratch: string,
): Promise<EngineResult> {
  const env = userEnvironment();
  const audit = async (cwd: string, ...options: string[]): Promise<string> =>
    (await runTool('npm', ['audit', '--json', ...EVERYTHING, ...options], { cwd, env })).stdout;
  const output = await audit(projectRoot);
  const version = await runTool('npm', ['--version'], { cwd: projectRoot, env });
  const result = readAudit(output, version.stdout.trim(), bundled);
  if (result.failures.length > 0 || result.notAssessed.length > 0) return result;
  const planted = plant(scratch, projectRoot);
  try {
    if (findsPlanted(await audit(planted, '--package-lock-only'))) return result;
  } finally {
    rmSync(planted, { recursive: true });
  }
  const silence = `Known vulnerabilities of the dependencies: the registry does not know of the planted ${PLANTED.advisory} in ${PLANTED.name} ${PLANTED.version}: its silence proves nothing.`;
  // What it did tell stands.
  return {
    ...result,
    rows: result.rows.filter(({ verdict }) => verdict !== 'compliant'),
    notAssessed: [silence],
  };
}

/**
 * A package that asks for nothing but the planted one, by its lock file alone, and under the project's own settings of
 * npm: what silences the one audit silences the other.
 */
function plant(scratch: string, projectRoot: string): string {
  const { name, version } = PLANTED;
  const root = { name: 'planted', version: '1.0.0', dependencies: { [name]: version } };
  const directory = mkdtempSync(path.join(scratch, 'planted-'));
  const packages = { '': root, [`node_modules/${name}`]: { version } };
  for (const [file, content] of [
    ['package.json', root],
    ['package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages }],
  ] as const)
    writeFileSync(path.join(directory, file), JSON.stringify(content));
  const settings = path.join(projectRoot, '.npmrc');
  if (existsSync(settings)) copyFileSync(settings, path.join(directory, '.npmrc'));
  return directory;
}

function findsPlanted(output: string): boolean {
  try {
    const { vulnerabilities } = reportSchema.parse(JSON.parse(output));
    const found = Object.values(vulnerabilities).find(({ name }) => name === PLANTED.name);
    return (
      found?.via.some((cause) => typeof cause !== 'string' && cause.url.endsWith(PLANTED.advisory)) ?? false
    );
  } catch {
    return false;
  }
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
