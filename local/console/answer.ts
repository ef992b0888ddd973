import type { IncomingMessage, ServerResponse } from 'node:http';
import { RefusedRequest } from './refused-request';

const policy = (directives: Readonly<Record<string, string>>): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join('; ');

/** The page's own files and pictures, nothing from elsewhere, and nobody may frame it. */
const STRICT = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  // blob: thumbnails of pictures that are not sent yet.
  'img-src': "'self' blob:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** What a page of each kind may load and do. */
export const CONTENT_POLICIES = {
  console: policy(STRICT),
  // Swagger UI draws its arrows as data: pictures and offers downloads as blob:.
  apiDocument: policy({ ...STRICT, 'img-src': "'self' data: blob:" }),
  // The report carries its own policy; here it gets an origin of its own, so that it can ask nothing of the console.
  report: policy({ sandbox: 'allow-scripts allow-popups allow-downloads', 'frame-ancestors': "'none'" }),
} as const;

const HEADERS = {
  'content-security-policy': CONTENT_POLICIES.console,
  'x-content-type-options': 'nosniff',
  // Not "no-referrer": the browser would then send no origin with a picture either.
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Answers with the headers that every answer has. */
export function respond(
  response: ServerResponse,
  { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> },
  body: string | Buffer,
): void {
  response.writeHead(status, { ...HEADERS, ...headers }).end(body);
}

export const respondJson = (response: ServerResponse, body: unknown, status = 200): void =>
  respond(response, { status, headers: { 'content-type': 'application/json' } }, JSON.stringify(body));

/** Begins an answer that stays open. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
}

/** @throws RefusedRequest 413 when there is more than `most` bytes. */
export async function readBody(request: IncomingMessage, most: number, tooMuch: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new RefusedRequest(413, tooMuch);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
