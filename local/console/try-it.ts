import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiClient } from '../../tools/client/api-client';
import { readBody, respond } from './answer';
import { RefusedRequest } from './refused-request';

/** What the API document's page sends for the key: it never sees the key itself. */
export const FILLED_KEY = 'filled in by this console';
/** To whoever copies the curl command that the page shows. */
const NOT_A_BROWSER =
  'This address answers its own page alone. In a shell: take the line "export API=… KEY=…" that npm start printed, put "$API" for this address up to /try, and -H "x-api-key: $KEY" for the key.\n';
/** The largest request that API Gateway takes. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MOST_BYTES = 10 * 1024 * 1024;
const FORWARDED = ['accept', 'content-type', 'idempotency-key', 'x-api-key', 'authorization'];
const RETURNED = ['content-type', 'location', 'retry-after', 'x-request-id', 'allow', 'cache-control'];

function headersToForward({ headers }: IncomingMessage): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const name of FORWARDED) {
    const value = headers[name];
    if (typeof value === 'string' && value !== FILLED_KEY) forwarded[name] = value;
  }
  return forwarded;
}

/** Passes a request of the API document's page on to the API, with the demo client's key where none was typed in. */
export async function tryIt(
  api: ApiClient,
  path: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  // A browser says so itself, and no page can make it say otherwise. https://www.w3.org/TR/fetch-metadata/
  const site = request.headers['sec-fetch-site'];
  if (site === undefined) throw new RefusedRequest(403, NOT_A_BROWSER);
  if (site !== 'same-origin') throw new RefusedRequest(403, 'Not from this page.');
  const body = await readBody(request, MOST_BYTES, 'More than API Gateway takes: 10 MB.');
  const answer = await api.call(path, {
    method: request.method ?? 'GET',
    headers: headersToForward(request),
    ...(body.length > 0 ? { body } : {}),
  });
  const headers: Record<string, string> = {};
  for (const name of [
    ...RETURNED,
    ...Object.keys(answer.headers).filter((key) => key.startsWith('ratelimit')),
  ]) {
    const value = answer.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  respond(response, { status: answer.status, headers }, answer.text);
}
