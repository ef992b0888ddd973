import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsCall } from '../../../lambda/aws-calls';
import { INTERACTIVE, WORKFLOW_TASK } from '../../../lambda/adapters/client-configuration';
import { dynamoDbClient } from '../../../lambda/adapters/dynamodb-client';
import { DynamoDbDetectionLog } from '../../../lambda/adapters/dynamodb-detection-log';
import { DynamoDbReviewLog } from '../../../lambda/adapters/dynamodb-review-log';
import { S3PictureLinks } from '../../../lambda/adapters/s3-picture-links';
import { DynamoDbUploadCounter } from '../../../lambda/adapters/dynamodb-upload-counter';
import { DynamoDbWebhookLog } from '../../../lambda/adapters/dynamodb-webhook-log';
import { SecretsManagerWebhookSecrets } from '../../../lambda/adapters/secrets-manager-webhook-secrets';
import { DynamoDbWaitSlots } from '../../../lambda/adapters/dynamodb-wait-slots';
import { DynamoDbStartSchedule } from '../../../lambda/adapters/dynamodb-start-schedule';
import { DynamoDbErasureLedger } from '../../../lambda/adapters/dynamodb-erasure-ledger';
import {
  rekognitionClient,
  RekognitionLabelDetector,
} from '../../../lambda/adapters/rekognition-label-detector';
import { s3Client, S3PictureStore } from '../../../lambda/adapters/s3-picture-store';
import { secretsManagerClient } from '../../../lambda/adapters/secrets-manager';
import { SecretsManagerCursorKeys } from '../../../lambda/adapters/secrets-manager-cursor-keys';
import { stepFunctionsClient, StepFunctionsWorkflow } from '../../../lambda/adapters/sfn-workflow';
import { snsClient, SnsReviewPublisher } from '../../../lambda/adapters/sns-review-publisher';
import { SsmClientRegistry, ssmClient, SsmThresholdSource } from '../../../lambda/adapters/ssm-parameters';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { sha256 } from '../../../lambda/domain/digest';
import { PORT_CALLS } from '../../support/port-calls';
import {
  jsonError,
  StubbedAws,
  type StubbedAnswer,
  useFunctionEnvironment,
  xmlError,
} from '../../support/stubbed-aws';

useFunctionEnvironment();

const ID = '00000000-0000-4000-8000-000000000001';
const KEY = `input/${ID}.jpg`;
const NOW = '2025-08-04T11:42:00Z';
const record: DetectionRecord = {
  ImageID: ID,
  Timestamp: NOW,
  S3Location: `s3://pictures/${KEY}`,
  ProcessingStatus: 'pending',
  FileSize: 3,
  ImageFormat: 'jpg',
  SchemaVersion: 1,
  ClientID: 'demo',
  FileName: 'rex.jpg',
  StatusTimestamp: `pending#${NOW}`,
  ExpiresAt: 1,
};
const wireItem = Object.fromEntries(
  Object.entries(record).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: `${value}` } : { S: value as string },
  ]),
);
const holder = { imageId: ID, timestamp: NOW, leaseOwner: 'message-1' };
const answerJson = (body: object): StubbedAnswer => ({
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});

function adapters(aws: StubbedAws, limits = { ...INTERACTIVE, attempts: 1 }) {
  const tables = dynamoDbClient(limits);
  aws.attach(tables);
  const ssm = aws.attach(ssmClient(limits));
  return {
    pictures: new S3PictureStore(aws.attach(s3Client(limits)), 'pictures'),
    links: new S3PictureLinks(aws.attach(s3Client(limits)), 'pictures'),
    reviewLog: new DynamoDbReviewLog(tables, 'DetectionLogs'),
    log: new DynamoDbDetectionLog(tables, 'DetectionLogs', 'ErasureLedger'),
    ledger: new DynamoDbErasureLedger(tables, 'ErasureLedger'),
    counter: new DynamoDbUploadCounter(tables, 'DetectionLogs'),
    slots: new DynamoDbWaitSlots(tables, 'DetectionLogs'),
    webhooks: new DynamoDbWebhookLog(tables, 'DetectionLogs'),
    webhookSecrets: new SecretsManagerWebhookSecrets(
      aws.attach(secretsManagerClient(limits)),
      'webhook-secret-',
    ),
    schedule: new DynamoDbStartSchedule(tables, 'DetectionLogs'),
    detector: new RekognitionLabelDetector(aws.attach(rekognitionClient(limits))),
    reviews: new SnsReviewPublisher(aws.attach(snsClient(limits)), 'topic:review'),
    workflow: new StepFunctionsWorkflow(
      aws.attach(stepFunctionsClient(limits)),
      'stateMachine:classification',
    ),
    thresholds: new SsmThresholdSource(ssm, '/decision/thresholds'),
    clients: new SsmClientRegistry(ssm, '/clients'),
    cursorKeys: new SecretsManagerCursorKeys(aws.attach(secretsManagerClient(limits)), 'secret:cursor'),
  };
}
type Adapters = ReturnType<typeof adapters>;

