import { Readable } from 'node:stream';
import type { AwsCall } from '../../lambda/aws-calls';
import { recordCalls } from './call-recorder';

export interface StubbedRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, string | null>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

export interface StubbedAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

interface StubbedClient {
  readonly config: { requestHandler: unknown };
}

/**
 * Answers at the wire, below everything that the SDK does, and keeps requests and calls. Each client must be of the
 * adapters' own making, so that what they configure is what is tested.
 */
export class StubbedAws {
  readonly requests: StubbedRequest[] = [];
  readonly calls: AwsCall[] = [];
  answer: (request: StubbedRequest) => StubbedAnswer = () => ({ body: '{}' });

  attach<Client extends object>(client: Client): Client {
    (client as unknown as StubbedClient).config.requestHandler = {
      handle: async (request: StubbedRequest) => {
        this.requests.push(request);
        const { status = 200, headers = {}, body = '' } = await Promise.resolve(this.answer(request));
        return { response: { statusCode: status, headers, body: streamOf(body) } };
      },
    };
    recordCalls(client, this.calls);
    return client;
  }

  get last(): StubbedRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('nothing was sent');
    return request;
  }

  /** The last request's JSON body. */
  get lastBody(): Record<string, unknown> {
    return JSON.parse(new TextDecoder().decode(this.last.body as Uint8Array)) as Record<string, unknown>;
  }
}

/** What the SDK's collectors read: a Node stream. */
const streamOf = (body: string | Uint8Array): Readable => Readable.from([Buffer.from(body)]);

/** An error as the services with a JSON protocol answer it. */
export const jsonError = (type: string, extra: object = {}, status = 400): StubbedAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: type, message: type, ...extra }),
});

/** An error as S3 answers it. */
export const xmlError = (code: string, status: number): StubbedAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

/** What a function finds in its environment. */
export function useFunctionEnvironment(): void {
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'example';
  process.env['AWS_SESSION_TOKEN'] = 'session';
}
