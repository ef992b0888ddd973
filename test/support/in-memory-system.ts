import { base } from '../../lib/config/base';
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eraseHandler } from '../../lambda/file-manager/erase-handler';
import { queryHandler } from '../../lambda/image-processor/query-handler';
import { intakeHandler } from '../../lambda/image-processor/intake-handler';
import { uploadHandler } from '../../lambda/image-processor/upload-handler';
import { REVIEW, REVIEW_DECISION, REVIEWS, STEWARD_IMAGE } from '../../lambda/domain/api-routes';
import type { Label } from '../../lambda/domain/detection-record';
import type {
  CursorKeys,
  DetectedLabels,
  DetectionLog,
  ErasureLedger,
  LabelDetector,
  PictureLinks,
  PictureStore,
  ReviewLog,
  ReviewPublisher,
  StartSchedule,
  ThresholdSource,
  UploadCounter,
  WaitSlots,
  WebhookLog,
  WebhookSecrets,
  Workflow,
  WorkflowResult,
} from '../../lambda/domain/ports';
import { DependencyUnavailableError } from '../../lambda/domain/errors';
import type { FunctionId } from '../../lambda/functions';
import { thresholdCache } from '../../lambda/steps/threshold-cache';
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
import type { ReviewRules } from '../../lambda/domain/review';
import { reviewHandler } from '../../lambda/review-service/reviews-handler';
import { detectionStreamHandler } from '../../lambda/detection-stream/detection-stream-handler';
import { webhooksHandler } from '../../lambda/webhook-service/webhooks-handler';
import type { WebhookAttempt } from '../../lambda/domain/webhook-run';
import type { WebhookEndpoints } from '../../lambda/domain/webhook-endpoint';
import { settleReviewsHandler } from '../../lambda/review-service/settle-reviews-handler';
import { signingKeys } from '../../lambda/steps/signing-keys';
import { notify } from '../../lambda/steps/notify';
import { organise } from '../../lambda/steps/organise';
import { pacedWorkflow } from '../../lambda/steps/paced-workflow';
import {
  type AwsState,
  emptyState,
  InMemoryDetectionLog,
  InMemoryDetector,
  InMemoryLedger,
  InMemoryPictures,
  InMemoryReviews,
  InMemoryStartSchedule,
  InMemoryUploadCounter,
  InMemoryWaitSlots,
} from './in-memory-aws';
import { InMemoryReviewLog } from './in-memory-reviews';
import { InMemoryWebhookLog } from './in-memory-webhooks';
import { streamEvent } from './stream-event';
import { RecordingTelemetry } from './recording-telemetry';

export interface PortCall {
  readonly function: FunctionId;
  /** `pictures.putNew` */
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** Runs around every port call: throw before `run` for a kill before the call, after it for a kill after. */
export type Around = <T>(call: PortCall, run: () => Promise<T>) => Promise<T>;

const straight: Around = (_call, run) => run();

export const label = (name: string, confidence: number, parents: string[] = []): Label => ({
  name,
  confidence,
  parents,
  aliases: [],
});

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The body of the message that tells of a new object, with or without its version. */
export const objectCreated = (key: string, versionId?: string): string =>
  JSON.stringify({
    'detail-type': 'Object Created',
    detail: { object: { key, ...(versionId !== undefined && { 'version-id': versionId }) } },
  });

/** The real handlers and steps over in-memory AWS, joined as the state machine joins them. */
export class InMemorySystem {
  state: AwsState = emptyState();
  around: Around = straight;
  labels: readonly Label[] = [label('Dog', 97)];
  /** Thrown by the detector instead of an answer. */
  detectorFault: Error | undefined;
  thresholds: Thresholds = base.thresholds;
  readonly telemetry = new RecordingTelemetry();
  readonly clients = new Map([
    ['keyofdemo', 'demo'],
    ['keyofpartner', 'partner'],
  ]);
  readonly leaseSeconds = 90;
  /** What a request that waits does between two looks. */
  sleep: (milliseconds: number) => Promise<unknown> = (milliseconds) => {
    this.state.now += milliseconds;
    return Promise.resolve();
  };
  maxReceiveCount = 3;
  /** How often the state machine tries a task whose dependency is unavailable. */
  taskAttempts = 1;

  private readonly now = () => this.state.now;
  readonly pictures = new InMemoryPictures(() => this.state);
  readonly log = new InMemoryDetectionLog(() => this.state);
  readonly ledger = new InMemoryLedger(() => this.state);
  readonly picturesPerHour: Record<string, number> = { demo: 60_000, partner: 2000 };
  private readonly counter = new InMemoryUploadCounter(() => this.state);
  private readonly schedule = new InMemoryStartSchedule(() => this.state);
  private readonly slots = new InMemoryWaitSlots(() => this.state);
  private readonly publisher = new InMemoryReviews(() => this.state);
  private readonly detector = new InMemoryDetector(
    () => this.state,
    () => this.detect(),
  );

