import type { HostileMachine } from './machine';
import type { Ended } from './run-machine';

const LAST_LINES = 8;
const STACK_FRAME = /^\s+at .+[(\s]\S+:\d+:\d+\)?$/m;

/** What is wrong with how a machine's first command ended; empty when it ended as it has to. */
export function faultsOf({ ends, says }: HostileMachine, { code, output }: Ended): string[] {
  const faults: string[] = [];
  if (STACK_FRAME.test(output)) faults.push('a stack trace was shown');
  if (says && !says.test(output)) faults.push(`nothing was said like ${String(says)}`);
  if (ends === 'works') return code === 0 ? faults : [...faults, `it ended with ${String(code)}`];
  if (code === 0) faults.push('it ended with 0');
  if (code === null) faults.push('it had to be killed');
  // npm has a word of its own behind that of every command.
  const said = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^npm (notice|error|warn)/.test(line));
  const last = said.slice(-LAST_LINES).join('\n');
  // The doctor's own list names everything; it has no last lines.
  const evaluated = output.includes('\nCommands\n') ? output : last;
  if (!ends.cause.test(evaluated)) faults.push(`the end names no cause like ${String(ends.cause)}`);
  if (!ends.remedy.test(evaluated)) faults.push(`the end names no remedy like ${String(ends.remedy)}`);
  if (!evaluated.includes('→')) faults.push('there is no arrow before the remedy');
  return faults;
}
