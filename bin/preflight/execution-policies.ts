import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { delivery } from '../../lib/config/delivery';
import type { StageConfig } from '../../lib/config/schema';
import { BOUNDARY_CHANGE_TAG, DELIVERY_PREFIX, Names } from '../../lib/names';
import { renderPolicy } from '../../lib/policies';
import type { CheckContext } from './check';

/** The policies of CloudFormation's own role, in place of AdministratorAccess. IAM takes 6,144 characters each. */
export const EXECUTION_POLICIES = ['deployment-data', 'deployment-platform'] as const;
/** The same of the account of the pipeline. */
const DELIVERY_EXECUTION_POLICIES = ['deployment-pipeline'] as const;
export type ExecutionPolicy =
  (typeof EXECUTION_POLICIES)[number] | (typeof DELIVERY_EXECUTION_POLICIES)[number];

/** An account and a region that is bootstrapped: a stage's, or the pipeline's. */
export interface BootstrapContext extends Pick<CheckContext, 'names' | 'connection'> {
  readonly config: Pick<StageConfig, 'account' | 'deliveryAccount' | 'region' | 'drRegion'>;
}

/** What the account of the pipeline goes by in commands, beside the stages. */
export const DELIVERY = 'delivery';

/** The account of the pipeline in both regions, as the released stage's configuration names them. */
export const deliveryContexts = (
  { deliveryAccount, region, drRegion }: StageConfig,
  connection: BootstrapContext['connection'] = {},
): [primary: BootstrapContext, recovery: BootstrapContext] => {
  const config = { account: deliveryAccount, deliveryAccount, region, drRegion };
  const at = (where: string): BootstrapContext => ({
    config,
    names: new Names({ stage: DELIVERY, account: deliveryAccount }, where),
    connection,
  });
  return [at(region), at(drRegion)];
};

/** Whether what is asked is the account of the pipeline. */
export const isDelivery = ({ names }: BootstrapContext): boolean => names.prefix === DELIVERY_PREFIX;

/** The policies that CloudFormation's role has in an account. */
export const executionPoliciesOf = (context: BootstrapContext): readonly ExecutionPolicy[] =>
  isDelivery(context) ? DELIVERY_EXECUTION_POLICIES : EXECUTION_POLICIES;

/** A connection goes by either prefix: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html */
const connections = (arn: string): string[] =>
  ['codeconnections', 'codestar-connections'].map((service) =>
    arn.replace(/^arn:aws:[^:]+/, `arn:aws:${service}`),
  );

/** `policies/bootstrap/NAME.json` for an account, its prefix and regions. */
export function executionPolicy(name: ExecutionPolicy, context: BootstrapContext): unknown {
  const { config, names } = context;
  return renderPolicy(`bootstrap/${name}`, {
    Account: config.account,
    Prefix: names.prefix,
    // Global services answer in the primary region.
    Regions: [config.region, config.drRegion],
    ...(isDelivery(context)
      ? {
          PrimaryRegion: config.region,
          Connections: connections(delivery.connectionArn),
          BoundaryChangeTag: BOUNDARY_CHANGE_TAG,
        }
      : {}),
  });
}

export const executionPolicyArn = (name: ExecutionPolicy, { config, names }: BootstrapContext): string =>
  `arn:aws:iam::${config.account}:policy/${names.of(name)}`;

/** Writes the policies of an account into a folder. @returns the commands by which a security administrator makes them there */
export function writeExecutionPolicies(context: BootstrapContext, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return executionPoliciesOf(context).map((name) => {
    const file = path.join(folder, `${context.names.of(name)}.json`);
    writeFileSync(file, JSON.stringify(executionPolicy(name, context)));
    return `aws iam create-policy --policy-name ${context.names.of(name)} --policy-document file://${file}`;
  });
}
