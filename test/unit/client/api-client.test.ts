import { mkdtemp, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemDocument, type ProblemCode, PROBLEMS } from '../../../lambda/domain/problems';
import { ApiClient, type HttpAnswer, retryAfterMilliseconds } from '../../../tools/client/api-client';
import { classifyPicture } from '../../../tools/client/classify-picture';

const refusal = (code: ProblemCode, headers: HttpAnswer['headers'] = {}): HttpAnswer => {
  const body = problemDocument(code, 'request-1');
  return { status: PROBLEMS[code].status, headers, text: JSON.stringify(body), json: () => body };
};

/** Answers every call the same and notes when it was asked. */
class OneAnswer extends ApiClient {
  readonly askedAt: number[] = [];
  constructor(private readonly answer: HttpAnswer) {
    super('https://api.example.com', 'key', new Agent());
  }
  override call(): Promise<HttpAnswer> {
    this.askedAt.push(Date.now());
    return Promise.resolve(this.answer);
  }
}

describe('Retry-After', () => {
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

describe('a picture that could not be sent', () => {
  it.each([
    ['picture-rejected', 'rejected'],
    ['unauthenticated', 'rejected'],
    ['quota-exceeded', 'failed'],
    ['service-unavailable', 'failed'],
    ['internal-error', 'failed'],
  ] as const)('by %s is %s: an outage says nothing of the picture', async (code, status) => {
    const folder = await mkdtemp(join(tmpdir(), 'api-client-'));
    const path = join(folder, 'a.jpg');
    await writeFile(path, Buffer.from([0xff, 0xd8]));
    const row = await classifyPicture(new OneAnswer(refusal(code)), { path, name: 'a.jpg' }, 0);
    expect([code, row.status]).toEqual([code, status]);
  });
});
