import { dig, listOf } from '../proofs/model/dig';
import type { Resource } from '../proofs/model/resource';
import { type CheckContext, isDelivery, unless } from './check';

/** Fields of an advanced event selector by name; an event must satisfy each. */
type Selector = ReadonlyMap<string, unknown>;

/** What an endpoint refuses is a record only of services that have this kind of event, and is asked for each by itself. */
const REFUSING_ENDPOINTS = ['s3.amazonaws.com', 'secretsmanager.amazonaws.com'];

const selectorsOf = (trail: Resource): Selector[] =>
  trail
    .list('AdvancedEventSelectors')
    .map(
      (selector) => new Map(listOf(dig(selector, 'FieldSelectors')).map((f) => [String(dig(f, 'Field')), f])),
    );

/** Whether a condition is that one operator alone, so that nothing beside it leaves an event out. */
const isOnly = (condition: unknown, operator: string): boolean =>
  typeof condition === 'object' &&
  condition !== null &&
  Object.keys(condition).every((key) => key === 'Field' || key === operator);
const equals = (selector: Selector, field: string, value: string): boolean =>
  isOnly(selector.get(field), 'Equals') && listOf(dig(selector.get(field), 'Equals')).includes(value);
const hasNoFieldBut = (selector: Selector, ...fields: string[]): boolean =>
  [...selector.keys()].every((field) => fields.includes(field));

/** Whether each call on a resource is taken, whoever makes it and whatever its name. */
const takes = (selector: Selector, type: string, arn: string, ...restricted: string[]): boolean => {
  const begins = selector.get('resources.ARN');
  return (
    hasNoFieldBut(selector, 'eventCategory', 'resources.type', 'resources.ARN', ...restricted) &&
    equals(selector, 'eventCategory', 'Data') &&
    equals(selector, 'resources.type', type) &&
    (begins === undefined ||
      (isOnly(begins, 'StartsWith') &&
        listOf(dig(begins, 'StartsWith')).some((prefix) => arn.startsWith(String(prefix)))))
  );
};

/** A thing that somebody can touch, as CloudTrail names it. */
interface Recorded {
  readonly type: string;
  readonly arn: string;
  /** Of evidence only reading is asked for: each delivery would be recorded by another delivery. */
  readonly readsOnly?: boolean;
}

const isPictures = (name: string): boolean => name.includes('-pictures-');
const isLog = (name: string): boolean => name.includes('-access-logs-');
const isOwnStore = (name: string): boolean => name.includes('-trail-');

/** Buckets by the names that they have here; that of pictures by the other regions' as well. */
function buckets(context: CheckContext, regions: readonly string[]): Recorded[] {
  const isOurs = (name: string): boolean => !isLog(name) && !(isDelivery(context) && isOwnStore(name));
  return context.set.resources('AWS::S3::Bucket').flatMap((bucket) => {
    const name = bucket.text('BucketName');
    const names = isPictures(name) ? regions.map((region) => name.replace(bucket.region, region)) : [name];
    return names.filter(isOurs).map((each) => ({
      type: 'AWS::S3::Object',
      arn: `arn:aws:s3:::${each}/`,
      readsOnly: !isDelivery(context) && !isPictures(each),
    }));
  });
}

/** Everything whose touching the alerts count or an exception rests on: of the application in both of its regions. */
function recorded(context: CheckContext): Recorded[] {
  const { set } = context;
  const regions = [...new Set(set.resources('AWS::KMS::Key').map(({ region }) => region))];
  if (isDelivery(context)) return buckets(context, regions);
  const named = (
    resource: string,
    property: string,
    type: string,
    service: string,
    kind: string,
  ): Recorded[] =>
    set.resources(resource).flatMap((r) =>
      regions.map((region) => ({
        type,
        arn: `arn:aws:${service}:${region}:${r.account}:${kind}${r.text(property)}`,
      })),
    );
  return [
    ...buckets(context, regions),
    ...named('AWS::DynamoDB::GlobalTable', 'TableName', 'AWS::DynamoDB::Table', 'dynamodb', 'table/'),
    ...named('AWS::Lambda::Function', 'FunctionName', 'AWS::Lambda::Function', 'lambda', 'function:'),
    ...named('AWS::SNS::Topic', 'TopicName', 'AWS::SNS::Topic', 'sns', ''),
  ];
}

/**
 * What a trail leaves out of that which alerts count: all management events, whether they read or write, for taking a role,
 * signing and reading a key's value are "read-only" to AWS; every call on what is stored; and what endpoints refuse.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 * @throws ModelError when something has no name of its own
 */
export function unrecorded(trail: Resource, context: CheckContext): string[] {
  const selectors = selectorsOf(trail);
  const some = (test: (selector: Selector) => boolean): boolean => selectors.some(test);
  const endpoints = isDelivery(context) ? [] : REFUSING_ENDPOINTS;
  return [
    ...unless(
      some((s) => hasNoFieldBut(s, 'eventCategory') && equals(s, 'eventCategory', 'Management')),
      'it does not record every management event',
    ),
    ...recorded(context).flatMap(({ type, arn, readsOnly }) =>
      unless(
        some(
          (s) =>
            takes(s, type, arn) ||
            (readsOnly === true && equals(s, 'readOnly', 'true') && takes(s, type, arn, 'readOnly')),
        ),
        `it does not record every ${readsOnly === true ? 'reading' : 'call'} of ${arn}`,
      ),
    ),
    ...endpoints.flatMap((source) =>
      unless(
        some(
          (s) =>
            hasNoFieldBut(s, 'eventCategory', 'eventSource', 'errorCode') &&
            equals(s, 'eventCategory', 'NetworkActivity') &&
            equals(s, 'eventSource', source) &&
            (!s.has('errorCode') || equals(s, 'errorCode', 'VpceAccessDenied')),
        ),
        `it does not record what the endpoint of ${source} refuses`,
      ),
    ),
  ];
}
