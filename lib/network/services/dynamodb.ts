import type { CallResource } from '../../../lambda/aws-calls';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import { actionsOf, defineService, READ_ONLY } from '../service-definition';

/** What the keys of items begin with that a call is confined to. */
const ITEMS: Readonly<Partial<Record<CallResource, string>>> = {
  'waits:DetectionLogs': DETECTION_LOGS.waitsKeyPrefix,
  'webhooks:DetectionLogs': DETECTION_LOGS.webhookKeyPrefix,
};

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
  conditions: (resource) => {
    const prefix = ITEMS[resource];
    return prefix === undefined
      ? undefined
      : { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': `${prefix}*` } };
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
