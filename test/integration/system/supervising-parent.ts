import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSupervised } from '../../../local/emulator/supervised-process';

/** A shell that ignores SIGTERM and has a child which does: the worst that a program could be. */
const STUBBORN = `trap '' TERM; sleep 1000 & echo "$$ $!" > pids; wait; sleep 1000`;

/** Run by the test of the supervisor: starts a program and tells its process ids. */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'supervised-'));
  const supervised = startSupervised(['/bin/sh', '-c', STUBBORN], {
    directory,
    logFile: join(directory, 'log'),
    env: { PATH: process.env['PATH'] },
  });
  let pids = '';
  while (!pids.includes('\n')) {
    await delay(20);
    pids = await readFile(join(directory, 'pids'), 'utf8').catch(() => '');
  }
  process.on('message', () => void supervised.stop().then(() => process.exit(0)));
  process.send?.({ directory, processes: pids.trim().split(' ').map(Number) });
}

void main();
