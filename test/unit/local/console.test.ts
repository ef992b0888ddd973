import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient, HttpAnswer } from '../../../tools/client/api-client';
import type { ResultRow } from '../../../tools/client/result-row';
import { type Console, startConsole } from '../../../local/console/server';

const ID = '0b1f7c7e-5d5e-4c39-9f1c-3b7f3f1f7a10';
const RECORD = {
  ImageID: ID,
  DetectedAnimal: 'cat',
  ConfidenceScore: 98.5,
  Timestamp: '2026-01-02T03:04:05Z',
  S3Location: `s3://pictures/cats/${ID}.jpg`,
  ProcessingStatus: 'completed',
  FileSize: 4,
  ImageFormat: 'jpg',
  FileName: 'new.jpg',
  DecisionReason: 'clear',
};
const REVIEW = {
  schemaVersion: 1 as const,
  imageId: ID,
  reason: 'close-call' as const,
  candidates: [],
  link: `/images/${ID}`,
};
const ROW: ResultRow = {
  file: 'old.jpg',
  imageId: ID,
  category: 'cat',
  confidence: 98.5,
  status: 'completed',
  reason: 'clear',
  s3Location: null,
  milliseconds: 5,
};
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: {},
  text: JSON.stringify(body),
  json: () => body,
});

/** Stands for the public API: accepts every upload and knows one record. */
const uploads: unknown[] = [];
const api = {
  callPatiently: (path: string, _deadline: number, options?: { body: string }) => {
    if (path === '/upload') {
      uploads.push(JSON.parse(options?.body ?? ''));
      return Promise.resolve(
        answer(202, { imageId: ID, status: 'processing', links: { self: `/images/${ID}` } }),
      );
    }
    return Promise.resolve(answer(200, path.startsWith('/images?') ? { items: [RECORD] } : RECORD));
  },
} as unknown as ApiClient;

let folder: string;
let opened: Console;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-test-'));
  await writeFile(join(folder, 'old.jpg'), JPEG);
  await writeFile(join(folder, 'text.jpg'), '<script>alert(1)</script>');
  let reviews = [REVIEW];
  opened = await startConsole({
    api,
    pictures: [
      { path: join(folder, 'old.jpg'), row: ROW },
      {
        path: join(folder, 'text.jpg'),
        row: { ...ROW, file: 'text.jpg', imageId: null, status: 'rejected' },
      },
    ],
    takeReviews: () => {
      const taken = reviews;
      reviews = [];
      return Promise.resolve(taken);
    },
  });
});

afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

const get = (path: string) => fetch(`${opened.url}${path}`);
const post = (origin: string) =>
  fetch(`${opened.url}/api/pictures?name=${encodeURIComponent('../../new.jpg')}`, {
    method: 'POST',
    headers: { origin },
    body: JPEG,
  });

describe('the console', () => {
  test.each(['/', '/console.css', '/console.js', '/api/state', '/absent'])(
    'answers %s under a policy that lets nothing in from elsewhere',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('shows what was sent, its record, and reviews as often as it is asked', async () => {
    const states = [await get('/api/state'), await get('/api/state')];
    for (const state of states) {
      expect(await state.json()).toMatchObject({
        pictures: expect.arrayContaining([
          expect.objectContaining({ file: 'old.jpg', hasPreview: true, record: RECORD }),
          expect.objectContaining({ file: 'text.jpg', hasPreview: false }),
        ]) as unknown,
        reviews: [REVIEW],
      });
    }
  });

  test('serves pictures, and never a text as one', async () => {
    const picture = await get('/pictures/0');
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(JPEG);
    expect((await get('/pictures/1')).status).toBe(404);
    expect((await get('/pictures/99')).status).toBe(404);
    expect((await get('/../package.json')).status).toBe(404);
  });

  test('sends a dropped picture through the public API, under its bare name', async () => {
    const response = await post(opened.url);
    expect(await response.json()).toMatchObject({
      file: 'new.jpg',
      imageId: ID,
      category: 'cat',
      status: 'completed',
    });
    expect(uploads).toEqual([
      { fileName: 'new.jpg', contentType: 'image/jpeg', image: JPEG.toString('base64') },
    ]);
    expect((await get('/pictures/2')).status).toBe(200);
  });

  test('refuses a picture from another site', async () => {
    const before = uploads.length;
    expect((await post('https://example.com')).status).toBe(403);
    expect(uploads).toHaveLength(before);
  });

  test('refuses another host name, as DNS rebinding would send it', async () => {
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(
        `${opened.url}/api/state`,
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
    expect((await fetch(`${opened.url}/api/state`, { method: 'DELETE' })).status).toBe(405);
  });
});
