import type { ImageList, ListQuery } from '../domain/api-schemas';
import { imageView } from '../domain/image-view';
import type { DetectionLog } from '../domain/ports';
import { openCursor, signCursor } from './signed-cursors';
import type { SigningKeys } from './signing-keys';

export interface ListPorts {
  readonly log: Pick<DetectionLog, 'query'>;
  readonly signingKeys: SigningKeys;
}

/**
 * One page of a client's own records. A page may hold fewer than `limit`; only a missing cursor is the end.
 * @throws ProblemError `invalid-cursor`
 */
export async function listImages(ports: ListPorts, clientId: string, list: ListQuery): Promise<ImageList> {
  const { limit, cursor, ...filters } = list;
  const binding = { clientId, ...filters };
  const startKey = cursor === undefined ? undefined : await openCursor(ports.signingKeys, cursor, binding);
  const page = await ports.log.query({ ...binding, limit, startKey });
  const items = page.records.map(imageView);
  if (page.lastKey === undefined) return { items };
  return { items, cursor: await signCursor(ports.signingKeys, page.lastKey, binding) };
}
