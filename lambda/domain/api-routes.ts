/**
 * The one resource that takes no API key: who may invoke it is for IAM to say. Only its exact template lets an erasure
 * pass without an owner; everything else is a client's.
 */
export const STEWARD_IMAGE = '/stewardship/images/{id}';
