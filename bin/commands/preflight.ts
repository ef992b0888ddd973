import { parseArgs } from 'node:util';
import { ConfigurationError, loadStageConfig } from '../../lib/config/load';
import { RELEASED_STAGE, STAGE_NAMES } from '../../lib/config/schema';
import { bootstrapCommand } from '../preflight/bootstrap';
import { DELIVERY, deliveryContexts, writeExecutionPolicies } from '../preflight/execution-policies';
import { preflightPolicy } from '../preflight/permissions';
import { preflight, preflightDelivery, PreflightError, regionsOf } from '../preflight/preflight';

const USAGE = `npm run preflight -- --stage ${[...STAGE_NAMES, DELIVERY].join('|')} [--write-policies DIR]
npm run preflight -- --permissions

Asks the account of the stage, read-only, what a first deployment would lack there; the delivery account, whether
CloudFormation acts there by our policies alone. Credentials come from the environment,
as for the AWS CLI. Neither of these asks AWS anything: --write-policies writes the execution policies of the bootstrap and
prints the commands that create and use them; --permissions prints the policy that suffices for all questions.
Exit code: 0 nothing lacks, 1 something lacks or could not be checked, 2 it could not run.`;

function writePolicies(stage: string, folder: string): void {
  const regions =
    stage === DELIVERY
      ? deliveryContexts(loadStageConfig(RELEASED_STAGE))
      : regionsOf(loadStageConfig(stage));
  for (const command of writeExecutionPolicies(regions[0], folder)) console.log(command);
  for (const region of regions) console.log(bootstrapCommand(region));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      'write-policies': { type: 'string' },
      permissions: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.permissions) {
    console.log(JSON.stringify(preflightPolicy(), null, 2));
    return 0;
  }
  if (values.help || values.stage === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  if (values['write-policies'] !== undefined) {
    writePolicies(values.stage, values['write-policies']);
    return 0;
  }
  const ready =
    values.stage === DELIVERY
      ? preflightDelivery(loadStageConfig(RELEASED_STAGE), console.log)
      : preflight(loadStageConfig(values.stage), console.log);
  return (await ready) ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const isExpected = error instanceof ConfigurationError || error instanceof PreflightError;
    console.error(isExpected ? error.message : error);
    process.exitCode = 2;
  },
);