  /** A port whose every call goes through `around`, as the given function's. */
  private watched<T extends object>(id: FunctionId, name: string, port: T): T {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        const method = value as (...parameters: unknown[]) => Promise<unknown>;
        return (...parameters: unknown[]) =>
          this.around({ function: id, name: `${name}.${String(property)}`, parameters }, () =>
            method.apply(target, parameters),
          );
      },
    });
  }

  private portsOf(id: FunctionId) {
    return {
      pictures: this.watched<PictureStore>(id, 'pictures', this.pictures),
      log: this.watched<DetectionLog>(id, 'log', this.log),
      ledger: this.watched<ErasureLedger>(id, 'ledger', this.ledger),
      detector: this.watched<LabelDetector>(id, 'detector', this.detector),
      reviews: this.watched<ReviewPublisher>(id, 'reviews', this.publisher),
      clock: this.now,
    };
  }

  private detect(): DetectedLabels {
    if (this.detectorFault !== undefined) throw this.detectorFault;
    return { labels: this.labels, modelVersion: '3.0' };
  }

  private readonly thresholdSource: ThresholdSource = {
    read: () => Promise.resolve(JSON.stringify(this.thresholds)),
  };

  readonly tasks = {
    analyze: taskHandler(this.telemetry, analyzeInputSchema, (state) =>
      analyze(
        {
          ...this.portsOf('analyze'),
          thresholds: thresholdCache(
            this.watched('analyze', 'thresholds', this.thresholdSource),
            this.now,
            () => undefined,
          ),
        },
        state,
      ),
    ),
    classifyAndLog: taskHandler(this.telemetry, classifyInputSchema, (state) =>
      classifyAndLog(this.portsOf('classifyAndLog'), state),
    ),
    organise: taskHandler(this.telemetry, organiseInputSchema, (state) =>
      organise({ ...this.portsOf('organise'), days: { classified: 30, review: 30, quarantine: 7 } }, state),
    ),
    notify: taskHandler(this.telemetry, organisedSchema, (state) => notify(this.portsOf('notify'), state)),
  };

  private async attempt<T>(task: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await task();
      } catch (error) {
        if (attempt >= this.taskAttempts || !(error instanceof DependencyUnavailableError)) throw error;
      }
    }
  }

  /** One execution; its tasks are tried `taskAttempts` times. States pass as JSON, as they do on AWS. */
  readonly workflow: Workflow = {
    run: async (input): Promise<WorkflowResult> => {
      try {
        const organised = (await this.organiseOrQuarantine(json(input))) as { announce: boolean };
        if (organised.announce) await this.attempt(() => this.tasks.notify(json(organised)));
        return { status: 'SUCCEEDED' };
      } catch (error) {
        return { status: 'FAILED', error: error instanceof Error ? error.name : 'Unknown' };
      }
    },
  };

  /** The way to a picture's place, and the one Catch that leads to quarantine from each of its tasks. */
  private async organiseOrQuarantine(input: unknown): Promise<unknown> {
    let state = input;
    try {
      state = json(await this.tasks.analyze(state));
      state = json(await this.tasks.classifyAndLog(state));
      return await this.tasks.organise(state);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PictureRejected') throw error;
      const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      return await this.tasks.organise({
        ...(state as object),
        error: { Error: error.name, Cause: cause },
      });
    }
  }

  private readonly identify = (id: FunctionId) =>
    clientIdentifier(
      this.watched(id, 'clients', {
        clientOfKey: (key: string) => Promise.resolve(this.clients.get(key)),
      }),
      this.now,
    );

  readonly upload = uploadHandler({
    ports: {
      ...this.portsOf('upload'),
      ids: randomUUID,
      days: { pending: 1, record: 30 },
      counter: this.watched<UploadCounter>('upload', 'counter', this.counter),
      picturesPerHour: this.picturesPerHour,
    },
    identify: this.identify('upload'),
    telemetry: this.telemetry,
    origins: ['https://app.example'],
  });

  private readonly cursorKeys: CursorKeys = { read: (version) => Promise.resolve(`secret of ${version}`) };

  readonly query = queryHandler({
    ports: {
      log: this.portsOf('query').log,
      slots: this.watched<WaitSlots>('query', 'slots', this.slots),
      clock: this.now,
      sleep: (milliseconds: number) => this.sleep(milliseconds),
    },
    signingKeys: signingKeys(this.watched('query', 'cursorKeys', this.cursorKeys), this.now),
    identify: this.identify('query'),
    telemetry: this.telemetry,
    origins: [],
  });

  readonly erase = eraseHandler({
    ports: this.portsOf('erase'),
    identify: this.identify('erase'),
    telemetry: this.telemetry,
    origins: ['https://app.example'],
    stewardRole: roleOfPeople('data-steward'),
  });

  readonly rules: { -readonly [Name in keyof ReviewRules]: ReviewRules[Name] } = {
    people: { partner: 2 },
    expireAfterDays: 7,
    onExpiry: 'other',
  };

  readonly review = reviewHandler({
    ports: {
      ...this.portsOf('reviews'),
      reviews: this.reviewsOf('reviews'),
      links: this.watched<PictureLinks>('reviews', 'links', {
        sign: (key, seconds) => Promise.resolve(`https://pictures.example/${key}?seconds=${seconds}`),
      }),
      signingKeys: signingKeys(this.watched('reviews', 'cursorKeys', this.cursorKeys), this.now),
      rules: this.rules,
    },
    telemetry: this.telemetry,
    reviewerRole: roleOfPeople('reviewer'),
  });

  readonly settleReviews = settleReviewsHandler({
    ports: {
      ...this.portsOf('settleReviews'),
      reviews: this.reviewsOf('settleReviews'),
      publisher: this.portsOf('settleReviews').reviews,
      rules: this.rules,
      days: { classified: 30, quarantine: 7 },
    },
    telemetry: this.telemetry,
  });

  /** Which clients are told. */
  readonly endpoints: WebhookEndpoints = { demo: { revision: 'first' } };
  /** By version; made when the world began. */
  readonly webhookSecrets: Record<string, string | undefined> = {
    AWSCURRENT: `whsec_${Buffer.from('the secret of this client, 32 letters and more').toString('base64')}`,
  };
  secretMadeAt = 0;

  private webhooksOf(id: FunctionId): WebhookLog {
    return this.watched<WebhookLog>(id, 'webhooks', new InMemoryWebhookLog(() => this.state));
  }

  readonly stream = detectionStreamHandler({
    ports: { webhooks: this.webhooksOf('detectionStream'), endpoints: this.endpoints },
    telemetry: this.telemetry,
  });

  /** Reads what the table's stream tells of a record, as Lambda does. */
  async streamed(imageId: string, version = String(this.state.nextId++)): Promise<void> {
    const record = this.state.records.get(imageId);
    if (record !== undefined) await this.stream(streamEvent(record, { version, at: this.state.now }));
  }

  /** What takes the messages of the clients. */
  private readonly receiver = this.watched('webhooks', 'receiver', {
    post: ({ token, headers }: WebhookAttempt): Promise<number | string> => {
      this.state.received.push(`${token.imageId} ${headers['webhook-id'] ?? ''}`);
      return Promise.resolve(204);
    },
  });

  /** One execution of the workflow, as lib/constructs/webhooks/webhooks-definition.ts joins function and HTTP Tasks. */
  async tell(
    run: string,
    post: (attempt: WebhookAttempt) => Promise<number | string> = (attempt) => this.receiver.post(attempt),
    clientId = 'demo',
  ): Promise<void> {
    let outcomes: object[] = [];
    for (let round = 0; ; round += 1) {
      const { attempts } = await this.webhooks({ clientId, run, round, outcomes });
      if (attempts.length === 0) return;
      outcomes = await Promise.all(
        attempts.map(async (attempt) => {
          const answer = await post(attempt);
          const { token } = attempt;
          if (typeof answer === 'string') return { token, error: answer };
          return answer >= 200 && answer < 300
            ? { token, status: answer }
            : { token, error: `States.Http.StatusCode.${answer}` };
        }),
      );
    }
  }

  /** A round of the workflow that tells a client. */
  readonly webhooks = webhooksHandler({
    ports: {
      webhooks: this.webhooksOf('webhooks'),
      log: this.portsOf('webhooks').log,
      secrets: this.watched<WebhookSecrets>('webhooks', 'webhookSecrets', {
        read: (_client, version) => {
          const secret = this.webhookSecrets[version];
          return Promise.resolve(secret === undefined ? undefined : { secret, madeAt: this.secretMadeAt });
        },
      }),
      clock: this.now,
      endpoints: this.endpoints,
      overlapDays: 7,
    },
    telemetry: this.telemetry,
  });

  private reviewsOf(id: FunctionId): ReviewLog {
    return this.watched<ReviewLog>(id, 'reviewLog', new InMemoryReviewLog(() => this.state));
  }

  private intake(event: SQSEvent): Promise<SQSBatchResponse> {
    const ports = {
      ...this.portsOf('intake'),
      workflow: pacedWorkflow(this.watched<Workflow>('intake', 'workflow', this.workflow), {
        schedule: this.watched<StartSchedule>('intake', 'schedule', this.schedule),
        clock: this.now,
        sleep: () => Promise.resolve(),
        startsPerSecond: 5,
        longestWaitSeconds: 7,
      }),
      leaseSeconds: this.leaseSeconds,
      maxReceiveCount: this.maxReceiveCount,
      recordDays: 30,
    };
    return intakeHandler({ ports, telemetry: this.telemetry })(event);
  }

  /** Delivers one message; true when it was consumed. */
  async deliver(message: {
    id?: string;
    receive?: number;
    key: string;
    versionId?: string;
  }): Promise<boolean> {
    const { id = 'message-1', receive = 1, key, versionId } = message;
    const body = objectCreated(key, versionId);
    return (await this.deliverBody(body, id, receive)).batchItemFailures.length === 0;
  }

  deliverBody(body: string, messageId = 'message-1', receive = 1): Promise<SQSBatchResponse> {
    return this.deliverBatch([{ messageId, body, receive }]);
  }

  /** One invocation with several messages. */
  deliverBatch(
    messages: readonly { messageId: string; body: string; receive: number }[],
  ): Promise<SQSBatchResponse> {
    const Records = messages.map(({ messageId, body, receive }) => ({
      messageId,
      body,
      attributes: { ApproximateReceiveCount: `${receive}` },
    }));
    return this.intake({ Records } as unknown as SQSEvent);
  }

  /** The lease of whoever holds a picture runs out. */
  leaseExpires(): void {
    this.state.now += this.leaseSeconds * 1000 + 1;
  }
}

