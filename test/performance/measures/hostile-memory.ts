import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { FORMAT_OF_CONTENT_TYPE, type ImageFormat } from '../../../lambda/domain/category';
import { gradient } from '../../support/hostile/base-pictures';
import { hostilePictures } from '../../support/hostile-pictures';
import { type Measure, type Measured, ratioOf } from '../ratio';

/** Peak memory of a hostile file, in units of a good picture's (performance target). */
const MOST = 1.5;

async function measureIn(folder: string): Promise<Measured[]> {
  const program = path.join(folder, 'child.js');
  const entry = path.join(__dirname, 'hostile-child.ts');
  buildSync({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', minify: true });
  const kilobytesFor = (bytes: Uint8Array, format: ImageFormat): number => {
    const file = path.join(folder, 'picture');
    writeFileSync(file, bytes);
    // Through a shell: Linux counts what the process was before it became another, here ours with the whole corpus.
    const command = ['-c', '"$0" "$@"; exit $?', process.execPath, program, file, format];
    return Number(execFileSync('/bin/sh', command, { encoding: 'utf8' }));
  };

  const good = await gradient(3000, 2000)
    .withExif({ IFD0: { Make: 'Acme' } })
    .jpeg({ quality: 100 })
    .toBuffer();
  const reference = kilobytesFor(good, 'jpg');
  const files = (await hostilePictures()).filter(({ name }) => !name.startsWith('name: '));
  const peaks = files.map(({ name, bytes, contentType }) => ({
    name,
    peak: kilobytesFor(bytes, FORMAT_OF_CONTENT_TYPE[contentType]) / reference,
  }));
  const worst = peaks.reduce((one, other) => (other.peak > one.peak ? other : one));
  return [
    {
      ...ratioOf('hostile pictures: highest peak memory ÷ a good one', [worst.peak], MOST),
      note: `${files.length} files; ${worst.name}`,
    },
  ];
}

/** Checks and strips every hostile file in a process of its own and compares its peak memory with a good picture's. */
export const measureHostileMemory: Measure = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hostile-memory-'));
  try {
    return await measureIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
