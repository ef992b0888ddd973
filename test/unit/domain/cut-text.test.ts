import fc from 'fast-check';
import { beginningOf, boundary, endOf, shortened } from '../../../lambda/domain/cut-text';

const texts = fc.string({ unit: fc.constantFrom('a', 'é', '→', '🚀', '👩‍💻'), maxLength: 40 });
const most = fc.nat({ max: 100 });

/** Whether a text holds half a character. */
const isHalf = (text: string): boolean => /\p{Cs}/u.test(text);

describe('what is cut of a text', () => {
  it('is whole characters, and as many as fit', () => {
    fc.assert(
      fc.property(texts, most, (text, count) => {
        const cuts = [beginningOf(text, count), endOf(text, count)];
        expect(cuts.filter(isHalf)).toEqual([]);
        for (const cut of cuts) {
          expect(cut.length).toBeLessThanOrEqual(count);
          // One unit is left only where the next character takes two.
          expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, count - 1));
        }
        expect(text.startsWith(cuts[0] ?? '')).toBe(true);
        expect(text.endsWith(cuts[1] ?? '')).toBe(true);
      }),
    );
  });
  it('leaves the rest whole, too', () => {
    fc.assert(
      fc.property(texts, most, (text, place) => {
        const at = boundary(text, place);
        expect([text.slice(0, at), text.slice(at)].filter(isHalf)).toEqual([]);
      }),
    );
  });
  it('is marked where something is left out, and only there', () => {
    fc.assert(
      fc.property(texts, most, (text, count) => {
        const cut = shortened(text, count);
        expect(isHalf(cut)).toBe(false);
        expect(cut === text).toBe(text.length <= count);
        expect(cut === text || cut.endsWith('…')).toBe(true);
      }),
    );
  });
  it('stays as it was where a text has half a character by itself', () => {
    expect(boundary('a\udc00b', 1)).toBe(1);
    expect(beginningOf('\ud83d', 1)).toBe('\ud83d');
    expect(endOf('🚀', 1)).toBe('');
  });
});
