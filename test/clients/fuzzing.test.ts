import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { silentProgress } from '../../tools/setup/progress';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { TestSystem } from '../integration/system/test-system';

jest.setTimeout(400_000);

const DOCUMENT = join(PROJECT_ROOT, 'lambda', 'openapi', 'openapi.json');

/**
 * What the API's rules ask beyond its document, so that a request may be sound by the one and refused by the other: a
 * cursor is signed, a signature is made with a secret, an Idempotency-Key belongs to one request, and base64 is that of a
 * picture. Each has its test in test/integration/system.
 */
const NOT_ASKED = 'positive_data_acceptance';

/** All that a program wrote to standard output, whatever it ended with: what it found stands far above its last lines. */
const output = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });

/**
 * Schemathesis makes requests of the document, sound and broken ones, and holds every answer against it: no fault of the
 * server, no undocumented status, media type, header or body, nothing broken that is taken.
 */
it('answers what Schemathesis makes of the document as the document says', async () => {
  const tool = await ensurePythonTool('schemathesis', { progress: silentProgress });
  const system = await TestSystem.start();
  try {
    const seed = process.env['CLIENTS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
    console.log(`Schemathesis, seed ${seed}; again: CLIENTS_SEED=${seed} npm run test:clients -- fuzzing`);
    const { apiUrl, apiKeys, emulator } = system.aws;
    const report = await output(tool.script('schemathesis'), [
      ...['run', DOCUMENT, '--url', apiUrl, '--tls-verify', emulator.certificateFile],
      ...['-H', `x-api-key: ${apiKeys.get('demo')?.value ?? ''}`, '-H', 'User-Agent: schemathesis'],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '10', '--seed', seed],
      // Slowness of this machine is no finding.
      ...['--suppress-health-check', 'all', '--max-time', '120', '--generation-database', 'none'],
      ...['--exclude-checks', NOT_ASKED, '--continue-on-failure', '--no-color'],
    ]);
    expect(report).toMatch(/Tested: 8/);
    expect(report).toMatch(/^ *(\d{3,}) generated, \1 passed/m);
  } finally {
    await system.stop();
  }
});
