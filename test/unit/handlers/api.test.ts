import type { APIGatewayProxyResult } from 'aws-lambda';
import { uploadAnswerSchema } from '../../../lambda/domain/api-schemas';
import { DependencyUnavailableError } from '../../../lambda/domain/errors';
import { REVALIDATED_HEADERS, SECURITY_HEADERS } from '../../../lambda/domain/response-headers';
import { INLINE_UPLOAD, PRESIGNED_UPLOAD } from '../../../lambda/openapi/examples';
import { apiEvent, InMemorySystem, othersThan, stewardEvent } from '../../support/in-memory-system';
import { jpegPicture, pngPicture } from '../../support/sample-pictures';

interface Body {
  readonly imageId: string;
  readonly code: string;
  readonly reason: string;
  readonly items: { ImageID: string }[];
  readonly cursor?: string;
  readonly upload: { url: string; fields: Record<string, string>; expiresAt: string };
}
const bodyOf = ({ body }: APIGatewayProxyResult): Body => JSON.parse(body) as Body;

let system: InMemorySystem;
let picture: Buffer;
beforeAll(async () => (picture = await jpegPicture()));
beforeEach(() => (system = new InMemorySystem()));

const inline = (image = picture, contentType = 'image/jpeg') => ({
  fileName: 'rex.jpg',
  contentType,
  image: image.toString('base64'),
});
const keyed = (key: string) => ({ 'Idempotency-Key': key });

describe('what one client may upload within an hour', () => {
  test('is bounded exactly, before anything is done, whatever the uploads are', async () => {
    system.picturesPerHour['demo'] = 3;
    const good = apiEvent({ body: inline() });
    const statuses: number[] = [];
    for (const event of [good, apiEvent({ body: inline(Buffer.from('no picture')) }), good, good, good])
      statuses.push((await system.upload(event)).statusCode);
    expect(statuses).toEqual([202, 422, 202, 429, 429]);
    const calls: string[] = [];
    system.around = (call, run) => {
      calls.push(call.name);
      return run();
    };
    const refused = await system.upload(good);
    expect(calls).toEqual(['counter.count']);
    expect([refused.statusCode, bodyOf(refused).code]).toEqual([429, 'quota-exceeded']);
    expect(refused.headers?.['Retry-After']).toBe('60');
    // 11:42:00: eighteen minutes.
    expect(JSON.parse(refused.body)).toMatchObject({
      detail: expect.stringContaining('in 1080 seconds') as string,
    });
    expect(system.telemetry.measurements).toContainEqual({
      metric: 'uploadsOverBound',
      value: 1,
      dimensions: { client: 'demo' },
    });
  });

  test("is another client's no business, and begins anew with the hour", async () => {
    system.picturesPerHour['demo'] = 1;
    const [own, other] = [{}, { apiKeyId: 'keyofpartner' }].map((who) =>
      apiEvent({ body: inline(), ...who }),
    );
    const status = async (event = own) =>
      event === undefined ? undefined : (await system.upload(event)).statusCode;
    expect([await status(), await status(), await status(other)]).toEqual([202, 429, 202]);
    system.state.now += 1080 * 1000 - 1;
    expect(await status()).toBe(429);
    system.state.now += 1;
    expect(await status()).toBe(202);
  });
});

