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

/** Seconds after which to ask for a picture that was just sent: about as long as a workflow takes. */
export const POLL_AFTER_SECONDS = 2;

/** What a script on another site may read of an answer. */
export const EXPOSED_HEADERS = ['Location', 'Retry-After', 'x-amzn-RequestId'] as const;

/** Seconds for which a browser need not ask again whether it may call; more than this Chromium does not keep. */
export const PREFLIGHT_SECONDS = 7200;
