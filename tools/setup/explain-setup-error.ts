import { PROJECT_ROOT } from './project-paths';
import { MachineError, type SetupError } from './setup-error';

/** Says what is wrong and what to do; where the machine is at fault, what the doctor finds that the command lacks, too. */
export async function explainSetupError(error: SetupError): Promise<void> {
  console.error(`\n${error.message}\n→ ${error.nextStep}`);
  if (!(error instanceof MachineError)) return;
  const { whatIsLacking } = await import('../doctor/doctor.mjs');
  // Set by bin/run.mjs.
  const command = process.env['SERVERLESSAPP_COMMAND'] ?? 'start';
  for (const lack of await whatIsLacking(PROJECT_ROOT, command)) console.error(`npm run doctor: ${lack}`);
}
