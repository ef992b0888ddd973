import { parseArgs } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ConfigurationError, loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { type Outcome, runCheck } from './check';
import { bootstrapCommand } from './bootstrap';
import { PREFLIGHT_CHECKS } from './checks';
import { writeExecutionPolicies } from './execution-policies';

const USAGE = `npm run preflight -- --stage dev|staging|prod [--write-policies DIR]

Asks the account of the stage, read-only, what a first deployment would lack there. Credentials and region come from the
environment, as for the AWS CLI. With --write-policies it only writes the execution policies of the bootstrap and prints the
commands that create them. Exit code: 0 nothing lacks, 1 something lacks or could not be checked, 2 it could not run.`;

const MARK: Record<Outcome['state'], string> = {
  ready: 'ok      ',
  'action-needed': 'LACKING ',
  'not-checked': 'UNKNOWN ',
};

/** The account that the credentials belong to. @throws Error when there are none or they are refused. */
async function callerAccount(region: string): Promise<string> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Account ?? 'unknown';
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      'write-policies': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true || values.stage === undefined) {
    console.log(USAGE);
    return values.help === true ? 0 : 2;
  }
  const config = loadStageConfig(values.stage);
  const context = { config, names: new Names(config, config.region) };
  const folder = values['write-policies'];
  if (folder !== undefined) {
    for (const command of writeExecutionPolicies(context, folder)) console.log(command);
    for (const region of [config.region, config.drRegion]) console.log(bootstrapCommand(context, region));
    return 0;
  }
  let account: string;
  try {
    account = await callerAccount(config.region);
  } catch (error) {
    console.error(
      `The credentials could not be used (${String(error)}).\nSign in to account ${config.account} (aws sso login, or AWS_PROFILE) and run it again.`,
    );
    return 2;
  }
  if (account !== config.account) {
    console.error(
      `These credentials belong to account ${account}; stage ${config.stage} is account ${config.account} (lib/config/${config.stage}.ts).`,
    );
    return 2;
  }
  console.log(`Preflight of ${config.stage}: account ${account}, ${config.region} and ${config.drRegion}\n`);
  const results = await Promise.all(
    PREFLIGHT_CHECKS.map(async (check) => ({ check, outcomes: await runCheck(check, context) })),
  );
  const counts: Record<Outcome['state'], number> = { ready: 0, 'action-needed': 0, 'not-checked': 0 };
  for (const { check, outcomes } of results) {
    for (const { state, found, next } of outcomes) {
      counts[state] += 1;
      console.log(`${MARK[state]} ${check.title}: ${found}`);
      if (next !== undefined) console.log(`         → ${next}`);
    }
  }
  console.log(
    `\n${counts.ready} ready, ${counts['action-needed']} lacking, ${counts['not-checked']} not checked`,
  );
  return counts['action-needed'] + counts['not-checked'] === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exitCode = 2;
  },
);
