import fc from 'fast-check';
import { imageIdSchema } from '../../../lambda/domain/detection-record';
import { imageIdOfKey } from '../../../lambda/domain/image-id';
import { inputKey, parseInputKey } from '../../../lambda/domain/picture-keys';

const text = fc.string({ unit: 'binary' });

describe('the image id of an Idempotency-Key', () => {
  test('is a lower-case UUID of version 8, always the same', () => {
    fc.assert(
      fc.property(text, text, (clientId, key) => {
        const id = imageIdOfKey(clientId, key);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(imageIdSchema.parse(id)).toBe(id);
        expect(imageIdOfKey(clientId, key)).toBe(id);
        expect(parseInputKey(inputKey(id, 'demo', 'jpg'))).toEqual({
          imageId: id,
          clientId: 'demo',
          format: 'jpg',
        });
      }),
    );
  });

  test('differs between clients, between keys, and where the border between them moves', () => {
    const ids = [
      imageIdOfKey('shelter', 'key'),
      imageIdOfKey('other', 'key'),
      imageIdOfKey('shelter', 'key2'),
      imageIdOfKey('shelterk', 'ey'),
      imageIdOfKey('shelter","key', ''),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('does not change between releases: a repeat after a deployment must find the first image', () => {
    expect(imageIdOfKey('shelter', 'order-1')).toBe('4c295a13-38b3-80a4-8a25-afd4c1fb2fc4');
  });
});
