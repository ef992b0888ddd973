import type { ImageList, ListQuery } from '../domain/api-schemas';
import { decodeCursor, encodeCursor } from '../domain/cursor';
import { imageView } from '../domain/image-view';
import type { DetectionLog } from '../domain/ports';
import { ConfigurationUnusableError } from '../domain/errors';

/** The cursor's signing keys, the current one first. */
export type SigningKeys = () => Promise<readonly string[]>;

export interface ListPorts {
  readonly log: Pick<DetectionLog, 'query'>;
  readonly signingKeys: SigningKeys;
}

/**
 * One page of a client's own records, newest first. A page may hold fewer than `limit`; only a missing cursor is the end.
 * @throws ProblemError `invalid-cursor`
 */
export async function listImages(ports: ListPorts, clientId: string, list: ListQuery): Promise<ImageList> {
  const { animal, status, from, to, limit, cursor } = list;
  const binding = { clientId, animal, status, from, to };
  const startKey =
    cursor === undefined ? undefined : decodeCursor(cursor, binding, await ports.signingKeys());
  const page = await ports.log.query({ ...binding, limit, startKey });
  const items = page.records.map(imageView);
  if (page.lastKey === undefined) return { items };
  const [current] = await ports.signingKeys();
  if (current === undefined) throw new ConfigurationUnusableError('there is no cursor signing key');
  return { items, cursor: encodeCursor(page.lastKey, binding, current) };
}
