import * as z from 'zod';
import { imageFormatSchema, rejectionReasonSchema } from './category';
import { reviewDecisionSchema } from './review-record';
import { decisionSchema, imageIdSchema, labelSchema, timestampSchema } from './detection-record';
import { keptThresholdsSchema } from './thresholds';

/**
 * The state of one execution. Each task answers the whole state with its own part added, so that the state machine
 * needs no mapping: Analyze adds `analysis`, ClassifyAndLog `decision`, Organise `status` and `announce`. Intake starts
 * with as many of these parts as the record already holds, and a task whose part is there passes the state on: that is
 * how a picture is taken up again without paying for a second look at it.
 */
export const workflowInputSchema = z.object({
  schemaVersion: z.literal(1),
  imageId: imageIdSchema,
  /** The record's own, when the id was given out. */
  timestamp: timestampSchema,
  /** Key in the picture bucket, `input/ID.FORMAT`. */
  key: z.string(),
  /** S3 version that was claimed. */
  versionId: z.string(),
  declaredFormat: imageFormatSchema,
  leaseOwner: z.string(),
});
export type WorkflowInput = z.infer<typeof workflowInputSchema>;

const analyzedSchema = workflowInputSchema.extend({
  analysis: z.object({
    format: imageFormatSchema,
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    sha256: z.string(),
    labels: z.array(labelSchema),
    modelVersion: z.string(),
    /** What the labels were asked with, so that one change of the parameter cannot split a picture's decision. */
    thresholds: keptThresholdsSchema,
  }),
});
export type Analyzed = z.infer<typeof analyzedSchema>;

const decidedSchema = analyzedSchema.extend({ decision: decisionSchema });
export type Decided = z.infer<typeof decidedSchema>;

/** `erased`: the record was deleted while the picture was in flight, and so was what the workflow had made. */
const outcomeShape = {
  status: z.enum(['completed', 'quarantined', 'erased']),
  /** Read by the Choice state: a review message is due. */
  announce: z.boolean(),
};

/** A decided picture in its folder. */
export const organisedSchema = decidedSchema.extend(outcomeShape);
/** A rejected picture in quarantine. */
export const quarantinedSchema = workflowInputSchema.extend({
  ...outcomeShape,
  quarantineReason: rejectionReasonSchema,
});
export type Organised = z.infer<typeof organisedSchema>;
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** What the state machine's Catch of `PictureRejected` hands to the quarantine task: `error.Cause` holds the reason. */
const rejectedSchema = workflowInputSchema.extend({
  error: z.object({ Error: z.string(), Cause: z.string() }),
});
export type Rejected = z.infer<typeof rejectedSchema>;

/** Most specific first: zod takes the first member that fits. */
export const analyzeInputSchema = z.union([organisedSchema, decidedSchema, workflowInputSchema]);
export type AnalyzeInput = z.infer<typeof analyzeInputSchema>;
export const classifyInputSchema = z.union([organisedSchema, decidedSchema, analyzedSchema]);
export type ClassifyInput = z.infer<typeof classifyInputSchema>;
export const organiseInputSchema = z.union([organisedSchema, rejectedSchema, decidedSchema]);
export type OrganiseInput = z.infer<typeof organiseInputSchema>;

/** What reviewers are sent: enough to find and evaluate the picture, no picture data and nothing about a person. */
export const reviewMessageSchema = z.object({
  schemaVersion: z.literal(1),
  imageId: imageIdSchema,
  reason: decisionSchema.shape.reason,
  candidates: z.array(z.object({ category: z.enum(['cat', 'dog']), confidence: z.number() })),
  /** Path of the record in the API. */
  link: z.string(),
});
export type ReviewMessage = z.infer<typeof reviewMessageSchema>;

/** What the same people are told when a review is over: by whom it was decided stands on the record alone. */
export const reviewNoticeSchema = z.object({
  schemaVersion: z.literal(1),
  imageId: imageIdSchema,
  outcome: reviewDecisionSchema.shape.outcome,
  decidedBy: reviewDecisionSchema.shape.decidedBy,
  link: z.string(),
});
export type ReviewNotice = z.infer<typeof reviewNoticeSchema>;
