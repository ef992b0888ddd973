import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Progress, silentProgress } from '../../tools/setup/progress';
import { detectLabels } from './detect-labels';
import { operationOf, readBody, respondError, respondSuccess } from './json-protocol';
import type { S3ObjectLoader } from './s3-object-loader';
import { rememberPictures } from './seen-pictures';
import { ServiceError, type ServiceErrorCode } from './service-error';
import { TokenBucket } from './token-bucket';
import { startVisionModel } from './vision-model';

export interface RekognitionEndpointOptions {
  /** Reads what `Image.S3Object` names. */
  loadObject: S3ObjectLoader;
  /** Calls admitted a second; what is more is throttled. Unlimited when left out. */
  transactionsPerSecond?: number;
  /** How exceeding the rate is answered; Rekognition knows both. */
  throttlingError?: 'ThrottlingException' | 'ProvisionedThroughputExceededException';
  /** Hears of what is installed. */
  progress?: Progress;
  /** Added to every answer, for rehearsing slowness. */
  latencyMilliseconds?: number;
}

/** What was asked since the start, read by tests and by the console. */
export interface RekognitionCounters {
  /** Requests for DetectLabels, throttled and failed ones included. */
  calls: number;
  succeeded: number;
  throttled: number;
  /** Error answers by code, throttling included. */
  errors: Partial<Record<ServiceErrorCode, number>>;
}

export interface RekognitionEndpoint {
  /** For `AWS_ENDPOINT_URL_REKOGNITION`. */
  url: string;
  counters: Readonly<RekognitionCounters>;
  setTransactionsPerSecond(rate: number): void;
  setLatency(milliseconds: number): void;
  /** The next calls fail so, before anything else is looked at. */
  failNext(code: ServiceErrorCode, times?: number): void;
  close(): Promise<void>;
}

const THROTTLING_MESSAGES = {
  ThrottlingException: 'Rate exceeded',
  ProvisionedThroughputExceededException: 'Provisioned rate exceeded',
} as const;
const THROTTLING_CODES: readonly string[] = Object.keys(THROTTLING_MESSAGES);

const toServiceError = (error: unknown): ServiceError => {
  if (error instanceof ServiceError) return error;
  console.error('The local Rekognition endpoint failed:', error);
  return new ServiceError('InternalServerError', 'Amazon Rekognition experienced a service issue.');
};

/**
 * A loopback endpoint that speaks Rekognition's protocol and answers DetectLabels with an embedded vision model: same
 * request, answer, limits and error names, another model behind them.
 * @throws VisionModelError when the model cannot be loaded.
 */
export async function startRekognitionEndpoint(
  options: RekognitionEndpointOptions,
): Promise<RekognitionEndpoint> {
  const model = await startVisionModel(options.progress ?? silentProgress);
  const pictures = rememberPictures(model);
  const bucket = new TokenBucket(options.transactionsPerSecond ?? Infinity);
  const throttlingError = options.throttlingError ?? 'ThrottlingException';
  const counters: RekognitionCounters = { calls: 0, succeeded: 0, throttled: 0, errors: {} };
  const faults: ServiceErrorCode[] = [];
  let latency = options.latencyMilliseconds ?? 0;

  function admit(): void {
    counters.calls += 1;
    const fault = faults.shift();
    if (fault) throw new ServiceError(fault, 'Injected for a rehearsal.');
    if (!bucket.tryTake()) throw new ServiceError(throttlingError, THROTTLING_MESSAGES[throttlingError]);
  }

  async function answer(request: IncomingMessage): Promise<object> {
    const operation = operationOf(request);
    if (operation !== 'DetectLabels') {
      throw new ServiceError('UnknownOperationException', `${operation} is not available on this endpoint.`);
    }
    const body = await readBody(request);
    admit();
    return detectLabels(body, { model: pictures, loadObject: options.loadObject });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await answer(request);
      if (latency > 0) await delay(latency);
      counters.succeeded += 1;
      respondSuccess(response, body);
    } catch (cause) {
      const error = toServiceError(cause);
      counters.errors[error.code] = (counters.errors[error.code] ?? 0) + 1;
      if (THROTTLING_CODES.includes(error.code)) counters.throttled += 1;
      respondError(response, error);
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters,
    setTransactionsPerSecond: (rate) => bucket.setRate(rate),
    setLatency: (milliseconds) => {
      latency = milliseconds;
    },
    failNext: (code, times = 1) => {
      faults.push(...Array.from({ length: times }, () => code));
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await model.close();
    },
  };
}
