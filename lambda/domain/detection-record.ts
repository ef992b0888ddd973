import * as z from 'zod';
import { categorySchema, imageFormatSchema, processingStatusSchema, rejectionReasonSchema } from './category';
import { keptThresholdsSchema } from './thresholds';
import { reviewDecisionSchema, reviewQueueSchema, reviewVoteSchema } from './review-record';

/** Raised when a record or message changes shape; a canary mixes versions, so readers accept all they know. */
export const SCHEMA_VERSION = 1;

/** Opaque, lower-case UUID. */
export const imageIdSchema = z.uuid().toLowerCase();

/** `2025-08-04T11:42:00Z`: whole seconds, UTC. */
export const timestampSchema = z.iso.datetime({ precision: 0 });

/**
 * Where an object was seen: edges as fractions of the upright picture's width and height, which may reach beyond it.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_BoundingBox.html
 */
const instanceSchema = z.object({
  confidence: z.number(),
  box: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
});
export type Instance = z.infer<typeof instanceSchema>;

export const labelSchema = z.object({
  name: z.string(),
  confidence: z.number(),
  parents: z.array(z.string()),
  aliases: z.array(z.string()),
  /** Absent when the detector names no places, and for labels that are neither animal. */
  instances: z.array(instanceSchema).optional(),
});
export type Label = z.infer<typeof labelSchema>;

export const decisionReasonSchema = z.enum([
  'clear',
  'low-confidence',
  'close-call',
  'both-animals',
  'no-animal',
]);

export const decisionSchema = z.object({
  category: categorySchema,
  /** Percent: the winner's score; 0 when neither animal was seen. */
  confidence: z.number().min(0).max(100),
  reason: decisionReasonSchema,
  catScore: z.number().min(0).max(100),
  dogScore: z.number().min(0).max(100),
});
export type Decision = z.infer<typeof decisionSchema>;

/**
 * One item of the DetectionLogs table. The first eight fields are the brief's, spelled so; what we add stands beside
 * them. `ClientID` is the owner and the partition of the listing indexes.
 */
export const detectionRecordSchema = z.object({
  ImageID: imageIdSchema,
  DetectedAnimal: categorySchema.optional(),
  ConfidenceScore: z.number().min(0).max(100).optional(),
  Timestamp: timestampSchema,
  S3Location: z.string(),
  ProcessingStatus: processingStatusSchema,
  FileSize: z.int().nonnegative(),
  ImageFormat: imageFormatSchema,

  SchemaVersion: z.int().positive(),
  ClientID: z.string(),
  FileName: z.string(),
  /** Sort keys of the indexes ByAnimal and ByStatus: `dog#2025-08-04T11:42:00Z`. */
  AnimalTimestamp: z.string().optional(),
  StatusTimestamp: z.string(),
  /** The client's own, and with it the sort key of ByReference: `order-17#2025-08-04T11:42:00Z`. */
  ClientReference: z.string().optional(),
  ReferenceTimestamp: z.string().optional(),
  /** Digest of the request body that used an Idempotency-Key, so that another body under the same key is refused. */
  RequestDigest: z.string().optional(),
  /** The one S3 version of the input key that was claimed; any other is quarantined. */
  SourceVersionID: z.string().optional(),
  LeaseOwner: z.string().optional(),
  /** Epoch milliseconds until which the claim's holder alone may work. */
  LeaseUntil: z.int().optional(),
  Decision: decisionSchema.optional(),
  Thresholds: keptThresholdsSchema.optional(),
  ModelVersion: z.string().optional(),
  TopLabels: z.array(labelSchema).optional(),
  Width: z.int().optional(),
  Height: z.int().optional(),
  OriginalSHA256: z.string().optional(),
  StoredSHA256: z.string().optional(),
  /** Set in the same update that moves the record, cleared when the review message is out. */
  AnnouncementDue: z.boolean().optional(),
  AnnouncedAt: timestampSchema.optional(),
  CompletedAt: timestampSchema.optional(),
  /** Partition and sort key of the sparse index ByReview. */
  ReviewQueue: reviewQueueSchema.optional(),
  ReviewSince: timestampSchema.optional(),
  /** Raised with every write of a review. */
  ReviewVersion: z.int().positive().optional(),
  ReviewVotes: z.array(reviewVoteSchema).optional(),
  ReviewDecision: reviewDecisionSchema.optional(),
  /** When the picture came to the place that the review decided. */
  ReviewedAt: timestampSchema.optional(),
  ReviewAnnouncedAt: timestampSchema.optional(),
  QuarantineReason: rejectionReasonSchema.optional(),
  FailureReason: z.string().optional(),
  /** Keys of the first later versions of the input key that were put aside. */
  LaterVersions: z.array(z.string()).optional(),
  /** TTL, epoch seconds. */
  ExpiresAt: z.int(),
});
export type DetectionRecord = z.infer<typeof detectionRecordSchema>;

