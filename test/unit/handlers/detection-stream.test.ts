import type { DynamoDBStreamEvent } from 'aws-lambda';
import { detectionStreamHandler } from '../../../lambda/detection-stream/detection-stream-handler';
import { RecordingTelemetry } from '../../support/recording-telemetry';

const ID = '00000000-0000-4000-8000-000000000001';
const image = (attributes: Record<string, object>) => ({
  ImageID: { S: ID },
  ClientID: { S: 'demo' },
  ProcessingStatus: { S: 'processing' },
  Timestamp: { S: '2025-08-04T11:42:00Z' },
  ...attributes,
});
const completed = image({
  ProcessingStatus: { S: 'completed' },
  DetectedAnimal: { S: 'dog' },
  ConfidenceScore: { N: '97.4' },
  CompletedAt: { S: '2025-08-04T11:42:03Z' },
});

const decided = (outcome: string, decidedBy: string) => ({
  ReviewSince: { S: '2025-08-04T11:42:03Z' },
  ReviewDecision: {
    M: { outcome: { S: outcome }, decidedBy: { S: decidedBy }, at: { S: '2025-08-04T12:42:03Z' } },
  },
});
const uncertain = image({
  ProcessingStatus: { S: 'completed' },
  DetectedAnimal: { S: 'uncertain' },
  Decision: { M: { catScore: { N: '62' }, dogScore: { N: '70' }, category: { S: 'uncertain' } } },
});
const moved = { ...uncertain, ...decided('cat', 'people'), ReviewedAt: { S: '2025-08-04T12:43:00Z' } };
const told = { ReviewAnnouncedAt: { S: '2025-08-04T12:43:01Z' } };
const over = { ...moved, ...told };
const expired = { ...uncertain, ...decided('undecided', 'expiry'), ...told };

let sequence = 0;
const change = (eventName: string, before?: object, after?: object, principalId?: string) => ({
  eventName,
  ...(principalId !== undefined && { userIdentity: { principalId, type: 'Service' } }),
  dynamodb: { SequenceNumber: `${++sequence}`, OldImage: before, NewImage: after },
});

const webhooks = { mark: () => Promise.reject(new Error('nobody is told')) };

async function run(...records: unknown[]) {
  const telemetry = new RecordingTelemetry();
  const event = { Records: records } as DynamoDBStreamEvent;
  const { batchItemFailures } = await detectionStreamHandler({
    ports: { webhooks, endpoints: {} },
    telemetry,
  })(event);
  return { failures: batchItemFailures, measured: telemetry.measurements };
}

describe('business metrics from the stream', () => {
  test.each([
    ['an upload', change('INSERT', undefined, image({})), ['picturesUploaded', 'clientUploads']],
    [
      'a decision',
      change('MODIFY', image({}), completed),
      ['picturesClassified', 'confidence', 'secondsToDecision'],
    ],
    ['a later change of a completed record', change('MODIFY', completed, completed), []],
    [
      'a failure',
      change('MODIFY', image({}), image({ ProcessingStatus: { S: 'failed' } })),
      ['picturesFailed'],
    ],
    ['a review that moves its picture', change('MODIFY', uncertain, moved), []],
    [
      'the end of a review by people',
      change('MODIFY', moved, over),
      ['picturesReviewed', 'secondsToReview', 'reviewAgreement'],
    ],
    ['the end of a review by time', change('MODIFY', uncertain, expired), ['picturesReviewed']],
    ['an erasure', change('REMOVE', completed), ['picturesErased']],
    ['an expiry', change('REMOVE', completed, undefined, 'dynamodb.amazonaws.com'), []],
  ])('%s', async (_name, record, metrics) => {
    const { failures, measured } = await run(record);
    expect(measured.map(({ metric }) => metric)).toEqual(metrics);
    expect(failures).toEqual([]);
  });

  test('a review counts once, with the time that people took and whether they saw what the model favoured', async () => {
    const { measured } = await run(change('MODIFY', moved, over), change('MODIFY', over, over));
    expect(measured).toEqual([
      { metric: 'picturesReviewed', value: 1, dimensions: { outcome: 'cat' } },
      { metric: 'secondsToReview', value: 3600, dimensions: {} },
      { metric: 'reviewAgreement', value: 0, dimensions: {} },
    ]);
  });

  test('values and dimensions', async () => {
    const quarantined = image({
      ProcessingStatus: { S: 'quarantined' },
      QuarantineReason: { S: 'animated' },
    });
    const { measured } = await run(
      change('MODIFY', image({}), completed),
      change('MODIFY', image({}), quarantined),
    );
    expect(measured).toEqual([
      { metric: 'picturesClassified', value: 1, dimensions: { category: 'dog' } },
      { metric: 'confidence', value: 97.4, dimensions: { category: 'dog' } },
      { metric: 'secondsToDecision', value: 3, dimensions: {} },
      { metric: 'picturesRejected', value: 1, dimensions: { reason: 'animated' } },
      { metric: 'picturesRefused', value: 1, dimensions: { client: 'demo' } },
    ]);
  });

  test('a record that cannot be read is named, and what follows it in the shard waits', async () => {
    const broken = change('MODIFY', image({}), { ImageID: { S: ID } });
    const { failures, measured } = await run(
      change('INSERT', undefined, image({})),
      broken,
      change('INSERT', undefined, image({})),
    );
    expect(failures).toEqual([{ itemIdentifier: broken.dynamodb.SequenceNumber }]);
    expect(measured.map(({ metric }) => metric)).toEqual(['picturesUploaded', 'clientUploads']);
  });
});
