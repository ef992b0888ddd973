import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly } from '../assembly/assembly';
import { readText } from '../assembly/read-text';
import { FRAMEWORKS } from '../controls/requirement-id';
import type { TestResult } from '../controls/test-results';
import type { RuntimePackage } from '../engines/runtime-packages';
import { GateError } from '../gate-error';
import { controlsCsv, findingsCsv } from './csv';
import type { Evidence } from './evidence';
import { frameworkPlace } from './html/anchors';
import { frameworkPage, frameworkPages } from './html/framework-page';
import { page } from './html/page';
import { summary } from './html/summary';
import { templateAsPage, verdictsByStack } from './html/template-page';
import { MANIFEST, manifestOf, manifestText, type PackFiles, refuseForeign } from './manifest';
import { oscalFiles } from './oscal/oscal-files';
import { packJson } from './pack-json';
import { readPictures } from './pictures';
import { readUserGuide } from './user-guide';
import { templatePage, templatePlace, testPlace } from './places';
import { proofResults } from './proof-results';
import { sarif } from './sarif';
import { sbom } from './sbom';
import { sha256 } from './sha256';

/** The managed runtimes of the functions. */
const runtimesOf = ({ stacks }: Assembly): string[] =>
  [
    ...new Set(
      stacks.flatMap(({ resources }) =>
        resources.flatMap(({ type, body }) => {
          const runtime = body.Properties?.['Runtime'];
          return type === 'AWS::Lambda::Function' && typeof runtime === 'string' ? [runtime] : [];
        }),
      ),
    ),
  ].sort();

/**
 * Every file of the pack but the manifest.
 * @param tests - the JUnit results that the evidence names.
 */
export function packFiles(
  evidence: Evidence,
  assembly: Assembly,
  packages: readonly RuntimePackage[],
  tests: readonly TestResult[] = [],
): PackFiles {
  const verdicts = verdictsByStack(evidence.rows);
  const templates = evidence.identity.stacks.flatMap(({ name }, index): [string, string | Uint8Array][] => {
    const file = path.join(assembly.directory, assembly.stacks[index]?.templateFile ?? '');
    return [
      [templatePlace(name), readFileSync(file)],
      [templatePage(name), templateAsPage(name, readText(file), verdicts.get(name))],
    ];
  });
  const records: [string, string | Uint8Array][] = [
    ['evidence.json', packJson(evidence)],
    ['findings.csv', findingsCsv(evidence.rows)],
    ['controls.csv', controlsCsv(evidence.requirements)],
    ['findings.sarif', packJson(sarif(evidence))],
    ...(packages.length > 0
      ? [
          ['sbom.cdx.json', `${sbom(packages, evidence.identity, runtimesOf(assembly))}\n`] as [
            string,
            string,
          ],
        ]
      : []),
    ...templates,
    ...tests.map(({ file, xml }): [string, string] => [testPlace(file), xml]),
    ...proofResults(evidence),
    ...(evidence.identity.subject === 'application' ? [...readPictures(), readUserGuide()] : []),
  ];
  const sums = new Map(records.map(([file, content]) => [file, sha256(content)]));
  const files = new Map([...records, ...oscalFiles(evidence, sums)]);
  files.set('summary.html', summary(evidence));
  const pages = frameworkPages(evidence);
  for (const framework of FRAMEWORKS) files.set(frameworkPlace(framework), frameworkPage(pages, framework));
  return files.set('index.html', page(evidence, new Set(files.keys())));
}

/**
 * Writes the pack beside its place and renames it when it is whole, so that half a pack never looks like one.
 * @throws GateError PACK_INVALID when something that is no pack stands in its place, or a file would come to stand beside it.
 */
export function writePack(directory: string, files: PackFiles, identity: Evidence['identity']): void {
  refuseForeign(directory);
  const draft = `${directory}.draft-${process.pid}`;
  const before = `${directory}.before-${process.pid}`;
  try {
    const manifest = manifestText(manifestOf(files, identity));
    for (const [file, content] of [...files, [MANIFEST, manifest] as const]) {
      const target = path.join(draft, file);
      // Names of stacks come out of what is evaluated.
      if (!target.startsWith(`${draft}${path.sep}`))
        throw new GateError(
          'PACK_INVALID',
          `A stack's name leads out of the pack: ${file}. Synthesize again.`,
        );
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
