import type { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { Names } from '../names';

type Selector = CfnTrail.AdvancedEventSelectorProperty;
type Field = CfnTrail.AdvancedFieldSelectorProperty;

const equals = (field: string, ...values: string[]): Field => ({ field, equalTo: values });
const startsWith = (field: string, ...values: string[]): Field => ({ field, startsWith: values });

const data = (name: string, type: string, ...conditions: Field[]): Selector => ({
  name,
  fieldSelectors: [equals('eventCategory', 'Data'), equals('resources.type', type), ...conditions],
});

/**
 * Services with an endpoint in our network whose calls through it CloudTrail can record. The others are recorded as
 * management or data events only. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
 */
const NETWORK_ACTIVITY_SOURCES = ['s3.amazonaws.com', 'secretsmanager.amazonaws.com'] as const;

/** What the trail records beside all management events: who touched which picture, record, function or message. */
export const eventSelectors = (names: Names): Selector[] => [
  { name: 'Management', fieldSelectors: [equals('eventCategory', 'Management')] },
  data(
    'Pictures',
    'AWS::S3::Object',
    startsWith('resources.ARN', `${names.bucketArn(names.pictureBucket)}/`),
  ),
  data(
    'WhoReadsEvidence',
    'AWS::S3::Object',
    // Deliveries are left out: each would be recorded by another delivery.
    equals('readOnly', 'true'),
    startsWith(
      'resources.ARN',
      ...[names.trailBucket, names.configBucket, names.evidenceBucket].map(
        (bucket) => `${names.bucketArn(bucket)}/`,
      ),
    ),
  ),
  data(
    'Records',
    'AWS::DynamoDB::Table',
    startsWith(
      'resources.ARN',
      names.tableArn(names.detectionLogsTable),
      names.tableArn(names.erasureLedgerTable),
    ),
  ),
  data(
    'Functions',
    'AWS::Lambda::Function',
    startsWith('resources.ARN', names.arn('lambda', `function:${names.prefix}-`)),
  ),
  data('Topics', 'AWS::SNS::Topic', startsWith('resources.ARN', names.topicArn(`${names.prefix}-`))),
  ...NETWORK_ACTIVITY_SOURCES.map((source): Selector => ({
    name: `Through endpoint: ${source}`,
    fieldSelectors: [equals('eventCategory', 'NetworkActivity'), equals('eventSource', source)],
  })),
];
