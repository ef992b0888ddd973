import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { consoleProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import type { Decoding } from './decoding';

const MOST_OUTPUT = 64 * 1024 * 1024;
const decodingSchema = z.object({
  strict: z.boolean(),
  lenient: z.boolean(),
  pixels: z.string().optional(),
  colours: z.string().optional(),
  orientation: z.number().optional(),
});

/** Pillow, locked by hash, over all files in one run. */
export async function decodeWithPillow(files: readonly string[]): Promise<Decoding[]> {
  const { python } = await ensurePythonTool('pillow', { progress: consoleProgress });
  const { status, signal, stdout, stderr } = spawnSync(python, [path.join(__dirname, 'decode_pictures.py')], {
    input: files.map((file) => `${file}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
  });
  if (status !== 0) throw new Error(`Pillow ended with ${String(status ?? signal)}: ${stderr}`);
  const decodings = stdout
    .trimEnd()
    .split('\n')
    .map((line) => decodingSchema.parse(JSON.parse(line)) as Decoding);
  if (decodings.length !== files.length) throw new Error('Pillow told of another number of files');
  return decodings;
}
