import type { AwsCall, CallResource } from '../../../lambda/aws-calls';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import { actionsOf, defineService, READ_ONLY } from '../service-definition';

/** What the keys of items begin with that a call is confined to. */
const ITEMS: Readonly<Partial<Record<CallResource, string>>> = {
  'waits:DetectionLogs': DETECTION_LOGS.waitsKeyPrefix,
  'webhooks:DetectionLogs': DETECTION_LOGS.webhookKeyPrefix,
};

/** What stands for items of the records' table, whole or some of them. */
const RECORDS: readonly CallResource[] = [
  'table:DetectionLogs',
  'waits:DetectionLogs',
  'webhooks:DetectionLogs',
];

/**
 * A write answers the item that it wrote, or wrote over, to whoever asks for it: who reads no record may not ask. The item
 * that made a condition fail is answered by a parameter of its own, for which IAM has no key (decision 0498).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-policy-keys
 */
const ANSWERS_NO_ITEM = {
  StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
} as const;

const readsRecords = (calls: readonly AwsCall[]): boolean =>
  calls.some(({ action, resource }) => action === 'dynamodb:GetItem' && resource === 'table:DetectionLogs');

export const dynamodb = defineService({
  name: 'dynamodb',
  endpoint: 'gateway',
  prefixLists: { 'us-east-1': 'pl-02cd2c6b', 'us-west-2': 'pl-00a54069' },
  carries: actionsOf('dynamodb'),
  arnOf: (resource, names) => {
    const records = names.tableArn(names.detectionLogsTable);
    switch (resource) {
      case 'table:DetectionLogs':
      case 'waits:DetectionLogs':
      case 'webhooks:DetectionLogs':
        return records;
      case 'index:DetectionLogs/*':
        return `${records}/index/*`;
      case 'index:DetectionLogs/ByReview':
        return `${records}/index/${DETECTION_LOGS.indexes.byReview.name}`;
      case 'index:DetectionLogs/ByWebhook':
        return `${records}/index/${DETECTION_LOGS.indexes.byWebhook.name}`;
      case 'table:ErasureLedger':
        return names.tableArn(names.erasureLedgerTable);
      default:
        return undefined;
    }
  },
  // An item is authorized on its table, and its key stands in a condition key only.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  conditions: (resource, calls) => {
    const prefix = ITEMS[resource];
    return {
      ...(prefix !== undefined && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': `${prefix}*` } }),
      ...(RECORDS.includes(resource) && !readsRecords(calls) && ANSWERS_NO_ITEM),
    };
  },
  placeholders: (names) => ({
    DetectionLogsTable: names.tableArn(names.detectionLogsTable),
    ErasureLedgerTable: names.tableArn(names.erasureLedgerTable),
  }),
  key: {
    sid: 'UseDataKeyThroughDynamoDB',
    page: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
    domain: 'data',
    through: () => ['dynamodb'],
    actions: () => READ_ONLY,
  },
  networkActivity: false,
  billing: {
    'dynamodb:GetItem': 'readUnit',
    'dynamodb:PutItem': 'writeUnit',
    'dynamodb:UpdateItem': 'writeUnit',
  },
});
