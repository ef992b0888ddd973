import type { Decoding } from './decoding';

/** What may be wrong with our answer to a file. */
export const OUTCOMES = [
  'refused',
  'refusedByUsAndOneDecoder',
  'undecodable',
  'pixels',
  'colours',
  'orientation',
  'texts',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Evaluated {
  /** What our sniffer said; undefined when it accepted the file. */
  readonly refusal: string | undefined;
  /** By each decoder, of the file as it came and of what we made of it. */
  readonly decoders: readonly { readonly before: Decoding; readonly after: Decoding | undefined }[];
  readonly texts: readonly string[];
}

/** True when a decoder showed the file before and shows something else now. */
const differs =
  (what: 'pixels' | 'colours' | 'orientation') =>
  ({ before, after }: Evaluated['decoders'][number]): boolean =>
    before.lenient && before[what] !== after?.[what];

/** What is wrong with our answer to one file: an empty list, or outcomes with a detail. */
export function evaluatePicture({ refusal, decoders, texts }: Evaluated): [Outcome, string][] {
  if (refusal !== undefined) {
    const showing = decoders.filter(({ before }) => before.strict).length;
    if (showing === decoders.length) return [['refused', refusal]];
    return showing > 0 ? [['refusedByUsAndOneDecoder', refusal]] : [];
  }
  if (decoders.every(({ before }) => !before.lenient)) return [['undecodable', 'no decoder shows it']];
  const wrong: [Outcome, string][] = [];
  if (decoders.some(differs('pixels'))) wrong.push(['pixels', 'pixels differ']);
  else if (decoders.some(differs('colours'))) wrong.push(['colours', 'colours differ']);
  if (decoders.some(differs('orientation'))) wrong.push(['orientation', 'another orientation']);
  if (texts.length > 0) wrong.push(['texts', texts.slice(0, 2).join('; ').slice(0, 80)]);
  return wrong;
}
