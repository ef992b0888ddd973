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

/** What a script on another site may read of an answer. */
export const EXPOSED_HEADERS = ['Location', 'Retry-After', 'x-amzn-RequestId'] as const;
