import { Duration } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import { cloudWatchMetric, FIVE_MINUTES } from '../../monitoring/cloudwatch-metric';
import { atLeastLines, countLines } from '../../monitoring/counted-lines';
import { DELIVERY_TRAIL_ALERTS } from '../../monitoring/delivery-trail-alerts';
import { DELIVERY_PREFIX, deliveryNames } from '../../names';
import { trailLogRole } from '../audit/trail-log-role';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { DeliveryBucket } from './delivery-bucket';
import { DeliveryKey } from './delivery-key';

export interface DeliveryTrailProps {
  readonly config: DeliveryConfig;
  readonly accessLogs: IBucket;
  /** Buckets whose every object call is recorded. */
  readonly watched: readonly IBucket[];
  /** Who hears of what the trail shows. */
  readonly topic: ITopic;
}

/** Below it lie the account's log groups that are evidence. */
export const DELIVERY_AUDIT_LOGS = `/${DELIVERY_PREFIX}/audit/`;
const NAMESPACE = `${DELIVERY_PREFIX}/audit`;

/**
 * The trail of the delivery account: who touched the pipeline, its keys, its roles and the evidence; all regions,
 * validated, encrypted, locked as long as the evidence itself, and watched as it is written (NIST AU-2, AU-9, AU-12).
 */
export class DeliveryTrail extends Construct {
  readonly bucket: IBucket;
  readonly key: IKey;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeliveryTrailProps,
  ) {
    super(scope, id);
    const trailName = `${DELIVERY_PREFIX}-trail`;
    const trailArn = this.arn('cloudtrail', `trail/${trailName}`);
    const logGroupName = `${DELIVERY_AUDIT_LOGS}trail`;
    const key = this.trailKey(trailArn, logGroupName);
    const bucket = this.store(key, trailArn);
    this.key = key;
    this.bucket = bucket as IBucket;
    const logGroup = new EncryptedLogGroup(this, 'Log', {
      logGroupName,
      encryptionKey: key,
      retentionDays: props.config.logDays,
      retain: true,
    });
    const { account, region } = props.config;
    const { role, policy } = trailLogRole(this, deliveryNames(account, 'trail'), region, {
      name: logGroupName,
      keyArn: key.keyArn,
    });
    const trail = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      kmsKeyId: key.keyArn,
      s3BucketName: bucket.bucketName,
      cloudWatchLogsLogGroupArn: logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      advancedEventSelectors: [
        {
          name: 'Management',
          fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }],
        },
        {
          name: 'EvidenceAndArtefacts',
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Data'] },
            { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
            {
              field: 'resources.ARN',
              startsWith: props.watched.map(({ bucketName }) => `arn:aws:s3:::${bucketName}/`),
            },
          ],
        },
      ],
    });
    trail.node.addDependency(policy);
    if (bucket.policy) trail.node.addDependency(bucket.policy);
    this.watch(logGroup);
  }

  private arn(service: string, resource: string): string {
    const { region, account } = this.props.config;
    return `arn:aws:${service}:${region}:${account}:${resource}`;
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
  private trailKey(trailArn: string, logGroupName: string): DeliveryKey {
    const key = new DeliveryKey(this, 'Key', {
      alias: `alias/${DELIVERY_PREFIX}-trail`,
      description: 'The audit trail of the delivery account',
    });
    const mayUse = (
      sid: string,
      service: string,
      actions: string[],
      conditions: Record<string, Record<string, string>>,
    ) =>
      key.addToResourcePolicy(
        new PolicyStatement({
          sid,
          principals: [new ServicePrincipal(service)],
          actions,
          resources: ['*'],
          conditions,
        }),
      );
    mayUse(
      'TrailEncryptsItsObjects',
      'cloudtrail.amazonaws.com',
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      { StringEquals: { 'aws:SourceArn': trailArn } },
    );
    mayUse(
      'CloudWatchLogsEncryptsTheTrail',
      `logs.${this.props.config.region}.amazonaws.com`,
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': this.arn('logs', `log-group:${logGroupName}`) } },
    );
    return key;
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
  private store(key: DeliveryKey, trailArn: string): DeliveryBucket {
    const { config, accessLogs } = this.props;
    const bucket = new DeliveryBucket(this, 'Bucket', {
      bucketName: `${DELIVERY_PREFIX}-trail-${config.account}-${config.region}`,
      key,
      accessLogs,
      organizationId: config.organizationId,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(config.evidenceRetentionDays)),
      expireDays: config.evidenceRetentionDays + 1,
    });
    const trail = [new ServicePrincipal('cloudtrail.amazonaws.com')];
    const source = { 'aws:SourceArn': trailArn, 'aws:SourceAccount': config.account };
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailChecksBucket',
        principals: trail,
        actions: ['s3:GetBucketAcl'],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: source },
      }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailDelivers',
        principals: trail,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${config.account}/*`)],
        conditions: { StringEquals: { ...source, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NobodyDeletesEvidence',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'],
        resources: [bucket.arnForObjects('*')],
      }),
    );
    return bucket;
  }

  private watch(logGroup: EncryptedLogGroup): void {
    for (const { id, patterns, why, threshold } of DELIVERY_TRAIL_ALERTS) {
      const lines = { namespace: NAMESPACE, name: id };
      for (const [index, pattern] of patterns.entries()) {
        const filter = index === 0 ? id : `${id}-${index + 1}`;
        new MetricFilter(this, filter, {
          logGroup,
          filterName: `${DELIVERY_PREFIX}-${filter}`,
          ...countLines(lines, pattern),
        });
      }
      new Alarm(this, `${id}-alarm`, {
        alarmName: `${DELIVERY_PREFIX}-${id}`,
        alarmDescription: why,
        metric: cloudWatchMetric(atLeastLines(lines, threshold).metric, FIVE_MINUTES),
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(this.props.topic));
    }
  }
}
