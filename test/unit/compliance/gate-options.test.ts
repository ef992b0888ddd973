import { HELP, parseCommand } from '../../../compliance/cli/arguments';
import { GATE_COMMANDS, GATE_OPTIONS } from '../../../compliance/gate-options';

/** Whether the command line knows a command, whatever else it misses. */
const isKnown = (name: string): boolean => {
  try {
    parseCommand([name]);
    return true;
  } catch (error) {
    return !String(error).includes(`There is no command "${name}"`);
  }
};

describe('what the gate of a release is taken to understand', () => {
  it('are the commands that it has, and no other', () => {
    expect(GATE_COMMANDS.filter((name) => !isKnown(name))).toEqual([]);
    expect(isKnown('asked-anew')).toBe(false);
    const told = [...HELP.matchAll(/^npm run compliance -- ([a-z-]+)/gm)].map(([, name]) => name);
    expect([...GATE_COMMANDS].sort()).toEqual([...new Set(told)].sort());
  });
  it('are options that its help tells of', () => {
    const untold = Object.keys(GATE_OPTIONS).filter((name) => !HELP.includes(`--${name}`));
    expect(untold).toEqual([]);
  });
});
