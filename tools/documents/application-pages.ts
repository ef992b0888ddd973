import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { loadStageConfig } from '../../lib/config/load';
import { createApp } from '../../lib/create-app';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { fillWithEmptyBundles } from '../synthesis/empty-bundles';
import { endpointsPicture, functionsTable, stacksPicture, stacksTable } from './application-tables';
import { generatedDocument } from './markdown-table';
import { stageTable } from './stage-table';

/** The synthesized production stage, in a folder. */
function productionAssembly(folder: string): { names: Names; assembly: CloudAssembly } {
  const config = loadStageConfig('prod');
  const names = new Names(config, config.region);
  const app = createApp({
    builtinCloudFormationValidation: false,
    context: { bundles: fillWithEmptyBundles(path.join(folder, 'bundles')) },
    outdir: path.join(folder, 'assembly'),
  });
  return { names, assembly: new ApplicationStage(app, config).synth() };
}

function applicationTables({
  names,
  assembly,
}: ReturnType<typeof productionAssembly>): Record<string, string> {
  return {
    'docs/generated/stages.md': generatedDocument('Stages', [
      'What a stage sets otherwise than another. Days, requests a second, US dollars.',
      stageTable(),
    ]),
    'docs/generated/stacks.md': generatedDocument('Stacks', [
      'Stacks of prod in the order of deployment, and which waits for which.',
      stacksTable(assembly, names),
      '<!-- picture: stacks -->',
      stacksPicture(assembly, names),
    ]),
    'docs/generated/functions.md': generatedDocument('Functions', [
      'Functions of prod: their time limit in seconds, memory in MB, reserved concurrency, and who uses which endpoint.',
      functionsTable(assembly, names),
      '<!-- picture: network -->',
      endpointsPicture(),
    ]),
  };
}

/** The documents of what the code knows better than any text: stages, stacks and functions, by path from the root. */
export function applicationPages(): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-documents-'));
  try {
    return applicationTables(productionAssembly(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
