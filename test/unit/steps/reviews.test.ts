import type { APIGatewayProxyResult } from 'aws-lambda';
import { reviewerId } from '../../../lambda/domain/review';
import type { PersonOutcome } from '../../../lambda/domain/review-record';
import {
  apiEvent,
  InMemorySystem,
  label,
  othersThan,
  reviewerEvent,
  stewardEvent,
} from '../../support/in-memory-system';
import { jpegPicture } from '../../support/sample-pictures';

const DAY = 86_400_000;
let system: InMemorySystem;
let picture: Buffer;

beforeAll(async () => {
  picture = await jpegPicture();
});
beforeEach(() => {
  system = new InMemorySystem();
  system.labels = [label('Dog', 70), label('Cat', 62)];
});

async function uploaded(apiKeyId = 'keyofdemo'): Promise<string> {
  const body = { fileName: 'rex.jpg', contentType: 'image/jpeg', image: picture.toString('base64') };
  const answer = await system.upload(apiEvent({ apiKeyId, body }));
  const { imageId } = JSON.parse(answer.body) as { imageId: string };
  const [key = '', versions] =
    [...system.state.objects].find(([name]) => name.startsWith('input/') && name.includes(imageId)) ?? [];
  await system.deliver({ id: imageId, key, versionId: versions?.[0]?.versionId ?? '' });
  return imageId;
}

const read = (answer: APIGatewayProxyResult) => ({
  status: answer.statusCode,
  ...(JSON.parse(answer.body) as Record<string, unknown>),
});
const decide = async (id: string, outcome: PersonOutcome, name = 'anna', version = 1) =>
  read(
    await system.review(reviewerEvent({ id, decision: { outcome, reason: 'partly-hidden', version } }, name)),
  );
const seen = async (id: string) => read(await system.review(reviewerEvent({ id })));
const measured = (wanted: string): number[] =>
  system.telemetry.measurements.filter(({ metric }) => metric === wanted).map(({ value }) => value);
const listed = async (query: Record<string, string[]> = {}) =>
  read(await system.review(reviewerEvent({ query }))) as unknown as {
    items: { ImageID: string }[];
    cursor?: string;
  };

