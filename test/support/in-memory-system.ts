import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, SQSBatchResponse } from 'aws-lambda';
import { eraseHandler } from '../../lambda/file-manager/erase-handler';
import { queryHandler } from '../../lambda/image-processor/query-handler';
import { intakeHandler } from '../../lambda/image-processor/intake-handler';
import { uploadHandler } from '../../lambda/image-processor/upload-handler';
import type { Label } from '../../lambda/domain/detection-record';
import type { DetectedLabels, LabelDetector, Workflow, WorkflowResult } from '../../lambda/domain/ports';
import type { Thresholds } from '../../lambda/domain/thresholds';
import {
  analyzeInputSchema,
  classifyInputSchema,
  organisedSchema,
  organiseInputSchema,
} from '../../lambda/domain/workflow-messages';
import { taskHandler } from '../../lambda/runtime/task';
import { analyze } from '../../lambda/steps/analyze';
import { classifyAndLog } from '../../lambda/steps/classify-and-log';
import { clientIdentifier } from '../../lambda/steps/identify-client';
import { signingKeys } from '../../lambda/steps/signing-keys';
import { notify } from '../../lambda/steps/notify';
import { organise } from '../../lambda/steps/organise';
import {
  type AwsState,
  emptyState,
  InMemoryDetectionLog,
  InMemoryDetector,
  InMemoryLedger,
  InMemoryPictures,
  InMemoryReviews,
} from './in-memory-aws';
import { RecordingTelemetry } from './recording-telemetry';

/** Runs around every port call: throw before `run` for a kill before the call, after it for a kill after. */
export type Around = <T>(call: string, run: () => Promise<T>) => Promise<T>;

const straight: Around = (_call, run) => run();

/** The same object, each of its asynchronous calls going through `around`. */
function through<T extends object>(port: T, name: string, around: () => Around): T {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      const method = value as (...parameters: unknown[]) => Promise<unknown>;
      return (...parameters: unknown[]) =>
        around()(`${name}.${String(property)}`, () => method.apply(target, parameters));
    },
  });
}

export const label = (name: string, confidence: number, parents: string[] = []): Label => ({
  name,
  confidence,
  parents,
  aliases: [],
});

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The real handlers and steps over in-memory AWS, joined as the state machine joins them. */
export class InMemorySystem {
  state: AwsState = emptyState();
  around: Around = straight;
  labels: readonly Label[] = [label('Dog', 97)];
  /** Thrown by the detector instead of an answer. */
  detectorFault: Error | undefined;
  thresholds: Thresholds = { accept: 90, floor: 60, margin: 15 };
  readonly telemetry = new RecordingTelemetry();
  readonly clients = new Map([
    ['keyofdemo', 'demo'],
    ['keyofpartner', 'partner'],
  ]);
  readonly leaseSeconds = 90;
  readonly maxReceiveCount = 3;

  private readonly now = () => this.state.now;
  readonly pictures = new InMemoryPictures(() => this.state);
  readonly log = new InMemoryDetectionLog(() => this.state);
  readonly ledger = new InMemoryLedger(() => this.state);
  private readonly ports = {
    pictures: this.watched(this.pictures, 'pictures'),
    log: this.watched(this.log, 'log'),
    ledger: this.watched(this.ledger, 'ledger'),
    detector: this.watched<LabelDetector>(
      new InMemoryDetector(
        () => this.state,
        () => this.detect(),
      ),
      'detector',
    ),
    reviews: this.watched(new InMemoryReviews(() => this.state), 'reviews'),
  };

  private watched<T extends object>(port: T, name: string): T {
    return through(port, name, () => this.around);
  }

  private detect(): DetectedLabels {
    if (this.detectorFault !== undefined) throw this.detectorFault;
    return { labels: this.labels, modelVersion: '3.0' };
  }

