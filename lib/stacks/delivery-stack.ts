import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/delivery';
import type { PipelineStage, StageConfig } from '../config/schema';
import { DailyEvidence } from '../constructs/delivery/daily-evidence';
import { DeliveryAuditor } from '../constructs/delivery/delivery-auditor';
import { DeliveryBucket } from '../constructs/delivery/delivery-bucket';
import { DeliveryKey } from '../constructs/delivery/delivery-key';
import { DeliveryTrail } from '../constructs/delivery/delivery-trail';
import { ReleaseEvidence } from '../constructs/delivery/release-evidence';
import { ReleaseNotices } from '../constructs/delivery/release-notices';
import { type ReleasedStages, ReleasePipeline } from '../constructs/delivery/release-pipeline';
import { ReleaseRoles } from '../constructs/delivery/release-roles';
import { EncryptedLogGroup } from '../constructs/logging/encrypted-log-group';
import { DELIVERY_PREFIX } from '../names';

export interface DeliveryStackProps {
  readonly config: DeliveryConfig;
  readonly stages: Readonly<Record<PipelineStage, StageConfig>>;
  readonly released: ReleasedStages;
  readonly recoveryArtifacts: IBucket;
}

/** Artefacts of a release are of no use a quarter later. */
const ARTIFACT_DAYS = 90;
const LOG_GROUP = `/aws/codebuild/${DELIVERY_PREFIX}`;

/** The pipeline, what it works with, and the evidence that it leaves; in the delivery account. */
export class DeliveryStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { config, stages, released, recoveryArtifacts }: DeliveryStackProps,
  ) {
    super(scope, id, {
      stackName: DELIVERY_PREFIX,
      description: 'Release pipeline and the evidence of each release',
      env: { account: config.account, region: config.region },
      terminationProtection: true,
    });
    const { organizationId } = config;
    const accessLogs = new DeliveryBucket(this, 'AccessLogs', {
      bucketName: this.bucketName('access-logs'),
      organizationId,
      expireDays: config.logDays,
    }) as IBucket;
    const artifactKey = new DeliveryKey(this, 'ArtifactKey', {
      alias: `alias/${DELIVERY_PREFIX}-artifacts`,
      description: 'Source and templates on their way through the pipeline',
    });
    const artifacts = new DeliveryBucket(this, 'Artifacts', {
      bucketName: this.bucketName('artifacts'),
      key: artifactKey,
      accessLogs,
      organizationId,
      expireDays: ARTIFACT_DAYS,
    }) as IBucket;
    const evidence = new ReleaseEvidence(this, 'Evidence', {
      prefix: DELIVERY_PREFIX,
      account: config.account,
      region: config.region,
      retentionDays: config.evidenceRetentionDays,
      accessLogs,
      organizationId,
    });
    const notices = new ReleaseNotices(this, 'Notices', config);
    const packs = evidence.bucket as IBucket;
    const trail = new DeliveryTrail(this, 'Trail', {
      config,
      accessLogs,
      watched: [packs, artifacts, recoveryArtifacts],
      topic: notices.topic,
    });
    new DeliveryAuditor(this, 'People', {
      config,
      evidence: [{ bucket: packs, key: evidence.storageKey }, trail],
      auditLogKey: trail.key,
      signingKey: evidence.signingKey,
    });
    const common = { config, stages, evidence, artifacts, artifactKey, recoveryArtifacts };
    const logKey = this.logKey(config);
    const roles = new ReleaseRoles(this, 'Roles', {
      ...common,
      topicArn: notices.topic.topicArn,
      topicKey: notices.key,
      logGroupName: LOG_GROUP,
      logKey,
    });
    const logs = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: LOG_GROUP,
      encryptionKey: logKey,
      retentionDays: config.logDays,
      retain: true,
    });
    const release = new ReleasePipeline(this, 'Release', {
      ...common,
      prefix: DELIVERY_PREFIX,
      released,
      logs,
      approvals: notices.topic,
      roles,
    });
    new DailyEvidence(this, 'Daily', {
      ...common,
      environment: release.environment,
      logs,
      notices,
      roles,
    });
  }

  private bucketName(purpose: string): string {
    return `${DELIVERY_PREFIX}-${purpose}-${this.account}-${this.region}`;
  }

  private logKey(config: DeliveryConfig): DeliveryKey {
    const key = new DeliveryKey(this, 'LogKey', {
      alias: `alias/${DELIVERY_PREFIX}-logs`,
      description: 'Output of the builds',
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchLogsEncryptsBuildOutput',
        principals: [new ServicePrincipal(`logs.${config.region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${config.region}:${config.account}:log-group:${LOG_GROUP}`,
          },
        },
      }),
    );
    return key;
  }
}
