import { mkdtemp, truncate, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNameSchema } from '../../../lambda/domain/api-schemas';
import { problemDocument, type ProblemCode, PROBLEMS } from '../../../lambda/domain/problems';
import {
  ApiClient,
  type HttpAnswer,
  type HttpRequest,
  retryAfterMilliseconds,
} from '../../../tools/client/api-client';
import { classifyPicture } from '../../../tools/client/classify-picture';
import type { ResultRow } from '../../../tools/client/result-row';

const refusal = (code: ProblemCode, headers: HttpAnswer['headers'] = {}): HttpAnswer => {
  const body = problemDocument(code, 'request-1');
  return { status: PROBLEMS[code].status, headers, text: JSON.stringify(body), json: () => body };
};

/** Answers every call the same and notes when it was asked. */
class OneAnswer extends ApiClient {
  readonly askedAt: number[] = [];
  readonly bodies: unknown[] = [];
  constructor(private readonly answer: HttpAnswer) {
    super('https://api.example.com', 'key', new Agent());
  }
  override call(_path: string, { body }: HttpRequest = {}): Promise<HttpAnswer> {
    this.askedAt.push(Date.now());
    if (typeof body === 'string') this.bodies.push(JSON.parse(body));
    return Promise.resolve(this.answer);
  }
}

describe('the header Retry-After', () => {
  const now = Date.parse('2025-08-04T11:42:00Z');
  it.each([
    ['2', 2000],
    ['0', 0],
    ['Mon, 04 Aug 2025 11:42:05 GMT', 5000],
    ['Mon, 04 Aug 2025 11:41:00 GMT', 0],
    ['soon', 0],
    [undefined, 0],
  ])('of %p is %d ms', (value, expected) => {
    expect(retryAfterMilliseconds({ headers: { 'retry-after': value } }, now)).toBe(expected);
  });

  it.each(['too-many-requests', 'service-unavailable'] as const)(
    'is waited for after %s before the request is repeated',
    async (code) => {
      const api = new OneAnswer(refusal(code, { 'retry-after': '1' }));
      await api.callPatiently('/images', Date.now() + 2000);
      const [first = 0, second = 0] = api.askedAt;
      expect(second - first).toBeGreaterThanOrEqual(995);
    },
  );

  it('beyond the deadline ends the waiting at once', async () => {
    const api = new OneAnswer(refusal('quota-exceeded', { 'retry-after': '3600' }));
    expect((await api.callPatiently('/images', Date.now() + 1000)).status).toBe(429);
    expect(api.askedAt).toHaveLength(1);
  });
});

/** Not one of our documents: what a proxy, a captive portal or a gateway in between says. */
const SOMETHING_IN_BETWEEN: HttpAnswer = {
  status: 400,
  headers: {},
  text: '<html>Bad request</html>',
  json: () => JSON.parse('<html>') as unknown,
};

describe('a picture that could not be sent', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'api-client-'))));
  const send = async (api: ApiClient, name: string, size: number): Promise<ResultRow> => {
    const path = join(folder, 'file');
    await writeFile(path, Buffer.from([0xff, 0xd8]));
    await truncate(path, size);
    return classifyPicture(api, { path, name }, 0);
  };

  it.each([
    ['picture-rejected', 'rejected'],
    ['body-too-large', 'rejected'],
    ['unauthenticated', 'failed'],
    ['access-denied', 'failed'],
    ['request-blocked', 'failed'],
    ['not-found', 'failed'],
    ['too-many-requests', 'failed'],
    ['quota-exceeded', 'failed'],
    ['service-unavailable', 'failed'],
    ['internal-error', 'failed'],
  ] as const)('by %s is %s: an outage says nothing of the picture', async (code, status) => {
    const row = await send(new OneAnswer(refusal(code)), 'a.jpg', 2);
    expect([code, row.status]).toEqual([code, status]);
  });

  it("by an answer that is not the system's has no result", async () =>
    expect(await send(new OneAnswer(SOMETHING_IN_BETWEEN), 'a.jpg', 2)).toMatchObject({
      status: 'failed',
      reason: 'HTTP 400',
    }));

  it('for its size was not read for that: 40 GB, mostly holes', async () => {
    const api = new OneAnswer(refusal('invalid-body'));
    expect(await send(api, 'film.mp4', 40 * 1024 ** 3)).toMatchObject({ status: 'rejected' });
    expect(api.bodies).toEqual([{ fileName: 'film.mp4', contentType: 'image/jpeg', size: 40 * 1024 ** 3 }]);
  });

  it.each([
    ['evil\u001b]0;x\u0007.jpg', 'evil_]0;x_.jpg'],
    [`${'long'.repeat(100)}.jpg`, `${'long'.repeat(100)}.jpg`.slice(-255)],
    ['caf\\xE9.jpg', 'caf_xE9.jpg'],
    ['gato 🐈 é.jpg', 'gato 🐈 é.jpg'],
  ])('is declared by a name that the API takes: %j', async (name, declared) => {
    const api = new OneAnswer(refusal('internal-error'));
    await send(api, name, 2);
    expect(api.bodies).toMatchObject([{ fileName: declared }]);
    expect(fileNameSchema.safeParse(declared).success).toBe(true);
  });

  it('because it could not be read, keeps the reason', async () => {
    const file = { path: folder, name: 'closed', unreadable: 'folder: no permission to read it' };
    const api = new OneAnswer(refusal('internal-error'));
    expect(await classifyPicture(api, file, 0)).toMatchObject({
      status: 'unreadable',
      reason: 'folder: no permission to read it',
    });
    expect(api.bodies).toEqual([]);
  });
});
