import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS } from '../../lambda/domain/detection-record';
import type { OperationsContext } from './context';

export interface StuckPicture {
  readonly imageId: string;
  readonly clientId: string;
  readonly status: 'processing' | 'failed';
  /** Minutes since the lease ran out; absent for a failed one. */
  readonly overdueMinutes?: number;
}

/**
 * Pictures that nobody works on and that are not in their final place: `failed` ones await a redrive; `processing` ones
 * whose lease ran out await a redelivery, and when their message is in the dead-letter queue a redrive. Reads ids,
 * status and lease only, client by client through the status index: no scan, no picture data.
 */
export async function stuckPictures({
  config,
  names,
  documents,
  now,
}: OperationsContext): Promise<StuckPicture[]> {
  const { name, partitionKey, sortKey } = DETECTION_LOGS.indexes.byStatus;
  const found: StuckPicture[] = [];
  for (const { id: clientId } of config.clients) {
    for (const status of ['processing', 'failed'] as const) {
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: names.detectionLogsTable,
          IndexName: name,
          KeyConditionExpression: '#partition = :client AND begins_with(#sort, :status)',
          // The operator's role may read exactly these attributes; see policies/identity/operator.json.
          Select: 'SPECIFIC_ATTRIBUTES',
          ProjectionExpression: 'ImageID, LeaseUntil',
          ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
          ExpressionAttributeValues: { ':client': clientId, ':status': `${status}#` },
        },
      );
      for await (const page of pages) {
        for (const item of page.Items ?? []) {
          const overdue = now() - Number(item['LeaseUntil'] ?? 0);
          if (status === 'processing' && overdue <= 0) continue;
          found.push({
            imageId: String(item['ImageID']),
            clientId,
            status,
            ...(status === 'processing' && { overdueMinutes: Math.round(overdue / 60_000) }),
          });
        }
      }
    }
  }
  return found;
}

/** Prints the stuck pictures. @returns how many there are. */
export async function printStuck(context: OperationsContext): Promise<number> {
  const pictures = await stuckPictures(context);
  for (const { imageId, clientId, status, overdueMinutes } of pictures) {
    context.print(
      `${imageId}  ${status}  client ${clientId}${overdueMinutes === undefined ? '' : `  lease over since ${overdueMinutes} min`}`,
    );
  }
  context.print(
    pictures.length === 0
      ? 'No picture is stuck.'
      : `${pictures.length} stuck. Find the cause (alarms, FailureReason), then: npm run ops -- redrive --stage ${context.config.stage}`,
  );
  return pictures.length;
}
