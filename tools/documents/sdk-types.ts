import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openApiText } from '../../lambda/openapi/document';
import { PROJECT_ROOT } from '../setup/project-paths';

/** The SDK's types of the API, by path from the root. */
export const SDK_TYPES = 'tools/sdk/src/schema.ts';

const HEADER =
  /^\/\/ By openapi-typescript from lambda\/openapi\/openapi\.json\. ([0-9a-f]{64}) ([0-9a-f]{64})\n/;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The first line tells of which document the rest is made, and what the rest is: neither changes alone. */
const headed = (types: string, document: string): string =>
  `// By openapi-typescript from lambda/openapi/openapi.json. ${digest(document)} ${digest(types)}\n${types}`;

/** Whether the types are those of another document, or were written by hand. Needs nothing but the two files. */
export function sdkTypesAreStale(document = openApiText(), root = PROJECT_ROOT): boolean {
  const file = path.join(root, SDK_TYPES);
  if (!existsSync(file)) return true;
  const text = readFileSync(file, 'utf8');
  const [header = ''] = HEADER.exec(text) ?? [];
  return header === '' || text !== headed(text.slice(header.length), document);
}

/** Makes the types anew; fetches the generator the first time. */
export function writeSdkTypes(): string[] {
  const document = openApiText();
  const folder = mkdtempSync(path.join(tmpdir(), 'sdk-types-'));
  try {
    const [from, to] = [path.join(folder, 'openapi.json'), path.join(folder, 'schema.ts')];
    writeFileSync(from, document);
    const script = path.join(PROJECT_ROOT, 'tools', 'documents', 'generate-types.ts');
    execFileSync(process.execPath, ['--import', 'tsx', script, from, to], {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(path.join(PROJECT_ROOT, SDK_TYPES), headed(readFileSync(to, 'utf8'), document));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [SDK_TYPES];
}
