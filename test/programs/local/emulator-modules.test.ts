import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { runCommand } from '../../../tools/setup/run-command';
import { systemEnvironment } from '../../../local/runtime/system-environment';

describe('the emulator with our modules', () => {
  let found: Record<string, unknown>;
  beforeAll(async () => {
    const { python } = await ensurePythonTool('ministack', { progress: silentProgress });
    const script = path.join(__dirname, 'emulator_modules.py');
    const modules = path.join(PROJECT_ROOT, 'local', 'emulator');
    const env = { ...systemEnvironment(), PYTHONDONTWRITEBYTECODE: '1' };
    const printed = await runCommand(python, [script, modules], { cwd: PROJECT_ROOT, env });
    found = JSON.parse(printed) as Record<string, unknown>;
  });

  it('reads of a service model its beginning, which says the same, and the rest for whoever asks for it', () => {
    expect(Object.values(found['beginnings'] as object)).toEqual(Array(6).fill(true));
    expect(found['rest']).toBe('StartExecution');
    expect(found['known']).toEqual([true, true, false]);
  });

  it('reads a long form and a policy once, and gives each reader its own', () => {
    expect(found['forms']).toEqual(Array(8).fill(true));
    // The long one and the longer one, with empty values and without.
    expect(found['form read']).toBe(4);
    expect(found['taken']).toEqual([true]);
    expect(found['policies']).toEqual(Array(5).fill(true));
    const decisions = ['Deny', 'Allow', 'Allow', 'ImplicitDeny', 'ImplicitDeny'];
    expect(found['resource policies']).toEqual(decisions);
  });

  it('leaves who asks his name, whose policies are read on the way to it', () => {
    const root = expect.stringMatching(/^arn:aws:iam::\d{12}:root$/) as string;
    expect(found['names']).toEqual([
      root,
      expect.stringMatching(/:user\/ann$/),
      expect.stringMatching(/:assumed-role\/worker\/session$/),
      ...Array<string>(3).fill(root),
    ]);
  });

  it('starts so many function processes at once, and gives a waiting event to one that became free', () => {
    expect([found['most'], found['fewer'], found['ended']]).toEqual([2, true, true]);
  });

  it('takes the log of an invocation to its end, and nothing behind it', () => {
    expect(found['log']).toEqual(['late line of the first', 'line', 'unended']);
  });
});
