// Runs one program in a process group of its own and makes sure that nothing of it outlives us or our parent: when the
// parent asks, ends or is killed, the whole group is stopped and the working directory removed. Plain JavaScript, so
// that it starts at once. Usage: node supervisor.mjs DIRECTORY COMMAND ARGUMENT…
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MILLISECONDS = 3000;
const [directory, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

const tell = (message) => {
  if (process.connected) process.send(message, () => undefined);
};
const signalGroup = (signal) => {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
};

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  if (child.pid !== undefined && signalGroup('SIGTERM')) {
    const deadline = Date.now() + GRACE_MILLISECONDS;
    while (signalGroup(0) && Date.now() < deadline) await delay(20);
    signalGroup('SIGKILL');
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(0);
}

child.on('error', (error) => tell({ ended: error.message }));
child.on('exit', (code, signal) => tell({ ended: signal ?? `exit code ${code}` }));
process.on('message', () => void stop());
process.on('disconnect', () => void stop());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
