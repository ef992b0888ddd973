import { DependencyUnavailableError, RekognitionThrottledError } from '../../lambda/domain/errors';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import { apiEvent, InMemorySystem, label } from '../support/in-memory-system';
import { jpegPicture } from '../support/sample-pictures';

const unavailable = () => new DependencyUnavailableError('injected');

/** What becomes of a picture while a service is slow, throttling or away; docs/requirements.md says the same. */
describe('while a service is unavailable', () => {
  let system: InMemorySystem;
  let picture: Buffer;
  beforeAll(async () => (picture = await jpegPicture()));
  beforeEach(() => (system = new InMemorySystem()));

  const submit = async () => {
    const body = { fileName: 'rex at 12 Elm Street.jpg', contentType: 'image/jpeg', size: picture.length };
    const answer = await system.upload(apiEvent({ body }));
    const { imageId } = JSON.parse(answer.body) as { imageId: string };
    const key = `input/${imageId}.jpg`;
    return { imageId, key, versionId: system.pictures.post(key, picture) };
  };
  const statusOf = (imageId: string) => system.state.records.get(imageId)?.ProcessingStatus;

  /** Ports whose calls fail, by `port.method` or `port.`. */
  const fail = (...names: string[]) => {
    system.around = (call, run) =>
      names.some((name) => call.name.startsWith(name)) ? Promise.reject(unavailable()) : run();
  };
  const recover = () => {
    system.around = (_call, run) => run();
    system.leaseExpires();
  };

  test.each([
    ['S3', 'pictures.', 'processing'],
    ['SSM at a cold start', 'thresholds.', 'processing'],
    ['Rekognition', 'detector.', 'processing'],
    ['DynamoDB when the start is scheduled', 'schedule.', 'processing'],
    ['DynamoDB when the decision is written', 'log.logDecision', 'processing'],
    ['DynamoDB when the record moves', 'log.complete', 'processing'],
    ['DynamoDB altogether', 'log.', 'pending'],
    ['Step Functions', 'workflow.', 'processing'],
  ])(
    '%s: the message is given back, nothing moves; recovered, the picture ends as it should',
    async (_, port, status) => {
      const { imageId, key, versionId } = await submit();
      fail(port);
      expect(await system.deliver({ key, versionId })).toBe(false);
      expect(statusOf(imageId)).toBe(status);
      expect(system.pictures.bytes(key)).toEqual(picture);
      recover();
      expect(await system.deliver({ key, versionId, receive: 2 })).toBe(true);
      expect(statusOf(imageId)).toBe('completed');
      expect(system.pictures.keys()).toEqual([`dogs/${imageId}.jpg`]);
    },
  );

  test('SNS: the picture is in its place and readable, its announcement stays due and is made up for', async () => {
    system.labels = [label('Dog', 70)];
    const { imageId, key, versionId } = await submit();
    fail('reviews.');
    expect(await system.deliver({ key, versionId })).toBe(false);
    expect(system.state.records.get(imageId)).toMatchObject({
      ProcessingStatus: 'completed',
      AnnouncementDue: true,
    });
    expect(system.pictures.keys()).toEqual([`review/${imageId}.jpg`]);
    recover();
    expect(await system.deliver({ key, versionId, receive: 2 })).toBe(true);
    expect(system.state.reviews).toEqual([imageId]);
    expect(system.state.paidCalls).toHaveLength(1);
  });

  test('SNS until the last receive: completed all the same, announced by the redrive', async () => {
    system.labels = [label('Dog', 70)];
    const { imageId, key, versionId } = await submit();
    fail('reviews.');
    for (let receive = 1; receive <= 3; receive += 1) {
      expect(await system.deliver({ key, versionId, receive })).toBe(false);
      system.leaseExpires();
    }
    expect(statusOf(imageId)).toBe('completed');
    recover();
    expect(await system.deliver({ id: 'redriven', key, versionId })).toBe(true);
    expect(system.state.reviews).toEqual([imageId]);
  });

  test('Rekognition throttles to the end: failed with its reason, still in input/, and a redrive completes it', async () => {
    const { imageId, key, versionId } = await submit();
    system.detectorFault = new RekognitionThrottledError('Rate exceeded');
    for (let receive = 1; receive <= 3; receive += 1) {
      expect(await system.deliver({ key, versionId, receive })).toBe(false);
      system.leaseExpires();
    }
    expect(system.state.records.get(imageId)).toMatchObject({
      ProcessingStatus: 'failed',
      FailureReason: 'RekognitionThrottled',
    });
    expect(system.pictures.keys()).toEqual([key]);
    system.detectorFault = undefined;
    expect(await system.deliver({ id: 'redriven', key, versionId })).toBe(true);
    expect(statusOf(imageId)).toBe('completed');
  });

  test.each([
    [
      'upload',
      'log.',
      () => system.upload(apiEvent({ body: { fileName: 'a.jpg', contentType: 'image/jpeg', size: 9 } })),
    ],
    ['query', 'log.', () => system.query(apiEvent({}))],
    ['the client registry at a cold start', 'clients.', () => system.query(apiEvent({}))],
  ])('the API (%s) answers 503 with Retry-After, as a problem document', async (_, port, ask) => {
    fail(port);
    const answer = await ask();
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers?.['Retry-After'])).toBeGreaterThan(0);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'service-unavailable', status: 503 });
  });
});

test('a review message holds id, candidates, confidences, reason and link, and nothing else', async () => {
  const system = new InMemorySystem();
  system.labels = [label('Dog', 70), label('Cat', 61)];
  const messages: ReviewMessage[] = [];
  system.around = (call, run) => {
    if (call.name === 'reviews.publish') messages.push(call.parameters[0] as ReviewMessage);
    return run();
  };
  const picture = await jpegPicture();
  const body = { fileName: 'rex at 12 Elm Street.jpg', contentType: 'image/jpeg', size: picture.length };
  const answer = await system.upload(apiEvent({ body }));
  const { imageId } = JSON.parse(answer.body) as { imageId: string };
  const key = `input/${imageId}.jpg`;
  await system.deliver({ key, versionId: system.pictures.post(key, picture) });
  // All of it: neither the file's name, the client, labels, places nor any byte of the picture.
  expect(messages).toEqual([
    {
      schemaVersion: 1,
      imageId,
      reason: system.state.records.get(imageId)?.Decision?.reason,
      candidates: [
        { category: 'dog', confidence: 70 },
        { category: 'cat', confidence: 61 },
      ],
      link: `/images/${imageId}`,
    },
  ]);
});
