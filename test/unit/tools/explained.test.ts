import { readFileSync } from 'node:fs';
import { explained } from '../../../tools/setup/explain-setup-error';
import { MachineError, SetupError } from '../../../tools/setup/setup-error';

const system = (errno: number, message: string): Error => Object.assign(new Error(message), { errno });

it.each([
  [system(-28, "ENOSPC: no space left on device, write '/x'"), /the disk is full/, /Free some space/],
  [system(-30, "EROFS: read-only file system, mkdir '/x'"), /read-only/, /clone to one that is/],
  [system(-24, "EMFILE: too many open files, open '/x'"), /open as many files/, /ulimit -n/],
])('%s becomes a sentence with a remedy', (error, cause, remedy) => {
  const said = explained(error);
  expect(said).toBeInstanceOf(MachineError);
  expect(said).toMatchObject({
    message: expect.stringMatching(cause) as unknown,
    nextStep: expect.stringMatching(remedy) as unknown,
  });
});

it('leaves alone what is not of the system, and what nobody foresaw', () => {
  const mistakes = [new TypeError('permission denied is not a function'), new SetupError('a', 'b'), 'text'];
  for (const mistake of mistakes) expect(explained(mistake)).toBe(mistake);
  let unforeseen: unknown;
  try {
    readFileSync(__dirname);
  } catch (error) {
    unforeseen = error;
  }
  expect(explained(unforeseen)).toBe(unforeseen);
});
