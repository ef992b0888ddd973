import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly } from '../assembly/assembly';
import type { RuntimePackage } from '../engines/runtime-packages';
import { GateError } from '../gate-error';
import { controlsCsv, findingsCsv } from './csv';
import type { Evidence } from './evidence';
import { page } from './html/page';
import { isPack, MANIFEST, manifestOf, manifestText, type PackFiles } from './manifest';
import { assessmentResults } from './oscal/assessment-results';
import { componentDefinition } from './oscal/component-definition';
import { planOfAction } from './oscal/plan-of-action';
import { sarif } from './sarif';
import { sbom } from './sbom';

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** Every file of the pack but the manifest. */
export function packFiles(
  evidence: Evidence,
  assembly: Assembly,
  packages: readonly RuntimePackage[],
): PackFiles {
  const templates = evidence.identity.stacks.map(({ template }, index): [string, Uint8Array] => [
    template,
    readFileSync(path.join(assembly.directory, assembly.stacks[index]?.templateFile ?? '')),
  ]);
  return new Map<string, string | Uint8Array>([
    ['index.html', page(evidence)],
    ['evidence.json', json(evidence)],
    ['findings.csv', findingsCsv(evidence.rows)],
    ['controls.csv', controlsCsv(evidence.requirements)],
    ['findings.sarif', json(sarif(evidence))],
    ['oscal/assessment-results.json', json(assessmentResults(evidence))],
    ['oscal/plan-of-action-and-milestones.json', json(planOfAction(evidence))],
    ['oscal/component-definition.json', json(componentDefinition(evidence))],
    ...(packages.length > 0 ? [['sbom.cdx.json', `${sbom(packages, evidence.identity)}\n`] as const] : []),
    ...templates,
  ]);
}

/**
 * Writes the pack beside its place and renames it when it is whole, so that half a pack never looks like one.
 * @throws GateError PACK_INVALID when something that is no pack stands in its place.
 */
export function writePack(directory: string, files: PackFiles, identity: Evidence['identity']): void {
  refuseForeign(directory);
  const draft = `${directory}.draft-${process.pid}`;
  const before = `${directory}.before-${process.pid}`;
  try {
    const manifest = manifestText(manifestOf(files, identity));
    for (const [file, content] of [...files, [MANIFEST, manifest] as const]) {
      const target = path.join(draft, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    if (existsSync(directory)) renameSync(directory, before);
    renameSync(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(before, { recursive: true, force: true });
  }
}

/** @throws GateError PACK_INVALID when something that is no pack stands in a pack's place. */
export function refuseForeign(directory: string): void {
  if (!existsSync(directory) || isPack(directory) || readdirSync(directory).length === 0) return;
  throw new GateError(
    'PACK_INVALID',
    `${directory} holds something that is no evidence pack; it will not be replaced. Name another place with --output.`,
  );
}
