import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS } from '../domain/detection-record';
import type { RecordQuery } from '../domain/ports';

/** Sorts behind every time of the range's last second, and before the next status or animal. */
const LAST = '9999-12-31T23:59:59Z';
const FIRST = '0000-01-01T00:00:00Z';

const { byAnimal, byReference, byStatus, byTime } = DETECTION_LOGS.indexes;

/** The index, and what its sort keys begin with. */
function indexOf({ reference, animal, status }: RecordQuery) {
  if (reference !== undefined) return [byReference, `${reference}#`] as const;
  if (animal !== undefined) return [byAnimal, `${animal}#`] as const;
  if (status !== undefined) return [byStatus, `${status}#`] as const;
  return [byTime, ''] as const;
}

/**
 * Reads one page of a client's partition through the index that answers the most of the question: by reference, else by
 * animal, else by status, else by time. What else is asked is filtered after the read, so that such a page may be shorter
 * than its limit.
 */
export function queryCommand(table: string, query: RecordQuery): QueryCommand {
  const [index, prefix] = indexOf(query);
  const filters = Object.entries({
    FileName: query.fileName,
    ...(index !== byAnimal && { DetectedAnimal: query.animal }),
    ...(index !== byStatus && { ProcessingStatus: query.status }),
  }).filter(([, value]) => value !== undefined);
  return new QueryCommand({
    TableName: table,
    IndexName: index.name,
    KeyConditionExpression: '#partition = :client AND #sort BETWEEN :from AND :to',
    ...(filters.length > 0 && {
      FilterExpression: filters.map(([name]) => `${name} = :${name}`).join(' AND '),
    }),
    ExpressionAttributeNames: { '#partition': index.partitionKey, '#sort': index.sortKey },
    ExpressionAttributeValues: {
      ':client': query.clientId,
      ':from': `${prefix}${query.from ?? FIRST}`,
      ':to': `${prefix}${query.to ?? LAST}`,
      ...Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value])),
    },
    ScanIndexForward: query.order === 'oldest',
    Limit: query.limit,
    ...(query.startKey && { ExclusiveStartKey: query.startKey }),
  });
}
