/**
 * A resource that takes no API key: who may invoke it is for IAM to say. Only its exact template lets an erasure
 * pass without an owner; everything else is a client's.
 */
export const STEWARD_IMAGE = '/stewardship/images/{id}';

/** The resources of the reviewers: as little for API keys. */
export const REVIEWS = '/reviews';
export const REVIEW = `${REVIEWS}/{id}`;
export const REVIEW_DECISION = `${REVIEW}/decision`;
