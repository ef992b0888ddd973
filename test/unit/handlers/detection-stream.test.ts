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

let sequence = 0;
const change = (eventName: string, before?: object, after?: object, principalId?: string) => ({
  eventName,
  ...(principalId !== undefined && { userIdentity: { principalId, type: 'Service' } }),
  dynamodb: { SequenceNumber: `${++sequence}`, OldImage: before, NewImage: after },
});

async function run(...records: unknown[]) {
  const telemetry = new RecordingTelemetry();
  const event = { Records: records } as DynamoDBStreamEvent;
  const { batchItemFailures } = await detectionStreamHandler(telemetry)(event);
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
    ['an erasure', change('REMOVE', completed), ['picturesErased']],
    ['an expiry', change('REMOVE', completed, undefined, 'dynamodb.amazonaws.com'), []],
  ])('%s', async (_name, record, metrics) => {
    const { failures, measured } = await run(record);
    expect(measured.map(({ metric }) => metric)).toEqual(metrics);
    expect(failures).toEqual([]);
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