describe('POST /upload with the picture inside', () => {
  test('answers 202, with the picture in input/ and a pending record of the client', async () => {
    const answer = await system.upload(apiEvent({ body: inline() }));
    expect(answer.statusCode).toBe(202);
    const { imageId } = bodyOf(answer);
    expect(system.pictures.bytes(`input/${imageId}.demo.jpg`)).toEqual(picture);
    expect(system.state.records.get(imageId)).toMatchObject({
      ClientID: 'demo',
      ProcessingStatus: 'pending',
      FileSize: picture.length,
      FileName: 'rex.jpg',
      ImageFormat: 'jpg',
    });
  });

  test('refuses what is no picture with 422 and the reason, and keeps nothing of it', async () => {
    const answer = await system.upload(apiEvent({ body: inline(await pngPicture()) }));
    expect(answer.statusCode).toBe(422);
    expect(answer.headers?.['Content-Type']).toBe('application/problem+json');
    expect(bodyOf(answer)).toMatchObject({ code: 'picture-rejected', reason: 'type-mismatch' });
    expect(system.state.records.size + system.state.objects.size).toBe(0);
    expect(system.telemetry.measurements).toEqual([
      { metric: 'picturesRejected', value: 1, dimensions: { reason: 'type-mismatch' } },
      { metric: 'picturesRefused', value: 1, dimensions: { client: 'demo' } },
    ]);
  });

  test('a repeat with the same Idempotency-Key answers the same and stores nothing twice', async () => {
    const request = apiEvent({ body: inline(), headers: keyed('order-1') });
    const first = await system.upload(request);
    const second = await system.upload(request);
    expect(second).toEqual(first);
    expect([...system.state.objects.values()].flat()).toHaveLength(1);
    const other = await system.upload(
      apiEvent({ body: inline(), headers: keyed('order-1'), apiKeyId: 'keyofpartner' }),
    );
    expect(bodyOf(other).imageId).not.toBe(bodyOf(first).imageId);
  });

  test('a repeat brings the picture that a dying first request left out, but not one that was processed', async () => {
    const request = apiEvent({ body: inline(), headers: keyed('order-2') });
    system.around = ({ name }, run) =>
      name === 'pictures.putNew' ? Promise.reject(new DependencyUnavailableError('S3')) : run();
    const failed = await system.upload(request);
    expect(failed.statusCode).toBe(503);
    expect(failed.headers?.['Retry-After']).toBe('5');
    system.around = (_call, run) => run();
    const { imageId } = bodyOf(await system.upload(request));
    const key = `input/${imageId}.demo.jpg`;
    expect(system.pictures.keys()).toEqual([key]);

    await system.deliver({ key, versionId: system.state.objects.get(key)?.[0]?.versionId ?? '' });
    expect((await system.upload(request)).statusCode).toBe(202);
    expect(system.pictures.keys()).toEqual([`dogs/${imageId}.jpg`]);
  });

  test('another request under the same Idempotency-Key is refused', async () => {
    await system.upload(apiEvent({ body: inline(), headers: keyed('order-3') }));
    const body = { ...inline(), fileName: 'other.jpg' };
    const answer = await system.upload(apiEvent({ body, headers: keyed('order-3') }));
    expect(answer.statusCode).toBe(422);
    expect(bodyOf(answer).code).toBe('idempotency-key-reused');
  });

  test('an erased image does not come back by a repeat of its upload', async () => {
    const request = apiEvent({ body: inline(), headers: keyed('order-4') });
    const { imageId } = bodyOf(await system.upload(request));
    await system.erase(apiEvent({ id: imageId }));
    const answer = await system.upload(request);
    expect(answer.statusCode).toBe(410);
    expect(bodyOf(answer).code).toBe('image-erased');
    expect(system.state.records.size + system.state.objects.size).toBe(0);
  });
});

describe('POST /upload for a form', () => {
  const form = { fileName: 'rex.jpg', contentType: 'image/jpeg', size: 1000 };

  test('answers 201 with a form for exactly this key, type and size, and a record that expires in a day', async () => {
    const answer = await system.upload(apiEvent({ body: form }));
    expect(answer.statusCode).toBe(201);
    const { imageId, upload } = bodyOf(answer);
    expect(upload).toEqual({
      url: 'https://pictures.s3.us-east-1.amazonaws.com/',
      fields: { key: `input/${imageId}.demo.jpg`, 'Content-Type': 'image/jpeg', size: '1000' },
      expiresAt: '2025-08-04T11:47:00Z',
    });
    expect(system.state.records.get(imageId)?.ExpiresAt).toBe(system.state.now / 1000 + 86_400);
  });

  test('a repeat gets a fresh form for the same image', async () => {
    const request = apiEvent({ body: form, headers: keyed('form-1') });
    const first = bodyOf(await system.upload(request));
    system.state.now += 60_000;
    const second = bodyOf(await system.upload(request));
    expect(second.imageId).toBe(first.imageId);
    expect(second.upload.expiresAt).toBe('2025-08-04T11:48:00Z');
  });

  test('a repeat after the picture was taken in says so, and gives no form that nobody could use', async () => {
    const request = apiEvent({ body: { ...form, size: picture.length }, headers: keyed('form-2') });
    const { imageId } = bodyOf(await system.upload(request));
    const key = `input/${imageId}.demo.jpg`;
    system.pictures.post(key, picture);
    await system.deliver({ key, versionId: system.state.objects.get(key)?.[0]?.versionId ?? '' });
    const repeat = await system.upload(request);
    expect(repeat.statusCode).toBe(202);
    expect(bodyOf(repeat)).toMatchObject({ imageId, status: 'completed' });
    expect(bodyOf(repeat)).not.toHaveProperty('upload');
  });
});

