import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/delivery';
import type { StageConfig, StageName } from '../config/schema';
import { DeliveryBucket } from '../constructs/delivery/delivery-bucket';
import { DeliveryKey } from '../constructs/delivery/delivery-key';
import { ReleaseEvidence } from '../constructs/delivery/release-evidence';
import { ReleasePipeline } from '../constructs/delivery/release-pipeline';
import { EncryptedLogGroup } from '../constructs/logging/encrypted-log-group';
import { DELIVERY_PREFIX, Names, RELEASE_TESTER, releaseTesterBuildRole } from '../names';

export interface DeliveryStackProps {
  readonly config: DeliveryConfig;
  readonly stages: Readonly<Record<StageName, StageConfig>>;
  readonly recoveryArtifacts: IBucket;
}

/** Artefacts of a release are of no use a quarter later. */
const ARTIFACT_DAYS = 90;

/** The pipeline, what it works with, and the evidence that it leaves; in the delivery account. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { config, stages, recoveryArtifacts }: DeliveryStackProps) {
    super(scope, id, {
      stackName: DELIVERY_PREFIX,
      description: 'Release pipeline and the evidence of each release',
      env: { account: config.account, region: config.region },
      terminationProtection: true,
    });
    const accessLogs = new DeliveryBucket(this, 'AccessLogs', {
      bucketName: this.bucketName('access-logs'),
      expireDays: config.logDays,
    }) as IBucket;
    const artifactKey = new DeliveryKey(this, 'ArtifactKey', {
      alias: `alias/${DELIVERY_PREFIX}-artifacts`,
      description: 'Source and templates on their way through the pipeline',
    });
    const evidence = new ReleaseEvidence(this, 'Evidence', {
      prefix: DELIVERY_PREFIX,
      account: config.account,
      region: config.region,
      retentionDays: config.evidenceRetentionDays,
      accessLogs,
    });
    const approvals = this.approvals(config);
    const { pipeline } = new ReleasePipeline(this, 'Release', {
      prefix: DELIVERY_PREFIX,
      config,
      stages,
      evidence,
      artifacts: new DeliveryBucket(this, 'Artifacts', {
        bucketName: this.bucketName('artifacts'),
        key: artifactKey,
        accessLogs,
        expireDays: ARTIFACT_DAYS,
      }) as IBucket,
      artifactKey,
      recoveryArtifacts,
      logs: this.logs(config),
      approvals,
      testerRole: this.testerRole(stages),
    });
    new Rule(this, 'ReleaseFailed', {
      ruleName: `${DELIVERY_PREFIX}-release-failed`,
      description: 'A release stopped; those who approve hear of it',
      eventPattern: {
        source: ['aws.codepipeline'],
        detailType: ['CodePipeline Pipeline Execution State Change'],
        detail: { pipeline: [pipeline.pipelineName], state: ['FAILED'] },
      },
      targets: [
        new SnsTopic(approvals, {
          message: RuleTargetInput.fromText('A release stopped: see the pipeline.'),
        }),
      ],
    });
  }

  private bucketName(purpose: string): string {
    return `${DELIVERY_PREFIX}-${purpose}-${this.account}-${this.region}`;
  }

  private logs(config: DeliveryConfig): EncryptedLogGroup {
    const key = new DeliveryKey(this, 'LogKey', {
      alias: `alias/${DELIVERY_PREFIX}-logs`,
      description: 'Output of the builds',
    });
    const logGroupName = `/aws/codebuild/${DELIVERY_PREFIX}`;
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchLogsEncryptsBuildOutput',
        principals: [new ServicePrincipal(`logs.${config.region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${config.region}:${config.account}:log-group:${logGroupName}`,
          },
        },
      }),
    );
    return new EncryptedLogGroup(this, 'Logs', {
      logGroupName,
      encryptionKey: key,
      retentionDays: config.logDays,
      retain: true,
    });
  }

  private approvals(config: DeliveryConfig): Topic {
    const key = new DeliveryKey(this, 'ApprovalKey', {
      alias: `alias/${DELIVERY_PREFIX}-approvals`,
      description: 'Messages to those who approve releases',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EventBridgePublishesEncrypted',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': config.account } },
      }),
    );
    const topic = new Topic(this, 'Approvals', {
      topicName: `${DELIVERY_PREFIX}-approvals`,
      masterKey: key,
      enforceSSL: true,
    });
    for (const address of config.approvers) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  /** Builds that play a client may become one, in each stage, and nothing else. */
  private testerRole(stages: DeliveryStackProps['stages']): Role {
    const role = new Role(this, 'ReleaseTester', {
      roleName: releaseTesterBuildRole,
      description: 'Builds that send synthetic pictures',
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'PlayTheClient',
        actions: ['sts:AssumeRole'],
        resources: Object.values(stages).map((config) =>
          new Names(config, config.region).roleArn(RELEASE_TESTER),
        ),
      }),
    );
    return role;
  }
}
