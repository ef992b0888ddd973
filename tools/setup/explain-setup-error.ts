import { getSystemErrorMap } from 'node:util';
import { causeOf } from './causes';
import { PROJECT_ROOT } from './project-paths';
import { MachineError, SetupError } from './setup-error';

/**
 * What the system refused (a full disk, a folder that may only be read, too many files), in words; anything else as it is.
 * https://nodejs.org/api/errors.html#class-systemerror
 */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SetupError) return error;
  const { errno } = error as NodeJS.ErrnoException;
  if (errno === undefined || !getSystemErrorMap().has(errno)) return error;
  const known = causeOf(error.message);
  return known ? new MachineError(`${error.message}: ${known.cause}.`, known.remedy) : error;
}

/** Says what is wrong and what to do; where the machine is at fault, what the doctor finds that the command lacks, too. */
export async function explainSetupError(error: SetupError): Promise<void> {
  console.error(`\n${error.message}\n→ ${error.nextStep}`);
  if (!(error instanceof MachineError)) return;
  const { missingPrerequisites } = await import('../doctor/doctor.mjs');
  // Set by bin/run.mjs.
  const command = process.env['SERVERLESSAPP_COMMAND'] ?? 'start';
  for (const lack of await missingPrerequisites(PROJECT_ROOT, command))
    console.error(`npm run doctor: ${lack}`);
}
