import type { FunctionId } from '../../../lambda/functions';

const IMAGE_ID = '00000000-0000-4000-8000-000000000000';
const INPUT_KEY = `input/${IMAGE_ID}.demo.jpg`;

/** What API Gateway sends: a client with a key and a person whom IAM let in, so that one event fits all methods. */
const request = (resource: string, body: object | null = null): object => ({
  resource,
  httpMethod: body === null ? 'GET' : 'POST',
  headers: { 'Content-Type': 'application/json' },
  multiValueQueryStringParameters: null,
  pathParameters: { id: IMAGE_ID },
  body: body === null ? null : JSON.stringify(body),
  isBase64Encoded: false,
  requestContext: {
    requestId: IMAGE_ID,
    identity: { apiKeyId: 'key', userArn: 'arn:aws:sts::111111111111:assumed-role/r/n', caller: 'AROA:n' },
  },
});

const started = {
  schemaVersion: 1,
  imageId: IMAGE_ID,
  timestamp: '2026-01-01T00:00:00Z',
  key: INPUT_KEY,
  versionId: 'version',
  declaredFormat: 'jpg',
  leaseOwner: 'owner',
};
const analyzed = {
  ...started,
  analysis: {
    format: 'jpg',
    width: 100,
    height: 100,
    bytes: 1000,
    sha256: '0'.repeat(64),
    labels: [],
    modelVersion: '3.0',
    thresholds: { accept: 80, floor: 50, margin: 10 },
  },
};
const decided = {
  ...analyzed,
  decision: { category: 'uncertain', confidence: 60, reason: 'low-confidence', catScore: 60, dogScore: 0 },
};

const arrival = {
  'detail-type': 'Object Created',
  detail: { object: { key: INPUT_KEY, 'version-id': 'version' } },
};

const record = (status: string): object => ({
  ImageID: { S: IMAGE_ID },
  ClientID: { S: 'demo' },
  Timestamp: { S: started.timestamp },
  ProcessingStatus: { S: status },
});

/** One event for each function, after which a call of AWS is the first thing that it waits for. */
export const FIRST_EVENTS: Readonly<Record<FunctionId, unknown>> = {
  upload: request('/images', { fileName: 'cat.jpg', contentType: 'image/jpeg', size: 1000 }),
  query: request('/images/{id}'),
  intake: {
    Records: [
      { messageId: 'm', attributes: { ApproximateReceiveCount: '1' }, body: JSON.stringify(arrival) },
    ],
  },
  analyze: started,
  classifyAndLog: analyzed,
  organise: decided,
  erase: request('/stewardship/images/{id}'),
  notify: { ...decided, status: 'completed', announce: true },
  reviews: request('/reviews/{id}'),
  settleReviews: {},
  webhooks: { clientId: 'demo', run: 'run', round: 0, outcomes: [] },
  detectionStream: {
    Records: [
      {
        eventName: 'MODIFY',
        dynamodb: {
          SequenceNumber: '1',
          OldImage: { ...record('processing') },
          NewImage: { ...record('failed') },
        },
      },
    ],
  },
};
