import { Agent, type IncomingHttpHeaders, request } from 'node:http';

const VERSION = '2018-06-01';
// The poll for the next event may wait for ever: no timeout, and one connection kept.
const agent = new Agent({ keepAlive: true });

/** One event as the Runtime API hands it out. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export interface Invocation {
  requestId: string;
  deadlineMilliseconds: number;
  functionArn: string;
  traceId: string | undefined;
  event: unknown;
}

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The client side of Lambda's Runtime API. */
export class RuntimeApi {
  private readonly host: string;
  private readonly port: number;

  /** @param address HOST:PORT, as in AWS_LAMBDA_RUNTIME_API */
  constructor(address: string) {
    const [host = '', port] = address.split(':');
    this.host = host;
    this.port = Number(port);
  }

  async next(): Promise<Invocation> {
    const { headers, body } = await this.send('GET', 'invocation/next');
    return {
      requestId: header(headers, 'lambda-runtime-aws-request-id') ?? '',
      deadlineMilliseconds: Number(header(headers, 'lambda-runtime-deadline-ms')),
      functionArn: header(headers, 'lambda-runtime-invoked-function-arn') ?? '',
      traceId: header(headers, 'lambda-runtime-trace-id'),
      event: JSON.parse(body),
    };
  }

  async respond(requestId: string, result: unknown): Promise<void> {
    await this.send('POST', `invocation/${requestId}/response`, JSON.stringify(result ?? null));
  }

  async reportError(requestId: string, error: ErrorPayload): Promise<void> {
    await this.send('POST', `invocation/${requestId}/error`, JSON.stringify(error), error.errorType);
  }

  async reportInitError(error: ErrorPayload): Promise<void> {
    await this.send('POST', 'init/error', JSON.stringify(error), error.errorType);
  }

  private send(
    method: string,
    path: string,
    body?: string,
    errorType?: string,
  ): Promise<{ headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        ...(errorType === undefined ? {} : { 'Lambda-Runtime-Function-Error-Type': errorType }),
      };
      const { host, port } = this;
      request({ host, port, method, path: `/${VERSION}/runtime/${path}`, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          // A 5xx tells that the environment is being taken down.
          if ((response.statusCode ?? 500) >= 500) reject(new Error(`Runtime API: ${text}`));
          else resolve({ headers: response.headers, body: text });
        });
      })
        .on('error', reject)
        .end(body);
    });
  }
}

/** An error in the shape that AWS's own Node runtime reports. */
export interface ErrorPayload {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** Keeps an error's own name: the state machine's Retry and Catch match on it. */
export function errorPayload(error: unknown): ErrorPayload {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