test('150 posts by one form are one picture decided and three kept aside; the rest are neither read nor stored', async () => {
  const form = { fileName: 'rex.jpg', contentType: 'image/jpeg', size: picture.length };
  const { imageId } = bodyOf(await system.upload(apiEvent({ body: form })));
  const key = `input/${imageId}.demo.jpg`;
  let reads = 0;
  system.around = ({ name }, run) => {
    if (name === 'pictures.getVersion') reads += 1;
    return run();
  };
  for (let post = 0; post < 150; post += 1) {
    system.pictures.post(key, picture);
    const [version] = (await system.pictures.listVersions(key)).versions;
    await system.deliver({ key, ...(version && { versionId: version.versionId }) });
  }
  const kept = system.pictures.keys();
  expect(kept.filter((each) => each.startsWith('quarantine/'))).toHaveLength(3);
  expect(kept.filter((each) => !each.startsWith('quarantine/'))).toEqual([`dogs/${imageId}.jpg`]);
  // Analyze and organise read the first, intake each that is kept aside.
  expect(reads).toBeLessThanOrEqual(2 + 3);
});

describe('every answer', () => {
  const form = { fileName: 'rex.jpg', contentType: 'image/jpeg', size: 1000 };

  test('of an upload names the record where the client finds it, stage included', async () => {
    for (const body of [inline(), form]) {
      const answer = await system.upload(apiEvent({ body }));
      const self = `/dev/images/${bodyOf(answer).imageId}`;
      expect(uploadAnswerSchema.strict().parse(JSON.parse(answer.body)).links.self).toBe(self);
      expect(answer.headers?.['Location']).toBe(self);
    }
  });

  test('carries the security headers, and says when to ask again where asking again helps', async () => {
    const accepted = await system.upload(apiEvent({ body: inline() }));
    const read = await system.query(apiEvent({ id: bodyOf(accepted).imageId }));
    const refused = await system.query(apiEvent({ query: { limit: ['0'] } }));
    const erased = await system.erase(apiEvent({ id: bodyOf(accepted).imageId }));
    for (const answer of [accepted, refused, erased])
      expect(answer.headers).toMatchObject({ ...SECURITY_HEADERS });
    expect(read.headers).toMatchObject({ ...SECURITY_HEADERS, ...REVALIDATED_HEADERS });
    expect([accepted, read, refused].map(({ headers }) => headers?.['Retry-After'])).toEqual([
      '2',
      // Under way still.
      '2',
      undefined,
    ]);
  });

  test('to another media type than JSON is 415, whatever the body holds', async () => {
    const answer = await system.upload(apiEvent({ body: form, headers: { 'Content-Type': 'text/plain' } }));
    expect(answer.statusCode).toBe(415);
    expect(bodyOf(answer).code).toBe('unsupported-media-type');
    expect(system.state.records.size).toBe(0);
  });

  test('to a body that is no UTF-8 is 400', async () => {
    const event = apiEvent({});
    const bytes = Buffer.from(JSON.stringify({ ...form, fileName: 'caf\u00e9.jpg' }), 'latin1');
    const answer = await system.upload({ ...event, body: bytes.toString('base64'), isBase64Encoded: true });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).code).toBe('invalid-json');
  });

  test('to what the document shows as an example is the one that the document shows', async () => {
    const [small, large] = [INLINE_UPLOAD, PRESIGNED_UPLOAD].map((body) => system.upload(apiEvent({ body })));
    expect((await small)?.statusCode).toBe(202);
    expect((await large)?.statusCode).toBe(201);
  });
});

