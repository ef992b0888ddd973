import * as z from 'zod';

/** One ratio as measured: the middle of its samples and the quarters around it. Lower is better, always. */
export const ratioSchema = z.strictObject({
  what: z.string(),
  low: z.number(),
  median: z.number(),
  high: z.number(),
});
export type Ratio = z.infer<typeof ratioSchema>;

/** A ratio and what it is allowed to be. */
export interface Measured extends Ratio {
  /** The target of docs/performance.md; absent where there is none. */
  readonly most?: number;
  /** What the reader of the table should know of it. */
  readonly note?: string;
}

/** What measures one thing: its ratios, in a fixed order. */
export type Measure = (rounds: number) => Promise<Measured[]>;

/** Samples as a ratio; one sample has no spread. */
export function ratioOf(what: string, samples: readonly number[], most?: number): Measured {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { what, low: at(0.25), median: at(0.5), high: at(0.75), ...(most !== undefined && { most }) };
}

/** Below this, two figures of the same thing are the same. */
const INDISTINCT = 1.05;

/**
 * Whether a ratio became worse than noise explains: the quarters of both runs lie apart, and the middle moved by more
 * than a twentieth.
 */
export const isLoss = (recorded: Ratio, now: Ratio): boolean =>
  now.low > recorded.high && now.median > recorded.median * INDISTINCT;
