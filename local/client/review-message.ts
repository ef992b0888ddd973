import {
  type ReviewMessage,
  reviewMessageSchema,
  reviewNoticeSchema,
} from '../../lambda/domain/workflow-messages';

/**
 * What asks for a person; undefined for what tells that a review is over, on the same topic.
 * @throws ZodError when it is neither
 */
export function parseReview(body: string): ReviewMessage | undefined {
  const message: unknown = JSON.parse(body);
  return reviewNoticeSchema.safeParse(message).success ? undefined : reviewMessageSchema.parse(message);
}