describe('who may see what', () => {
  test.each(['keyofnobody', '', '../demo'])('API key id "%s" is refused', async (apiKeyId) => {
    for (const handler of [system.upload, system.query]) {
      const answer = await handler(apiEvent({ apiKeyId, body: inline() }));
      expect(answer.statusCode).toBe(403);
      expect(bodyOf(answer).code).toBe('unknown-client');
    }
    expect(system.state.records.size).toBe(0);
  });

  // EXC-002: whoever holds one client's key learns nothing of another's.
  test("another client's image answers exactly as one that does not exist", async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    expect((await system.query(apiEvent({ id: imageId }))).statusCode).toBe(200);
    const foreign = await system.query(apiEvent({ id: imageId, apiKeyId: 'keyofpartner' }));
    const missing = await system.query(apiEvent({ id: '00000000-0000-4000-8000-000000000000' }));
    expect(foreign.statusCode).toBe(404);
    expect(foreign).toEqual(missing);
    expect(bodyOf(await system.query(apiEvent({ apiKeyId: 'keyofpartner' }))).items).toEqual([]);
  });

  test('CORS names the origin only when it is allowed', async () => {
    const headers = { origin: 'https://app.example' };
    const allowed = await system.upload(apiEvent({ body: inline(), headers }));
    expect(allowed.headers?.['Access-Control-Allow-Origin']).toBe('https://app.example');
    const refused = await system.upload(
      apiEvent({ body: inline(), headers: { origin: 'https://evil.example' } }),
    );
    expect(refused.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });
});

describe('GET /images', () => {
  const uploads = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      system.state.now += 1000;
      ids.unshift(bodyOf(await system.upload(apiEvent({ body: inline() }))).imageId);
    }
    return ids;
  };

  test('is the export of all that a client has: page by page each record as it reads alone, and none of another', async () => {
    const sent = async (key: string, body: object): Promise<string> =>
      bodyOf(await system.upload(apiEvent({ body, apiKeyId: key }))).imageId;
    const own: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      system.state.now += 1000;
      own.push(await sent('keyofdemo', index % 2 === 0 ? inline() : PRESIGNED_UPLOAD));
      await sent('keyofpartner', inline());
    }
    const exported: unknown[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: ['3'], order: ['oldest'], ...(cursor !== undefined && { cursor: [cursor] }) };
      const page = bodyOf(await system.query(apiEvent({ query, resource: '/images' })));
      exported.push(...page.items);
      ({ cursor } = page);
    } while (cursor !== undefined);
    const alone: unknown[] = [];
    for (const id of own) alone.push(JSON.parse((await system.query(apiEvent({ id }))).body));
    expect(exported).toEqual(alone);
  });

  test('pages through all records, newest first, by a cursor that no other list accepts', async () => {
    const ids = await uploads(5);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: ['2'], ...(cursor !== undefined && { cursor: [cursor] }) };
      const page: Body = bodyOf(await system.query(apiEvent({ query })));
      seen.push(...page.items.map(({ ImageID }) => ImageID));
      cursor = page.cursor ?? undefined;
      if (cursor !== undefined) {
        const stolen = apiEvent({ query: { cursor: [cursor] }, apiKeyId: 'keyofpartner' });
        expect(bodyOf(await system.query(stolen)).code).toBe('invalid-cursor');
      }
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  test('filters by animal, status and time', async () => {
    const [newest = '', oldest = ''] = await uploads(2);
    const key = `input/${newest}.demo.jpg`;
    await system.deliver({ key, versionId: system.state.objects.get(key)?.[0]?.versionId ?? '' });
    const list = async (query: Record<string, string[]>) =>
      bodyOf(await system.query(apiEvent({ query }))).items.map(({ ImageID }) => ImageID);
    expect(await list({ animal: ['dog'] })).toEqual([newest]);
    expect(await list({ animal: ['cat'] })).toEqual([]);
    expect(await list({ status: ['pending'] })).toEqual([oldest]);
    expect(await list({ animal: ['dog'], status: ['pending'] })).toEqual([]);
    expect(await list({ from: ['2025-08-04T11:42:02Z'] })).toEqual([newest]);
    expect(await list({ to: ['2025-08-04T11:42:01Z'] })).toEqual([oldest]);
  });
});

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const foreign = (id: string) => apiEvent({ id, apiKeyId: 'keyofpartner' });

