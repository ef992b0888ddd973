import * as z from 'zod';
import { imageFormatSchema, rejectionReasonSchema } from './category';
import { decisionSchema, imageIdSchema, labelSchema } from './detection-record';

/**
 * The state of one execution. Each task answers the whole state with its own part added, so that the state machine
 * needs no mapping: intake starts with the first, Analyze adds `analysis`, ClassifyAndLog adds `decision`.
 */
export const workflowInputSchema = z.object({
  schemaVersion: z.literal(1),
  imageId: imageIdSchema,
  clientId: z.string(),
  /** Key in the picture bucket, `input/ID.FORMAT`. */
  key: z.string(),
  /** S3 version that was claimed. */
  versionId: z.string(),
  declaredFormat: imageFormatSchema,
  leaseOwner: z.string(),
});
export type WorkflowInput = z.infer<typeof workflowInputSchema>;

export const analyzedSchema = workflowInputSchema.extend({
  analysis: z.object({
    format: imageFormatSchema,
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    sha256: z.string(),
    labels: z.array(labelSchema),
    modelVersion: z.string(),
    /** What the labels were asked with, so that one change of the parameter cannot split a picture's decision. */
    thresholds: z.object({ accept: z.number(), floor: z.number(), margin: z.number() }),
  }),
});
export type Analyzed = z.infer<typeof analyzedSchema>;

export const decidedSchema = analyzedSchema.extend({ decision: decisionSchema });
export type Decided = z.infer<typeof decidedSchema>;

/** What the state machine's Catch of `PictureRejected` hands to the quarantine task: `error.Cause` holds the reason. */
export const rejectedSchema = workflowInputSchema.extend({
  error: z.object({ Error: z.string(), Cause: z.string() }),
});
export type Rejected = z.infer<typeof rejectedSchema>;

/** What Organise is given: a decided picture for its folder, or a rejected one for quarantine. */
export const organiseInputSchema = z.union([decidedSchema, rejectedSchema]);

/** What Organise answers; the Choice state reads `announce`. */
export const organisedSchema = workflowInputSchema.extend({
  status: z.enum(['completed', 'quarantined']),
  announce: z.boolean(),
  quarantineReason: rejectionReasonSchema.optional(),
});
export type Organised = z.infer<typeof organisedSchema>;
