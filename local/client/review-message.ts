import { type ReviewMessage, reviewMessageSchema } from '../../lambda/domain/workflow-messages';

/** @throws ZodError when it is no review message. */
export const parseReview = (body: string): ReviewMessage => reviewMessageSchema.parse(JSON.parse(body));
