import type { Clock, DetectionLog, ReviewPublisher } from '../domain/ports';
import { toTimestamp } from '../domain/time';
import type { Organised } from '../domain/workflow-messages';

export interface NotifyPorts {
  readonly log: Pick<DetectionLog, 'get' | 'markAnnounced'>;
  readonly reviews: ReviewPublisher;
  readonly clock: Clock;
}

/**
 * Asks people about an uncertain picture: at least once, since a worker may die between the message and its mark.
 * Consumers tell repeats by the image id. A picture erased or announced meanwhile is passed over.
 */
export async function notify(ports: NotifyPorts, state: Organised): Promise<Organised> {
  const done = { ...state, announce: false };
  const record = await ports.log.get(state.imageId);
  if (record?.AnnouncementDue !== true) return done;
  // A person may have found it in the queue before the message was out.
  if (record.ReviewDecision !== undefined) {
    await ports.log.markAnnounced(state.imageId, toTimestamp(ports.clock()));
    return done;
  }
  const { reason, catScore, dogScore } = state.decision;
  const candidates = [
    { category: 'cat' as const, confidence: catScore },
    { category: 'dog' as const, confidence: dogScore },
  ].toSorted((a, b) => b.confidence - a.confidence);
  await ports.reviews.publish({
    schemaVersion: 1,
    imageId: state.imageId,
    reason,
    candidates,
    link: `/images/${state.imageId}`,
  });
  await ports.log.markAnnounced(state.imageId, toTimestamp(ports.clock()));
  return done;
}
