import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

jest.setTimeout(60_000);

interface Started {
  directory: string;
  /** Process ids of the program and of what it started. */
  processes: number[];
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function startParent() {
  const parent = fork(join(__dirname, 'system', 'supervising-parent.ts'), {
    execArgv: ['--import', 'tsx'],
    stdio: 'inherit',
  });
  const [started] = (await once(parent, 'message')) as [Started];
  return { parent, ...started };
}

async function expectNothingLeft({ directory, processes }: Started): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((existsSync(directory) || processes.some(isAlive)) && Date.now() < deadline) await delay(50);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
}

describe('a supervised program', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'ends with its parent, however that ends (%s), with its children and its files',
    async (signal) => {
      const started = await startParent();
      expect(started.processes.length).toBeGreaterThanOrEqual(2);
      expect(started.processes.every(isAlive)).toBe(true);
      expect(existsSync(started.directory)).toBe(true);
      started.parent.kill(signal);
      await expectNothingLeft(started);
    },
  );

  it('ends when it is asked to', async () => {
    const started = await startParent();
    started.parent.send('stop');
    await expectNothingLeft(started);
  });
});