let aws: StubbedAws;
let ports: Adapters;
beforeEach(() => {
  aws = new StubbedAws();
  ports = adapters(aws);
});

const object = { key: KEY, bytes: Buffer.from('abc'), contentType: 'image/jpeg', sha256: sha256('abc') };
const decision = { category: 'dog', confidence: 97, reason: 'clear', catScore: 0, dogScore: 97 } as const;
const item = answerJson({ Attributes: wireItem, Item: wireItem });
const mark = { imageId: KEY.slice(6, 42), version: 's1', changedAt: '2025-08-04T11:42:00Z', attempts: 2 };
const hold = { clientId: 'demo', run: 'run-1', now: 1000, until: 16_000 };
const reviewNotice = {
  schemaVersion: 1,
  imageId: ID,
  outcome: 'dog',
  decidedBy: 'people',
  link: `/images/${ID}`,
} as const;
const reviewMessage = {
  schemaVersion: 1,
  imageId: ID,
  reason: 'close-call',
  candidates: [],
  link: `/images/${ID}`,
} as const;

const upload = { clientId: 'demo', hour: '2025-08-04T11', most: 20, expiresAt: 9000 };
const start = { clientId: 'demo', now: 1000, latest: 8000, interval: 200 };
const slot = { clientId: 'demo', slot: 2, until: 16_000, now: 1000 };

