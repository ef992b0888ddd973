import { createHash } from 'node:crypto';
import * as z from 'zod';
import { categorySchema, rejectionReasonSchema } from './category';
import { type DetectionRecord, imageIdSchema, timestampSchema } from './detection-record';
import { reviewDecisionSchema } from './review-record';

const told = { imageId: imageIdSchema, link: z.string() };

/**
 * What a client is told. Ids and codes only: no file name, no reference of the client's, no label, no person. Whoever
 * receives it reads the rest by the link, with the client's own key.
 */
export const webhookEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('image.completed'),
    timestamp: timestampSchema,
    data: z.strictObject({ ...told, category: categorySchema }),
  }),
  z.strictObject({
    type: z.literal('image.quarantined'),
    timestamp: timestampSchema,
    data: z.strictObject({ ...told, reason: rejectionReasonSchema }),
  }),
  z.strictObject({
    type: z.literal('image.failed'),
    timestamp: timestampSchema,
    data: z.strictObject(told),
  }),
  z.strictObject({
    type: z.literal('image.reviewed'),
    timestamp: timestampSchema,
    data: z.strictObject({ ...told, outcome: reviewDecisionSchema.shape.outcome }),
  }),
]);
/** The kinds, as `type` names them. */
export const WEBHOOK_TYPES = webhookEventSchema.options.map(({ shape }) => shape.type.value);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

export interface WebhookMessage {
  /** The same for the same state of the same image, whatever is repeated: receivers tell repeats by it. */
  readonly id: string;
  readonly body: string;
}

const idOf = (imageId: string, ...state: (string | number)[]): string =>
  `msg_${createHash('sha256')
    .update([imageId, ...state].join('.'))
    .digest('base64url')
    .slice(0, 32)}`;

/**
 * The message of a record as it stands, and nothing for one that is on its way.
 * @param changedAt when it was seen to change, for a failure, of which the record holds no time
 */
export function webhookMessage(record: DetectionRecord, changedAt: string): WebhookMessage | undefined {
  const { ImageID: imageId, ProcessingStatus: status } = record;
  const data = { imageId, link: `/images/${imageId}` };
  const message = (event: WebhookEvent, state: string | number): WebhookMessage => ({
    id: idOf(imageId, event.type, state),
    body: JSON.stringify(webhookEventSchema.parse(event)),
  });
  if (record.ReviewAnnouncedAt !== undefined && record.ReviewDecision !== undefined) {
    const { outcome } = record.ReviewDecision;
    return message(
      { type: 'image.reviewed', timestamp: record.ReviewAnnouncedAt, data: { ...data, outcome } },
      record.ReviewAnnouncedAt,
    );
  }
  // A later failure of the same picture expires later.
  if (status === 'failed')
    return message({ type: 'image.failed', timestamp: changedAt, data }, record.ExpiresAt);
  const { CompletedAt: timestamp, DetectedAnimal: category, QuarantineReason: reason } = record;
  if (timestamp === undefined) return undefined;
  if (status === 'completed' && category !== undefined)
    return message({ type: 'image.completed', timestamp, data: { ...data, category } }, timestamp);
  if (status === 'quarantined' && reason !== undefined)
    return message({ type: 'image.quarantined', timestamp, data: { ...data, reason } }, timestamp);
  return undefined;
}
