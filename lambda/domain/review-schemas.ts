import * as z from 'zod';
import { candidateViewSchema, labelViewSchema } from './api-schemas';
import { BOUNDS } from './bounds';
import { imageFormatSchema } from './category';
import { decisionReasonSchema, imageIdSchema, timestampSchema } from './detection-record';
import { personOutcomeSchema, reviewDecisionSchema, reviewReasonSchema } from './review-record';

const limitSchema = z
  .string()
  .regex(/^[1-9]\d?$/, `a whole number from 1 to ${BOUNDS.reviewPageItems}`)
  .transform(Number)
  .pipe(z.int().min(1).max(BOUNDS.reviewPageItems));

/** Query of `GET /reviews`. */
export const reviewListQuerySchema = z.strictObject({
  limit: limitSchema.default(BOUNDS.usualPageItems).describe('most items of a page; a page may hold fewer'),
  cursor: z.string().min(1).max(BOUNDS.cursorLength).optional().describe("the last page's cursor"),
});
export type ReviewListQuery = z.output<typeof reviewListQuerySchema>;

/** Body of `POST /reviews/{id}/decision`. */
export const reviewDecisionRequestSchema = z
  .strictObject({
    outcome: personOutcomeSchema.describe(
      'what the picture shows; `reject` takes it away from the others, into quarantine',
    ),
    reason: reviewReasonSchema.describe(
      'why, in a code; there is no free text, in which names would be written',
    ),
    version: z
      .int()
      .min(1)
      .max(BOUNDS.reviewVotes + 1)
      .describe('of the review that was read'),
  })
  .meta({ id: 'ReviewDecisionRequest' });
export type ReviewDecisionRequest = z.output<typeof reviewDecisionRequestSchema>;

const summary = {
  ImageID: imageIdSchema,
  State: z
    .enum(['waiting', 'decided', 'expired'])
    .describe('`decided` by people; `expired`: its time ran out before'),
  Version: z
    .int()
    .min(1)
    .max(BOUNDS.reviewVotes + 2)
    .describe('to be given back with the decision'),
  WaitingSince: timestampSchema.describe('when the picture came to the reviewers'),
  Deadline: timestampSchema.describe('from then on nobody decides any more'),
  DecisionReason: decisionReasonSchema.optional().describe('why the model was not sure'),
  Candidates: z.array(candidateViewSchema).max(2).describe('which animals were seen, the likelier first'),
  Decisions: z
    .int()
    .min(0)
    .max(BOUNDS.reviewVotes)
    .describe('people who have decided; what they decided is not told'),
  DecisionsNeeded: z.int().min(1).max(BOUNDS.reviewPeople).describe('people who must agree'),
};

/** One that waits, as a list shows it. */
export const reviewSummarySchema = z.object(summary).meta({ id: 'ReviewSummary' });
export type ReviewSummary = z.output<typeof reviewSummarySchema>;

/** What a person needs to decide; nothing of the client but the picture, not even its file name. */
export const reviewViewSchema = z
  .object({
    ...summary,
    Labels: z.array(labelViewSchema).max(BOUNDS.labels).describe('what was seen, the surest first'),
    ImageFormat: imageFormatSchema,
    Width: z.int().min(1).max(BOUNDS.longestSide).optional().describe('pixels'),
    Height: z.int().min(1).max(BOUNDS.longestSide).optional().describe('pixels'),
    Outcome: reviewDecisionSchema.shape.outcome.optional().describe('once it is over'),
    Picture: z
      .object({
        url: z
          .url()
          .max(BOUNDS.formFieldLength)
          .describe('a link to the picture, for whoever holds it: do not pass it on'),
        expiresAt: timestampSchema,
      })
      .optional()
      .describe('while it waits'),
  })
  .meta({ id: 'Review' });
export type ReviewView = z.output<typeof reviewViewSchema>;

/** A page. Only a missing cursor means the end. */
export const reviewListSchema = z
  .object({
    items: z.array(reviewSummarySchema).max(BOUNDS.reviewPageItems),
    cursor: z.string().max(BOUNDS.cursorLength).optional().describe('for the next page; missing at the end'),
  })
  .meta({ id: 'ReviewList' });
export type ReviewList = z.output<typeof reviewListSchema>;

/** What a decision did. A repeat answers as the first time, or says how the review has ended since. */
export const reviewDecisionAnswerSchema = z
  .object({
    ImageID: imageIdSchema,
    State: summary.State,
    Decisions: summary.Decisions,
    DecisionsNeeded: summary.DecisionsNeeded,
    Outcome: reviewDecisionSchema.shape.outcome.optional().describe('once it is over'),
  })
  .meta({ id: 'ReviewDecisionAnswer' });
export type ReviewDecisionAnswer = z.output<typeof reviewDecisionAnswerSchema>;
