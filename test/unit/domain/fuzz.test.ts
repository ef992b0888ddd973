import fc from 'fast-check';
import { rejectionReasonSchema } from '../../../lambda/domain/category';
import { decodeCursor } from '../../../lambda/domain/cursor';
import { ApplicationError } from '../../../lambda/domain/errors';
import { readOrientation } from '../../../lambda/domain/exif-orientation';
import { rebuildCompressedIccProfile, rebuildIccProfile } from '../../../lambda/domain/icc-profile';
import { parseObjectCreated } from '../../../lambda/domain/object-created-event';
import {
  parseIdempotencyKey,
  parseImageId,
  parseListQuery,
  parseUploadRequest,
} from '../../../lambda/domain/parse-request';
import { inputKey, parseInputKey, pictureKey } from '../../../lambda/domain/picture-keys';
import { sniffPicture } from '../../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import { parseThresholds } from '../../../lambda/domain/thresholds';
import { type BasePictures, basePictures } from '../../support/hostile/base-pictures';
import { chunksOf, pngOf } from '../../support/picture-surgery';

/** Raised by the reliability run; the seed is printed when a property fails. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) };

/** Runs it; whatever is thrown must be one of ours. Answers the error's name, or undefined. */
function typedFault(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ApplicationError) return error.name;
    throw error;
  }
}

const format = fc.constantFrom('jpg' as const, 'png' as const);
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json());

/** One cut through a file: these bytes instead of so many there. */
const cut = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 300 }),
  inserted: fc.uint8Array({ maxLength: 30 }),
});
type Cut = typeof cut extends fc.Arbitrary<infer Value> ? Value : never;

const mutated = (file: Uint8Array, cuts: readonly Cut[]): Buffer => {
  let bytes = Buffer.from(file);
  for (const { at, removed, inserted } of cuts) {
    const offset = Math.floor(at * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, offset), inserted, bytes.subarray(offset + removed)]);
  }
  return bytes;
};

/** Whatever the bytes: a result with a known reason, and what is accepted can be stripped and stays accepted. */
function checkPicture(bytes: Uint8Array, declared: 'jpg' | 'png'): void {
  const result = sniffPicture(bytes, declared);
  if (!result.accepted) {
    expect(rejectionReasonSchema.options).toContain(result.reason);
    expect([undefined, 'PictureFault']).toContain(typedFault(() => stripMetadata(bytes, declared)));
    return;
  }
  const stripped = stripMetadata(bytes, declared);
  expect(sniffPicture(stripped, declared)).toEqual(result);
  expect(Buffer.compare(stripMetadata(stripped, declared), stripped)).toBe(0);
}

describe('whatever the bytes, sniffer and stripper throw nothing untyped', () => {
  let base: BasePictures;
  beforeAll(async () => {
    base = await basePictures();
  });

  test('of noise, with and without a signature', () => {
    const signature = fc.constantFrom('', '\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF89a', '<svg');
    fc.assert(
      fc.property(signature, fc.uint8Array({ maxLength: 2000 }), format, (begin, noise, declared) => {
        checkPicture(Buffer.concat([Buffer.from(begin, 'latin1'), noise]), declared);
      }),
      RUNS,
    );
  });

  test('of a JPEG cut and patched anywhere', () => {
    const kind = fc.constantFrom('jpeg' as const, 'progressiveJpeg' as const, 'cmykJpeg' as const);
    fc.assert(
      fc.property(kind, fc.array(cut, { minLength: 1, maxLength: 4 }), (name, cuts) => {
        checkPicture(mutated(base[name], cuts), 'jpg');
      }),
      RUNS,
    );
  });

  test('of a PNG cut and patched anywhere', () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        checkPicture(mutated(base.png, cuts), 'png');
      }),
      RUNS,
    );
  });

  test('of PNG chunks that are shuffled, doubled, dropped or filled with noise, checksums right', () => {
    const part = fc.record({
      index: fc.nat({ max: 8 }),
      noise: fc.option(fc.uint8Array({ maxLength: 300 })),
    });
    const types = ['iCCP', 'eXIf', 'tRNS', 'acTL', 'PLTE', 'zTXt'];
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, isEnded) => {
        const chunks = chunksOf(base.palettePng);
        const end = chunks.at(-1);
        const shuffled = parts.flatMap(({ index, noise }) => {
          const known = chunks[index % chunks.length];
          if (noise === null) return known ? [known] : [];
          return [{ type: types[index % types.length] ?? 'tEXt', data: Buffer.from(noise) }];
        });
        checkPicture(pngOf([...chunks.slice(0, 1), ...shuffled, ...(isEnded && end ? [end] : [])]), 'png');
      }),
      RUNS,
    );
  });

  test('of any EXIF block or colour profile', () => {
    const begin = fc.constantFrom('', 'II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', 'MM\0*\0\0\0\x08\0\x01\x01\x12');
    fc.assert(
      fc.property(begin, fc.uint8Array({ maxLength: 300 }), (start, noise) => {
        const block = Buffer.concat([Buffer.from(start, 'latin1'), noise]);
        expect([undefined, 1, 2, 3, 4, 5, 6, 7, 8]).toContain(readOrientation(block));
        expect([rebuildIccProfile(block), rebuildCompressedIccProfile(block)]).toEqual([
          undefined,
          undefined,
        ]);
      }),
      RUNS,
    );
  });
});

