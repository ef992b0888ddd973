import { ensureNpmTool } from '../setup/npm-tools';
import { consoleProgress } from '../setup/progress';
import { runCommand } from '../setup/run-command';

/** `generate-types.ts DOCUMENT TYPES`: TypeScript of an OpenAPI document, by openapi-typescript in its own folder. */
async function main([document = '', types = '']: readonly string[]): Promise<void> {
  const tool = await ensureNpmTool('api-clients', { progress: consoleProgress });
  await runCommand(process.execPath, [tool.bin('openapi-typescript'), document, '--output', types]);
}

void main(process.argv.slice(2));
