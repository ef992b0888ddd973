import type { Agent } from 'node:https';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  json(): unknown;
}

export interface HttpRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}

const TIMEOUT_MILLISECONDS = 60_000;
/** The firewall's common rules refuse requests that name no client. https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html (NoUserAgent_HEADER) */
export const USER_AGENT = 'serverlessapp-client/1';

/** What Retry-After asks for, from `now` on; 0 when it says nothing. */
export function retryAfterMilliseconds({ headers }: Pick<HttpAnswer, 'headers'>, now: number): number {
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value === '') return 0;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

/** One HTTPS request over an agent that trusts the embedded AWS. */
export function send(url: string, agent: Agent, options: HttpRequest = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body } = options;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      url,
      {
        method,
        headers: { 'User-Agent': USER_AGENT, ...headers, ...length },
        agent,
        timeout: TIMEOUT_MILLISECONDS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url} timed out`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A client of the public API, as any client of ours would write it. */
export class ApiClient {
  constructor(
    private readonly apiUrl: string,
    private readonly apiKey: string,
    private readonly agent: Agent,
  ) {}

  /** One request as it is. */
  call(path: string, options: HttpRequest = {}): Promise<HttpAnswer> {
    const headers = {
      'x-api-key': this.apiKey,
      ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    };
    return send(`${this.apiUrl}${path}`, this.agent, { ...options, headers });
  }

  /**
   * Repeats a request that was throttled (429) or met a passing fault (502, 503, 504) until `deadline`: no sooner than
   * Retry-After says (RFC 9110 section 10.2.3, seconds or a date), with growing pauses, and not all clients at once.
   */
  async callPatiently(path: string, deadline: number, options: HttpRequest = {}): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.call(path, options);
      const isPassing = answer.status === 429 || (answer.status >= 502 && answer.status <= 504);
      const backoff = Math.random() * Math.min(200 * 2 ** attempt, 5000);
      const pause = retryAfterMilliseconds(answer, Date.now()) + backoff;
      if (!isPassing || Date.now() + pause > deadline) return answer;
      await delay(pause);
    }
  }

  /** Posts a file with a form that the API gave out. */
  async postForm(
    form: { url: string; fields: Readonly<Record<string, string>> },
    file: Uint8Array,
  ): Promise<HttpAnswer> {
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    data.append('file', new Blob([file]));
    const encoded = new Response(data);
    return send(form.url, this.agent, {
      method: 'POST',
      headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
      body: new Uint8Array(await encoded.arrayBuffer()),
    });
  }
}
