import fc from 'fast-check';
import { BOUNDS } from '../../../lambda/domain/bounds';
import {
  parseIdempotencyKey,
  parseBatchQuery,
  parseImageId,
  parseListQuery,
  parseUploadRequest,
  requireJson,
} from '../../../lambda/domain/parse-request';
import { type ProblemDetails, ProblemError } from '../../../lambda/domain/problems';

const problemOf = (run: () => unknown): { code: string } & ProblemDetails => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return { code: error.code, ...error.details };
    throw error;
  }
  throw new Error('was accepted');
};
const badPaths = (run: () => unknown): string[] => (problemOf(run).errors ?? []).map(({ path }) => path);

const INLINE = { fileName: 'a.jpg', contentType: 'image/jpeg', image: 'aGVsbG8=' };
const PRESIGNED = { fileName: 'a.jpg', contentType: 'image/jpeg', size: 1 };
const upload = (body: object): unknown => parseUploadRequest(JSON.stringify(body));

describe('reading an upload', () => {
  test('decodes a picture inside the request', () => {
    expect(upload(INLINE)).toEqual({ ...INLINE, image: Buffer.from('hello') });
  });

  test('takes every picture of 1 to 3,145,728 bytes, and none larger', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(upload({ ...INLINE, image: Buffer.from(bytes).toString('base64') })).toMatchObject({
          image: Buffer.from(bytes),
        });
      }),
    );
    const largest = { ...INLINE, image: Buffer.alloc(BOUNDS.inlineBytes).toString('base64') };
    expect(upload(largest)).toMatchObject({ image: { length: BOUNDS.inlineBytes } });
    const larger = { ...INLINE, image: Buffer.alloc(BOUNDS.inlineBytes + 1).toString('base64') };
    expect(badPaths(() => upload(larger))).toEqual(['image']);
  });

  test.each([
    ['empty', ''],
    ['without padding', 'aGVsbG8'],
    ['with a line break', 'aGVs\nbG8='],
    ['with bits that mean nothing', 'aGVsbG9='],
    ['in the alphabet of URLs', '_-_-'],
    ['as a data URL', 'data:image/jpeg;base64,aGVsbG8='],
    ['of a number', 5],
  ])('refuses base64 %s', (_, image) => {
    expect(badPaths(() => upload({ ...INLINE, image }))).toEqual(['image']);
  });

  test('takes an announced size of 1 byte to 15 MB', () => {
    expect(upload(PRESIGNED)).toEqual(PRESIGNED);
    expect(upload({ ...PRESIGNED, size: BOUNDS.pictureBytes })).toMatchObject({ size: 15_728_640 });
  });

  test.each([0, -1, 1.5, BOUNDS.pictureBytes + 1, '1', null, 1e400])('refuses the size %p', (size) => {
    expect(badPaths(() => upload({ ...PRESIGNED, size }))).toEqual(['size']);
  });

  test.each([
    ['neither image nor size', { fileName: 'a.jpg', contentType: 'image/jpeg' }, ['image', 'size']],
    ['both', { ...INLINE, ...PRESIGNED }, ['image', 'size']],
    ['unknown fields', { ...PRESIGNED, animal: 'cat', Size: 1 }, ['animal', 'Size']],
    ['a list', [PRESIGNED], ['body']],
    ['nothing', 'null', ['body']],
  ])('refuses a body with %s, and says of which field', (_, body, paths) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(problemOf(() => parseUploadRequest(text)).code).toBe('invalid-body');
    expect(badPaths(() => parseUploadRequest(text))).toEqual(paths);
  });

  test('tells whose picture is too large for the request to announce its size', () => {
    const image = Buffer.alloc(BOUNDS.inlineBytes + 1).toString('base64');
    expect(problemOf(() => upload({ ...INLINE, image })).errors).toEqual([
      { path: 'image', message: expect.stringContaining('by its size instead') as string },
    ]);
  });

  test('refuses a name that was no UTF-8 on its way', () => {
    expect(badPaths(() => upload({ ...PRESIGNED, fileName: 'caf\ufffd.jpg' }))).toEqual(['fileName']);
  });

  test('gives back names of a hostile body cut short', () => {
    const [path = ''] = badPaths(() => upload({ ...PRESIGNED, ['x'.repeat(5000)]: 1 }));
    expect(path).toBe('x'.repeat(64));
  });

  test('names every bad field', () => {
    expect(badPaths(() => upload({ fileName: '', contentType: 'image/gif', size: 0 }))).toEqual([
      'fileName',
      'contentType',
      'size',
    ]);
  });

  test('names no more than twenty faults of a hostile body', () => {
    const body = { ...PRESIGNED, contentType: 'x', fileName: '\0'.repeat(300) };
    expect(badPaths(() => upload(body)).length).toBeLessThanOrEqual(20);
  });

  test('refuses a body nested a million deep without exhausting the stack', () => {
    const nested = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    expect(problemOf(() => parseUploadRequest(nested)).code).toBe('invalid-body');
    expect(problemOf(() => parseUploadRequest(`{"size":${nested}}`)).code).toBe('invalid-body');
  });

  test('refuses a prototype smuggled in as a field', () => {
    expect(
      problemOf(() =>
        parseUploadRequest('{"fileName":"a","contentType":"image/png","size":1,"__proto__":{"x":1}}'),
      ).code,
    ).toBe('invalid-body');
  });

  test.each(['', '{', 'undefined', '\ufeff{}', null, undefined])('says of %p that it is no JSON', (text) => {
    expect(problemOf(() => parseUploadRequest(text)).code).toBe('invalid-json');
  });
});

