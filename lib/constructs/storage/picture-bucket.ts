import { BOUNDS } from '../../../lambda/domain/bounds';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { FUNCTION_CALLS, FUNCTION_IDS } from '../../../lambda/functions';
import { loadPolicy } from '../../policies';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { attachBucketPolicy } from './bucket-policy';
import { pictureLifecycle } from './picture-lifecycle';
import { applyStoreRemoval } from './removal';

export interface PictureBucketProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly accessLogs: Bucket;
}

/** The pictures: key, versions, expiry by folder, access logs, and the data perimeter of `policies/perimeter`. */
export class PictureBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    { config, names, keys, network, accessLogs }: PictureBucketProps,
  ) {
    super(scope, id, {
      bucketName: names.pictureBucket,
      encryption: BucketEncryption.KMS,
      encryptionKey: keys.data,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: pictureLifecycle(config),
      cors:
        config.api.corsOrigins.length > 0
          ? [
              {
                id: 'presigned-upload',
                allowedMethods: [HttpMethods.POST],
                allowedOrigins: config.api.corsOrigins,
                allowedHeaders: ['*'],
                exposedHeaders: ['ETag', 'x-amz-version-id'],
                maxAge: BOUNDS.preflightSeconds,
              },
            ]
          : [],
    });
    const bucket = this.node.defaultChild as CfnBucket;
    // On the resource itself: the construct's own way is a custom-resource function.
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    bucket.loggingConfiguration = {
      destinationBucketName: accessLogs.bucketName,
      logFilePrefix: 'pictures/',
    };
    applyStoreRemoval(bucket, config);
    const uploaders = FUNCTION_IDS.filter((fn) =>
      FUNCTION_CALLS[fn].some(
        ({ action, resource }) => action === 's3:PutObject' && resource === 'object:input/*',
      ),
    );
    attachBucketPolicy(
      this,
      loadPolicy('perimeter/picture-bucket', {
        LinkMilliseconds: String(BOUNDS.reviewLinkSeconds * 1000),
        LinkSigners: [names.functionRoleArn('reviews')],
        ReviewerNetworks: [...config.review.networks],
        FormMilliseconds: String(BOUNDS.formSeconds * 1000),
        PictureBucket: this.bucketArn,
        S3Endpoint: network.endpointId('s3'),
        DataKey: keys.data.keyArn,
        Uploaders: uploaders.map((fn) => names.functionRoleArn(fn)),
        OutsideRoles: names.outsideDataRoleArns,
        Inspectors: names.bucketInspectorArns,
      }),
    );
  }
}
