import type { ImageList, ListQuery } from '../domain/api-schemas';
import { type CursorBinding, decodeCursor, encodeCursor, type PageKey } from '../domain/cursor';
import { imageView } from '../domain/image-view';
import type { DetectionLog } from '../domain/ports';
import type { SigningKeys } from './signing-keys';

export interface ListPorts {
  readonly log: Pick<DetectionLog, 'query'>;
  readonly signingKeys: SigningKeys;
}

async function open(keys: SigningKeys, cursor: string, binding: CursorBinding): Promise<PageKey> {
  const held = await keys();
  try {
    return decodeCursor(cursor, binding, held);
  } catch (error) {
    const fresh = await keys(true);
    if (fresh === held) throw error;
    return decodeCursor(cursor, binding, fresh);
  }
}

/**
 * One page of a client's own records. A page may hold fewer than `limit`; only a missing cursor is the end.
 * @throws ProblemError `invalid-cursor`
 */
export async function listImages(ports: ListPorts, clientId: string, list: ListQuery): Promise<ImageList> {
  const { limit, cursor, ...filters } = list;
  const binding = { clientId, ...filters };
  const startKey = cursor === undefined ? undefined : await open(ports.signingKeys, cursor, binding);
  const page = await ports.log.query({ ...binding, limit, startKey });
  const items = page.records.map(imageView);
  if (page.lastKey === undefined) return { items };
  const [current] = await ports.signingKeys();
  return { items, cursor: encodeCursor(page.lastKey, binding, current) };
}
