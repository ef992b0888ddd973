import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { FORMAT_OF_CONTENT_TYPE, type ImageFormat } from '../../lambda/domain/category';
import { gradient } from '../support/hostile/base-pictures';
import { hostilePictures } from '../support/hostile-pictures';

/** Peak memory of a hostile file, in units of a good picture's (performance target). */
const MOST = 1.5;
const SHOWN = 8;

interface Cost {
  readonly kilobytes: number;
  readonly milliseconds: number;
}

/** Sniffs and strips every hostile file in a process of its own and compares its peak memory with a good picture's. */
async function main(folder: string): Promise<boolean> {
  const program = path.join(folder, 'child.js');
  const entry = path.join(__dirname, 'hostile-child.ts');
  buildSync({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', minify: true });
  const cost = (bytes: Uint8Array, format: ImageFormat): Cost => {
    const file = path.join(folder, 'picture');
    writeFileSync(file, bytes);
    // Through a shell: Linux counts what the process was before it became another, here ours with the whole corpus.
    const command = ['-c', '"$0" "$@"; exit $?', process.execPath, program, file, format];
    return JSON.parse(execFileSync('/bin/sh', command, { encoding: 'utf8' })) as Cost;
  };

  const good = await gradient(3000, 2000)
    .withExif({ IFD0: { Make: 'Acme' } })
    .jpeg({ quality: 100 })
    .toBuffer();
  const reference = cost(good, 'jpg');
  const files = (await hostilePictures()).filter(({ name }) => !name.startsWith('name: '));
  const rows = files.map(({ name, bytes, contentType }) => ({
    name,
    megabytes: bytes.length / 1e6,
    ...cost(bytes, FORMAT_OF_CONTENT_TYPE[contentType]),
  }));
  rows.sort((one, other) => other.kilobytes - one.kilobytes);

  console.log(
    `A good picture (${(good.length / 1e6).toFixed(1)} MB): peak ${(reference.kilobytes / 1024).toFixed(0)} MB, ` +
      `${reference.milliseconds.toFixed(0)} ms. ${rows.length} hostile files; the ${SHOWN} that took most memory:`,
  );
  console.table(
    rows.slice(0, SHOWN).map(({ name, megabytes, kilobytes, milliseconds }) => ({
      name,
      'file MB': Number(megabytes.toFixed(1)),
      'peak ÷ good': Number((kilobytes / reference.kilobytes).toFixed(2)),
      ms: Math.round(milliseconds),
    })),
  );
  const worst = Math.max(...rows.map(({ kilobytes }) => kilobytes)) / reference.kilobytes;
  const slowest = Math.max(...rows.map(({ milliseconds }) => milliseconds));
  console.log(`Worst ${worst.toFixed(2)} × (target ≤ ${MOST}); slowest ${slowest.toFixed(0)} ms.`);
  return worst <= MOST;
}

const folder = mkdtempSync(path.join(tmpdir(), 'hostile-memory-'));
main(folder)
  .then((isWithin) => {
    process.exitCode = isWithin ? 0 : 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
