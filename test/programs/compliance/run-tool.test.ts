import os from 'node:os';
import { runTool } from '../../../compliance/engines/run-tool';
import { didNotRun, pinFailures } from '../../../compliance/pinned-rules';
import type { EngineResult } from '../../../compliance/verdict-row';

const env = { PATH: process.env['PATH'] };

describe('a tool that is ended', () => {
  it('for its time is told from', () =>
    expect(runTool('sleep', ['60'], { env, timeoutSeconds: 0.05 })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringMatching(
        /^sleep did not end within 0\.05 s and was ended\. → Run the gate when/,
      ) as unknown,
    }));
  it('one that the system ended', () =>
    expect(runTool('sh', ['-c', 'kill -KILL $$'], { env })).rejects.toMatchObject({
      message: expect.stringMatching(
        /was ended by SIGKILL \(which systems do when memory runs out/,
      ) as unknown,
    }));
});

it('Given a tool, when nobody waits for its answer any more, then it is ended before its promise is', async () => {
  const nobodyWaits = new AbortController();
  const began = performance.now();
  const run = runTool('sleep', ['60'], { env, signal: nobodyWaits.signal });
  nobodyWaits.abort();
  await expect(run).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  expect(performance.now() - began).toBeLessThan(30_000);
});

it('Given a tool that gives way, then it runs at a lower priority than what started it', async () => {
  const { stdout } = await runTool('sh', ['-c', 'sleep 0.3; nice'], { env, givesWay: true });
  expect(Number(stdout)).toBe(Math.min(19, os.getPriority() + 5));
});

describe('of an engine', () => {
  const result = (over: Partial<EngineResult>): EngineResult => ({
    ...{ engine: 'checkov', version: 'unknown', rows: [], rulesRun: [], failures: [], notAssessed: [] },
    ...over,
  });
  const pinned = { checkov: { version: '3', rules: ['A'] } };
  it('that failed and has said why, no version and no rule is missed', () => {
    const failed = result({ failures: ['checkov: no memory'] });
    expect(didNotRun(failed)).toBe(true);
    expect(pinFailures(failed, pinned)).toEqual([]);
  });
  it.each([
    ['that ran nothing and says nothing', result({})],
    ['that failed after a part of its rules', result({ failures: ['one file'], rulesRun: ['B'] })],
  ])('%s, they are', (_what, blind) => {
    expect(didNotRun(blind)).toBe(false);
    expect(pinFailures(blind, pinned).join()).toContain('did not run: A');
  });
});
