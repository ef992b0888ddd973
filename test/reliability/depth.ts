/** `npm run test:reliability` sets both; `npm test` explores a bounded part, the same each time. */
export const IS_DEEP = process.env['RELIABILITY'] === 'deep';
export const SEED = Number(process.env['RELIABILITY_SEED'] ?? 20_250_804);

/** A 32-bit generator with a public-domain recurrence (Marsaglia's xorshift), so that a seed repeats a run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
