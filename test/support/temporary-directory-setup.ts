import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gives the whole run, workers included, a temporary directory of its own, which the teardown removes. */
export default function setup(): void {
  if (process.env['SERVERLESSAPP_TEST_TEMP'] !== undefined) return;
  const directory = mkdtempSync(path.join(tmpdir(), 'serverlessapp-test-'));
  process.env['SERVERLESSAPP_TEST_TEMP'] = directory;
  process.env['TMPDIR'] = directory;
}
