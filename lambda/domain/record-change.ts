import * as z from 'zod';
import { modelFavours } from './review';
import { reviewDecisionSchema } from './review-record';
import { categorySchema, processingStatusSchema, rejectionReasonSchema } from './category';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const number = z.object({ N: z.string() }).transform(({ N }) => Number(N));
const map = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ M: z.object(shape) }).transform((value) => value.M as z.output<z.ZodObject<Shape>>);

/** What the metrics need of a record, as a stream carries it: in DynamoDB's attribute values. */
const imageSchema = z.object({
  ImageID: text,
  ClientID: text,
  ProcessingStatus: text.pipe(processingStatusSchema),
  Timestamp: text,
  CompletedAt: text.optional(),
  DetectedAnimal: text.pipe(categorySchema).optional(),
  ConfidenceScore: number.optional(),
  QuarantineReason: text.pipe(rejectionReasonSchema).optional(),
  Decision: map({ catScore: number, dogScore: number }).optional(),
  ReviewDecision: map({
    outcome: text.pipe(reviewDecisionSchema.shape.outcome),
    decidedBy: text.pipe(reviewDecisionSchema.shape.decidedBy),
    at: text,
  }).optional(),
  ReviewSince: text.optional(),
  ReviewAnnouncedAt: text.optional(),
});
type Image = z.infer<typeof imageSchema>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
const changeSchema = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  userIdentity: z.object({ principalId: z.string().optional() }).nullish(),
  dynamodb: z.object({
    SequenceNumber: z.string(),
    NewImage: imageSchema.optional(),
    OldImage: imageSchema.optional(),
  }),
});

/** What a change of one record means for the business; a change that means nothing has none. */
export type RecordChange =
  | { readonly kind: 'uploaded'; readonly imageId: string; readonly clientId: string }
  | {
      readonly kind: 'classified';
      readonly imageId: string;
      readonly clientId: string;
      readonly category: z.infer<typeof categorySchema>;
      readonly confidence: number;
      readonly seconds: number;
    }
  | {
      readonly kind: 'rejected';
      readonly imageId: string;
      readonly clientId: string;
      readonly reason: z.infer<typeof rejectionReasonSchema>;
    }
  | { readonly kind: 'failed'; readonly imageId: string; readonly clientId: string }
  | {
      readonly kind: 'reviewed';
      readonly imageId: string;
      readonly clientId: string;
      readonly outcome: z.infer<typeof reviewDecisionSchema>['outcome'];
      /** Absent when time decided. */
      readonly seconds?: number;
      /** Absent when time decided, or the model favoured neither animal. */
      readonly agrees?: boolean;
    }
  | { readonly kind: 'erased'; readonly imageId: string };

const secondsBetween = (from: string, to: string | undefined): number =>
  to === undefined ? 0 : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

function reviewed({
  ImageID: imageId,
  ClientID: clientId,
  Decision,
  ReviewDecision,
  ReviewSince,
}: Image): RecordChange | undefined {
  if (ReviewDecision === undefined) return undefined;
  const { outcome, decidedBy, at } = ReviewDecision;
  if (decidedBy !== 'people') return { kind: 'reviewed', imageId, clientId, outcome };
  const favourite = Decision && modelFavours(Decision);
  return {
    kind: 'reviewed',
    imageId,
    clientId,
    outcome,
    seconds: secondsBetween(ReviewSince ?? at, at),
    ...(favourite !== undefined && { agrees: favourite === outcome }),
  };
}

/** DynamoDB itself removes expired items; that is no erasure. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const EXPIRY_PRINCIPAL = 'dynamodb.amazonaws.com';

/**
 * Reads a stream record.
 * @throws ZodError for a shape that no schema version has
 */
export function recordChange(streamRecord: unknown): RecordChange | undefined {
  const { eventName, userIdentity, dynamodb } = changeSchema.parse(streamRecord);
  const { NewImage: after, OldImage: before } = dynamodb;
  if (eventName === 'REMOVE') {
    if (before === undefined || userIdentity?.principalId === EXPIRY_PRINCIPAL) return undefined;
    return { kind: 'erased', imageId: before.ImageID };
  }
  if (after === undefined) return undefined;
  const { ImageID: imageId, ClientID: clientId } = after;
  if (eventName === 'INSERT') return { kind: 'uploaded', imageId, clientId };
  // Not when it moves, which a kill may separate from the end: what is told is over.
  if (before !== undefined && before.ReviewAnnouncedAt === undefined && after.ReviewAnnouncedAt !== undefined)
    return reviewed(after);
  if (before?.ProcessingStatus === after.ProcessingStatus) return undefined;
  if (after.ProcessingStatus === 'failed') return { kind: 'failed', imageId, clientId };
  if (after.ProcessingStatus === 'quarantined' && after.QuarantineReason !== undefined) {
    return { kind: 'rejected', imageId, clientId, reason: after.QuarantineReason };
  }
  if (after.ProcessingStatus === 'completed' && after.DetectedAnimal !== undefined) {
    return {
      kind: 'classified',
      imageId,
      clientId,
      category: after.DetectedAnimal,
      confidence: after.ConfidenceScore ?? 0,
      seconds: secondsBetween(after.Timestamp, after.CompletedAt),
    };
  }
  return undefined;
}
