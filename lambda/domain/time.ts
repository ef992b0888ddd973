/** `2025-08-04T11:42:00Z`: whole seconds, UTC, as records hold it. */
export const toTimestamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** DynamoDB's TTL, in epoch seconds, so many days after a time in milliseconds. */
export const expiryAfter = (milliseconds: number, days: number): number =>
  Math.floor(milliseconds / 1000) + days * 86_400;
