import type { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { Names } from '../names';
import { SERVICES } from '../network/services';

type Selector = CfnTrail.AdvancedEventSelectorProperty;
type Field = CfnTrail.AdvancedFieldSelectorProperty;

const equals = (field: string, ...values: string[]): Field => ({ field, equalTo: values });
const startsWith = (field: string, ...values: string[]): Field => ({ field, startsWith: values });

const data = (name: string, type: string, ...conditions: Field[]): Selector => ({
  name,
  fieldSelectors: [equals('eventCategory', 'Data'), equals('resources.type', type), ...conditions],
});

/** Services with an endpoint in our network whose calls through it CloudTrail can record. */
const NETWORK_ACTIVITY_SOURCES = SERVICES.filter(({ networkActivity }) => networkActivity).map(
  ({ name }) => `${name}.amazonaws.com`,
);

/**
 * What the trail records beside all management events: who touched which picture, record, function or message, in both
 * regions, and what an endpoint refused; what it let through is recorded as data or management event already.
 * @param there - names of the region that takes over
 */
export const eventSelectors = (names: Names, there: Names): Selector[] => [
  { name: 'Management', fieldSelectors: [equals('eventCategory', 'Management')] },
  data(
    'Pictures',
    'AWS::S3::Object',
    startsWith(
      'resources.ARN',
      ...[names, there].map((region) => `${region.bucketArn(region.pictureBucket)}/`),
    ),
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
      ...[names, there].flatMap((region) => [
        region.tableArn(region.detectionLogsTable),
        region.tableArn(region.erasureLedgerTable),
      ]),
    ),
  ),
  data(
    'Functions',
    'AWS::Lambda::Function',
    startsWith('resources.ARN', ...[names, there].map((region) => region.functionArnPrefix)),
  ),
  data(
    'Topics',
    'AWS::SNS::Topic',
    startsWith('resources.ARN', ...[names, there].map((region) => region.topicArn(`${region.prefix}-`))),
  ),
  ...NETWORK_ACTIVITY_SOURCES.map((source): Selector => ({
    name: `Through endpoint: ${source}`,
    fieldSelectors: [
      equals('eventCategory', 'NetworkActivity'),
      equals('eventSource', source),
      equals('errorCode', 'VpceAccessDenied'),
    ],
  })),
];
