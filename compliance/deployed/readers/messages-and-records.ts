import {
  DescribeContinuousBackupsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, type Ask, besides, type ExpectedRegion, type ExpectedResource } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { canonicalPolicy, parsed } from '../compare';
import { ACCESS, BACKUP, CHANGE, EXPOSURE, REST, RETENTION, WATCHING } from '../controls';

const dynamodb = callsOf(DynamoDBClient, 'dynamodb');
const describeTable = dynamodb(DescribeTableCommand);
const describeBackups = dynamodb(DescribeContinuousBackupsCommand);
const describeTimeToLive = dynamodb(DescribeTimeToLiveCommand);
const getTablePolicy = dynamodb(GetResourcePolicyCommand);
const describeStreaming = dynamodb(DescribeKinesisStreamingDestinationCommand);
const getQueue = callsOf(SQSClient, 'sqs')(GetQueueAttributesCommand);
const sns = callsOf(SNSClient, 'sns');
const getTopic = sns(GetTopicAttributesCommand);
const listSubscriptions = sns(ListSubscriptionsByTopicCommand);
const getSubscription = sns(GetSubscriptionAttributesCommand);

const tableTypes = ['AWS::DynamoDB::GlobalTable'];

interface Replica {
  readonly Region?: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
  readonly SSESpecification?: { readonly KMSMasterKeyId?: string };
  readonly ResourcePolicy?: { readonly PolicyDocument?: unknown };
  readonly ReplicaStreamSpecification?: { readonly ResourcePolicy?: { readonly PolicyDocument?: unknown } };
  readonly KinesisStreamSpecification?: { readonly StreamArn?: string };
}
/** What a table's template says of the region that is asked. */
const replicaOf = ({ properties, place }: ExpectedResource): Replica =>
  (properties['Replicas'] as Replica[] | undefined)?.find(({ Region }) => Region === place.region) ?? {};

/** Where a table is kept besides. */
const elsewhere = (
  { place }: ExpectedResource,
  replicas: readonly { readonly Region?: string | undefined }[],
): string[] => replicas.flatMap(({ Region = place.region }) => (Region === place.region ? [] : [Region]));

const table = (ask: Ask, { physicalId }: ExpectedResource) =>
  undefinedWhenMissing(ask(describeTable, { TableName: physicalId }), 'ResourceNotFound');

const nameOfQueue = (address: string): string => address.split('/').at(-1) ?? address;

/** The policy that was evaluated for a queue; it names its queues by composed addresses. */
const queuePolicy = ({ physicalId }: ExpectedResource, { resources }: ExpectedRegion): unknown =>
  resources.find(
    ({ type, properties }) =>
      type === 'AWS::SQS::QueuePolicy' &&
      ((properties['Queues'] ?? []) as string[]).map(nameOfQueue).includes(nameOfQueue(physicalId)),
  )?.properties['PolicyDocument'];

async function queue(
  ask: Ask,
  { physicalId: QueueUrl }: ExpectedResource,
): Promise<Record<string, string> | undefined> {
  const answer = await undefinedWhenMissing(
    ask(getQueue, { QueueUrl, AttributeNames: ['All'] }),
    'QueueDoesNotExist',
    'NonExistentQueue',
    'AWS.SimpleQueueService.NonExistentQueue',
  );
  return answer && (answer.Attributes ?? {});
}

async function topic(ask: Ask, TopicArn: string): Promise<Record<string, string> | undefined> {
  const answer = await undefinedWhenMissing(ask(getTopic, { TopicArn }), 'NotFound');
  return answer && (answer.Attributes ?? {});
}

/**
 * What SNS gives a topic that nobody gave a policy.
 * https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
 */
const ownersAlone = (topicArn: string, account: string) => ({
  Version: '2008-10-17',
  Statement: {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: [
      'GetTopicAttributes',
      'SetTopicAttributes',
      'AddPermission',
      'RemovePermission',
      'DeleteTopic',
      'Subscribe',
      'ListSubscriptionsByTopic',
      'Publish',
    ].map((operation) => `SNS:${operation}`),
    Resource: topicArn,
    Condition: { StringEquals: { 'AWS:SourceOwner': account } },
  },
});

const json = (text: string | undefined): unknown => (text === undefined ? undefined : parsed(text));

