import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import type { ApiClient } from '../../tools/client/api-client';
import { type ConsolePicture, ConsolePictures } from './console-pictures';
import { readPageFile } from './page-files';

export interface ConsoleOptions {
  /** Holds the demo client's API key; the page never sees it. */
  api: ApiClient;
  /** What was sent before the console opened. */
  pictures: readonly ConsolePicture[];
  /** Hands over the review messages that came since the last time. */
  takeReviews: () => Promise<readonly ReviewMessage[]>;
}

export interface Console {
  url: string;
  close(): Promise<void>;
}

/** Beyond the largest presigned upload, so that a picture that is too large shows the API's own refusal. */
const MOST_PICTURE_BYTES = 16 * 1024 * 1024;

/** The page's own files and pictures, nothing from elsewhere, and nobody may frame it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Not "no-referrer": the browser would then send no origin with a picture either.
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** An answer other than success. */
class RefusedRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function respond(response: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': contentType }).end(body);
}

const respondJson = (response: ServerResponse, body: unknown): void =>
  respond(response, 200, 'application/json', JSON.stringify(body));

async function readPicture(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_PICTURE_BYTES) throw new RefusedRequest(413, 'Pictures of up to 15 MB are accepted.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Serves the console page on loopback. Other sites cannot reach it: a request must name this host (against DNS
 * rebinding), and a picture must come from this origin (against cross-site requests).
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const pictures = new ConsolePictures(options.api, [...options.pictures], options.takeReviews);
  let origin = '';

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (`http://${request.headers.host ?? ''}` !== origin) throw new RefusedRequest(421, 'Not this host.');
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    if (request.method === 'POST' && pathname === '/api/pictures') {
      if (request.headers.origin !== origin) throw new RefusedRequest(403, 'Not from this page.');
      const name = searchParams.get('name') ?? 'picture';
      respondJson(response, await pictures.add(name, await readPicture(request)));
      return;
    }
    if (request.method !== 'GET') throw new RefusedRequest(405, 'Not allowed.');
    if (pathname === '/api/state') {
      respondJson(response, await pictures.state());
      return;
    }
    const index = /^\/pictures\/(\d+)$/.exec(pathname)?.[1];
    const file = index === undefined ? await readPageFile(pathname) : await pictures.preview(Number(index));
    if (!file) throw new RefusedRequest(404, 'Not here.');
    respond(response, 200, file.contentType, file.content);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, message } =
        error instanceof RefusedRequest ? error : new RefusedRequest(502, String(error));
      // What is left of a refused picture is read, so that the browser gets to see the answer.
      request.resume();
      if (!response.headersSent) respond(response, status, 'text/plain; charset=utf-8', message);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await pictures.close();
    },
  };
}
