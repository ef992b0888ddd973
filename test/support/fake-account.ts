import { Readable } from 'node:stream';
import type { Connection } from '../../bin/preflight/check';

interface WireRequest {
  readonly hostname: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}
export interface WireAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}
/** What an operation (`service:Operation`, or `service:/path` where the protocol has only paths) is answered with. */
export type Answers = Readonly<
  Record<string, WireAnswer | ((input: Readonly<Record<string, string>>, region: string) => WireAnswer)>
>;

/** An answer in JSON. */
export const json = (body: object): WireAnswer => ({ body: JSON.stringify(body) });
/** An answer of the query protocol, or of EC2. */
export const xml = (body: string): WireAnswer => ({ body: `<Response>${body}</Response>` });

/** A fault as each protocol tells it. */
export const fault = (code: string, message = code, status = 400): WireAnswer => ({
  status,
  headers: { 'x-amzn-errortype': code },
  body: JSON.stringify({ __type: code, message }),
});
export const xmlFault = (Code: string, message = Code, status = 400): WireAnswer => ({
  status,
  body: `<Response><Errors><Error><Code>${Code}</Code><Message>${message}</Message></Error></Errors><Error><Code>${Code}</Code><Message>${message}</Message></Error></Response>`,
});

/** The request's operation and its input, as far as it is text. */
function read({ hostname, path, query, headers, body }: WireRequest): {
  name: string;
  input: Record<string, string>;
} {
  const service = hostname.replace(/^api\./, '').split('.')[0] ?? '';
  const text =
    body instanceof Uint8Array ? new TextDecoder().decode(body) : typeof body === 'string' ? body : '';
  const target = headers['x-amz-target'];
  if (target !== undefined)
    return {
      name: `${service}:${target.split('.')[1] ?? ''}`,
      input: JSON.parse(text) as Record<string, string>,
    };
  const form = new URLSearchParams(text);
  const action = form.get('Action');
  if (action !== null) return { name: `${service}:${action}`, input: Object.fromEntries(form) };
  return {
    name: `${service}:${path}`,
    input: { ...query, ...(text === '' ? {} : (JSON.parse(text) as Record<string, string>)) },
  };
}

/** An account that answers at the wire, below everything that the SDK does; what has no answer there is a fault. */
export class FakeAccount {
  readonly asked: {
    readonly name: string;
    readonly region: string;
    readonly input: Record<string, string>;
  }[] = [];

  constructor(private readonly answers: Answers) {}

  get connection(): Connection {
    return {
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
      maxAttempts: 1,
      requestHandler: {
        handle: (request: WireRequest) => {
          const { name, input } = read(request);
          const region = /[a-z]{2}-[a-z]+-\d/.exec(request.hostname)?.[0] ?? 'global';
          this.asked.push({ name, region, input });
          const answer = this.answers[name] ?? fault('NotFake', `no answer to ${name}`);
          const {
            status = 200,
            headers = {},
            body,
          } = typeof answer === 'function' ? answer(input, region) : answer;
          return Promise.resolve({
            response: { statusCode: status, headers, body: Readable.from([Buffer.from(body)]) },
          });
        },
      },
    };
  }
}