describe('a person decides', () => {
  test('what waits is listed, read with a link, decided, brought to its place and told', async () => {
    const id = await uploaded();
    expect((await listed()).items).toMatchObject([{ ImageID: id, State: 'waiting', DecisionsNeeded: 1 }]);
    const review = await seen(id);
    expect(review).toMatchObject({
      status: 200,
      Version: 1,
      DecisionReason: 'close-call',
      Picture: { url: `https://pictures.example/review/${id}.jpg?seconds=60` },
      Deadline: '2025-08-11T11:42:00Z',
    });
    expect(JSON.stringify(review)).not.toMatch(/rex|demo|S3Location/);
    expect(await decide(id, 'cat')).toMatchObject({ status: 200, State: 'decided', Outcome: 'cat' });
    expect((await listed()).items).toEqual([]);
    await system.settleReviews();
    expect(system.pictures.keys()).toEqual([`cats/${id}.jpg`]);
    expect(system.state.decisions).toEqual([id]);
    const record = system.state.records.get(id);
    expect(record).toMatchObject({
      DetectedAnimal: 'cat',
      ProcessingStatus: 'completed',
      Decision: { category: 'uncertain', catScore: 62, dogScore: 70 },
      Thresholds: { accept: 90, floor: 60, margin: 15 },
      ModelVersion: '3.0',
      ReviewDecision: { outcome: 'cat', decidedBy: 'people' },
      ReviewVotes: [{ outcome: 'cat', reason: 'partly-hidden', reviewer: reviewerId('AROAEXAMPLE:anna') }],
    });
    expect(JSON.stringify(record)).not.toContain('anna');
    expect(read(await system.query(apiEvent({ id })))).toMatchObject({
      DetectedAnimal: 'cat',
      Review: { Outcome: 'cat', DecidedBy: 'people' },
    });
    expect(await seen(id)).toMatchObject({ State: 'decided', Outcome: 'cat' });
    expect(await seen(id)).not.toHaveProperty('Picture');
  });

  test('a rejected picture goes to quarantine, as no picture', async () => {
    const id = await uploaded();
    await decide(id, 'reject');
    await system.settleReviews();
    expect(system.state.objects.get(`quarantine/${id}.jpg`)?.[0]?.contentType).toBe(
      'application/octet-stream',
    );
    expect(system.state.records.get(id)).toMatchObject({ ProcessingStatus: 'quarantined' });
  });

  test('pages of what waits join, the longest first, and no cursor of a client opens them', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(await uploaded(count === 1 ? 'keyofpartner' : 'keyofdemo'));
      system.state.now += 1000;
    }
    const first = await listed({ limit: ['2'] });
    const second = await listed({ limit: ['2'], cursor: [first.cursor ?? ''] });
    expect([...first.items, ...second.items].map(({ ImageID }) => ImageID)).toEqual(ids);
    const own = await system.query(apiEvent({ query: { limit: ['1'] } }));
    const { cursor } = JSON.parse(own.body) as { cursor: string };
    expect(await listed({ cursor: [cursor] })).toMatchObject({ status: 400, code: 'invalid-cursor' });
  });

  test('two must agree where the client asks for it; the same person is one, and what others said is not told', async () => {
    const id = await uploaded('keyofpartner');
    expect(await decide(id, 'dog')).toMatchObject({ State: 'waiting', Decisions: 1, DecisionsNeeded: 2 });
    expect(await decide(id, 'dog')).toMatchObject({ status: 200, State: 'waiting', Decisions: 1 });
    expect(JSON.stringify(await seen(id))).not.toContain('partly-hidden');
    expect(await decide(id, 'cat', 'ben', 2)).toMatchObject({ State: 'waiting', Decisions: 2 });
    expect(await decide(id, 'cat', 'cleo', 3)).toMatchObject({ State: 'decided', Outcome: 'cat' });
    expect(await decide(id, 'dog')).toMatchObject({ status: 200, State: 'decided', Outcome: 'cat' });
  });
});

