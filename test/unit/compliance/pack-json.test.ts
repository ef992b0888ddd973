import fc from 'fast-check';
import { packJson } from '../../../compliance/report/pack-json';

/** The same, by looking back from each half: clear, and quadratic in a run of backslashes. */
const byLookingBack = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 1).replace(/(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '\ufffd')}\n`;

/** What halves, and texts that look like one, are made of. */
const PARTS = [
  '\\',
  '\ud800',
  '\udfff',
  'ud800',
  'uD800',
  'u00e9',
  'a',
  '"',
  '\n',
  '🚀',
  '\\ud8',
  '00',
  '\u2028',
];
const TEXTS = fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }).map((parts) => parts.join(''));

test('a half of a character becomes a mark, and nothing that says so', () => {
  fc.assert(
    fc.property(TEXTS, TEXTS, (key, text) => {
      const value = { [key]: text, list: [text] };
      expect(packJson(value)).toBe(byLookingBack(value));
    }),
    { numRuns: 2_000 },
  );
});

// The expression that looks back needs hours for it.
test('a million backslashes before half a character are read once', () => {
  const many = '\\'.repeat(1_000_000);
  expect(JSON.parse(packJson([many, `${many}\ud800`]))).toEqual([many, `${many}\ufffd`]);
});
