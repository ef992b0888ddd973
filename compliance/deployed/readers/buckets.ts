import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListAccessPointsCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, besides, type ExpectedResource } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { canonicalPolicy } from '../compare';
import { ACCESS, BACKUP, EXPOSURE, LOGGING, REST, RETENTION } from '../controls';

const s3 = callsOf(S3Client, 's3');
// S3 authorizes several operations by an action of another name:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
const getEncryption = s3(GetBucketEncryptionCommand, 's3:GetEncryptionConfiguration');
const getPublicAccess = s3(GetPublicAccessBlockCommand, 's3:GetBucketPublicAccessBlock');
const getOwnership = s3(GetBucketOwnershipControlsCommand);
const getVersioning = s3(GetBucketVersioningCommand);
const getObjectLock = s3(GetObjectLockConfigurationCommand, 's3:GetBucketObjectLockConfiguration');
const getLifecycle = s3(GetBucketLifecycleConfigurationCommand, 's3:GetLifecycleConfiguration');
const getLogging = s3(GetBucketLoggingCommand);
const getNotification = s3(GetBucketNotificationConfigurationCommand, 's3:GetBucketNotification');
const getCors = s3(GetBucketCorsCommand, 's3:GetBucketCORS');
const getWebsite = s3(GetBucketWebsiteCommand);
const getReplication = s3(GetBucketReplicationCommand, 's3:GetReplicationConfiguration');
const getPolicy = s3(GetBucketPolicyCommand);
const listInventories = s3(ListBucketInventoryConfigurationsCommand, 's3:GetInventoryConfiguration');
const listAnalytics = s3(ListBucketAnalyticsConfigurationsCommand, 's3:GetAnalyticsConfiguration');
const listAccessPoints = callsOf(S3ControlClient, 's3')(ListAccessPointsCommand);

const of = ({ physicalId, place }: ExpectedResource) => ({
  Bucket: physicalId,
  ExpectedBucketOwner: place.account,
});

const types = ['AWS::S3::Bucket'];

/** A rule as the template writes it. */
function lifecycleRule(rule: LifecycleRule) {
  const { ID, Status, Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload, Filter } =
    rule;
  return {
    Id: ID,
    Status,
    Prefix: Filter?.Prefix ?? Filter?.And?.Prefix,
    ExpirationInDays: Expiration?.Days,
    ExpirationDate: Expiration?.Date,
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker,
    NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload,
    Transitions: rule.Transitions,
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions,
    TagFilters: Filter?.Tag ?? Filter?.And?.Tags,
  };
}