describe('a decision is refused, and changes nothing,', () => {
  const refusals: [string, (id: string) => Promise<unknown>, object][] = [
    [
      'by another person afterwards',
      (id) => decide(id, 'dog', 'ben', 2),
      { status: 409, code: 'review-decided' },
    ],
    ['by the same person otherwise', (id) => decide(id, 'dog'), { status: 409, code: 'review-decided' }],
  ];
  test.each(refusals)('%s', async (_, act, expected) => {
    const id = await uploaded();
    await decide(id, 'cat');
    const before = JSON.stringify(system.state.records.get(id));
    expect(await act(id)).toMatchObject(expected);
    expect(JSON.stringify(system.state.records.get(id))).toBe(before);
  });

  test('by the same person otherwise, while others are still asked', async () => {
    const id = await uploaded('keyofpartner');
    await decide(id, 'cat');
    expect(await decide(id, 'dog', 'anna', 2)).toMatchObject({ status: 409, code: 'review-own-decision' });
  });

  test('on an old version', async () => {
    const id = await uploaded('keyofpartner');
    await decide(id, 'cat');
    expect(await decide(id, 'cat', 'ben', 1)).toMatchObject({ status: 409, code: 'review-outdated' });
  });

  test('when its time is over, whether or not a run has noticed', async () => {
    const id = await uploaded();
    system.state.now += 7 * DAY;
    expect(await decide(id, 'cat')).toMatchObject({ status: 410, code: 'review-expired' });
    await system.settleReviews();
    await system.settleReviews();
    expect(await decide(id, 'cat')).toMatchObject({ status: 410, code: 'review-expired' });
    expect(system.pictures.keys()).toEqual([`others/${id}.jpg`]);
    expect(system.state.records.get(id)?.ReviewDecision).toMatchObject({
      outcome: 'other',
      decidedBy: 'expiry',
    });
  });

  test('on what was erased, what was never asked, and what there is not', async () => {
    const erased = await uploaded();
    await system.erase(stewardEvent(erased));
    expect(await decide(erased, 'cat')).toMatchObject({ status: 410, code: 'image-erased' });
    system.labels = [label('Dog', 99)];
    expect(await decide(await uploaded(), 'cat')).toMatchObject({ status: 404, code: 'not-found' });
    const unknown = '00000000-0000-4000-8000-000000000009';
    expect(await decide(unknown, 'cat')).toMatchObject({ status: 404, code: 'not-found' });
  });

  test.each([
    ['with an unknown category', { outcome: 'bird', reason: 'plain-to-see', version: 1 }, 'outcome'],
    ['with a free text for a reason', { outcome: 'cat', reason: 'Jane Doe is in it', version: 1 }, 'reason'],
    ['without a version', { outcome: 'cat', reason: 'plain-to-see' }, 'version'],
    ['with more than it asks for', { outcome: 'cat', reason: 'plain-to-see', version: 1, by: 'me' }, 'by'],
  ])('%s', async (_, decision, path) => {
    const id = await uploaded();
    const answer = read(await system.review(reviewerEvent({ id, decision })));
    expect(answer).toMatchObject({ status: 400, code: 'invalid-body', errors: [{ path }] });
  });

  test('when API Gateway names no principal that IAM let in', async () => {
    const id = await uploaded();
    const event = reviewerEvent({ id, decision: { outcome: 'cat', reason: 'plain-to-see', version: 1 } });
    event.requestContext.identity.userArn = null;
    expect(read(await system.review(event))).toMatchObject({ status: 403, code: 'access-denied' });
  });

  test.each(othersThan('reviewer'))('when IAM let in %s, who is no reviewer', async (_, userArn) => {
    const id = await uploaded();
    const decision = { outcome: 'cat', reason: 'plain-to-see', version: 1 };
    for (const request of [{}, { id }, { id, decision }]) {
      const event = reviewerEvent(request);
      event.requestContext.identity.userArn = userArn;
      expect(read(await system.review(event))).toMatchObject({ status: 403, code: 'access-denied' });
    }
    expect(system.state.records.get(id)).toMatchObject({ DetectedAnimal: 'uncertain' });
    expect(system.state.records.get(id)?.ReviewDecision).toBeUndefined();
  });
});

describe('the run that settles reviews', () => {
  test('tells how long the oldest waits, and that nothing waits', async () => {
    await system.settleReviews();
    expect(measured('oldestReviewSeconds')).toEqual([0]);
    await uploaded();
    system.state.now += DAY;
    await system.settleReviews();
    expect(measured('oldestReviewSeconds')).toEqual([0, 86_400]);
  });

  test('leaves an undecided picture where it is when that is configured, and asks nobody any more', async () => {
    system.rules.onExpiry = 'stays';
    const id = await uploaded();
    system.state.now += 8 * DAY;
    await system.settleReviews();
    await system.settleReviews();
    expect(system.pictures.keys()).toEqual([`review/${id}.jpg`]);
    expect(system.state.records.get(id)).toMatchObject({
      DetectedAnimal: 'uncertain',
      ReviewDecision: { outcome: 'undecided', decidedBy: 'expiry' },
    });
    expect((await listed()).items).toEqual([]);
  });

  test('is not held up by one that it cannot settle', async () => {
    const broken = await uploaded();
    const whole = await uploaded();
    await decide(broken, 'cat');
    await decide(whole, 'dog');
    system.state.objects.delete(`review/${broken}.jpg`);
    await system.settleReviews();
    expect(measured('reviewsUnsettled')).toEqual([1]);
    expect(system.pictures.keys()).toEqual([`dogs/${whole}.jpg`]);
    expect(system.state.records.get(broken)?.ReviewQueue).toBe('decided');
  });
});

test("a reviewer's id is the same for the same session name, and tells no name", () => {
  expect(reviewerId('AROA1:anna')).toBe(reviewerId('AROA2:anna'));
  expect(reviewerId('AROA1:anna')).not.toBe(reviewerId('AROA1:ben'));
  expect(reviewerId('AROA1:anna')).toMatch(/^[0-9a-f]{32}$/);
});
