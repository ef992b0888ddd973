import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Emulator } from '../../../local/emulator/emulator';

/** The processes in which this emulator runs functions, told by the runtime loop in its own directory. */
async function functionProcesses({ directory }: Emulator): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .filter((line) => line.includes(`${directory}/runtime-loop.cjs`))
    .map((line) => Number.parseInt(line, 10));
}

/** Kills one function's process, whatever it is doing. @returns whether there was one */
export async function killSomeFunction(emulator: Emulator, random: () => number): Promise<boolean> {
  const processes = await functionProcesses(emulator);
  const chosen = processes[Math.floor(random() * processes.length)];
  if (chosen === undefined) return false;
  try {
    process.kill(chosen, 'SIGKILL');
    return true;
  } catch {
    // It ended by itself meanwhile.
    return false;
  }
}