/** Buckets, setting by setting: S3 has a call for each. */
export const BUCKETS: readonly Aspect[] = [
  {
    rule: 'bucket-encryption',
    title: 'The bucket encrypts new objects as its template says.',
    controls: REST,
    types,
    calls: [getEncryption],
    properties: ['BucketEncryption'],
    read: async (ask, resource) => {
      const answer = await undefinedWhenMissing(
        ask(getEncryption, of(resource)),
        'ServerSideEncryptionConfigurationNotFoundError',
      );
      return {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: (answer?.ServerSideEncryptionConfiguration?.Rules ?? []).map(
            ({ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
              BucketKeyEnabled,
              ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
            }),
          ),
        },
      };
    },
  },
  {
    rule: 'bucket-public-access',
    title: 'The bucket is closed to the public as its template says.',
    controls: EXPOSURE,
    types,
    calls: [getPublicAccess, getOwnership],
    properties: ['PublicAccessBlockConfiguration', 'OwnershipControls'],
    read: async (ask, resource) => {
      const block = await undefinedWhenMissing(
        ask(getPublicAccess, of(resource)),
        'NoSuchPublicAccessBlockConfiguration',
      );
      const ownership = await undefinedWhenMissing(
        ask(getOwnership, of(resource)),
        'OwnershipControlsNotFoundError',
      );
      return {
        PublicAccessBlockConfiguration: block?.PublicAccessBlockConfiguration,
        OwnershipControls: ownership?.OwnershipControls,
      };
    },
  },
  {
    rule: 'bucket-outlets',
    title: 'Nothing copies or serves what is in the bucket but what its template says.',
    controls: EXPOSURE,
    types,
    calls: [getWebsite, getReplication, getNotification, getCors, listInventories, listAnalytics],
    properties: [
      'WebsiteConfiguration',
      'ReplicationConfiguration',
      'NotificationConfiguration',
      'CorsConfiguration',
      'Reports',
    ],
    expected: ({ properties }) => ({
      ...properties,
      // Lists of every key, written to a bucket that may be anybody's.
      Reports: [
        ...((properties['InventoryConfigurations'] ?? []) as { Id?: string }[]),
        ...((properties['AnalyticsConfigurations'] ?? []) as { Id?: string }[]),
      ].map(({ Id }) => Id),
    }),
    read: async (ask, resource) => {
      const website = await undefinedWhenMissing(ask(getWebsite, of(resource)), 'NoSuchWebsiteConfiguration');
      const replication = await undefinedWhenMissing(
        ask(getReplication, of(resource)),
        'ReplicationConfigurationNotFoundError',
      );
      const notification = await ask(getNotification, of(resource));
      const cors = await undefinedWhenMissing(ask(getCors, of(resource)), 'NoSuchCORSConfiguration');
      const inventories = await allPages(
        (ContinuationToken) => ask(listInventories, { ...of(resource), ContinuationToken }),
        ({ InventoryConfigurationList }) => InventoryConfigurationList,
        ({ NextContinuationToken }) => NextContinuationToken,
      );
      const analytics = await allPages(
        (ContinuationToken) => ask(listAnalytics, { ...of(resource), ContinuationToken }),
        ({ AnalyticsConfigurationList }) => AnalyticsConfigurationList,
        ({ NextContinuationToken }) => NextContinuationToken,
      );
      return {
        Reports: [...inventories, ...analytics].map(({ Id }) => Id),
        WebsiteConfiguration: website && {
          IndexDocument: website.IndexDocument?.Suffix,
          RedirectAllRequestsTo: website.RedirectAllRequestsTo,
        },
        ReplicationConfiguration: replication?.ReplicationConfiguration,
        NotificationConfiguration: {
          EventBridgeConfiguration: notification.EventBridgeConfiguration && { EventBridgeEnabled: true },
          LambdaConfigurations: notification.LambdaFunctionConfigurations,
          QueueConfigurations: notification.QueueConfigurations,
          TopicConfigurations: notification.TopicConfigurations,
        },
        CorsConfiguration: {
          CorsRules: (cors?.CORSRules ?? []).map(
            ({ ID, AllowedHeaders, AllowedMethods, AllowedOrigins, ExposeHeaders, MaxAgeSeconds }) => ({
              ...{ Id: ID, AllowedHeaders, AllowedMethods, AllowedOrigins },
              ExposedHeaders: ExposeHeaders,
              MaxAge: MaxAgeSeconds,
            }),
          ),
        },
      };
    },
  },
  {
    rule: 'bucket-access-points',
    title: 'The bucket is reached by itself and by access points of the templates only.',
    controls: EXPOSURE,
    types,
    calls: [listAccessPoints],
    properties: ['AccessPoints'],
    expected: ({ physicalId }, region) => ({
      AccessPoints: besides(region, 'AWS::S3::AccessPoint', 'Bucket', physicalId).map(
        (point) => point.physicalId,
      ),
    }),
    read: async (ask, { physicalId: Bucket, place: { account: AccountId } }) => ({
      AccessPoints: (
        await allPages(
          (NextToken) => ask(listAccessPoints, { AccountId, Bucket, NextToken }),
          ({ AccessPointList }) => AccessPointList,
          ({ NextToken }) => NextToken,
        )
      ).map(({ Name }) => Name),
    }),
  },
  {
    rule: 'bucket-versions',
    title: 'The bucket keeps and locks versions as its template says.',
    controls: BACKUP,
    types,
    calls: [getVersioning, getObjectLock],
    properties: ['VersioningConfiguration', 'ObjectLockEnabled', 'ObjectLockConfiguration'],
    read: async (ask, resource) => {
      const { Status } = await ask(getVersioning, of(resource));
      const lock = await undefinedWhenMissing(
        ask(getObjectLock, of(resource)),
        'ObjectLockConfigurationNotFoundError',
        'ObjectLockConfigurationNotFound',
      );
      const configuration = lock?.ObjectLockConfiguration;
      return {
        VersioningConfiguration: { Status },
        ObjectLockEnabled: configuration?.ObjectLockEnabled === 'Enabled',
        ObjectLockConfiguration: configuration?.Rule && configuration,
      };
    },
  },
  {
    rule: 'bucket-retention',
    title: 'Objects of the bucket expire as its template says.',
    controls: RETENTION,
    types,
    calls: [getLifecycle],
    properties: ['LifecycleConfiguration'],
    read: async (ask, resource) => {
      const answer = await undefinedWhenMissing(
        ask(getLifecycle, of(resource)),
        'NoSuchLifecycleConfiguration',
      );
      return { LifecycleConfiguration: { Rules: (answer?.Rules ?? []).map(lifecycleRule) } };
    },
  },
  {
    rule: 'bucket-access-log',
    title: 'Access to the bucket is logged as its template says.',
    controls: LOGGING,
    types,
    calls: [getLogging],
    properties: ['LoggingConfiguration'],
    read: async (ask, resource) => {
      const { LoggingEnabled } = await ask(getLogging, of(resource));
      return {
        LoggingConfiguration: LoggingEnabled && {
          DestinationBucketName: LoggingEnabled.TargetBucket,
          LogFilePrefix: LoggingEnabled.TargetPrefix,
        },
      };
    },
  },
  {
    rule: 'bucket-policy',
    title: "The bucket's policy is that of the templates; where they have none there is none.",
    controls: ACCESS,
    types,
    calls: [getPolicy],
    properties: ['PolicyDocument'],
    expected: ({ physicalId }, region) => ({
      PolicyDocument: canonicalPolicy(
        besides(region, 'AWS::S3::BucketPolicy', 'Bucket', physicalId)[0]?.properties['PolicyDocument'],
      ),
    }),
    read: async (ask, resource) => {
      const answer = await undefinedWhenMissing(ask(getPolicy, of(resource)), 'NoSuchBucketPolicy');
      return { PolicyDocument: canonicalPolicy(answer?.Policy) };
    },
  },
];
