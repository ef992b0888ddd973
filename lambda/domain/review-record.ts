import * as z from 'zod';

/** What a person may take a picture for. `reject`: it is none that anybody should keep among the others. */
export const personOutcomeSchema = z.enum(['cat', 'dog', 'other', 'reject']);
export type PersonOutcome = z.infer<typeof personOutcomeSchema>;

/**
 * Why, in codes: free text would be where names and faces are written down.
 * `plain-to-see`: the model erred. `partly-hidden`, `poor-quality`: hard to see. `several-animals`: the outcome is the
 * main one. `another-animal`, `no-animal`: for `other`. `unsuitable`: must not be kept among the others.
 */
export const reviewReasonSchema = z.enum([
  'plain-to-see',
  'partly-hidden',
  'poor-quality',
  'several-animals',
  'another-animal',
  'no-animal',
  'unsuitable',
]);

const instant = z.iso.datetime({ precision: 0 });

/** One person's decision. */
export const reviewVoteSchema = z.object({
  /** Opaque; see `reviewerId`. */
  reviewer: z.string(),
  outcome: personOutcomeSchema,
  reason: reviewReasonSchema,
  at: instant,
});
export type ReviewVote = z.infer<typeof reviewVoteSchema>;

/** How the review ended, beside the model's `Decision`. `undecided`: its time ran out, and it stays uncertain. */
export const reviewDecisionSchema = z.object({
  outcome: z.enum([...personOutcomeSchema.options, 'undecided']),
  decidedBy: z.enum(['people', 'expiry']),
  at: instant,
});
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

/**
 * Partition of the sparse index ByReview; absent once nothing is left to do. `waiting`: for people. `decided`: to be
 * brought to its place. `settling`: not a record's, but of what marks a record that is being brought there.
 */
export const reviewQueueSchema = z.enum(['waiting', 'decided', 'settling']);
export type ReviewQueue = z.infer<typeof reviewQueueSchema>;

/** What becomes of a picture that nobody decided in time: an `other`, or it `stays` uncertain. */
export const expiryOutcomeSchema = z.enum(['other', 'stays']);
export type ExpiryOutcome = z.infer<typeof expiryOutcomeSchema>;
