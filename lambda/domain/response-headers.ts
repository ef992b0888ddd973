/**
 * What every answer carries, for the browser that is made to open one as a page.
 * https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  // Without sources in quotes: the gateway's own answers take header values in single quotes and know no escape.
  'Content-Security-Policy': 'sandbox',
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * Of an answer that may be asked for again by its tag: the client alone keeps it, and asks before it uses it. It depends
 * on the key, too, where one browser has two.
 * https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
 */
export const REVALIDATED_HEADERS = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Origin, x-api-key',
} as const;

/** What a script on another site may read of an answer. */
export const EXPOSED_HEADERS = ['ETag', 'Location', 'Retry-After', 'x-amzn-RequestId'] as const;
/** What a script on another site may send. */
export const REQUEST_HEADERS = ['content-type', 'idempotency-key', 'if-none-match', 'x-api-key'] as const;