/** Every method of every port, once. */
const CALLS: { name: string; parameters: unknown[]; answer: StubbedAnswer }[] = [
  { name: 'pictures.putNew', parameters: [object], answer: {} },
  { name: 'pictures.digest', parameters: [KEY], answer: {} },
  { name: 'pictures.getVersion', parameters: [KEY, 'v1'], answer: { body: 'abc' } },
  { name: 'pictures.listVersions', parameters: ['input/'], answer: { body: '<ListVersionsResult/>' } },
  { name: 'pictures.deleteVersion', parameters: [KEY, 'v1'], answer: { status: 204 } },
  { name: 'log.create', parameters: [record], answer: answerJson({}) },
  { name: 'log.createUnlessErased', parameters: [record], answer: answerJson({}) },
  { name: 'log.get', parameters: [ID], answer: item },
  {
    name: 'log.query',
    parameters: [{ clientId: 'demo', limit: 2 }],
    answer: answerJson({ Items: [wireItem] }),
  },
  {
    name: 'log.claim',
    parameters: [{ ...holder, versionId: 'v1', now: 1, leaseUntil: 2, expiresAt: 3 }],
    answer: item,
  },
  { name: 'log.logDecision', parameters: [holder, { Decision: decision }], answer: item },
  { name: 'log.complete', parameters: [holder, { S3Location: 's', announcementDue: true }], answer: item },
  { name: 'log.quarantine', parameters: [holder, { QuarantineReason: 'animated' }], answer: item },
  { name: 'log.markFailed', parameters: [holder, { reason: 'r', now: 1, expiresAt: 2 }], answer: item },
  { name: 'log.addLaterVersion', parameters: [ID, 'quarantine/x'], answer: item },
  { name: 'log.markAnnounced', parameters: [ID, NOW], answer: item },
  { name: 'log.remove', parameters: [ID], answer: answerJson({}) },
  { name: 'ledger.has', parameters: [ID], answer: answerJson({}) },
  { name: 'ledger.owner', parameters: [ID], answer: answerJson({}) },
  {
    name: 'ledger.add',
    parameters: [{ ImageID: ID, ErasedAt: NOW, SchemaVersion: 1 }],
    answer: answerJson({}),
  },
  { name: 'detector.detect', parameters: [{ bytes: object.bytes }, 45], answer: answerJson({ Labels: [] }) },
  { name: 'thresholds.read', parameters: [], answer: answerJson({ Parameter: { Value: '{}' } }) },
  { name: 'clients.clientOfKey', parameters: ['key'], answer: answerJson({ Parameter: { Value: 'demo' } }) },
  { name: 'cursorKeys.read', parameters: ['AWSCURRENT'], answer: answerJson({ SecretString: 's' }) },
  { name: 'reviews.publish', parameters: [reviewMessage], answer: { body: '<PublishResponse/>' } },
  { name: 'reviews.publishDecision', parameters: [reviewNotice], answer: { body: '<PublishResponse/>' } },
  { name: 'reviewLog.waiting', parameters: [{ limit: 5 }], answer: answerJson({ Items: [] }) },
  { name: 'reviewLog.unsettled', parameters: ['decided'], answer: answerJson({ Items: [] }) },
  { name: 'reviewLog.write', parameters: [ID, 1, { since: NOW, votes: [] }], answer: item },
  { name: 'reviewLog.beginSettling', parameters: [ID, NOW], answer: answerJson({}) },
  { name: 'reviewLog.move', parameters: [ID, { ReviewedAt: NOW }], answer: item },
  { name: 'reviewLog.close', parameters: [ID, NOW], answer: item },
  { name: 'reviewLog.endSettling', parameters: [ID, 2], answer: answerJson({}) },
  { name: 'counter.count', parameters: [upload], answer: answerJson({}) },
  {
    name: 'schedule.follow',
    parameters: [start],
    answer: answerJson({ Attributes: { NextStart: { N: '1200.5' } } }),
  },
  { name: 'slots.read', parameters: ['demo'], answer: answerJson({}) },
  { name: 'slots.take', parameters: [slot], answer: answerJson({}) },
  { name: 'slots.release', parameters: [slot], answer: answerJson({}) },
  {
    name: 'webhooks.mark',
    parameters: [{ ...mark, clientId: 'demo', expiresAt: 5 }],
    answer: answerJson({}),
  },
  { name: 'webhooks.due', parameters: ['demo', mark.changedAt, 40], answer: answerJson({ Items: [] }) },
  { name: 'webhooks.begin', parameters: [mark, mark.changedAt], answer: answerJson({}) },
  { name: 'webhooks.end', parameters: [mark, 5], answer: answerJson({}) },
  { name: 'webhooks.giveUp', parameters: [mark, 'demo'], answer: answerJson({}) },
  { name: 'webhooks.hold', parameters: [hold], answer: answerJson({ Attributes: {} }) },
  { name: 'webhooks.release', parameters: [hold], answer: answerJson({}) },
  { name: 'webhooks.writeHealth', parameters: ['demo', { revision: 'r' }], answer: answerJson({}) },
  { name: 'webhookSecrets.read', parameters: ['demo', 'AWSCURRENT'], answer: answerJson({}) },
  { name: 'schedule.begin', parameters: [start], answer: answerJson({}) },
  { name: 'workflow.run', parameters: [{}], answer: answerJson({ status: 'FAILED' }) },
];

const invoke = (name: string, parameters: unknown[]): Promise<unknown> => {
  const [port = '', method = ''] = name.split('.');
  const target = ports[port as keyof Adapters] as unknown as Record<
    string,
    (...each: unknown[]) => Promise<unknown>
  >;
  const call = target[method];
  if (call === undefined) throw new Error(`no ${name}`);
  return call.apply(target, parameters);
};

describe('each port call is one AWS call, of exactly the declared authorization', () => {
  test.each(CALLS)('$name', async ({ name, parameters, answer }) => {
    aws.answer = () => answer;
    await invoke(name, parameters);
    expect(aws.requests).toHaveLength(1);
    const declared: AwsCall[] = PORT_CALLS[name]?.(...(parameters as never[])) ?? [];
    expect(aws.calls).toEqual(declared);
  });

  test('no port call is left out', () => {
    const covered = [
      ...CALLS.map(({ name }) => name),
      'pictures.uploadForm',
      'links.sign',
      'receiver.post',
    ].sort();
    expect(covered).toEqual(Object.keys(PORT_CALLS).sort());
  });
});

