import path from 'node:path';
import { assembleGate, packGate } from '../../tools/packaging/package-gate';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** Packs the gate for other repositories (`npm run package`); with `--no-archive` it is laid out only. */
async function main(): Promise<void> {
  const place = await assembleGate(path.join(PROJECT_ROOT, 'dist', 'gate'));
  if (process.argv.includes('--no-archive')) return;
  const archive = packGate(place);
  console.log(
    `${path.relative(PROJECT_ROOT, archive)}\nUse it anywhere: npx --yes --package ${archive} serverlessapp-gate TEMPLATES`,
  );
}

void main();
