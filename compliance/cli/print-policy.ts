import { loadStageConfig } from '../../lib/config/load';
import { readerPolicies } from '../deployed/reader-policy';
import type { Command } from './arguments';

/** Prints the policies of whoever asks an account, without asking it. */
export function printPolicyCommand({ stage }: Extract<Command, { name: 'print-policy' }>): number {
  loadStageConfig(stage);
  console.log(JSON.stringify(readerPolicies(), undefined, 2));
  return 0;
}
