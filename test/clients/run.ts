import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The API against what other people wrote: generators of clients, a fuzzer of documents. Wants Java; some minutes. */
const root = path.join(__dirname, '..', '..');
const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...['--selectProjects', 'clients'],
    // One after another: each file has an embedded AWS of its own.
    '--runInBand',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TEST_CLIENTS: '1' } },
);
process.exitCode = status ?? 1;
