import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';

/**
 * The reliability tests, deeper than in `npm test` and with a fresh seed. To repeat a run: RELIABILITY_SEED=NUMBER
 * npm run test:reliability.
 */
const seed = process.env['RELIABILITY_SEED'] ?? String(randomInt(1, 2 ** 31));
console.log(`Reliability tests, deep, seed ${seed}`);
const root = path.join(__dirname, '..', '..');
const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--testPathPatterns',
    'test/reliability',
    // One after another: what is measured must not share the machine.
    '--runInBand',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, RELIABILITY: 'deep', RELIABILITY_SEED: seed } },
);
process.exitCode = status ?? 1;