describe('a query for a batch', () => {
  const id = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';

  test('is for ids alone, up to 25 of them', () => {
    expect(parseBatchQuery(null)).toBeUndefined();
    expect(parseBatchQuery({ animal: ['cat'] })).toBeUndefined();
    expect(parseBatchQuery({ ids: [id.toUpperCase(), id] })).toEqual([id, id]);
    expect(badPaths(() => parseBatchQuery({ ids: [id], limit: ['5'] }))).toEqual(['limit']);
    expect(badPaths(() => parseBatchQuery({ ids: Array<string>(26).fill(id) }))).toEqual(['ids']);
    expect(badPaths(() => parseBatchQuery({ ids: [id, 'x'] }))).toEqual(['ids.1']);
  });
});

describe('reading a query for a list', () => {
  test.each([
    ['reference', 'a#b'],
    ['reference', ''],
    ['reference', 'x'.repeat(129)],
    ['fileName', 'a/b.jpg'],
    ['order', 'random'],
  ])('refuses %s=%s', (name, value) => {
    expect(badPaths(() => parseListQuery({ [name]: [value] }))).toEqual([name]);
  });

  test('has 25 items to a page unless told otherwise', () => {
    expect(parseListQuery(null)).toEqual({ limit: 25, order: 'newest' });
    expect(parseListQuery({ limit: ['100'], animal: ['cat'] })).toMatchObject({ limit: 100, animal: 'cat' });
    expect(parseListQuery({ limit: ['1'], from: undefined })).toEqual({ limit: 1, order: 'newest' });
  });

  test.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', '1.0'],
    ['limit', ' 5'],
    ['limit', '0x10'],
    ['limit', ''],
    ['animal', 'horse'],
    ['animal', 'Cat'],
    ['status', 'done'],
    ['from', '2025-08-04'],
    ['from', '2025-02-30T00:00:00Z'],
    ['to', '2025-08-04T11:42:00'],
    ['to', '2025-08-04T11:42:00+25:00'],
    ['to', '2025-08-04 11:42:00Z'],
    ['from', '0000-01-01T00:00:00+14:00'],
    ['to', '9999-12-31T23:59:59-01:00'],
    ['cursor', ''],
    ['cursor', 'x'.repeat(2049)],
  ])('refuses %s=%s', (name, value) => {
    expect(badPaths(() => parseListQuery({ [name]: [value] }))).toEqual([name]);
  });

  test.each([
    ['2025-08-04T11:42:00Z', 'as we write it'],
    ['2025-08-04T11:42:00.000Z', 'JavaScript'],
    ['2025-08-04T13:42:00.123456+02:00', 'Python'],
    ['2025-08-04T13:42:00.123456 02:00', 'Python, unescaped in a query'],
    ['2025-08-04T11:42:00.123456789Z', 'Java and Go'],
    ['2025-08-04T13:42:00.123456+0200', 'C and Python, by %z'],
    ['2025-08-04T09:12:00-02:30', 'half an hour off'],
  ])('takes %s (%s) for one second of UTC', (text) => {
    expect(parseListQuery({ from: [text], to: [text] })).toMatchObject({
      from: '2025-08-04T11:42:00Z',
      to: '2025-08-04T11:42:00Z',
    });
  });

  test('refuses a time that ends before it begins, and takes one second', () => {
    const [early, late] = ['2025-08-04T11:42:00Z', '2025-08-04T11:42:01Z'];
    expect(badPaths(() => parseListQuery({ from: [late], to: [early] }))).toEqual(['from']);
    expect(parseListQuery({ from: [early], to: [early] })).toMatchObject({ from: early, to: early });
  });

  test('refuses what it does not know and what stands twice', () => {
    expect(problemOf(() => parseListQuery({ page: ['1'] })).code).toBe('invalid-query');
    expect(badPaths(() => parseListQuery({ limit: ['1', '2'] }))).toEqual(['limit']);
  });
});

describe('the content type of a body', () => {
  test.each([undefined, 'application/json', 'Application/JSON; charset=utf-8', 'application/json;charset=x'])(
    'takes %p',
    (value) => {
      expect(() => requireJson({ 'content-TYPE': value })).not.toThrow();
    },
  );
  test.each([
    'text/plain',
    '',
    'application/jsonp',
    'multipart/form-data; boundary=x',
    'application/problem+json',
  ])('refuses %p', (value) => {
    expect(problemOf(() => requireJson({ 'Content-Type': value })).code).toBe('unsupported-media-type');
  });
});

describe('reading an image id or an Idempotency-Key', () => {
  const id = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';

  test('an id is read in any case and kept in lower case', () => {
    expect(parseImageId({ id: id.toUpperCase() })).toBe(id);
  });

  test.each([undefined, null, {}, { id: 'x' }, { id: `${id} ` }, { id: '../secrets' }, { id, other: '1' }])(
    '%j is no path with an id',
    (path) => {
      expect(problemOf(() => parseImageId(path)).code).toBe('invalid-path');
    },
  );

  test('the header is found however it is written, and may be absent', () => {
    expect(parseIdempotencyKey({ 'idempotency-KEY': 'order-1' })).toBe('order-1');
    expect(parseIdempotencyKey({ other: '1' })).toBeUndefined();
    expect(parseIdempotencyKey(null)).toBeUndefined();
  });

  test.each(['', ' ', 'a b', 'ä', 'a\n', '\x7f', 'x'.repeat(129)])('the key %j is refused', (value) => {
    expect(problemOf(() => parseIdempotencyKey({ 'Idempotency-Key': value }))).toMatchObject({
      code: 'invalid-header',
      errors: [{ path: 'Idempotency-Key' }],
    });
  });

  test.each(['!', '~', 'x'.repeat(128)])('the key %j is taken', (value) => {
    expect(parseIdempotencyKey({ 'Idempotency-Key': value })).toBe(value);
  });
});
