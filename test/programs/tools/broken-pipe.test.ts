import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

/** A command that prints without an end, whose reader goes after the first piece. */
async function read(preload: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const print = 'setInterval(() => console.log("x".repeat(9999)), 1)';
  const child = spawn(process.execPath, [...preload, '--eval', print], { cwd: PROJECT_ROOT });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

describe('a command of which only the beginning is read', () => {
  it('ends without a stack trace, and not as if it had done its work', async () =>
    expect(await read(['--import', './bin/broken-pipe.mjs'])).toEqual({ code: 141, stderr: '' }));

  it('would show one by itself', async () => expect((await read([])).stderr).toContain('EPIPE'));
});
