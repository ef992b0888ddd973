import { Webhook } from 'standardwebhooks';
import { BOUNDS } from '../../../lambda/domain/bounds';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { InMemorySystem } from '../../support/in-memory-system';
import { type Receiver, tellClient } from '../../support/webhook-receiver';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const completed = (n: number, attributes: Partial<DetectionRecord> = {}): DetectionRecord => ({
  ImageID: idOf(n),
  ClientID: 'demo',
  FileName: 'Anna on the beach.jpg',
  ClientReference: 'customer 4711',
  DetectedAnimal: 'dog',
  ConfidenceScore: 97.4,
  Timestamp: '2025-08-04T11:42:00Z',
  CompletedAt: '2025-08-04T11:42:03Z',
  S3Location: 's3://pictures/dogs/x.jpg',
  ProcessingStatus: 'completed',
  StatusTimestamp: 'completed#2025-08-04T11:42:00Z',
  FileSize: 1000,
  ImageFormat: 'jpg',
  SchemaVersion: 1,
  ExpiresAt: 1_800_000_000,
  ...attributes,
});

/** A system in which pictures have just been decided, and the stream was read. */
async function decided(...records: DetectionRecord[]): Promise<InMemorySystem> {
  const system = new InMemorySystem();
  for (const [index, record] of records.entries()) {
    system.state.records.set(record.ImageID, record);
    await seen(system, record, `s${index}`);
  }
  return system;
}

async function seen(system: InMemorySystem, record: DetectionRecord, version: string): Promise<void> {
  expect(system.state.records.get(record.ImageID)).toBeDefined();
  await system.streamed(record.ImageID, version);
}

/** Runs the schedule's executions, one a minute, for a while. */
async function forHours(system: InMemorySystem, hours: number, receiver: Receiver) {
  const sent: { at: number; id: string }[] = [];
  const end = system.state.now + hours * HOUR;
  for (let run = 0; system.state.now <= end; run += 1, system.state.now += MINUTE)
    for (const { headers } of await tellClient(system, receiver, { run: `run ${run}` }))
      sent.push({ at: system.state.now, id: headers['webhook-id'] ?? '' });
  return sent;
}

describe('a message', () => {
  it('verifies by the reference library, whoever checks it', async () => {
    const system = await decided(completed(1));
    jest.useFakeTimers({ now: system.state.now });
    const [message] = await tellClient(system, () => 200);
    const secret = system.webhookSecrets['AWSCURRENT'] ?? '';
    expect(new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})).toEqual({
      type: 'image.completed',
      timestamp: '2025-08-04T11:42:03Z',
      data: { imageId: idOf(1), link: `/images/${idOf(1)}`, category: 'dog' },
    });
    expect(() => new Webhook(secret).verify(`${message?.body} `, message?.headers ?? {})).toThrow();
    jest.useRealTimers();
  });

  it('holds nothing that a client or a person wrote', async () => {
    const system = await decided(completed(1), completed(2, { ProcessingStatus: 'failed' }));
    const sent = JSON.stringify(await tellClient(system, () => 200));
    expect(sent).not.toMatch(/Anna|4711|dogs\/|97\.4/);
  });

  it.each<[string, Partial<DetectionRecord>, object]>([
    [
      'image.quarantined',
      { ProcessingStatus: 'quarantined', QuarantineReason: 'animated' },
      { reason: 'animated' },
    ],
    ['image.failed', { ProcessingStatus: 'failed' }, {}],
    [
      'image.reviewed',
      {
        ReviewDecision: { outcome: 'cat', decidedBy: 'people', at: '2025-08-04T12:00:00Z' },
        ReviewAnnouncedAt: '2025-08-04T12:01:00Z',
      },
      { outcome: 'cat' },
    ],
  ])('of an %s tells no more than its code', async (type, attributes, data) => {
    const system = await decided(completed(1, attributes));
    const [message] = await tellClient(system, () => 200);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ type, data: { imageId: idOf(1), ...data } });
  });

  it('has one id however often the stream tells of it, and is signed with the time of the attempt', async () => {
    const record = completed(1);
    const system = await decided(record);
    const [first] = await tellClient(system, () => 200);
    system.state.now += HOUR;
    await seen(system, record, 's0');
    const [again] = await tellClient(system, () => 200);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(Number(again?.headers['webhook-timestamp'])).toBe(system.state.now / 1000);
    expect(await tellClient(system, () => 200)).toEqual([]);
  });

  it('is signed twice while one secret replaces another, then once', async () => {
    const system = await decided(completed(1), completed(2));
    system.webhookSecrets['AWSPREVIOUS'] = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    system.secretMadeAt = system.state.now;
    const [during] = await tellClient(system, () => 500);
    expect(during?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    jest.useFakeTimers({ now: system.state.now });
    for (const secret of Object.values(system.webhookSecrets))
      expect(() => new Webhook(secret ?? '').verify(during?.body ?? '', during?.headers ?? {})).not.toThrow();
    jest.useRealTimers();
    system.state.now += 8 * 24 * HOUR;
    const [after] = await tellClient(system, () => 200);
    expect(after?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  });

  it('waits until there is a secret', async () => {
    const system = await decided(completed(1));
    const { AWSCURRENT } = system.webhookSecrets;
    delete system.webhookSecrets['AWSCURRENT'];
    expect(await tellClient(system, () => 200)).toEqual([]);
    system.webhookSecrets['AWSCURRENT'] = AWSCURRENT;
    expect(await tellClient(system, () => 200)).toHaveLength(1);
  });
});

