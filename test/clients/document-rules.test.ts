import { join } from 'node:path';
import { ensureNpmTool } from '../../tools/setup/npm-tools';
import { consoleProgress } from '../../tools/setup/progress';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { CommandError, runCommand } from '../../tools/setup/run-command';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../../lambda/openapi/document';
import { webhooksDocument } from '../../lambda/openapi/webhooks';

jest.setTimeout(180_000);

/** Spectral with OWASP's rules, but those that ruleset.yaml says not to be followed, and why. */
describe("the API's document under other people's rules", () => {
  let folder = '';
  let spectral = '';
  beforeAll(async () => {
    const tool = await ensureNpmTool('spectral', { progress: consoleProgress });
    spectral = tool.bin('spectral');
    // Beside the packages, where the ruleset finds OWASP's.
    folder = await mkdtemp(join(tool.directory, 'run-'));
    await copyFile(
      join(PROJECT_ROOT, 'tools', 'npm', 'spectral', 'ruleset.yaml'),
      join(folder, 'ruleset.yaml'),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the rules say, as `code path`; nothing when all is well. */
  async function evaluate(document: object): Promise<string> {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const rules = ['--ruleset', join(folder, 'ruleset.yaml'), '--fail-severity', 'hint'];
    try {
      await runCommand(process.execPath, [spectral, 'lint', ...rules, '--quiet', file]);
      return '';
    } catch (error) {
      if (error instanceof CommandError) return error.message;
      throw error;
    }
  }

  it('has no finding', async () => {
    expect(await evaluate(openApiDocument())).toBe('');
  });

  it('nor has the document of what clients are told', async () => {
    // It has no server of its own to name: each client's is one.
    const { servers } = openApiDocument();
    expect(await evaluate({ ...webhooksDocument(), servers })).toBe('');
  });

  it('is evaluated at all: an integer without bounds, a string without a length and a plain address are found', async () => {
    const { servers, components, ...rest } = openApiDocument();
    const hole = { type: 'object', properties: { n: { type: 'integer' }, s: { type: 'string' } } };
    const found = await evaluate({
      ...rest,
      servers: [{ ...servers[0], url: 'http://api.example.com' }],
      components: { ...components, schemas: { ...components.schemas, Hole: hole } },
    });
    expect(found).toContain('owasp:api4:2023-integer-limit');
    expect(found).toContain('string-limit-without-format');
    expect(found).toContain('owasp:api8:2023-no-server-http');
  });
});
