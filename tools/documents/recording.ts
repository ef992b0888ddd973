import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { PROJECT_ROOT } from '../setup/project-paths';

/** Of `npm start -- --once`; `asciinema play` shows it too. */
export const RECORDING = path.join(PROJECT_ROOT, 'docs', 'recordings', 'start.cast');
/** What README.md shows of it. */
export const TERMINAL_PICTURE = '.github/images/start.svg';

/** What a terminal showed, and when: asciicast v2. https://docs.asciinema.org/manual/asciicast/v2/ */
const headerSchema = z.object({
  version: z.literal(2),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  command: z.string(),
});
const eventSchema = z.tuple([z.number().nonnegative(), z.literal('o'), z.string()]);

export interface Recording {
  readonly width: number;
  readonly height: number;
  readonly command: string;
  /** Each line, and when it was whole, in seconds since the command was given. */
  readonly lines: readonly { readonly at: number; readonly text: string }[];
}

/** @throws Error when the file is no asciicast of version 2 */
export function readRecording(file: string): Recording {
  const [first = '', ...rest] = readFileSync(file, 'utf8').trim().split('\n');
  const header = headerSchema.parse(JSON.parse(first));
  const events = rest.map((line) => eventSchema.parse(JSON.parse(line)));
  const lines: { at: number; text: string }[] = [];
  let open = '';
  for (const [at, , data] of events) {
    const parts = (open + stripVTControlCharacters(data).replaceAll('\r\n', '\n')).split('\n');
    open = parts.pop() ?? '';
    lines.push(...parts.map((text) => ({ at, text })));
  }
  return { ...header, lines };
}

/**
 * Runs a command and writes down what it printed, as it came.
 * @throws Error when it does not end with 0
 */
export async function record(
  file: string,
  { command, width, height, cwd }: { command: string; width: number; height: number; cwd: string },
): Promise<void> {
  const begin = performance.now();
  const events: string[] = [JSON.stringify({ version: 2, width, height, command })];
  const child = spawn('sh', ['-c', `${command} 2>&1`], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const at = Number(((performance.now() - begin) / 1000).toFixed(3));
    events.push(JSON.stringify([at, 'o', text.replaceAll('\n', '\r\n')]));
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}; nothing was recorded.`);
  writeFileSync(file, `${events.join('\n')}\n`);
}
