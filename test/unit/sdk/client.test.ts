import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { base64 } from '../../../tools/sdk/src/base64';
import { ApiError, PatienceExhaustedError, PicturesClient } from '../../../tools/sdk/src/index';
import { sdkTypesAreStale } from '../../../tools/documents/sdk-types';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
  readonly at: number;
}
type Answer = Response | Error;

const ID = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json(status, { type: `urn:${code}`, title: code, status, code }, headers);
const image = (ProcessingStatus: string) => ({ ImageID: ID, ProcessingStatus });

/** A client whose requests are answered from a list; time passes while it sleeps. */
function clientWith(...answers: Answer[]) {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const begin = now;
  const asked: Asked[] = [];
  const client = new PicturesClient({
    apiUrl: 'https://api.example.com/dev/',
    apiKey: 'key',
    patienceSeconds: 60,
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    fetch: (url, init = {}) => {
      asked.push({ url: url as string, init, at: (now - begin) / 1000 });
      const answer = answers.shift() ?? new Error('nothing more is answered');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { client, asked };
}
const headerOf = ({ init }: Asked, name: string): string | null => new Headers(init.headers).get(name);
const picture = (length: number) => ({ bytes: new Uint8Array(length).fill(0xff), fileName: 'cat.png' });
const taken = (): Response => json(202, { imageId: ID, status: 'pending', links: { self: '/' } });
const form = (): Response =>
  json(201, {
    imageId: ID,
    status: 'pending',
    links: { self: '/' },
    upload: { url: 'https://bucket.example.com', fields: { key: 'input/x' }, expiresAt: '' },
  });

describe('requests of the SDK', () => {
  it.each([
    ['seconds', '7', 7],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9],
  ])('wait as long as Retry-After says in %s', async (_, value, least) => {
    const { client, asked } = clientWith(
      problem(429, 'too-many-requests', { 'retry-after': value }),
      json(200, image('completed')),
    );
    await client.read(ID);
    expect(asked[1]?.at).toBeGreaterThanOrEqual(least);
    expect(asked[1]?.at).toBeLessThan(least + 1);
  });

  it('are not repeated when the API asks for more than the patience: the error says how long', async () => {
    const { client, asked } = clientWith(problem(429, 'quota-exceeded', { 'retry-after': '1800' }));
    await expect(client.read(ID)).rejects.toMatchObject({
      code: 'quota-exceeded',
      retryAfterSeconds: 1800,
      status: 429,
    });
    expect(asked).toHaveLength(1);
  });

  it('pass faults of network and service, and end with the last answer when they do not', async () => {
    const passing = clientWith(new TypeError('reset'), problem(503, 'x'), json(200, image('failed')));
    expect(await passing.client.read(ID)).toEqual(image('failed'));
    const always = Array.from({ length: 200 }, () => problem(500, 'internal-error'));
    await expect(clientWith(...always).client.read(ID)).rejects.toThrow(ApiError);
    const away = Array.from({ length: 200 }, () => new TypeError('reset'));
    await expect(clientWith(...away).client.read(ID)).rejects.toThrow(PatienceExhaustedError);
  });

  it.each([400, 401, 404, 410, 422])('are not repeated after %i', async (status) => {
    const { client, asked } = clientWith(problem(status, 'some-code'));
    await expect(client.read(ID)).rejects.toMatchObject({ status, code: 'some-code' });
    expect(asked).toHaveLength(1);
  });

  it('that something else than the API refuses are errors too', async () => {
    const { client } = clientWith(new Response('<html>', { status: 403 }));
    await expect(client.read(ID)).rejects.toMatchObject({ status: 403, code: undefined });
  });
});

describe('an upload by the SDK', () => {
  it('of a small picture goes within the request, and a repeat is the same upload', async () => {
    const { client, asked } = clientWith(problem(503, 'x'), taken());
    expect(await client.upload(picture(100))).toEqual({ imageId: ID, status: 'pending' });
    const [first, second] = asked.map((each) => headerOf(each, 'idempotency-key'));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
    expect(JSON.parse(asked[0]?.init.body as string)).toEqual({
      fileName: 'cat.png',
      contentType: 'image/png',
      image: Buffer.alloc(100, 0xff).toString('base64'),
    });
    expect(asked[0]?.url).toBe('https://api.example.com/dev/upload');
  });

  it('of a large one goes by a form, which is asked for again when it expired; the key stays with the API', async () => {
    const { client, asked } = clientWith(
      form(),
      new Response('<Error/>', { status: 403 }),
      form(),
      new Response(null, { status: 204 }),
    );
    await client.upload(picture(3 * 1024 * 1024 + 1));
    expect(asked.map(({ url }) => url)).toEqual([
      'https://api.example.com/dev/upload',
      'https://bucket.example.com',
      'https://api.example.com/dev/upload',
      'https://bucket.example.com',
    ]);
    const [submitted, posted, again] = asked as [Asked, Asked, Asked];
    expect(headerOf(again, 'idempotency-key')).toBe(headerOf(submitted, 'idempotency-key'));
    expect(headerOf(posted, 'x-api-key')).toBeNull();
    const fields = [...(posted.init.body as FormData).keys()];
    expect(fields).toEqual(['key', 'file']);
  });

  it('posts nothing when the picture is there already', async () => {
    const { client, asked } = clientWith(taken());
    await client.upload(picture(4 * 1024 * 1024));
    expect(asked).toHaveLength(1);
  });

  it('writes base64 as everybody else does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what the SDK reads', () => {
  it('lists page after page, with the filter on each', async () => {
    const { client, asked } = clientWith(
      json(200, { items: [image('completed')], cursor: 'c1' }),
      json(200, { items: [], cursor: 'c2' }),
      json(200, { items: [image('failed')] }),
    );
    const states: string[] = [];
    for await (const { ProcessingStatus } of client.list({ animal: 'cat', limit: 1 }))
      states.push(ProcessingStatus);
    expect(states).toEqual(['completed', 'failed']);
    expect(asked.map(({ url }) => new URL(url).search)).toEqual([
      '?animal=cat&limit=1',
      '?animal=cat&limit=1&cursor=c1',
      '?animal=cat&limit=1&cursor=c2',
    ]);
  });

  it('reads many images by 25', async () => {
    const page = () => json(200, { items: [] });
    const { client, asked } = clientWith(page(), page(), page());
    await client.readMany(Array<string>(60).fill(ID));
    expect(asked.map(({ url }) => new URL(url).searchParams.getAll('ids').length)).toEqual([25, 25, 10]);
  });

  it('waits as the API asks until a picture is decided, and no longer than told', async () => {
    const { client, asked } = clientWith(
      json(200, image('pending'), { 'retry-after': '3' }),
      json(200, image('processing')),
      json(200, image('quarantined')),
    );
    expect(await client.wait(ID)).toEqual(image('quarantined'));
    expect(asked.map(({ at }) => at)).toEqual([0, 3, 5]);
    // The API waits too, for as long as it can and may.
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(['?wait=10', '?wait=10', '?wait=10']);
    const never = Array.from({ length: 9 }, () => json(200, image('processing')));
    const impatient = clientWith(...never);
    await expect(impatient.client.wait(ID, { seconds: 5 })).rejects.toThrow(PatienceExhaustedError);
    expect(impatient.asked.map(({ url }) => new URL(url).search)).toEqual(['?wait=5', '?wait=3', '?wait=1']);
  });

  it('erases, and tells when it may not', async () => {
    const { client, asked } = clientWith(new Response(null, { status: 204 }), problem(404, 'not-found'));
    await client.erase(ID);
    expect(asked[0]).toMatchObject({
      url: `https://api.example.com/dev/images/${ID}`,
      init: { method: 'DELETE' },
    });
    await expect(client.erase(ID)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it("has the types of today's document, and nobody changed them by hand (else: npm run generate)", () => {
  expect(sdkTypesAreStale()).toBe(false);
  expect(sdkTypesAreStale('{"another":"document"}')).toBe(true);
});

it('is shown in README.md as the example that is run', () => {
  const text = (file: string) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  expect(text('README.md')).toContain(`\`\`\`ts\n${text('tools/sdk/examples/classify.mts')}\`\`\``);
});
