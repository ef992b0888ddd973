import { EventEmitter, once } from 'node:events';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { DependencyUnavailableError } from '../../../lambda/domain/errors';
import { apiEvent, InMemorySystem } from '../../support/in-memory-system';
import { jpegPicture } from '../../support/sample-pictures';

let system: InMemorySystem;
let picture: Buffer;
beforeAll(async () => (picture = await jpegPicture()));
beforeEach(() => (system = new InMemorySystem()));

const bodyOf = ({ body }: APIGatewayProxyResult): Record<string, unknown> =>
  JSON.parse(body) as Record<string, unknown>;

async function upload(apiKeyId = 'keyofdemo'): Promise<string> {
  const body = { fileName: 'rex.jpg', contentType: 'image/jpeg', image: picture.toString('base64') };
  return bodyOf(await system.upload(apiEvent({ body, apiKeyId })))['imageId'] as string;
}

async function process(imageId: string): Promise<void> {
  const key = system.pictures.keys().find((each) => each.startsWith(`input/${imageId}.`)) ?? '';
  await system.deliver({ key, versionId: system.state.objects.get(key)?.[0]?.versionId ?? '' });
}

const read = (id: string, more: Partial<Parameters<typeof apiEvent>[0]> = {}) =>
  system.query(apiEvent({ id, ...more }));
const waiting = (id: string, seconds = 10, more: Partial<Parameters<typeof apiEvent>[0]> = {}) =>
  read(id, { query: { wait: [String(seconds)] }, ...more });
const tagOf = ({ headers }: APIGatewayProxyResult) => String(headers?.['ETag']);

describe('a tag of an answer', () => {
  test('spares the body as long as the image stays as it is, and no longer', async () => {
    const id = await upload();
    const first = await read(id);
    expect(first.headers).toMatchObject({
      'Cache-Control': 'private, no-cache',
      Vary: 'Origin, x-api-key',
      'Retry-After': '2',
    });
    const same = await read(id, { headers: { 'if-none-match': tagOf(first) } });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect(same.headers).toEqual(
      Object.fromEntries(Object.entries(first.headers ?? {}).filter(([name]) => name !== 'Content-Type')),
    );
    await process(id);
    const changed = await read(id, { headers: { 'If-None-Match': tagOf(first) } });
    expect(changed.statusCode).toBe(200);
    expect(tagOf(changed)).not.toBe(tagOf(first));
    expect(changed.headers).not.toHaveProperty('Retry-After');
  });

  test('spares a list and a batch, too', async () => {
    const id = await upload();
    await upload();
    for (const query of [{ limit: ['1'] }, { ids: [id] }]) {
      const first = await system.query(apiEvent({ query }));
      const again = await system.query(
        apiEvent({ query, headers: { 'If-None-Match': `W/${tagOf(first)}, "x"` } }),
      );
      expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 304, '']);
    }
  });

  test('is refused when it is longer than the document lets it be, and one as long as that is compared', async () => {
    const id = await upload();
    const tag = tagOf(await read(id));
    const fitting = `${tag}, "${'p'.repeat(1024 - tag.length - 4)}"`;
    const asked = async (header: string) =>
      (await read(id, { headers: { 'If-None-Match': header } })).statusCode;
    expect([fitting.length, await asked(fitting), await asked(`${fitting},`)]).toEqual([1024, 304, 400]);
  });

  test("tells nobody that another client's image is there, and stands on no refusal", async () => {
    const id = await upload();
    const headers = { 'If-None-Match': `${tagOf(await read(id))}, *` };
    const foreign = await read(id, { apiKeyId: 'keyofpartner', headers });
    const sent = await system.upload(apiEvent({ body: {}, headers }));
    expect([foreign.statusCode, sent.statusCode]).toEqual([404, 400]);
    for (const answer of [foreign, sent]) {
      expect(answer.headers).not.toHaveProperty('ETag');
      expect(answer.headers?.['Cache-Control']).toBe('no-store');
    }
  });
});

