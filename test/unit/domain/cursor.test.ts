import fc from 'fast-check';
import { type CursorBinding, decodeCursor, encodeCursor } from '../../../lambda/domain/cursor';
import { ProblemError } from '../../../lambda/domain/problems';

const KEY = {
  ImageID: '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3',
  ClientID: 'shelter',
  Timestamp: '2025-08-04T11:42:00Z',
};
const LIST: CursorBinding = { clientId: 'shelter', animal: 'cat' };

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  return 'accepted';
};

const text = fc.string({ unit: 'binary', maxLength: 40 });
const pageKey = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  text,
  { maxKeys: 5 },
);
const binding = fc.record(
  { clientId: text, animal: text, status: text, from: text, to: text },
  { requiredKeys: ['clientId'] },
);

describe('cursors of a listing', () => {
  test('bring back the key they were made of', () => {
    fc.assert(
      fc.property(pageKey, binding, text, (key, list, secret) => {
        expect(decodeCursor(encodeCursor(key, list, secret), list, [secret])).toEqual(key);
      }),
    );
  });

  test('Given a rotated key, then cursors of the previous version are still read, and older ones are not', () => {
    const cursor = encodeCursor(KEY, LIST, 'first');
    expect(decodeCursor(cursor, LIST, ['second', 'first'])).toEqual(KEY);
    expect(codeOf(() => decodeCursor(cursor, LIST, ['third', 'second']))).toBe('invalid-cursor');
    expect(codeOf(() => decodeCursor(cursor, LIST, []))).toBe('invalid-cursor');
  });

  test.each<[string, CursorBinding]>([
    ['another client', { ...LIST, clientId: 'other' }],
    ['another filter', { ...LIST, animal: 'dog' }],
    ['a filter more', { ...LIST, status: 'completed' }],
    ['a filter less', { clientId: 'shelter' }],
    ['the same value in another filter', { clientId: 'shelter', status: 'cat' }],
    ['a time more', { ...LIST, from: '2025-08-04T11:42:00Z' }],
  ])('do not open the list of %s', (_, list) => {
    const cursor = encodeCursor(KEY, LIST, 'secret');
    expect(codeOf(() => decodeCursor(cursor, list, ['secret']))).toBe('invalid-cursor');
  });

  test('are refused after any change of one character', () => {
    const cursor = encodeCursor(KEY, LIST, 'secret');
    fc.assert(
      fc.property(
        fc.nat({ max: cursor.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(cursor[at] !== other);
          const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
          expect(codeOf(() => decodeCursor(changed, LIST, ['secret']))).toBe('invalid-cursor');
        },
      ),
    );
  });

  test('have one spelling: bits of the last character that mean nothing must be as we set them', () => {
    const cursor = encodeCursor(KEY, LIST, 'secret');
    const alphabet = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789-_'].join('');
    const accepted = [...Array.from(alphabet), `${cursor.slice(-1)}=`].filter(
      (last) => codeOf(() => decodeCursor(cursor.slice(0, -1) + last, LIST, ['secret'])) === 'accepted',
    );
    expect(accepted).toEqual([cursor.slice(-1)]);
  });

  test('are refused when the payload is signed but no key', () => {
    // Signed as a cursor is, over something that is no page key: only who holds the secret could make it.
    const signed = encodeCursor(['no key'] as unknown as Record<string, string>, LIST, 'secret');
    expect(codeOf(() => decodeCursor(signed, LIST, ['secret']))).toBe('invalid-cursor');
  });

  test.each(['', '.', '..', 'a.b', 'a.b.c', '\0', '💥', `${'a'.repeat(2000)}.${'b'.repeat(43)}`])(
    'that nobody gave out (%j) are refused',
    (cursor) => {
      expect(codeOf(() => decodeCursor(cursor, LIST, ['secret']))).toBe('invalid-cursor');
    },
  );

  test('use the alphabet of URLs only', () => {
    expect(encodeCursor(KEY, LIST, 'secret')).toMatch(/^[\w-]+\.[\w-]{43}$/);
  });
});
