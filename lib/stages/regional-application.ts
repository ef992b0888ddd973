import { type Stack, type Stage, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { StageConfig } from '../config/schema';
import { AccessStack } from '../stacks/access-stack';
import { ApiStack } from '../stacks/api-stack';
import { EdgeStack } from '../stacks/edge-stack';
import { MonitoringStack } from '../stacks/monitoring-stack';
import { NetworkStack, type NetworkStackProps } from '../stacks/network-stack';
import { ProcessingStack } from '../stacks/processing-stack';
import type { BaseStackProps } from '../stage-context';
import { StorageStack } from '../stacks/storage-stack';

/** The tags of every resource of a stage. */
export const tagsOf = (config: StageConfig): Readonly<Record<string, string>> => ({
  Application: 'serverlessapp',
  Environment: config.stage,
  Owner: config.owner,
  DataClassification: config.dataClassification,
  CostCentre: config.costCentre,
});

/** Tags, and the permissions boundary of roles, on everything in a stage. @param first - any stack of the stage */
export function applyStageRules(stage: Stage, first: Stack, { config, names }: BaseStackProps): void {
  for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(stage).add(key, value);
  PermissionsBoundary.of(stage).apply(
    ManagedPolicy.fromManagedPolicyArn(first, 'BoundaryOfEveryRole', names.permissionsBoundaryArn),
  );
}

/** What the other stacks of a stage have to do with. */
export interface RegionalApplication {
  readonly network: NetworkStack;
  readonly storage: StorageStack;
}

/** What makes the application run in one region: the same in the primary region and in the one that takes over. */
export function createRegionalApplication(
  stage: Stage,
  { keysIn, ...base }: NetworkStackProps,
): RegionalApplication {
  const network = new NetworkStack(stage, 'network', { ...base, keysIn });
  const props = { ...base, keys: network.keys };
  const storage = new StorageStack(stage, 'storage', { ...props, network });
  const processing = new ProcessingStack(stage, 'processing', {
    ...props,
    network,
    detectionStreamArn: storage.detectionLogs.tableStreamArn ?? '',
  });
  const edge = new EdgeStack(stage, 'edge', props);
  const api = new ApiStack(stage, 'api', { ...props, network, webAclArn: edge.webAclArn });
  const access = new AccessStack(stage, 'access', {
    ...props,
    network,
    usagePlanIds: api.clients.usagePlanIds,
  });
  const monitoring = new MonitoringStack(stage, 'monitoring', props);
  // Names are composed, not referenced, so the order of the stacks has to be said.
  processing.addStackDependency(storage);
  api.addStackDependency(processing);
  access.addStackDependency(processing);
  edge.addStackDependency(network);
  monitoring.addStackDependency(processing);
  return { network, storage };
}
