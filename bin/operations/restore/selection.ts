import { GetCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS, imageIdSchema, timestampSchema } from '../../../lambda/domain/detection-record';
import { ConfigurationError } from '../../../lib/config/load';
import type { OperationsContext } from '../context';

/** Which of the restored records are wanted; nothing named: all. */
export interface Selection {
  readonly images: readonly string[];
  readonly client?: string | undefined;
  /** Inclusive, `2025-08-04T11:42:00Z`: when the picture was uploaded. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** @throws ConfigurationError for an id, a client or a time that is none */
export function checkSelection(selection: Selection, clients: readonly string[]): Selection {
  const wrong = [
    ...selection.images.filter((id) => !imageIdSchema.safeParse(id).success).map((id) => `--image ${id}`),
    ...(['from', 'to'] as const).flatMap((option) => {
      const time = selection[option];
      return time === undefined || timestampSchema.safeParse(time).success ? [] : [`--${option} ${time}`];
    }),
  ];
  if (wrong.length > 0)
    throw new ConfigurationError(
      `${wrong.join(', ')}: an image id is a UUID, a time is written 2025-08-04T11:42:00Z.`,
    );
  if (selection.client !== undefined && !clients.includes(selection.client))
    throw new ConfigurationError(
      `--client ${selection.client} is none of ${clients.join(', ') || 'the clients that there are'}.`,
    );
  return { ...selection, images: selection.images.map((id) => imageIdSchema.parse(id)) };
}

export const isEverything = ({ images, client, from, to }: Selection): boolean =>
  images.length === 0 && client === undefined && from === undefined && to === undefined;

const { startScheduleKey, uploadsKeyPrefix, waitsKeyPrefix, settlingKeyPrefix, webhookKeyPrefix } =
  DETECTION_LOGS;
/** How the keys of items begin that are no records. */
const NO_RECORDS = [startScheduleKey, uploadsKeyPrefix, waitsKeyPrefix, settlingKeyPrefix, webhookKeyPrefix];

/**
 * Whether an item of the restored table is wanted. One that has no readable client or time is: it will be told. The
 * schedule of starts, the counts of uploads, the places of who waits and the marks of reviews and of what is to be told are no records, and those that run know better.
 */
function isWanted(item: Readonly<Record<string, unknown>>, { client, from, to }: Selection): boolean {
  const { ImageID: id, ClientID: owner, Timestamp: time } = item;
  if (typeof id === 'string' && NO_RECORDS.some((prefix) => id.startsWith(prefix))) return false;
  if (client !== undefined && typeof owner === 'string' && owner !== client) return false;
  if (typeof time !== 'string') return true;
  return (from === undefined || time >= from) && (to === undefined || time <= to);
}

/** The wanted items of a restored table, page by page: a table need not fit into memory. */
export async function* restoredItems(
  { documents }: OperationsContext,
  table: string,
  selection: Selection,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  if (selection.images.length > 0) {
    for (const ImageID of selection.images) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: { ImageID }, ConsistentRead: true }),
      );
      if (Item !== undefined && isWanted(Item, selection)) yield [Item];
    }
    return;
  }
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: table }))
    yield Items.filter((item) => isWanted(item, selection));
}