/** What makes an uncertain picture wait for people, from the moment it is in its folder. */
export const beginsToWait = (
  completedAt: DetectionRecord['CompletedAt'],
): Required<Pick<DetectionRecord, 'ReviewQueue' | 'ReviewSince' | 'ReviewVersion'>> => ({
  ReviewQueue: 'waiting',
  ReviewSince: completedAt,
  ReviewVersion: 1,
});

/** Key and index names of the table; the stack and the adapter both read them here. */
export const DETECTION_LOGS = {
  partitionKey: 'ImageID',
  /** Items that are no records; no image id begins so, and no index of clients holds them. The schedule of workflow starts: */
  startScheduleKey: 'start-schedule',
  /** What a client uploaded within an hour: */
  uploadsKeyPrefix: 'uploads#',
  /** Which of a client's requests wait for an outcome: */
  waitsKeyPrefix: 'waits#',
  /** A reviewed picture that is being brought to its place: */
  settlingKeyPrefix: 'settling#',
  /** What clients are to be told of images, and how their endpoints fare: */
  webhookKeyPrefix: 'webhook#',
  webhookEndpointKeyPrefix: 'webhook#endpoint#',
  ttl: 'ExpiresAt',
  indexes: {
    byTime: { name: 'ByTime', partitionKey: 'ClientID', sortKey: 'Timestamp' },
    byAnimal: { name: 'ByAnimal', partitionKey: 'ClientID', sortKey: 'AnimalTimestamp' },
    byStatus: { name: 'ByStatus', partitionKey: 'ClientID', sortKey: 'StatusTimestamp' },
    // Holds only records whose client gave a reference.
    byReference: { name: 'ByReference', partitionKey: 'ClientID', sortKey: 'ReferenceTimestamp' },
    // Holds only records whose review is not over, whoever their client is: reviewers take the oldest of all.
    byReview: { name: 'ByReview', partitionKey: 'ReviewQueue', sortKey: 'ReviewSince' },
    // Holds no record, only what clients are to be told, and only for those that want to be told.
    byWebhook: { name: 'ByWebhook', partitionKey: 'WebhookQueue', sortKey: 'WebhookDue' },
  },
} as const satisfies {
  partitionKey: keyof DetectionRecord;
  startScheduleKey: string;
  uploadsKeyPrefix: string;
  waitsKeyPrefix: string;
  settlingKeyPrefix: string;
  webhookKeyPrefix: string;
  webhookEndpointKeyPrefix: string;
  ttl: keyof DetectionRecord;
  indexes: object;
};

/** Whether an item of the table is a record. */
export const isRecordKey = (key: unknown): boolean => imageIdSchema.safeParse(key).success;

/**
 * One item of the erasure ledger: which picture was erased, when, and whose it was, so that its owner alone is answered
 * the same again. Entries from before owners were noted have none. Replayed after a restore.
 */
export const erasureEntrySchema = z.object({
  ImageID: imageIdSchema,
  ErasedAt: timestampSchema,
  SchemaVersion: z.int().positive(),
  ClientID: z.string().optional(),
});
export type ErasureEntry = z.infer<typeof erasureEntrySchema>;