describe('whom a run tells', () => {
  it('only clients that are configured, only of their own', async () => {
    const system = await decided(completed(1, { ClientID: 'partner' }));
    expect(system.state.webhookMarks.size).toBe(0);
    expect(await tellClient(system, () => 200, { clientId: 'partner' })).toEqual([]);
    // A mark that names the wrong client tells it nothing.
    system.state.webhookMarks.set(idOf(1), {
      imageId: idOf(1),
      version: 's',
      changedAt: '2025-08-04T11:42:00Z',
      attempts: 0,
      queue: 'demo',
      due: '2025-08-04T11:42:00Z',
    });
    expect(await tellClient(system, () => 200)).toEqual([]);
  });

  it('of an erased picture nothing', async () => {
    const system = await decided(completed(1), completed(2));
    system.state.records.delete(idOf(1));
    const sent = await tellClient(system, () => 200);
    expect(sent.map(({ token }) => token.imageId)).toEqual([idOf(2)]);
    expect(await tellClient(system, () => 200)).toEqual([]);
  });

  it('by one run at a time, until its hold is over', async () => {
    const system = await decided(completed(1));
    await system.webhooks({ clientId: 'demo', run: 'first', round: 0, outcomes: [] });
    expect(await tellClient(system, () => 200, { run: 'second' })).toEqual([]);
    system.state.now += BOUNDS.webhookHoldSeconds * 1000;
    // The first run died with its attempt; it is repeated after its pause.
    expect(await tellClient(system, () => 200, { run: 'second' })).toHaveLength(1);
  });
});

describe('a receiver that', () => {
  it('answers 500 for a day: fewer and fewer attempts, then disabled, then told by a new confirmation', async () => {
    const system = await decided(completed(1));
    const sent = await forHours(system, 23.9, () => 500);
    expect(sent.map(({ at }) => Math.round((at - (sent[0]?.at ?? 0)) / MINUTE))).toEqual([
      0, 1, 6, 36, 156, 456, 1056,
    ]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(system.state.endpoints.get('demo')?.health.disabledAt).toBeUndefined();
    const last = await forHours(system, 0.5, () => 500);
    expect(last).toHaveLength(1);
    expect(system.state.endpoints.get('demo')?.health).toMatchObject({ disabledFor: 'failing' });
    await seen(system, completed(1), 'later');
    expect(await forHours(system, 1, () => 200)).toEqual([]);
    expect(system.telemetry.measurements.at(-1)).toMatchObject({
      metric: 'webhookEndpointDisabled',
      value: 1,
    });
    (system.endpoints as Record<string, { revision: string }>)['demo'] = { revision: 'confirmed anew' };
    expect(await forHours(system, 0, () => 200)).toHaveLength(1);
  });

  it('answers 410: told no more, at once', async () => {
    const system = await decided(completed(1), completed(2));
    await tellClient(system, () => 410);
    expect(system.state.endpoints.get('demo')?.health).toMatchObject({ disabledFor: 'gone' });
    expect(await forHours(system, 48, () => 200)).toEqual([]);
  });

  it.each([
    ['redirects', 302],
    ['hangs', 'States.Timeout'],
    ['is not there', 'States.Http.Socket'],
    ['has no address that may be called', 'States.Http.AccessDenied'],
    ['refuses', 403],
  ])('%s: not told, tried again after a pause', async (_what, answer) => {
    const system = await decided(completed(1));
    expect(await tellClient(system, () => answer)).toHaveLength(1);
    expect(await tellClient(system, () => 200, { run: 'run-1' })).toEqual([]);
    system.state.now += MINUTE;
    expect(await tellClient(system, () => 200)).toHaveLength(1);
  });

  it('takes all but one message: that one alone is given up after a day', async () => {
    const system = await decided(completed(1), completed(2));
    const receiver: Receiver = ({ token }) => (token.imageId === idOf(1) ? 400 : 200);
    let n = 100;
    for (let hour = 0; hour < 28; hour += 1) {
      const other = completed((n += 1));
      system.state.records.set(other.ImageID, other);
      await seen(system, other, `s${n}`);
      await forHours(system, 0.9, receiver);
    }
    expect(system.state.webhookMarks.get(idOf(1))).toMatchObject({ queue: 'given-up#demo', attempts: 8 });
    expect(system.state.endpoints.get('demo')?.health.disabledAt).toBeUndefined();
    expect(system.telemetry.measurements).toContainEqual(
      expect.objectContaining({ metric: 'webhooksGivenUp', value: 1 }),
    );
  });

  it('is down takes one attempt a run, whatever waits', async () => {
    const system = await decided(...Array.from({ length: 60 }, (_, n) => completed(n)));
    expect(await tellClient(system, () => 503, { run: 'a' })).toHaveLength(BOUNDS.webhooksAtOnce);
    expect(await tellClient(system, () => 503, { run: 'b' })).toHaveLength(1);
    system.state.now += MINUTE;
    // Once one got through, all are told.
    expect((await tellClient(system, () => 204, { run: 'c' })).length).toBeGreaterThan(50);
  });
});