describe('whatever a client or an operator writes, nothing untyped is thrown', () => {
  const upload = fc.record(
    { fileName: fc.anything(), contentType: fc.anything(), image: fc.anything(), size: fc.anything() },
    { requiredKeys: [] },
  );

  test('by an upload’s body', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          upload.map((body) => JSON.stringify(body, keepPlain)),
        ),
        (body) => {
          expect([undefined, 'ProblemError']).toContain(typedFault(() => parseUploadRequest(body)));
        },
      ),
      RUNS,
    );
  });

  test('by paths, queries and headers', () => {
    const values = fc.dictionary(fc.oneof(text, fc.constantFrom('id', 'limit', 'from', 'cursor')), text);
    fc.assert(
      fc.property(values, fc.array(text, { minLength: 1, maxLength: 2 }), (map, list) => {
        const many = Object.fromEntries(Object.keys(map).map((name) => [name, list]));
        expect([undefined, 'ProblemError']).toContain(typedFault(() => parseImageId(map)));
        expect([undefined, 'ProblemError']).toContain(typedFault(() => parseListQuery(many)));
        expect([undefined, 'ProblemError']).toContain(typedFault(() => parseIdempotencyKey(map)));
      }),
      RUNS,
    );
  });

  test('by a cursor', () => {
    const signed = fc.tuple(text, text).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.oneof(text, signed), fc.array(text, { maxLength: 2 }), (cursor, secrets) => {
        expect(typedFault(() => decodeCursor(cursor, { clientId: 'c' }, secrets))).toBe('ProblemError');
      }),
      RUNS,
    );
  });

  test('by the thresholds parameter', () => {
    const numbers = fc.record({ accept: fc.anything(), floor: fc.anything(), margin: fc.anything() });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.constant(undefined),
          numbers.map((value) => JSON.stringify(value, keepPlain)),
        ),
        (value) => {
          expect([undefined, 'ThresholdsMissing', 'ThresholdsInvalid']).toContain(
            typedFault(() => parseThresholds(value)),
          );
        },
      ),
      RUNS,
    );
  });

  test('by an object event', () => {
    const event = fc.record({
      'detail-type': fc.constantFrom('Object Created', 'Object Deleted'),
      detail: fc.oneof(fc.anything(), fc.record({ object: fc.record({ key: fc.anything() }) })),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          event.map((value) => JSON.stringify(value, keepPlain)),
        ),
        (message) => {
          expect([undefined, 'MalformedEvent']).toContain(typedFault(() => parseObjectCreated(message)));
        },
      ),
      RUNS,
    );
  });
});

describe('keys of the picture bucket', () => {
  test('that are ours are read, however an event encodes them, and no other key is taken for ours', () => {
    const folder = fc.constantFrom('input' as const, 'cats' as const, 'quarantine' as const);
    const client = fc.stringMatching(/^[a-z][a-z0-9-]{1,30}$/);
    fc.assert(
      fc.property(folder, fc.uuid(), client, format, (place, imageId, clientId, kind) => {
        const isInput = place === 'input';
        const key = isInput ? inputKey(imageId, clientId, kind) : pictureKey(place, imageId, kind);
        expect(parseInputKey(key)).toEqual(isInput ? { imageId, clientId, format: kind } : undefined);
        // Nothing in our keys changes under URL encoding, so it does not matter who decodes them.
        expect(decodeURIComponent(key.replaceAll('+', ' '))).toBe(key);
        expect(encodeURIComponent(key).replaceAll('%2F', '/')).toBe(key);
      }),
      RUNS,
    );
  });

  test('of any other shape are none', () => {
    const id = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
    const around = fc.tuple(text, text).filter(([before, after]) => before + after !== '');
    fc.assert(
      fc.property(around, text, ([before, after], any) => {
        expect(parseInputKey(`${before}input/${id}.jpg${after}`)).toBeUndefined();
        expect(parseInputKey(`input/${any}`)).toBeUndefined();
      }),
      RUNS,
    );
    expect(parseInputKey(`input/${id}.de.mo.jpg`)).toBeUndefined();
    expect(parseInputKey(`input/${id}..jpg`)).toBeUndefined();
    expect(parseInputKey(`input/${id}.-.jpg`)).toBeUndefined();
    expect(parseInputKey(`input/../${id}.jpg`)).toBeUndefined();
    expect(parseInputKey(`input/${id.toUpperCase()}.jpg`)).toBeUndefined();
    expect(parseInputKey(`input/${id}.jpg\n`)).toBeUndefined();
    expect(parseInputKey(`input%2F${id}.jpg`)).toBeUndefined();
  });
});

/** JSON.stringify refuses bigints; what a fuzzer makes of them does not matter. */
function keepPlain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
