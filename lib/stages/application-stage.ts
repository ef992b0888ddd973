import { Stage, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { Names } from '../names';
import { KeysStack } from '../stacks/keys-stack';
import { NetworkStack } from '../stacks/network-stack';

/** The tags of every resource of a stage. */
export const tagsOf = (config: StageConfig): Readonly<Record<string, string>> => ({
  Application: 'serverlessapp',
  Environment: config.stage,
  Owner: config.owner,
  DataClassification: config.dataClassification,
  CostCentre: config.costCentre,
});

/** One stage (dev, staging, prod) of the application in one account and region. */
export class ApplicationStage extends Stage {
  constructor(scope: Construct, config: StageConfig) {
    const names = new Names(config, config.region);
    super(scope, names.prefix, { env: { account: config.account, region: config.region } });
    const base = { config, names };

    const { keys } = new KeysStack(this, 'keys', base);
    const props = { ...base, keys };
    new NetworkStack(this, 'network', props);

    for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(this).add(key, value);
    PermissionsBoundary.of(this).apply(
      ManagedPolicy.fromManagedPolicyName(this, 'PermissionsBoundary', names.permissionsBoundary),
    );
  }
}
