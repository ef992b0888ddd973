import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import { actionsOf, defineService, READ_ONLY } from '../service-definition';

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
        return records;
      case 'index:DetectionLogs/*':
        return `${records}/index/*`;
      case 'index:DetectionLogs/ByReview':
        return `${records}/index/${DETECTION_LOGS.indexes.byReview.name}`;
      case 'table:ErasureLedger':
        return names.tableArn(names.erasureLedgerTable);
      default:
        return undefined;
    }
  },
  // An item is authorized on its table, and its key stands in a condition key only.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  conditions: (resource) =>
    resource === 'waits:DetectionLogs'
      ? { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': `${DETECTION_LOGS.waitsKeyPrefix}*` } }
      : undefined,
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
