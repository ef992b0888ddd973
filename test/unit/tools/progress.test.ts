import { consoleProgress } from '../../../tools/setup/progress';

describe('a step that takes long', () => {
  const lines: string[] = [];
  beforeEach(() => {
    jest.useFakeTimers();
    lines.length = 0;
    jest.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('gives a sign of life every quarter of a minute, and none after its end', async () => {
    const step = consoleProgress.step(
      'tools',
      () => new Promise<void>((resolve) => setTimeout(resolve, 40_000)),
    );
    await jest.advanceTimersByTimeAsync(120_000);
    await step;
    expect(lines).toEqual(['  … tools (15.0 s so far)', '  … tools (30.0 s so far)', '  ✓ tools (40.0 s)']);
  });

  it('is quiet when it is quick, and when it fails says so once', async () => {
    const step = consoleProgress.step('tools', () => Promise.reject(new Error('gone')));
    await expect(step).rejects.toThrow('gone');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lines).toEqual(['  ✗ tools (0.0 s)']);
  });
});
