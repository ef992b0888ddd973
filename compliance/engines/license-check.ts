import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { runtimePackages, type RuntimePackage } from './runtime-packages';

const ALLOWED = path.resolve(__dirname, '../../policies/licenses.yaml');
const allowedSchema = z.strictObject({ allowed: z.array(z.string()).min(1) });

export const LICENSE_CONTROLS = ['NIST-800-53-R5:CM-10'];

const loadAllowedLicenses = (): string[] => allowedSchema.parse(parse(readFileSync(ALLOWED, 'utf8'))).allowed;

/** Every package in a bundle has a licence that policies/licenses.yaml allows; one without a licence is a finding. */
export function evaluateLicenses(
  projectRoot: string,
  packages: readonly RuntimePackage[] = runtimePackages(projectRoot),
  allowed: readonly string[] = loadAllowedLicenses(),
): EngineResult {
  return {
    engine: 'license-check',
    version: '1',
    rows: packages.map((bundled) => rowOf(bundled, allowed)),
    rulesRun: ['ALLOWED-LICENSE'],
    failures:
      packages.length === 0 ? ['No package was found in any bundle: the build is not the one expected.'] : [],
    notAssessed: [],
  };
}

const rowOf = (
  { name, version, license, functions }: RuntimePackage,
  allowed: readonly string[],
): VerdictRow => ({
  engine: 'license-check',
  rule: 'ALLOWED-LICENSE',
  title: 'Every package in a function bundle has an allowed licence',
  resource: `${name}@${version}`,
  resourceType: 'package',
  verdict: license !== undefined && isAllowed(license, allowed) ? 'compliant' : 'non-compliant',
  controls: LICENSE_CONTROLS,
  strength: 'property',
  severity: 'error',
  message: `${license ?? 'no licence'}; in ${functions.join(', ')}`,
  remedy: 'Replace the package, or have its licence allowed in policies/licenses.yaml.',
});

/** SPDX expressions: of an OR one side is enough, of an AND every side must be allowed. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const bare = expression.replace(/[()]/g, ' ');
  return bare
    .split(/\sOR\s/)
    .some((choice) => choice.split(/\sAND\s/).every((license) => allowed.includes(license.trim())));
}
