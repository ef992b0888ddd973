import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { createApp } from '../../../../lib/create-app';
import { releaseApplication } from '../../../../lib/stages/delivery-application';
import { consoleProgress } from '../../../../tools/setup/progress';
import { ensurePythonTool } from '../../../../tools/setup/python-tools';
import { readHandlers } from './read-handlers';

const FILE = path.join(__dirname, 'handlers.json');

/** Every CloudFormation type of every template of a release. */
function typesOfRelease(bundles: string): string[] {
  const app = createApp({ builtinCloudFormationValidation: false, context: { bundles } });
  releaseApplication(app);
  const resources = app.synth().stacksRecursively.flatMap(({ template }) => {
    const all = (template as { Resources?: Record<string, { Type: string }> }).Resources ?? {};
    return Object.values(all);
  });
  return [...new Set(resources.map(({ Type }) => Type))].sort();
}

async function main(): Promise<void> {
  const { directory } = await ensurePythonTool('cfn-lint', { progress: consoleProgress });
  const handlers = await readHandlers(typesOfRelease(path.join('dist', 'functions')), directory);
  writeFileSync(FILE, await format(JSON.stringify(handlers), { parser: 'json', printWidth: 110 }));
}

if (require.main === module) void main();
