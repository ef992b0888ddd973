import { paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { givenUpQueue } from '../../lambda/adapters/dynamodb-webhook-log';
import { BOUNDS } from '../../lambda/domain/bounds';
import { DETECTION_LOGS } from '../../lambda/domain/detection-record';
import { expiryAfter, toTimestamp } from '../../lambda/domain/time';
import { toldClients } from '../../lib/config/schema';
import { isError } from '../../tools/aws/why-not-answered';
import type { OperationsContext } from './context';
import { checkSelection, type Selection } from './restore/selection';

const { byWebhook } = DETECTION_LOGS.indexes;

interface GivenUp {
  /** Of the mark; an opaque id behind a prefix. */
  readonly key: string;
  readonly version: string;
}

/** Reads keys and versions only, as the operator's role may: the marks hold no more of a picture. */
async function givenUp({ documents, names }: OperationsContext, clientId: string): Promise<GivenUp[]> {
  const pages = paginateQuery(
    { client: documents },
    {
      TableName: names.detectionLogsTable,
      IndexName: byWebhook.name,
      KeyConditionExpression: '#partition = :queue',
      Select: 'SPECIFIC_ATTRIBUTES',
      ProjectionExpression: 'ImageID, MarkVersion',
      ExpressionAttributeNames: { '#partition': byWebhook.partitionKey },
      ExpressionAttributeValues: { ':queue': givenUpQueue(clientId) },
    },
  );
  const found: GivenUp[] = [];
  for await (const { Items = [] } of pages)
    for (const { ImageID, MarkVersion } of Items)
      found.push({ key: String(ImageID), version: String(MarkVersion) });
  return found;
}

/** Due now, with all its attempts before it, unless a later change of the picture set the mark anew. */
async function giveBack(
  { documents, names, now }: OperationsContext,
  clientId: string,
  { key, version }: GivenUp,
): Promise<boolean> {
  try {
    await documents.send(
      new UpdateCommand({
        TableName: names.detectionLogsTable,
        Key: { [DETECTION_LOGS.partitionKey]: key },
        UpdateExpression: 'SET #queue = :client, #due = :now, Attempts = :none, #ttl = :expiresAt',
        ConditionExpression: '#queue = :givenUp AND MarkVersion = :version',
        ExpressionAttributeNames: {
          '#queue': byWebhook.partitionKey,
          '#due': byWebhook.sortKey,
          '#ttl': DETECTION_LOGS.ttl,
        },
        ExpressionAttributeValues: {
          ':client': clientId,
          ':givenUp': givenUpQueue(clientId),
          ':version': version,
          ':now': toTimestamp(now()),
          ':none': 0,
          ':expiresAt': expiryAfter(now(), BOUNDS.webhookKeptDays),
        },
      }),
    );
    return true;
  } catch (error) {
    if (isError(error, 'ConditionalCheckFailed')) return false;
    throw error;
  }
}

/**
 * Lets what was given up be told after all, under the ids that it had: the next run of each client finds it due. A message is
 * made of the record when it is signed, so that what was erased since is not told, and what changed is told as it stands.
 * @returns the number given back, or, unconfirmed, the number that would be.
 * @throws ConfigurationError for an id that is none, or a client that is not told
 */
export async function redriveWebhooks(
  context: OperationsContext,
  selection: Pick<Selection, 'client' | 'images'>,
): Promise<number> {
  const { config, confirmed, print } = context;
  const told = toldClients(config).map(({ id }) => id);
  const { client, images } = checkSelection(selection, told);
  let count = 0;
  for (const id of client === undefined ? told : [client]) {
    for (const mark of await givenUp(context, id)) {
      const image = mark.key.slice(DETECTION_LOGS.webhookKeyPrefix.length);
      if (images.length > 0 && !images.includes(image)) continue;
      if (confirmed && !(await giveBack(context, id, mark))) {
        print(`  ${image}  client ${id}: meanwhile it is told anew`);
        continue;
      }
      count += 1;
      print(`  ${confirmed ? 'given back' : 'would give back'} ${image}  client ${id}`);
    }
  }
  return count;
}
