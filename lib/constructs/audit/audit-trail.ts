import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { eventSelectors } from '../../audit/event-selectors';
import { countLines } from '../../monitoring/counted-lines';
import { trailAlerts, trailLines } from '../../monitoring/trail-alerts';
import { Names } from '../../names';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { mayDeleteEvidence } from '../storage/removal';
import { EvidenceBucket } from './evidence-bucket';
import { trailLogRole } from './trail-log-role';

/**
 * The audit trail of the account: all regions, validated, encrypted, locked, and watched as it is written
 * (NIST AU-2, AU-9, AU-12; PCI DSS 10; HIPAA 164.312(b)).
 */
export class AuditTrail extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: StageStackProps,
  ) {
    super(scope, id);
    const { config, names, keys } = props;
    const trailArn = names.arn('cloudtrail', `trail/${names.trail}`);
    const { bucket, policy: bucketPolicy } = new EvidenceBucket(this, 'Store', {
      config,
      names,
      bucketName: names.trailBucket,
      key: keys.audit,
      objectLock: config.features.objectLock,
      policy: (Bucket) =>
        loadPolicy('perimeter/trail-bucket', {
          Account: names.account,
          OrganizationId: config.organizationId,
          Bucket,
          Trail: trailArn,
          MayDelete: mayDeleteEvidence(config, names),
        }),
    });
    const logGroup = this.watchedLogGroup();
    const { role, policy } = trailLogRole(this, names, names.region, {
      name: names.trailLogGroup,
      keyArn: keys.audit.keyArn,
    });
    const trail = new CfnTrail(this, 'Trail', {
      trailName: names.trail,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      kmsKeyId: keys.audit.keyArn,
      s3BucketName: bucket.bucketName,
      cloudWatchLogsLogGroupArn: logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      advancedEventSelectors: eventSelectors(names, new Names(config, config.drRegion)),
      insightSelectors: [{ insightType: 'ApiErrorRateInsight' }],
    });
    trail.node.addDependency(bucketPolicy, policy);
  }

  private watchedLogGroup(): EncryptedLogGroup {
    const { config, names, keys } = this.props;
    const logGroup = new EncryptedLogGroup(this, 'Log', {
      logGroupName: names.trailLogGroup,
      encryptionKey: keys.audit,
      retentionDays: config.retention.auditLog,
      retain: config.features.retainStores,
    });
    const there = new Names(config, config.drRegion);
    for (const { id, patterns } of trailAlerts(names, there)) {
      for (const [index, pattern] of patterns.entries()) {
        const filter = index === 0 ? id : `${id}-${index + 1}`;
        new MetricFilter(this, filter, {
          logGroup,
          filterName: names.of(filter),
          ...countLines(trailLines(names, id), pattern),
        });
      }
    }
    return logGroup;
  }
}