describe('a read that waits', () => {
  test('is answered as soon as the image is in its place', async () => {
    const id = await upload();
    const { now } = system.state;
    let looks = 0;
    system.sleep = async (milliseconds) => {
      system.state.now += milliseconds;
      if ((looks += 1) === 3) await process(id);
    };
    const answer = await waiting(id);
    expect(bodyOf(answer)).toMatchObject({ ProcessingStatus: 'completed' });
    expect(answer.headers).not.toHaveProperty('Retry-After');
    expect((system.state.now - now) / 1000).toBe(3);
    expect([...(system.state.waits.get('demo') ?? [])]).toEqual([undefined]);
  });

  test('answers what is there when the time is over, and not a look later', async () => {
    const id = await upload();
    for (const seconds of [1, 10]) {
      const before = system.state.now;
      const answer = await waiting(id, seconds);
      expect([answer.statusCode, answer.headers?.['Retry-After']]).toEqual([200, '2']);
      expect(system.state.now - before).toBe(seconds * 1000);
    }
  });

  test('with the tag of what is known is 304 when nothing came of it', async () => {
    const id = await upload();
    const tag = tagOf(await read(id));
    expect((await waiting(id, 2, { headers: { 'If-None-Match': tag } })).statusCode).toBe(304);
  });

  test('does not wait for what is decided, and takes no place for it', async () => {
    const id = await upload();
    await process(id);
    const { now } = system.state;
    expect((await waiting(id)).statusCode).toBe(200);
    expect([system.state.now, system.state.waits.size]).toEqual([now, 0]);
  });

  test('ends with 404 when the image is erased meanwhile, and gives its place back', async () => {
    const id = await upload();
    system.sleep = async () => {
      await system.erase(apiEvent({ id }));
    };
    expect((await waiting(id)).statusCode).toBe(404);
    expect(system.state.waits.get('demo')).toEqual([undefined]);
  });

  test.each([[['0']], [['11']], [['-1']], [['1.5']], [['']], [['ten']], [['1', '2']]])(
    'for %j is refused',
    async (wait) => {
      const answer = await read(await upload(), { query: { wait } });
      expect([answer.statusCode, bodyOf(answer)['code']]).toEqual([400, 'invalid-query']);
    },
  );

  test('beyond the places of its client is answered at once; another client and plain reads wait for nobody', async () => {
    const own = await upload();
    const others = await upload('keyofpartner');
    const woken = new EventEmitter();
    system.sleep = async (milliseconds) => {
      await once(woken, 'time');
      system.state.now += milliseconds;
    };
    const held: Promise<APIGatewayProxyResult>[] = [];
    for (let taken = 0; taken < BOUNDS.waitsAtOnce; taken += 1) {
      held.push(waiting(own, 1));
      await new Promise(setImmediate);
    }
    const refused = await waiting(own, 10);
    expect([refused.statusCode, refused.headers?.['Retry-After']]).toEqual([200, '2']);
    expect((await read(own)).statusCode).toBe(200);
    let isAnswered = false;
    const other = waiting(others, 1, { apiKeyId: 'keyofpartner' }).then(() => (isAnswered = true));
    await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    woken.emit('time');
    await Promise.all([...held, other]);
    expect(system.state.waits.get('demo')).toEqual(Array(BOUNDS.waitsAtOnce).fill(undefined));
  });

  test('whose function died keeps its place no longer than a function lives', async () => {
    const id = await upload();
    const { now } = system.state;
    const ends = now + BOUNDS.queryFunctionSeconds * 1000;
    system.state.waits.set('demo', Array<number>(BOUNDS.waitsAtOnce).fill(ends));
    await waiting(id);
    expect(system.state.now).toBe(now);
    system.state.now = ends;
    await waiting(id);
    expect(system.state.now).toBe(ends + 10_000);
  });

  test('that loses the race for a place, or cannot give it back, is answered all the same', async () => {
    const id = await upload();
    system.around = ({ name }, run) =>
      name === 'slots.release' ? Promise.reject(new DependencyUnavailableError('DynamoDB')) : run();
    expect((await waiting(id, 1)).statusCode).toBe(200);
    const { now } = system.state;
    system.around = async <T>({ name }: { name: string }, run: () => Promise<T>) =>
      name === 'slots.take' ? (false as T) : await run();
    expect((await waiting(id)).statusCode).toBe(200);
    expect(system.state.now).toBe(now);
  });
});
