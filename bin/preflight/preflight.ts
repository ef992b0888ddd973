import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StageConfig } from '../../lib/config/schema';
import { Names } from '../../lib/names';
import {
  type Check,
  type CheckContext,
  clientSettings,
  type Connection,
  type Outcome,
  runCheck,
} from './check';
import { DELIVERY_PRIMARY_CHECKS, DELIVERY_REGION_CHECKS, PRIMARY_CHECKS, REGION_CHECKS } from './checks';
import { type BootstrapContext, deliveryContexts, isDelivery } from './execution-policies';
import { RECOVERY_CHECKS } from './recovery';

/** The account could not be asked at all: no credentials, unusable ones, or another account's. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
}

const MARK: Record<Outcome['state'], string> = {
  ready: 'ok      ',
  'action-needed': 'LACKING ',
  'not-checked': 'UNKNOWN ',
};

/** The primary region and the one that takes over, each with the configuration of what stands there. */
export const regionsOf = (
  config: StageConfig,
  connection: Connection = {},
): [primary: CheckContext, recovery: CheckContext] => [
  { config, names: new Names(config, config.region), connection },
  {
    config: { ...config, availabilityZones: config.recovery.availabilityZones },
    names: new Names(config, config.drRegion),
    connection,
  },
];

const faultOfCredentials = (error: unknown): string => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'CredentialsProviderError') return 'There are no AWS credentials in the environment.';
  if (name.startsWith('ExpiredToken')) return 'The AWS credentials have expired.';
  return `The AWS credentials could not be used (${String(error)}).`;
};

async function mustBeAccount(context: BootstrapContext): Promise<void> {
  const { account } = context.config;
  const { stage } = context.names;
  let caller: string | undefined;
  try {
    caller = (await new STSClient(clientSettings(context)).send(new GetCallerIdentityCommand({}))).Account;
  } catch (error) {
    throw new PreflightError(
      `${faultOfCredentials(error)}\nSign in to account ${account} (aws sso login, or AWS_PROFILE) and run it again.`,
    );
  }
  if (caller !== account)
    throw new PreflightError(
      `These credentials belong to account ${caller ?? 'unknown'}; ${isDelivery(context) ? 'the delivery account is' : `stage ${stage} is account`} ${account} (lib/config/${stage}.ts).`,
    );
}

interface Section<Context extends BootstrapContext> {
  readonly heading: string;
  readonly context: Context;
  readonly checks: readonly Check<Context>[];
}

/** Asks and prints section by section. @returns whether nothing lacks and everything could be checked */
async function ask<Context extends BootstrapContext>(
  sections: readonly Section<Context>[],
  print: (line: string) => void,
): Promise<boolean> {
  const told = new Set<string>();
  const counts: Record<Outcome['state'], number> = { ready: 0, 'action-needed': 0, 'not-checked': 0 };
  for (const { heading, context, checks } of sections) {
    print(`\n${heading}\n`);
    const results = await Promise.all(
      checks.map(async (check) => ({ check, outcomes: await runCheck(check, context) })),
    );
    for (const { check, outcomes } of results)
      for (const { state, found, next } of outcomes) {
        counts[state] += 1;
        print(`${MARK[state]} ${check.title}: ${found}`);
        if (next !== undefined) print(`         → ${told.has(next) ? 'the same as above' : next}`);
        if (next !== undefined) told.add(next);
      }
  }
  print(`\n${counts.ready} ready, ${counts['action-needed']} lacking, ${counts['not-checked']} not checked`);
  return counts['action-needed'] + counts['not-checked'] === 0;
}

/**
 * Asks a stage's account, read-only, what a first deployment would lack there, and prints it.
 * @returns whether nothing lacks and everything could be checked
 * @throws PreflightError
 */
export async function preflight(
  config: StageConfig,
  print: (line: string) => void,
  connection?: Connection,
): Promise<boolean> {
  const [primary, recovery] = regionsOf(config, connection);
  await mustBeAccount(primary);
  print(`Preflight of ${config.stage}`);
  return ask(
    [
      {
        heading: `Account ${config.account}, ${primary.names.region}`,
        context: primary,
        checks: [...PRIMARY_CHECKS, ...REGION_CHECKS],
      },
      {
        heading: `${recovery.names.region}, where the recovery application stands`,
        context: recovery,
        checks: [...REGION_CHECKS, ...RECOVERY_CHECKS],
      },
    ],
    print,
  );
}

/**
 * Asks the account of the pipeline, read-only, whether CloudFormation acts there by our policies alone, and prints it.
 * @param config of the stage that a release ends with
 * @returns whether nothing lacks and everything could be checked
 * @throws PreflightError
 */
export async function preflightDelivery(
  config: StageConfig,
  print: (line: string) => void,
  connection?: Connection,
): Promise<boolean> {
  const [primary, recovery] = deliveryContexts(config, connection);
  await mustBeAccount(primary);
  print('Preflight of the delivery account');
  return ask(
    [
      {
        heading: `Account ${primary.config.account}, ${primary.names.region}`,
        context: primary,
        checks: [...DELIVERY_PRIMARY_CHECKS, ...DELIVERY_REGION_CHECKS],
      },
      { heading: recovery.names.region, context: recovery, checks: DELIVERY_REGION_CHECKS },
    ],
    print,
  );
}