describe('faults of a service', () => {
  const THROTTLED: Record<string, StubbedAnswer> = {
    pictures: xmlError('SlowDown', 503),
    reviews: {
      status: 400,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>Throttled</Code></Error></ErrorResponse>',
    },
  };

  test.each(CALLS)('$name: throttling is one retryable error', async ({ name, parameters }) => {
    const [port = ''] = name.split('.');
    aws.answer = () => THROTTLED[port] ?? jsonError('ThrottlingException');
    const expected = port === 'detector' ? 'RekognitionThrottled' : 'DependencyUnavailable';
    await expect(invoke(name, parameters)).rejects.toMatchObject({ name: expected });
  });

  test.each(CALLS)('$name: a missing grant keeps its own name', async ({ name, parameters }) => {
    const isXml = name.startsWith('pictures.');
    aws.answer = () => (isXml ? xmlError('AccessDenied', 403) : jsonError('AccessDeniedException'));
    const failure: unknown = await invoke(name, parameters).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).name).not.toBe('DependencyUnavailable');
  });

  test('a service out of reach is retryable', async () => {
    aws.answer = () => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    };
    await expect(ports.log.get(ID)).rejects.toMatchObject({ name: 'DependencyUnavailable' });
  });

  test('a slow answer is awaited up to the limit of the call; beyond it the service is retryable', async () => {
    let answerAfter = 0;
    const server = createServer((_, response) => {
      setTimeout(() => response.end('{"Labels":[]}'), answerAfter).unref();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env['AWS_ENDPOINT_URL_REKOGNITION'] =
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const detect = (seconds: number) =>
        new RekognitionLabelDetector(rekognitionClient({ attempts: 1, seconds })).detect(
          { bytes: object.bytes },
          45,
        );
      expect(await detect(20)).toMatchObject({ labels: [] });
      answerAfter = 60_000;
      await expect(detect(0.1)).rejects.toMatchObject({ name: 'DependencyUnavailable' });
    } finally {
      delete process.env['AWS_ENDPOINT_URL_REKOGNITION'];
      server.closeAllConnections();
      server.close();
    }
  });

  test('attempts are as many as the limits say', async () => {
    const limits = { ...WORKFLOW_TASK, attempts: 2 };
    const { log } = adapters(aws, limits);
    aws.answer = () => jsonError('InternalServerError', {}, 500);
    await expect(log.get(ID)).rejects.toMatchObject({ name: 'DependencyUnavailable' });
    expect(aws.requests).toHaveLength(2);
  });
});

describe('the adapter of S3', () => {
  test('puts only where nothing is, with the checksum that S3 is to verify', async () => {
    aws.answer = () => ({});
    expect(await ports.pictures.putNew(object)).toBe('created');
    expect(aws.last.headers).toMatchObject({ 'if-none-match': '*', 'x-amz-checksum-sha256': object.sha256 });
    aws.answer = () => xmlError('PreconditionFailed', 412);
    expect(await ports.pictures.putNew(object)).toBe('exists');
    aws.answer = () => xmlError('ConditionalRequestConflict', 409);
    await expect(ports.pictures.putNew(object)).rejects.toMatchObject({ name: 'DependencyUnavailable' });
  });

  test('names what is missing, and does not take a refusal for it', async () => {
    aws.answer = () => xmlError('NoSuchVersion', 404);
    expect(await ports.pictures.getVersion(KEY, 'v1')).toBeUndefined();
    aws.answer = () => ({ status: 404 });
    expect(await ports.pictures.digest(KEY)).toBeUndefined();
    aws.answer = () => ({ status: 403 });
    await expect(ports.pictures.digest(KEY)).rejects.toThrow();
  });

  test('reads versions and delete markers, and goes on where a page ended', async () => {
    aws.answer = () => ({
      body: `<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>
        <NextVersionIdMarker>v0</NextVersionIdMarker>
        <Version><Key>k</Key><VersionId>v2</VersionId><LastModified>${NOW}</LastModified></Version>
        <DeleteMarker><Key>k</Key><VersionId>v3</VersionId><LastModified>${NOW}</LastModified></DeleteMarker>
      </ListVersionsResult>`,
    });
    const lastModified = Date.parse(NOW);
    expect(await ports.pictures.listVersions('k')).toEqual({
      versions: [
        { key: 'k', versionId: 'v2', lastModified, isDeleteMarker: false },
        { key: 'k', versionId: 'v3', lastModified, isDeleteMarker: true },
      ],
      next: { key: 'k', versionId: 'v0' },
    });
    await ports.pictures.listVersions('k', { key: 'k', versionId: 'v0' });
    expect(aws.last.query).toMatchObject({ 'key-marker': 'k', 'version-id-marker': 'v0' });
  });

  test('a form is good for one key, one type and one size, for the time given', async () => {
    const form = await ports.pictures.uploadForm({
      key: KEY,
      contentType: 'image/png',
      bytes: 77,
      seconds: 300,
    });
    expect(aws.requests).toEqual([]);
    expect(form.url).toBe('https://pictures.s3.us-east-1.amazonaws.com/');
    const policy = JSON.parse(Buffer.from(form.fields['Policy'] ?? '', 'base64').toString()) as {
      expiration: string;
      conditions: unknown[];
    };
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ['content-length-range', 77, 77],
        { 'Content-Type': 'image/png' },
        { key: KEY },
        { bucket: 'pictures' },
      ]),
    );
    const seconds = (Date.parse(policy.expiration) - Date.now()) / 1000;
    expect(Math.abs(seconds - 300)).toBeLessThan(60);
  });
});

