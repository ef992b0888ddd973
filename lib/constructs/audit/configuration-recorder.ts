import { CfnConfigurationRecorder, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RECORDED_TYPES } from '../../audit/config-rules';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { mayDeleteEvidence } from '../storage/removal';
import { EvidenceBucket } from './evidence-bucket';

/**
 * Records what the rules evaluate, and delivers it daily to a bucket of its own: AWS Config cannot deliver to a bucket with
 * Object Lock. One recorder an account and region, so only where the organisation has none.
 */
export class ConfigurationRecorder extends Construct {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id);
    const { config, names, keys } = props;
    const bucketArn = names.bucketArn(names.configBucket);
    const { bucket, policy: bucketPolicy } = new EvidenceBucket(this, 'Store', {
      config,
      names,
      bucketName: names.configBucket,
      key: keys.audit,
      objectLock: false,
      policy: (Bucket) =>
        loadPolicy('perimeter/config-bucket', {
          Account: names.account,
          OrganizationId: config.organizationId,
          Bucket,
          MayDelete: mayDeleteEvidence(config, names),
        }),
    });
    const { role, policy } = new ServiceRole(this, 'Role', {
      names,
      purpose: 'config-recorder',
      description: 'AWS Config reads what it records and delivers it',
      service: 'config.amazonaws.com',
      statements: [
        // The recorder lists and describes across the account; these calls know no narrower resource.
        new PolicyStatement({
          sid: 'ReadRecordedTypes',
          actions: [...new Set(Object.values(RECORDED_TYPES).flat())].sort(),
          resources: ['*'],
        }),
        new PolicyStatement({
          sid: 'CheckBucket',
          actions: ['s3:GetBucketAcl', 's3:ListBucket'],
          resources: [bucketArn],
        }),
        new PolicyStatement({
          sid: 'Deliver',
          actions: ['s3:PutObject'],
          resources: [`${bucketArn}/AWSLogs/${names.account}/Config/*`],
          conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
        }),
        new PolicyStatement({
          sid: 'EncryptDelivery',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [keys.audit.keyArn],
        }),
      ],
    });
    const recorder = new CfnConfigurationRecorder(this, 'Recorder', {
      name: names.of('recorder'),
      roleArn: role.roleArn,
      recordingGroup: {
        allSupported: false,
        resourceTypes: Object.keys(RECORDED_TYPES),
        recordingStrategy: { useOnly: 'INCLUSION_BY_RESOURCE_TYPES' },
      },
      recordingMode: { recordingFrequency: 'CONTINUOUS' },
    });
    recorder.node.addDependency(policy);
    const channel = new CfnDeliveryChannel(this, 'DeliveryChannel', {
      name: names.of('delivery'),
      s3BucketName: bucket.bucketName,
      s3KmsKeyArn: keys.audit.keyArn,
      configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
    });
    channel.node.addDependency(bucketPolicy, policy);
  }
}