const roleOfPeople = (role: string): string =>
  `arn:aws:iam::111111111111:role/serverlessapp-dev-${role}-role`;

/** Whom API Gateway names when IAM let a session of a role in. */
export const sessionOfPeople = (role: string, session: string): string =>
  `arn:aws:sts::111111111111:assumed-role/serverlessapp-dev-${role}-role/${session}`;

/** Whom IAM may let in beside the sessions of a role: what he is, and what API Gateway names. */
export const othersThan = (
  role: 'data-steward' | 'reviewer',
): (readonly [who: string, userArn: string])[] => {
  const own = sessionOfPeople(role, 'x');
  return [
    [
      'an administrator',
      'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/x',
    ],
    ['another role of ours', sessionOfPeople(role === 'reviewer' ? 'data-steward' : 'reviewer', 'x')],
    ['a user whose name is the role’s', `arn:aws:iam::111111111111:user/serverlessapp-dev-${role}-role`],
    ['a role of that name in another account', own.replace('111111111111', '999999999999')],
    ['a role whose name begins so', own.replace('-role/', '-role2/')],
  ];
};

/** An API Gateway proxy event, as far as the handlers read it. */
export const apiEvent = (event: {
  apiKeyId?: string;
  body?: unknown;
  headers?: Record<string, string>;
  id?: string;
  query?: Record<string, string[]>;
  resource?: string;
  /** The principal, where IAM let it in. */
  userArn?: string;
}): APIGatewayProxyEvent =>
  ({
    resource: event.resource ?? (event.id === undefined ? '/upload' : '/images/{id}'),
    headers: event.headers ?? {},
    body: event.body === undefined ? null : JSON.stringify(event.body),
    isBase64Encoded: false,
    pathParameters: event.id === undefined ? null : { id: event.id },
    multiValueQueryStringParameters: event.query ?? null,
    requestContext: {
      requestId: 'request-1',
      path: `/dev/${event.id === undefined ? 'upload' : `images/${event.id}`}`,
      identity: { apiKeyId: event.apiKeyId ?? 'keyofdemo', userArn: event.userArn ?? null },
    },
  }) as unknown as APIGatewayProxyEvent;

/** As API Gateway tells of a reviewer; a name of its own for each person. */
export function reviewerEvent(
  request: { id?: string; decision?: unknown; query?: Record<string, string[]> },
  name = 'anna',
): APIGatewayProxyEvent {
  const { id, decision, query } = request;
  const event = apiEvent({
    ...(id !== undefined && { id }),
    ...(decision !== undefined && { body: decision }),
    ...(query && { query }),
    resource: id === undefined ? REVIEWS : decision === undefined ? REVIEW : REVIEW_DECISION,
    userArn: sessionOfPeople('reviewer', name),
  });
  event.requestContext.identity.apiKeyId = null;
  event.requestContext.identity.caller = `AROAEXAMPLE:${name}`;
  return event;
}

/** As API Gateway tells of a data steward that erases. */
export const stewardEvent = (id: string): APIGatewayProxyEvent => {
  const event = apiEvent({
    id,
    resource: STEWARD_IMAGE,
    userArn: sessionOfPeople('data-steward', 's'),
  });
  event.requestContext.identity.apiKeyId = null;
  return event;
};
