import { readContactResults, recordMeasured } from '../rules/contracts/measured';
import type { Command } from './arguments';
import { fromCaller } from './from-caller';

/** Makes what a first contact saw part of the contracts. */
export function measuredCommand({ file }: Extract<Command, { name: 'measured' }>): number {
  const written = recordMeasured(readContactResults(fromCaller(file)));
  console.log(
    written.length === 0
      ? 'The results measure no contract.'
      : `${written.map((id) => `measured: ${id}`).join('\n')}\nHave the change of policies/contracts reviewed.`,
  );
  return 0;
}
