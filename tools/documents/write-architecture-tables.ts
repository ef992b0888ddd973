import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../../lib/config/load';
import { createApp } from '../../lib/create-app';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { endpointsPicture, functionsTable, stacksPicture, stacksTable } from './application-tables';
import { replaceMarkedBlock } from './marked-block';
import { stageTable } from './stage-table';

const FILE = path.resolve(__dirname, '..', '..', 'ARCHITECTURE.md');

/**
 * ARCHITECTURE.md with the tables that the code knows better.
 * @param bundles folder of the functions' bundles; what is in them does not matter
 */
export function expectedArchitecture(bundles: string, outdir?: string): string {
  const config = loadStageConfig('prod');
  const names = new Names(config, config.region);
  const app = createApp({
    builtinCloudFormationValidation: false,
    context: { bundles },
    ...(outdir === undefined ? {} : { outdir }),
  });
  const assembly = new ApplicationStage(app, config).synth();
  return [
    ['stages', stageTable()],
    ['stacks', stacksTable(assembly, names)],
    ['stacks-picture', stacksPicture(assembly, names)],
    ['functions', functionsTable(assembly, names)],
    ['endpoints-picture', endpointsPicture()],
  ].reduce(
    (document, [name, table]) => replaceMarkedBlock(document, name ?? '', table ?? ''),
    readFileSync(FILE, 'utf8'),
  );
}

if (require.main === module) writeFileSync(FILE, expectedArchitecture(path.join('dist', 'functions')));