describe('the adapters of DynamoDB and Secrets Manager', () => {
  test('a refused condition answers the record that refused it, or none', async () => {
    const refused = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
    aws.answer = () => jsonError(refused, { Item: wireItem });
    expect(await ports.log.create(record)).toEqual({ applied: false, current: record });
    aws.answer = () => jsonError(refused);
    expect(await ports.log.markAnnounced(ID, NOW)).toEqual({ applied: false });
    await ports.ledger.add({ ImageID: ID, ErasedAt: NOW, SchemaVersion: 1 });
  });

  test('a review is written only while it is open and of the version that was seen', async () => {
    const decision = { outcome: 'dog', decidedBy: 'people', at: NOW } as const;
    const vote = { reviewer: 'r', outcome: 'dog', reason: 'plain-to-see', at: NOW } as const;
    aws.answer = () => item;
    expect(await ports.reviewLog.write(ID, 2, { since: NOW, votes: [vote], decision })).toMatchObject({
      applied: true,
    });
    const body = aws.lastBody;
    expect(body['ConditionExpression']).toBe(
      'ProcessingStatus = :completed AND DetectedAnimal = :uncertain AND attribute_not_exists(ReviewDecision)' +
        ' AND (ReviewVersion = :version OR (attribute_not_exists(ReviewVersion) AND :version = :first))',
    );
    expect(body['ExpressionAttributeValues']).toMatchObject({
      ':version': { N: '2' },
      ':newReviewVersion': { N: '3' },
      ':newReviewQueue': { S: 'decided' },
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException', { Item: wireItem });
    expect(await ports.reviewLog.move(ID, {} as never)).toEqual({ applied: false, current: record });
  });

  test('what waits comes from the sparse index, the longest first, marks without what they belong to', async () => {
    aws.answer = () => answerJson({ Items: [wireItem], LastEvaluatedKey: { ImageID: { S: ID } } });
    expect(await ports.reviewLog.waiting({ limit: 5, until: NOW })).toEqual({
      records: [record],
      lastKey: { ImageID: ID },
    });
    expect(aws.lastBody).toMatchObject({
      IndexName: 'ByReview',
      KeyConditionExpression: '#queue = :queue AND #since <= :until',
      ScanIndexForward: true,
      Limit: 5,
    });
    aws.answer = () => answerJson({ Items: [{ ImageID: { S: `settling#${ID}` } }] });
    expect(await ports.reviewLog.unsettled('settling')).toEqual({ imageIds: [ID] });
  });

  test('a mark outlives its picture, and its end expires instead of being deleted', async () => {
    aws.answer = () => answerJson({});
    await ports.reviewLog.beginSettling(ID, NOW);
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: `settling#${ID}` } },
      UpdateExpression: 'SET #queue = :settling, #since = :since REMOVE #ttl',
    });
    await ports.reviewLog.endSettling(ID, 9);
    expect(aws.lastBody).toMatchObject({ UpdateExpression: 'SET #ttl = :expiresAt REMOVE #queue, #since' });
  });

  test('a link is signed for one object and a minute, with the credentials of the function', async () => {
    const link = new URL(await ports.links.sign(`review/${ID}.jpg`, 60));
    expect(link.pathname).toMatch(new RegExp(`review/${ID}.jpg$`));
    expect(link.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(link.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('an upload is counted up to the bound of its hour and not beyond', async () => {
    expect(await ports.counter.count(upload)).toBe(true);
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: 'uploads#demo#2025-08-04T11' } },
      UpdateExpression: 'ADD Uploads :one SET ExpiresAt = :expiresAt',
      ConditionExpression: 'attribute_not_exists(Uploads) OR Uploads < :most',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':most': { N: '20' }, ':expiresAt': { N: '9000' } },
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException');
    expect(await ports.counter.count(upload)).toBe(false);
  });

  test('a mark is counted once for an attempt, and ends only for the change that set it', async () => {
    aws.answer = () =>
      answerJson({
        Items: [
          {
            ImageID: { S: `webhook#${mark.imageId}` },
            MarkVersion: { S: 's1' },
            ChangedAt: { S: mark.changedAt },
            Attempts: { N: '2' },
          },
        ],
      });
    expect(await ports.webhooks.due('demo', '2025-08-04T12:00:00Z', 40)).toEqual([mark]);
    expect(aws.lastBody).toMatchObject({
      IndexName: 'ByWebhook',
      KeyConditionExpression: 'WebhookQueue = :client AND WebhookDue <= :until',
      ScanIndexForward: true,
      Limit: 40,
    });
    aws.answer = () => answerJson({});
    expect(await ports.webhooks.begin(mark, '2025-08-04T11:43:00Z')).toBe(true);
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: `webhook#${mark.imageId}` } },
      ConditionExpression: 'MarkVersion = :version AND Attempts = :before AND attribute_exists(WebhookQueue)',
      ExpressionAttributeValues: { ':before': { N: '2' }, ':attempts': { N: '3' } },
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException');
    expect(await ports.webhooks.begin(mark, mark.changedAt)).toBe(false);
    // A later change set it anew: it stays.
    await ports.webhooks.end(mark, 5);
    expect(aws.lastBody).toMatchObject({ ConditionExpression: 'MarkVersion = :version' });
    await ports.webhooks.giveUp(mark, 'demo');
    expect(aws.lastBody).toMatchObject({
      ConditionExpression: 'MarkVersion = :version',
      ExpressionAttributeValues: { ':givenUp': { S: 'given-up#demo' } },
    });
  });

  test('an endpoint is held by one run, and tells how it fares', async () => {
    aws.answer = () =>
      answerJson({
        Attributes: { Revision: { S: 'r' }, FailingSince: { N: '5' }, HeldBy: { S: 'run-1' } },
      });
    expect(await ports.webhooks.hold(hold)).toEqual({ revision: 'r', failingSince: 5 });
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: 'webhook#endpoint#demo' } },
      ConditionExpression: 'attribute_not_exists(HeldUntil) OR HeldUntil <= :now OR HeldBy = :run',
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException');
    expect(await ports.webhooks.hold(hold)).toBeUndefined();
    aws.answer = () => answerJson({});
    await ports.webhooks.writeHealth('demo', { revision: 'r', disabledAt: 7, disabledFor: 'gone' });
    expect(aws.lastBody).toMatchObject({
      UpdateExpression:
        'SET Revision = :Revision, DisabledAt = :DisabledAt, DisabledFor = :DisabledFor REMOVE FailingSince',
    });
  });

  test('a secret that signs says when it was made, and is none before the first rotation', async () => {
    const secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
    aws.answer = () => answerJson({ SecretString: secret, CreatedDate: 1_754_300_000 });
    expect(await ports.webhookSecrets.read('demo', 'AWSCURRENT')).toEqual({
      secret,
      madeAt: 1_754_300_000_000,
    });
    aws.answer = () => jsonError('ResourceNotFoundException');
    expect(await ports.webhookSecrets.read('demo', 'AWSPREVIOUS')).toBeUndefined();
    aws.answer = () => answerJson({ SecretString: 'no secret that signs' });
    await expect(ports.webhookSecrets.read('demo', 'AWSCURRENT')).rejects.toThrow(
      expect.not.stringContaining('no secret that signs') as string,
    );
  });

  test('a slot to wait in is free when nobody took it or its time is over, and passes to one alone', async () => {
    aws.answer = () => answerJson({ Item: { Slot0: { N: '900' }, Slot2: { N: '5' }, Slot3: { S: 'x' } } });
    expect(await ports.slots.read('demo')).toEqual([900, undefined, 5, undefined, undefined]);
    aws.answer = () => answerJson({});
    expect(await ports.slots.read('demo')).toEqual(Array.from({ length: 5 }));
    expect(await ports.slots.take(slot)).toBe(true);
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: 'waits#demo' } },
      UpdateExpression: 'SET #slot = :until, ExpiresAt = :expiresAt',
      ConditionExpression: 'attribute_not_exists(#slot) OR #slot <= :now',
      ExpressionAttributeNames: { '#slot': 'Slot2' },
      ExpressionAttributeValues: {
        ':until': { N: '16000' },
        ':now': { N: '1000' },
        ':expiresAt': { N: '16' },
      },
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException');
    expect(await ports.slots.take(slot)).toBe(false);
    // Somebody else's by now: nothing to give back.
    await ports.slots.release(slot);
    expect(aws.lastBody).toMatchObject({
      UpdateExpression: 'REMOVE #slot',
      ConditionExpression: '#slot = :until',
    });
  });

  test('of all updates of a record, only the claim asks for the record', async () => {
    aws.answer = () => answerJson({ Attributes: wireItem });
    const lease = { now: 1, leaseUntil: 2, expiresAt: 3 };
    expect(await ports.log.claim({ ...holder, versionId: 'v1', ...lease })).toMatchObject({ applied: true });
    expect(aws.lastBody).toMatchObject({ ReturnValues: 'ALL_NEW' });
    for (const write of [
      () => ports.log.addLaterVersion(ID, 'quarantine/x'),
      () => ports.log.markAnnounced(ID, NOW),
    ]) {
      await write();
      expect(aws.lastBody).toMatchObject({ ReturnValues: 'NONE' });
    }
  });

  test('a start is the next free time; without one in reach there is none to follow, and nobody begins twice', async () => {
    const taken = { NextStart: { N: '1200.333333333333333333' } };
    aws.answer = () => answerJson({ Attributes: taken });
    expect(await ports.schedule.follow(start)).toEqual({
      start: expect.closeTo(1200.333) as number,
      previous: undefined,
    });
    aws.answer = () => answerJson({ Attributes: { ...taken, 'LastStart#demo': { N: '900' } } });
    expect(await ports.schedule.follow(start)).toMatchObject({ previous: 900 });
    expect(aws.lastBody).toMatchObject({
      Key: { ImageID: { S: 'start-schedule' } },
      ConditionExpression: 'NextStart BETWEEN :now AND :latest',
      UpdateExpression: 'SET #client = NextStart, NextStart = NextStart + :interval',
      ExpressionAttributeNames: { '#client': 'LastStart#demo' },
      ReturnValues: 'UPDATED_OLD',
      ExpressionAttributeValues: {
        ':now': { N: '1000' },
        ':latest': { N: '8000' },
        ':interval': { N: '200' },
      },
    });
    expect(await ports.schedule.begin(start)).toBe(true);
    expect(aws.lastBody).toMatchObject({
      UpdateExpression: 'SET #client = :now, NextStart = :next',
      ExpressionAttributeValues: { ':next': { N: '1200' } },
    });
    aws.answer = () => jsonError('ConditionalCheckFailedException');
    expect(await ports.schedule.follow(start)).toBeUndefined();
    expect(await ports.schedule.begin(start)).toBe(false);
  });

  test('a cancelled transaction tells an existing record, an erased id and a conflict apart', async () => {
    const cancelled =
      (...reasons: object[]) =>
      () =>
        jsonError('TransactionCanceledException', { CancellationReasons: reasons });
    aws.answer = cancelled({ Code: 'ConditionalCheckFailed', Item: wireItem }, { Code: 'None' });
    expect(await ports.log.createUnlessErased(record)).toEqual({ applied: false, current: record });
    aws.answer = cancelled({ Code: 'None' }, { Code: 'ConditionalCheckFailed' });
    expect(await ports.log.createUnlessErased(record)).toEqual({ applied: false });
    aws.answer = cancelled({ Code: 'TransactionConflict' }, { Code: 'None' });
    await expect(ports.log.createUnlessErased(record)).rejects.toMatchObject({
      name: 'DependencyUnavailable',
    });
  });

  test('lists through the index that the question names', async () => {
    aws.answer = () => answerJson({ Items: [wireItem], LastEvaluatedKey: { ImageID: { S: ID } } });
    const page = await ports.log.query({
      clientId: 'demo',
      animal: 'dog',
      status: 'completed',
      from: NOW,
      limit: 5,
    });
    expect(page).toEqual({ records: [record], lastKey: { ImageID: ID } });
    expect(aws.lastBody).toMatchObject({
      IndexName: 'ByAnimal',
      ScanIndexForward: false,
      Limit: 5,
      FilterExpression: 'ProcessingStatus = :ProcessingStatus',
      ExpressionAttributeValues: { ':client': { S: 'demo' }, ':from': { S: `dog#${NOW}` } },
    });
    await ports.log.query({ clientId: 'demo', status: 'failed', limit: 5 });
    expect(aws.lastBody).toMatchObject({ IndexName: 'ByStatus' });
    await ports.log.query({ clientId: 'demo', limit: 5 });
    expect(aws.lastBody).toMatchObject({ IndexName: 'ByTime' });
    expect(aws.lastBody).not.toHaveProperty('FilterExpression');
    await ports.log.query({
      clientId: 'demo',
      reference: 'order-17',
      animal: 'cat',
      fileName: 'a.jpg',
      order: 'oldest',
      limit: 5,
    });
    expect(aws.lastBody).toMatchObject({
      IndexName: 'ByReference',
      ScanIndexForward: true,
      FilterExpression: 'FileName = :FileName AND DetectedAnimal = :DetectedAnimal',
      ExpressionAttributeValues: {
        ':from': { S: 'order-17#0000-01-01T00:00:00Z' },
        ':FileName': { S: 'a.jpg' },
        ':DetectedAnimal': { S: 'cat' },
      },
    });
  });

  test('the account-based host name, which the VPC does not resolve, is not used', async () => {
    aws.answer = () => item;
    await ports.log.get(ID);
    expect(aws.last.hostname).toBe('dynamodb.us-east-1.amazonaws.com');
    expect(aws.lastBody).toMatchObject({ ConsistentRead: true });
  });
});

