import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../../lib/config/load';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { readerPolicies, readerPolicyFiles } from '../deployed/reader-policy';
import type { Command } from './arguments';

/** Prints the policies of whoever asks an account, or writes them where the templates take them from; asks nothing. */
export function printPolicyCommand({ stage, write }: Extract<Command, { name: 'print-policy' }>): number {
  loadStageConfig(stage);
  if (write)
    for (const [file, text] of Object.entries(readerPolicyFiles())) {
      writeFileSync(path.join(PROJECT_ROOT, file), text);
      console.error(`Wrote ${file}; review its change.`);
    }
  else console.log(JSON.stringify(readerPolicies(), undefined, 2));
  return 0;
}