/** Both ways to erase, as far as they are the same. */
describe.each([
  ['DELETE /images/{id}', (id: string) => apiEvent({ id })],
  ['DELETE /stewardship/images/{id}', stewardEvent],
])('%s', (_name, event) => {
  test('leaves nothing but the ledger entry; a repeat answers the same, the unknown 404', async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    system.pictures.post(`dogs/${imageId}.jpg`, picture);
    system.pictures.post(`quarantine/${imageId}.0123456789abcdef.jpg`, picture);
    for (const attempt of ['first', 'repeat']) {
      const answer = await system.erase(event(imageId));
      expect({ attempt, ...answer }).toMatchObject({ attempt, statusCode: 204, body: '' });
    }
    expect(system.state.objects.size + system.state.records.size).toBe(0);
    expect([...system.state.ledger.values()]).toEqual([
      { ImageID: imageId, ClientID: 'demo', SchemaVersion: 1, ErasedAt: '2025-08-04T11:42:00Z' },
    ]);
    const unknown = await system.erase(event(UNKNOWN_ID));
    expect(unknown.statusCode).toBe(404);
    expect(system.state.ledger.size).toBe(1);
  });

  test('killed anywhere, it is finished by asking again', async () => {
    for (let kill = 0; kill < 20; kill += 1) {
      const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
      let moment = 0;
      system.around = async (_call, run) => {
        if (moment++ === kill) throw new Error('killed');
        const result = await run();
        if (moment++ === kill) throw new Error('killed');
        return result;
      };
      await system.erase(event(imageId));
      system.around = (_call, run) => run();
      expect((await system.erase(event(imageId))).statusCode).toBe(204);
      expect(system.state.objects.size + system.state.records.size).toBe(0);
    }
  });
});

describe('DELETE /images/{id}, whose picture it is', () => {
  test("another client's picture does not exist, neither before nor after its owner erased it", async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    const before = structuredClone(system.state);
    const refused = await system.erase(foreign(imageId));
    expect([refused.statusCode, bodyOf(refused).code]).toEqual([404, 'not-found']);
    expect(system.state).toEqual(before);
    expect((await system.erase(apiEvent({ id: imageId }))).statusCode).toBe(204);
    expect((await system.erase(foreign(imageId))).statusCode).toBe(404);
  });

  test("what a steward erased was erased for its owner, too; without an owner on record it is nobody's", async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    expect((await system.erase(stewardEvent(imageId))).statusCode).toBe(204);
    expect((await system.erase(apiEvent({ id: imageId }))).statusCode).toBe(204);
    expect((await system.erase(foreign(imageId))).statusCode).toBe(404);
    // Only versions are left of it: a steward clears up, no client can say that it was its own.
    system.pictures.post(`dogs/${UNKNOWN_ID}.jpg`, picture);
    expect((await system.erase(apiEvent({ id: UNKNOWN_ID }))).statusCode).toBe(404);
    expect((await system.erase(stewardEvent(UNKNOWN_ID))).statusCode).toBe(204);
  });

  test("an unknown key erases nothing, nor does the stewards' resource without a principal", async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    const before = structuredClone(system.state);
    expect((await system.erase(apiEvent({ id: imageId, apiKeyId: 'keyofnobody' }))).statusCode).toBe(403);
    const unsigned = stewardEvent(imageId);
    unsigned.requestContext.identity = { ...unsigned.requestContext.identity, apiKey: 'a', userArn: null };
    expect((await system.erase(unsigned)).statusCode).toBe(403);
    expect(system.state).toEqual(before);
  });

  test.each(othersThan('data-steward'))(
    'the stewards’ resource erases nothing for %s whom IAM let in',
    async (_, userArn) => {
      const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
      const before = structuredClone(system.state);
      const event = stewardEvent(imageId);
      event.requestContext.identity.userArn = userArn;
      expect((await system.erase(event)).statusCode).toBe(403);
      expect(system.state).toEqual(before);
    },
  );

  test('browsers of the configured origins may read the answer', async () => {
    const { imageId } = bodyOf(await system.upload(apiEvent({ body: inline() })));
    const headers = { Origin: 'https://app.example' };
    const answer = await system.erase(apiEvent({ id: imageId, headers }));
    expect(answer.headers?.['Access-Control-Allow-Origin']).toBe('https://app.example');
  });
});