describe('the adapter of Rekognition', () => {
  test('small pictures travel in the call, large ones by their version', async () => {
    aws.answer = () =>
      answerJson({
        Labels: [
          {
            Name: 'Dog',
            Confidence: 97,
            Parents: [{ Name: 'Pet' }],
            Instances: [
              { Confidence: 96, BoundingBox: { Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.4 } },
              { Confidence: 50 },
            ],
          },
          { Name: 'Grass', Confidence: 60, Instances: [] },
        ],
        LabelModelVersion: '3.0',
      });
    const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
    expect(await ports.detector.detect({ bytes: Buffer.from('abc') }, 45)).toEqual({
      modelVersion: '3.0',
      labels: [
        {
          name: 'Dog',
          confidence: 97,
          parents: ['Pet'],
          aliases: [],
          instances: [{ confidence: 96, box }],
        },
        { name: 'Grass', confidence: 60, parents: [], aliases: [] },
      ],
    });
    expect(aws.lastBody).toEqual({ Image: { Bytes: 'YWJj' }, MinConfidence: 45 });
    await ports.detector.detect({ bucket: 'pictures', key: KEY, versionId: 'v1' }, 45);
    expect(aws.lastBody).toMatchObject({
      Image: { S3Object: { Bucket: 'pictures', Name: KEY, Version: 'v1' } },
    });
  });

  test.each(['InvalidImageFormatException', 'ImageTooLargeException', 'InvalidParameterException'])(
    '%s is the picture’s own fault',
    async (type) => {
      aws.answer = () => jsonError(type);
      const failure: unknown = await ports.detector
        .detect({ bytes: object.bytes }, 45)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'PictureRejected', reason: 'refused-by-detector' });
    },
  );
});

describe('absent values', () => {
  test('a missing parameter or secret version is no error', async () => {
    aws.answer = () => jsonError('ParameterNotFound');
    expect(await ports.clients.clientOfKey('nobody')).toBeUndefined();
    expect(await ports.thresholds.read()).toBeUndefined();
    aws.answer = () => jsonError('ResourceNotFoundException');
    expect(await ports.cursorKeys.read('AWSPREVIOUS')).toBeUndefined();
  });
});

test('an execution that failed is told, though the call succeeded', async () => {
  aws.answer = () => answerJson({ status: 'FAILED', error: 'LeaseLost', cause: '{}' });
  expect(await ports.workflow.run({ imageId: ID })).toEqual({
    status: 'FAILED',
    error: 'LeaseLost',
    cause: '{}',
  });
  expect(aws.last.hostname).toBe('sync-states.us-east-1.amazonaws.com');
});
