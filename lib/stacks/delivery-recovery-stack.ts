import { Stack } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/delivery';
import { DeliveryBucket } from '../constructs/delivery/delivery-bucket';
import { DeliveryKey } from '../constructs/delivery/delivery-key';
import { DELIVERY_PREFIX, DELIVERY_RECOVERY_STACK, recoveryArtifactsAlias } from '../names';

const ARTIFACT_DAYS = 90;

/** Where CloudFormation of the second region reads the templates of a release: CodePipeline copies them there. */
export class DeliveryRecoveryStack extends Stack {
  readonly artifacts: IBucket;

  constructor(scope: Construct, id: string, { config, region }: { config: DeliveryConfig; region: string }) {
    super(scope, id, {
      stackName: DELIVERY_RECOVERY_STACK,
      description: 'Artefacts of releases in the second region',
      env: { account: config.account, region },
      terminationProtection: true,
    });
    const bucketName = (purpose: string) => `${DELIVERY_PREFIX}-${purpose}-${this.account}-${region}`;
    const accessLogs = new DeliveryBucket(this, 'AccessLogs', {
      bucketName: bucketName('access-logs'),
      organizationId: config.organizationId,
      expireDays: config.logDays,
    }) as IBucket;
    const key = new DeliveryKey(this, 'ArtifactKey', {
      description: 'Templates on their way to the second region',
    });
    this.artifacts = new DeliveryBucket(this, 'Artifacts', {
      bucketName: bucketName('artifacts'),
      // By its alias, whose ARN is composed: the id would have to be read across regions by a custom-resource function.
      key: new Alias(this, 'ArtifactKeyAlias', { aliasName: recoveryArtifactsAlias, targetKey: key }),
      accessLogs,
      organizationId: config.organizationId,
      expireDays: ARTIFACT_DAYS,
    }) as IBucket;
  }
}
