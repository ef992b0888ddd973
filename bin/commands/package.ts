import path from 'node:path';
import { packageGate } from '../../tools/packaging/package-gate';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** Packs the gate for other repositories (`npm run package`). */
async function main(): Promise<void> {
  const archive = path.relative(PROJECT_ROOT, await packageGate(path.join(PROJECT_ROOT, 'dist', 'gate')));
  console.log(
    `${archive}\nUse it anywhere: npx --yes --package ${path.resolve(archive)} serverlessapp-gate TEMPLATES`,
  );
}

void main();
