import type { ImageView } from '../domain/api-schemas';
import { BOUNDS } from '../domain/bounds';
import type { Clock, DetectionLog, WaitSlot, WaitSlots } from '../domain/ports';
import { readImage } from './read-image';

export interface WaitPorts {
  readonly log: Pick<DetectionLog, 'get'>;
  readonly slots: WaitSlots;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Whether the image is on its way to its place, so that asking again soon tells more. */
export const isUnderWay = ({ ProcessingStatus }: ImageView): boolean =>
  ProcessingStatus === 'pending' || ProcessingStatus === 'processing';

/**
 * One of the client's places for requests that wait, or undefined when all are taken. Whoever is outrun for one by
 * another request of the same client does not wait: it is answered at once, as the last of many would be.
 */
async function takeSlot({ slots, clock }: WaitPorts, clientId: string): Promise<WaitSlot | undefined> {
  const taken = await slots.read(clientId);
  const now = clock();
  const slot = taken.findIndex((until = 0) => until <= now);
  if (slot < 0) return undefined;
  const own = { clientId, slot, until: now + BOUNDS.queryFunctionSeconds * 1000 };
  return (await slots.take({ ...own, now })) ? own : undefined;
}

/** Looks again until the image is in its place or the time is over. */
async function look(
  { log, clock, sleep }: WaitPorts,
  clientId: string,
  imageId: string,
  end: number,
): Promise<ImageView> {
  for (;;) {
    const left = end - clock();
    await sleep(Math.max(0, Math.min(left, BOUNDS.lookAgainSeconds * 1000)));
    const image = await readImage(log, clientId, imageId);
    if (!isUnderWay(image) || clock() >= end) return image;
  }
}

/**
 * The image, as soon as it is in its place, and as it stands when the time is over. A function that waits holds a slot
 * of its concurrency, so each client has a few places to wait, that the function has besides those for reads
 * (reservedConcurrency); without one the answer comes at once. A place whose holder died is free again after the
 * longest that the function runs.
 * @param seconds at most BOUNDS.longestWaitSeconds
 * @throws ProblemError `not-found`, also when the image is erased meanwhile
 */
export async function awaitOutcome(
  ports: WaitPorts,
  clientId: string,
  imageId: string,
  seconds: number,
): Promise<ImageView> {
  const end = ports.clock() + seconds * 1000;
  const image = await readImage(ports.log, clientId, imageId);
  if (!isUnderWay(image)) return image;
  const slot = await takeSlot(ports, clientId);
  if (slot === undefined) return image;
  try {
    return await look(ports, clientId, imageId, end);
  } finally {
    // What cannot be given back runs out by itself; the client's answer does not wait for it.
    await ports.slots.release(slot).catch(() => undefined);
  }
}
