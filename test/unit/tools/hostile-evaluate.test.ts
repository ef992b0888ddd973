import { faultsOf } from '../../hostile/evaluate';
import { FIRST_COMMAND, type HostileMachine } from '../../hostile/machine';

const machine = (ends: HostileMachine['ends']): HostileMachine => ({
  name: 'some machine',
  base: 'clone',
  command: FIRST_COMMAND,
  ends,
});
const refuses = machine({ cause: /the disk is full/, remedy: /Free some space/ });
const ended = (code: number | null, output: string) => ({ code, output, seconds: 1 });

describe('how the first command on a hostile machine is evaluated', () => {
  it('cause and remedy at the end are well, npm having the last word', () => {
    const output = 'npm ci failed: the disk is full. → Free some space.\nnpm notice New major version\n\n';
    expect(faultsOf(refuses, ended(2, output))).toEqual([]);
    expect(faultsOf(machine('works'), ended(0, ''))).toEqual([]);
  });
  it.each([
    ['success where it cannot be', 0, 'the disk is full → Free some space', /ended with 0/],
    ['a hang', null, 'the disk is full → Free some space', /had to be killed/],
    ['no remedy', 2, 'the disk is full', /names no remedy/],
    ['a remedy without a cause', 2, '→ Free some space', /names no cause/],
    [
      'words that scrolled away',
      2,
      `the disk is full → Free some space\n${'noise\n'.repeat(20)}`,
      /names no cause/,
    ],
    [
      'a stack trace',
      2,
      'the disk is full → Free some space\n    at write (node:fs:12:3)\n',
      /a stack trace was shown/,
    ],
  ])('%s is not', (_what, code, output, fault) => {
    expect(faultsOf(refuses, ended(code, output)).join('; ')).toMatch(fault);
  });
  it('a failure where it has to work is not, nor silence where something must be said', () => {
    expect(faultsOf(machine('works'), ended(2, ''))).toEqual(['it ended with 2']);
    expect(faultsOf({ ...machine('works'), says: /is used instead/ }, ended(0, ''))).toHaveLength(1);
  });
});
