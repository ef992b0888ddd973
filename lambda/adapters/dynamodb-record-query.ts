import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { RecordQuery } from '../domain/ports';

/** Sorts behind every time of the range's last second, and before the next status or animal. */
const LAST = '9999-12-31T23:59:59Z';
const FIRST = '0000-01-01T00:00:00Z';

/**
 * Reads one page of a client's partition, newest first, through the index that answers the most of the question: by
 * animal, else by status, else by time. A status beside an animal is filtered after the read, so that such a page may be
 * shorter than its limit.
 */
export function queryCommand(table: string, query: RecordQuery): QueryCommand {
  const { byAnimal, byStatus, byTime } = DETECTION_LOGS.indexes;
  const [index, prefix] =
    query.animal !== undefined
      ? [byAnimal, `${query.animal}#`]
      : query.status !== undefined
        ? [byStatus, `${query.status}#`]
        : [byTime, ''];
  const filtered = query.animal !== undefined && query.status !== undefined;
  return new QueryCommand({
    TableName: table,
    IndexName: index.name,
    KeyConditionExpression: '#partition = :client AND #sort BETWEEN :from AND :to',
    ...(filtered && { FilterExpression: 'ProcessingStatus = :status' }),
    ExpressionAttributeNames: { '#partition': index.partitionKey, '#sort': index.sortKey },
    ExpressionAttributeValues: {
      ':client': query.clientId,
      ':from': `${prefix}${query.from ?? FIRST}`,
      ':to': `${prefix}${query.to ?? LAST}`,
      ...(filtered && { ':status': query.status }),
    },
    ScanIndexForward: false,
    Limit: query.limit,
    ...(query.startKey && { ExclusiveStartKey: query.startKey }),
  });
}
