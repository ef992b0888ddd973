import { rmSync } from 'node:fs';

/** Jest ends its workers without running their exit handlers, so what tests left is removed here. */
export default function teardown(): void {
  const directory = process.env['SERVERLESSAPP_TEST_TEMP'];
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
