import { Stage, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { Names } from '../names';
import { ApiStack } from '../stacks/api-stack';
import { KeysStack } from '../stacks/keys-stack';
import { NetworkStack } from '../stacks/network-stack';
import { ProcessingStack } from '../stacks/processing-stack';
import { StorageStack } from '../stacks/storage-stack';

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

    const foundation = new KeysStack(this, 'keys', base);
    const props = { ...base, keys: foundation.keys };
    const network = new NetworkStack(this, 'network', props);
    const storage = new StorageStack(this, 'storage', { ...props, network });
    const processing = new ProcessingStack(this, 'processing', {
      ...props,
      network,
      detectionStreamArn: storage.detectionLogs.tableStreamArn ?? '',
    });
    const api = new ApiStack(this, 'api', { ...props, network });
    // Names are composed, not referenced, so the order of the stacks has to be said.
    processing.addStackDependency(storage);
    api.addStackDependency(processing);

    for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(this).add(key, value);
    PermissionsBoundary.of(this).apply(
      ManagedPolicy.fromManagedPolicyArn(foundation, 'Ceiling', names.permissionsBoundaryArn),
    );
  }
}
