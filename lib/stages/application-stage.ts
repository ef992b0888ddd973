import { Stage, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { Names } from '../names';
import { AccessStack } from '../stacks/access-stack';
import { ApiStack } from '../stacks/api-stack';
import { AuditStack } from '../stacks/audit-stack';
import { BackupStack } from '../stacks/backup-stack';
import { EdgeStack } from '../stacks/edge-stack';
import { KeysStack } from '../stacks/keys-stack';
import { MonitoringStack } from '../stacks/monitoring-stack';
import { NetworkStack } from '../stacks/network-stack';
import { ProcessingStack } from '../stacks/processing-stack';
import { RecoveryFoundationStack } from '../stacks/recovery-foundation-stack';
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
    const edge = new EdgeStack(this, 'edge', { ...props, apiStageArn: api.restApi.deploymentStage.stageArn });
    const access = new AccessStack(this, 'access', { ...props, usagePlanIds: api.clients.usagePlanIds });
    const audit = new AuditStack(this, 'audit', props);
    const recovery = new RecoveryFoundationStack(this, 'recovery-foundation', {
      config,
      names: new Names(config, config.drRegion),
    });
    const backup = new BackupStack(this, 'backup', props);
    const monitoring = new MonitoringStack(this, 'monitoring', props);
    // Names are composed, not referenced, so the order of the stacks has to be said.
    processing.addStackDependency(storage);
    api.addStackDependency(processing);
    access.addStackDependency(processing);
    audit.addStackDependency(storage);
    backup.addStackDependency(storage);
    backup.addStackDependency(recovery);
    edge.addStackDependency(network);
    monitoring.addStackDependency(processing);

    for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(this).add(key, value);
    PermissionsBoundary.of(this).apply(
      ManagedPolicy.fromManagedPolicyArn(foundation, 'Ceiling', names.permissionsBoundaryArn),
    );
  }
}
