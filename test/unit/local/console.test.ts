import { request } from 'node:http';
import { type Console, startConsole } from '../../../local/console/server';
import { FakeSystem, idOf, JPEG } from '../../support/local-console';

const REVIEW = {
  schemaVersion: 1 as const,
  imageId: idOf(1),
  reason: 'close-call' as const,
  candidates: [],
  link: `/images/${idOf(1)}`,
};

let system: FakeSystem;
let opened: Console;

beforeAll(async () => {
  system = await FakeSystem.create(150);
  system.reviews = [REVIEW];
  opened = await startConsole(system.options());
});

afterAll(async () => {
  await opened.close();
  await system.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${opened.url}${path}`, { headers });
const post = (origin: string, path: string, body?: Buffer) =>
  fetch(`${opened.url}${path}`, {
    method: 'POST',
    headers: { origin },
    ...(body ? { body: new Uint8Array(body) } : {}),
  });
const send = (name: string, origin = opened.url) =>
  post(origin, `/api/pictures?name=${encodeURIComponent(name)}`, JPEG);

/** Events of the stream, until as many have come. */
async function events(count: number, meanwhile: () => void = () => undefined): Promise<Map<string, unknown>> {
  const stop = new AbortController();
  const response = await fetch(`${opened.url}/api/events`, { signal: stop.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const heard = new Map<string, unknown>();
  let text = '';
  while (heard.size < count) {
    const { value } = await reader.read();
    text += Buffer.from(value ?? []).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      heard.set(name, JSON.parse(data));
    }
    if (heard.size === 1) meanwhile();
  }
  stop.abort();
  return heard;
}

describe('the reviewer’s desk', () => {
  const decide = (origin: string, body: string) =>
    post(origin, `/api/reviews/${idOf(7)}/decision`, Buffer.from(body));

  it('passes on what waits, the picture and the decision, and takes none from elsewhere', async () => {
    system.waiting = [idOf(7)];
    expect(await (await get('/api/reviews')).json()).toMatchObject({ items: [{ ImageID: idOf(7) }] });
    const picture = await get(`/api/reviews/${idOf(7)}/picture`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect((await decide('http://elsewhere.example', '{}')).status).toBe(403);
    expect((await decide(opened.url, 'no json')).status).toBe(400);
    expect((await decide(opened.url, '{"outcome":"cat"}')).status).toBe(200);
    expect(system.decisions).toEqual([{ id: idOf(7), decision: { outcome: 'cat' } }]);
    expect((await decide(opened.url, '{"outcome":"cat"}')).status).toBe(409);
    expect((await get(`/api/reviews/${idOf(7)}/picture`)).status).toBe(404);
  });
});

describe('the console', () => {
  test.each(['/', '/console.css', '/console.js', '/api/records', '/api-document', '/absent'])(
    'answers %s under a policy that lets nothing in from elsewhere',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('begins with everything, and then tells what functions do and what topics send', async () => {
    const heard = await events(3, () => {
      system.act({ functionName: 'serverlessapp-dev-analyze', phase: 'begun', imageId: idOf(1) });
      system.reviews = [{ ...REVIEW, imageId: idOf(2) }];
    });
    expect(heard.get('everything')).toMatchObject({
      reviews: [REVIEW],
      refused: [{ file: 'text.jpg', reason: 'not-a-picture', hasPreview: false }],
      permission: { action: 's3:PutObject', isTaken: false },
    });
    expect(heard.get('activity')).toMatchObject([{ phase: 'begun', imageId: idOf(1) }]);
    expect(heard.get('reviews')).toMatchObject([REVIEW, { imageId: idOf(2) }]);
    // What was told once is told again to whoever opens the page later.
    expect((await events(1)).get('everything')).toMatchObject({
      reviews: [REVIEW, { imageId: idOf(2) }],
      activity: [{ phase: 'begun' }],
    });
  });

  test('passes filters and cursors on to the API, and its answers back, beyond 100 records', async () => {
    const seen: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page = await get(`/api/records?limit=100${cursor && `&cursor=${cursor}`}`);
      const { items, cursor: next } = (await page.json()) as {
        items: { ImageID: string }[];
        cursor?: string;
      };
      seen.push(...items.map(({ ImageID }) => ImageID));
      cursor = next;
    }
    expect(new Set(seen).size).toBe(150);
    const damaged = await get('/api/records?cursor=damaged');
    expect([damaged.status, await damaged.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid-cursor' }),
    ]);
  });

  test('shows the picture of any record, whoever sent it, and what the label model sees', async () => {
    const picture = await get(`/pictures/${idOf(3)}`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(JPEG);
    expect(await (await get(`/api/labels/${idOf(3)}`)).json()).toMatchObject([
      { name: 'Dog' },
      { name: 'Animal' },
    ]);
    expect((await get(`/pictures/${idOf(999)}`)).status).toBe(404);
  });

  test('never serves a text as a picture, nor a file that is not of the page', async () => {
    expect((await get('/refused/0')).status).toBe(404);
    expect((await get('/refused/99')).status).toBe(404);
    expect((await get('/../package.json')).status).toBe(404);
    expect((await get('/swagger-ui/package.json')).status).toBe(404);
    expect((await get('/report/..%2f..%2f..%2fetc%2fpasswd')).status).toBe(404);
  });

  test('gives the report an origin of its own', async () => {
    const { headers } = await get('/report/text.jpg');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts/);
    expect(headers.get('content-security-policy')).not.toContain('allow-same-origin');
  });

  test('has a page where the report will be, which says how to make it', async () => {
    const response = await get('/report/');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const page = await response.text();
    expect(page).toContain('<pre tabindex="0">npm run compliance</pre>');
    expect(page).toContain('<a href="/">Back to the console</a>');
    expect(await (await get('/report/evidence.json')).text()).toBe('Not in the report.');
  });

  test('sends a dropped picture through the public API, under its bare name', async () => {
    const response = await send('../../new.jpg');
    expect(await response.json()).toMatchObject({ file: 'new.jpg', status: 'completed' });
    expect(JSON.parse(String(system.calls.find(({ path }) => path === '/upload')?.request.body))).toEqual({
      fileName: 'new.jpg',
      contentType: 'image/jpeg',
      image: JPEG.toString('base64'),
    });
  });

  test('lists what the API refused', async () => {
    expect(await (await send('bad.jpg')).json()).toMatchObject({ status: 'rejected', reason: 'truncated' });
    const { refused } = (await events(1)).get('everything') as { refused: { file: string; index: number }[] };
    expect(refused.at(-1)?.file).toBe('bad.jpg');
    expect((await get(`/refused/${refused.at(-1)?.index}`)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('takes a permission away and gives it back, the last time when it closes', async () => {
    const own = await startConsole(system.options());
    const turn = (what: string) =>
      fetch(`${own.url}/api/tour/${what}`, { method: 'POST', headers: { origin: own.url } });
    expect(await (await turn('take')).json()).toMatchObject({ isTaken: true });
    await own.close();
    expect(system.permissionIsTaken).toBe(false);
  });

  test.each(['/api/pictures?name=a.jpg', '/api/tour/send', '/api/tour/take'])(
    'refuses a post to %s from another site',
    async (path) => {
      const before = system.calls.length;
      expect((await post('https://example.com', path, JPEG)).status).toBe(403);
      expect(system.calls).toHaveLength(before);
      expect(system.permissionIsTaken).toBe(false);
    },
  );

  test('refuses another host name, as DNS rebinding would send it', async () => {
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(
        `${opened.url}/api/records`,
        { headers: { host: 'example.com' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      outgoing.on('error', reject).end();
    });
    expect(status).toBe(421);
  });

  test('knows no other method', async () => {
    expect((await fetch(`${opened.url}/api/records`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('calls of the API document’s page', () => {
  // A browser sets it itself and no page can set it; here a bare request plays the browser.
  const tried = (site: string, key: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'sec-fetch-site': site, 'x-api-key': key, cookie: 'a=b' };
      request(`${opened.url}/try/images?limit=1`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('go to the API without the text that stands for the key, and with no header of the browser’s own', async () => {
    expect(await tried('same-origin', 'filled in by this console')).toBe(200);
    expect(system.calls.at(-1)).toEqual({ path: '/images?limit=1', request: { method: 'GET', headers: {} } });
  });

  test('keep a key that somebody typed in', async () => {
    await tried('same-origin', 'wrong');
    expect(system.calls.at(-1)?.request.headers).toEqual({ 'x-api-key': 'wrong' });
  });

  test.each(['cross-site', 'same-site', 'none'])(
    'are refused when they come from a page that is %s',
    async (site) => {
      const before = system.calls.length;
      expect(await tried(site, '')).toBe(403);
      expect(system.calls).toHaveLength(before);
    },
  );

  test('tell a shell, into which the page’s curl command was copied, where to ask instead', async () => {
    const answer = await get('/try/images?limit=1');
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining('-H "x-api-key: $KEY"'),
    ]);
  });

  test('are listed by a document that names this console as its only server', async () => {
    const document = (await (await get('/openapi.json')).json()) as { servers: { url: string }[] };
    expect(document.servers.map(({ url }) => url)).toEqual(['/try']);
  });
});