  readonly tasks = {
    analyze: taskHandler(this.telemetry, analyzeInputSchema, (state) =>
      analyze({ ...this.ports, thresholds: () => Promise.resolve(this.thresholds) }, state),
    ),
    classifyAndLog: taskHandler(this.telemetry, classifyInputSchema, (state) =>
      classifyAndLog(this.ports, state),
    ),
    organise: taskHandler(this.telemetry, organiseInputSchema, (state) =>
      organise(
        { ...this.ports, clock: this.now, days: { classified: 30, review: 30, quarantine: 7 } },
        state,
      ),
    ),
    notify: taskHandler(this.telemetry, organisedSchema, (state) =>
      notify({ ...this.ports, clock: this.now }, state),
    ),
  };

  /** One execution, without the state machine's retries. States pass as JSON, as they do on AWS. */
  readonly workflow: Workflow = {
    run: async (input): Promise<WorkflowResult> => {
      try {
        const organised = (await this.analyzeOrCatch(json(input))) as { announce: boolean };
        if (organised.announce) await this.tasks.notify(json(organised));
        return { status: 'SUCCEEDED' };
      } catch (error) {
        return { status: 'FAILED', error: error instanceof Error ? error.name : 'Unknown' };
      }
    },
  };

  private async analyzeOrCatch(input: unknown): Promise<unknown> {
    let analyzed: unknown;
    try {
      analyzed = await this.tasks.analyze(input);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PictureRejected') throw error;
      const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      return await this.tasks.organise({
        ...(input as object),
        error: { Error: error.name, Cause: cause },
      });
    }
    return await this.tasks.organise(json(await this.tasks.classifyAndLog(json(analyzed))));
  }

  private readonly identify = clientIdentifier(
    { clientOfKey: (key) => Promise.resolve(this.clients.get(key)) },
    this.now,
  );

  readonly upload = uploadHandler({
    ports: {
      ...this.ports,
      clock: this.now,
      ids: randomUUID,
      days: { pending: 1, record: 30 },
    },
    identify: this.identify,
    telemetry: this.telemetry,
    origins: ['https://app.example'],
  });

  readonly query = queryHandler({
    log: this.ports.log,
    signingKeys: signingKeys({ read: () => Promise.resolve('current-secret') }, this.now),
    identify: this.identify,
    telemetry: this.telemetry,
    origins: [],
  });

  readonly erase = eraseHandler({ ports: { ...this.ports, clock: this.now }, telemetry: this.telemetry });

  private readonly intake = intakeHandler({
    ports: {
      ...this.ports,
      workflow: this.workflow,
      clock: this.now,
      leaseSeconds: this.leaseSeconds,
      maxReceiveCount: this.maxReceiveCount,
      recordDays: 30,
    },
    telemetry: this.telemetry,
  });

  /** Delivers one message; true when it was consumed. */
  async deliver(message: {
    id?: string;
    receive?: number;
    key: string;
    versionId?: string;
  }): Promise<boolean> {
    const { id = 'message-1', receive = 1, key, versionId } = message;
    const body = JSON.stringify({
      'detail-type': 'Object Created',
      detail: { object: { key, ...(versionId !== undefined && { 'version-id': versionId }) } },
    });
    return (await this.deliverBody(body, id, receive)).batchItemFailures.length === 0;
  }

  deliverBody(body: string, messageId = 'message-1', receive = 1): Promise<SQSBatchResponse> {
    const record = { messageId, body, attributes: { ApproximateReceiveCount: `${receive}` } };
    return this.intake({ Records: [record] } as unknown as Parameters<typeof this.intake>[0]);
  }

  /** The lease of whoever holds a picture runs out. */
  leaseExpires(): void {
    this.state.now += this.leaseSeconds * 1000 + 1;
  }
}

/** An API Gateway proxy event, as far as the handlers read it. */
export const apiEvent = (event: {
  apiKeyId?: string;
  body?: unknown;
  headers?: Record<string, string>;
  id?: string;
  query?: Record<string, string[]>;
}): APIGatewayProxyEvent =>
  ({
    headers: event.headers ?? {},
    body: event.body === undefined ? null : JSON.stringify(event.body),
    isBase64Encoded: false,
    pathParameters: event.id === undefined ? null : { id: event.id },
    multiValueQueryStringParameters: event.query ?? null,
    requestContext: {
      requestId: 'request-1',
      identity: { apiKeyId: event.apiKeyId ?? 'keyofdemo' },
    },
  }) as unknown as APIGatewayProxyEvent;