export const MESSAGES_AND_RECORDS: readonly Aspect[] = [
  {
    rule: 'table-encryption',
    title: 'The table is encrypted and protected from deletion as its template says.',
    controls: REST,
    types: tableTypes,
    calls: [describeTable],
    properties: ['KMSMasterKeyId', 'DeletionProtectionEnabled', 'StreamViewType', 'Replicas'],
    expected: (resource) => ({
      KMSMasterKeyId: replicaOf(resource).SSESpecification?.KMSMasterKeyId,
      DeletionProtectionEnabled: replicaOf(resource).DeletionProtectionEnabled,
      StreamViewType: (resource.properties['StreamSpecification'] as { StreamViewType?: string } | undefined)
        ?.StreamViewType,
      Replicas: (resource.properties['Replicas'] as Replica[]).flatMap(({ Region }) =>
        Region === resource.place.region ? [] : [Region],
      ),
    }),
    read: async (ask, resource) => {
      const found = (await table(ask, resource))?.Table;
      return (
        found && {
          KMSMasterKeyId: found.SSEDescription?.KMSMasterKeyArn,
          DeletionProtectionEnabled: found.DeletionProtectionEnabled,
          StreamViewType: found.StreamSpecification?.StreamViewType,
          // A table that is copied elsewhere is: its replicas are told without itself.
          Replicas: found.Replicas?.flatMap(({ RegionName }) =>
            RegionName === undefined || RegionName === resource.place.region ? [] : [RegionName],
          ),
        }
      );
    },
  },
  {
    rule: 'table-recovery',
    title: 'The table can be restored to a point in time as its template says.',
    controls: BACKUP,
    types: tableTypes,
    calls: [describeBackups],
    properties: ['PointInTimeRecoveryEnabled'],
    expected: (resource) => ({
      PointInTimeRecoveryEnabled:
        replicaOf(resource).PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled,
    }),
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(
        ask(describeBackups, { TableName: physicalId }),
        'TableNotFound',
        'ResourceNotFound',
      );
      const status = answer?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
      return answer && { PointInTimeRecoveryEnabled: status?.PointInTimeRecoveryStatus === 'ENABLED' };
    },
  },
  {
    rule: 'table-retention',
    title: 'Records of the table expire as its template says.',
    controls: RETENTION,
    types: tableTypes,
    calls: [describeTimeToLive],
    properties: ['TimeToLiveSpecification'],
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(
        ask(describeTimeToLive, { TableName: physicalId }),
        'ResourceNotFound',
      );
      const told = answer?.TimeToLiveDescription;
      const enabled = told?.TimeToLiveStatus === 'ENABLED' || told?.TimeToLiveStatus === 'ENABLING';
      return (
        answer && {
          TimeToLiveSpecification: enabled ? { Enabled: true, AttributeName: told.AttributeName } : undefined,
        }
      );
    },
  },
  {
    rule: 'table-policy',
    title: "The table's policy is that of its template.",
    controls: ACCESS,
    types: tableTypes,
    calls: [getTablePolicy],
    properties: ['PolicyDocument'],
    expected: (resource) => ({
      PolicyDocument: canonicalPolicy(replicaOf(resource).ResourcePolicy?.PolicyDocument),
    }),
    read: async (ask, { physicalId, place }) => {
      const ResourceArn = `arn:aws:dynamodb:${place.region}:${place.account}:table/${physicalId}`;
      const answer = await undefinedWhenMissing(
        ask(getTablePolicy, { ResourceArn }),
        'PolicyNotFound',
        'ResourceNotFound',
      );
      return { PolicyDocument: canonicalPolicy(answer?.Policy) };
    },
  },
  {
    rule: 'table-outlets',
    title:
      'The table is kept in no other region, and its changes leave it through the stream of its template only, which lets nobody else in.',
    controls: EXPOSURE,
    types: tableTypes,
    calls: [describeTable, describeStreaming, getTablePolicy],
    properties: ['StreamPolicy', 'KinesisStreams', 'Replicas'],
    expected: (resource) => ({
      Replicas: elsewhere(resource, (resource.properties['Replicas'] as Replica[] | undefined) ?? []),
      StreamPolicy: canonicalPolicy(
        replicaOf(resource).ReplicaStreamSpecification?.ResourcePolicy?.PolicyDocument,
      ),
      KinesisStreams: [replicaOf(resource).KinesisStreamSpecification?.StreamArn].flatMap((arn) => arn ?? []),
    }),
    read: async (ask, resource) => {
      const found = (await table(ask, resource))?.Table;
      if (found === undefined) return undefined;
      const policy =
        found.LatestStreamArn === undefined
          ? undefined
          : await undefinedWhenMissing(
              ask(getTablePolicy, { ResourceArn: found.LatestStreamArn }),
              'PolicyNotFound',
              'ResourceNotFound',
            );
      const { KinesisDataStreamDestinations = [] } = await ask(describeStreaming, {
        TableName: resource.physicalId,
      });
      return {
        Replicas: elsewhere(
          resource,
          (found.Replicas ?? []).map(({ RegionName }) => ({ Region: RegionName })),
        ),
        StreamPolicy: canonicalPolicy(policy?.Policy),
        KinesisStreams: KinesisDataStreamDestinations.flatMap(({ StreamArn, DestinationStatus }) =>
          DestinationStatus === 'DISABLED' ? [] : [StreamArn],
        ),
      };
    },
  },
  {
    rule: 'queue-settings',
    title: 'The queue encrypts, keeps and redrives as its template says.',
    controls: REST,
    types: ['AWS::SQS::Queue'],
    calls: [getQueue],
    properties: [
      'KmsMasterKeyId',
      'KmsDataKeyReusePeriodSeconds',
      'MessageRetentionPeriod',
      'VisibilityTimeout',
      'RedrivePolicy',
      'RedriveAllowPolicy',
      'SqsManagedSseEnabled',
    ],
    defaults: { VisibilityTimeout: 30, MessageRetentionPeriod: 345_600 },
    read: async (ask, resource) => {
      const found = await queue(ask, resource);
      return (
        found && {
          ...found,
          RedrivePolicy: json(found['RedrivePolicy']),
          RedriveAllowPolicy: json(found['RedriveAllowPolicy']),
        }
      );
    },
  },
  {
    rule: 'queue-policy',
    title: "The queue's policy is that of the templates; where they have none there is none.",
    controls: ACCESS,
    types: ['AWS::SQS::Queue'],
    calls: [getQueue],
    properties: ['PolicyDocument'],
    expected: (resource, region) => ({ PolicyDocument: canonicalPolicy(queuePolicy(resource, region)) }),
    read: async (ask, resource) => {
      const found = await queue(ask, resource);
      return found && { PolicyDocument: canonicalPolicy(found['Policy']) };
    },
  },
  {
    rule: 'topic-encryption',
    title: 'The topic is encrypted as its template says.',
    controls: REST,
    types: ['AWS::SNS::Topic'],
    calls: [getTopic],
    properties: ['KmsMasterKeyId'],
    read: async (ask, { physicalId }) => {
      const found = await topic(ask, physicalId);
      return found && { KmsMasterKeyId: found['KmsMasterKeyId'] };
    },
  },
  {
    rule: 'topic-policy',
    title: "The topic's policy is that of the templates.",
    controls: ACCESS,
    types: ['AWS::SNS::Topic'],
    calls: [getTopic],
    properties: ['PolicyDocument'],
    expected: ({ physicalId, place }, { resources }) => ({
      PolicyDocument: canonicalPolicy(
        resources.find(
          ({ type, properties }) =>
            type === 'AWS::SNS::TopicPolicy' &&
            ((properties['Topics'] ?? []) as string[]).includes(physicalId),
        )?.properties['PolicyDocument'] ?? ownersAlone(physicalId, place.account),
      ),
    }),
    read: async (ask, { physicalId }) => {
      const found = await topic(ask, physicalId);
      return found && { PolicyDocument: canonicalPolicy(found['Policy']) };
    },
  },
  {
    rule: 'topic-subscribers',
    title: 'The topic tells the subscribers of the templates, and nobody else.',
    controls: WATCHING,
    types: ['AWS::SNS::Topic'],
    calls: [listSubscriptions],
    properties: ['Subscribers'],
    expected: ({ physicalId }, region) => ({
      Subscribers: besides(region, 'AWS::SNS::Subscription', 'TopicArn', physicalId).map(
        ({ properties }) => `${String(properties['Protocol'])} ${String(properties['Endpoint'])}`,
      ),
    }),
    read: async (ask, { physicalId }) => {
      const all = await allPages(
        (NextToken) => ask(listSubscriptions, { TopicArn: physicalId, NextToken }),
        ({ Subscriptions }) => Subscriptions,
        ({ NextToken }) => NextToken,
      );
      return { Subscribers: all.map(({ Protocol = '', Endpoint = '' }) => `${Protocol} ${Endpoint}`) };
    },
  },
  {
    rule: 'subscription-redrive',
    title: 'What a subscriber does not take goes where the template says.',
    controls: CHANGE,
    types: ['AWS::SNS::Subscription'],
    calls: [getSubscription],
    properties: ['RedrivePolicy', 'FilterPolicy', 'RawMessageDelivery'],
    read: async (ask, { physicalId, properties }) => {
      // Before its address is confirmed a subscription has no ARN; that it is not is a finding of its own.
      if (!physicalId.startsWith('arn:')) return properties;
      const answer = await undefinedWhenMissing(
        ask(getSubscription, { SubscriptionArn: physicalId }),
        'NotFound',
      );
      const found = answer?.Attributes;
      return (
        found && {
          RedrivePolicy: json(found['RedrivePolicy']),
          FilterPolicy: json(found['FilterPolicy']),
          RawMessageDelivery: found['RawMessageDelivery'],
        }
      );
    },
  },
];
