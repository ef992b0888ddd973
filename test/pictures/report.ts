import { markdownTable } from '../../tools/documents/markdown-table';
import { formattedMarkdown } from '../support/formatted-markdown';
import { BOUNDS } from '../../lambda/domain/bounds';
import { type Outcome, OUTCOMES } from './evaluate-picture';
import { PICTURE_SOURCES } from './sources';
import type { Timed } from './time-cases';

export interface CorpusCounts {
  readonly corpus: string;
  readonly inScope: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}
export interface Miss {
  readonly corpus: string;
  readonly file: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

/** What is promised: of decodable pictures refused at most; anything else wrong, none. */
export const MOST_REFUSED = 0.002;
/**
 * Of what one plain reading of every byte costs on the same machine in the same minute, which is about a millisecond a
 * megabyte: so the promise of 2 and 100 ms a megabyte holds wherever it is run. And growth at twice the bytes.
 */
export const COSTS = { ordinary: 2, worst: 100, growth: 3.2 };

const HEADINGS: Readonly<Record<Outcome, string>> = {
  refused: 'Refused, both decoders show it',
  refusedByUsAndOneDecoder: 'Refused, one of the two shows it',
  undecodable: 'Accepted, none shows it',
  pixels: 'Pixels changed',
  colours: 'Colours changed',
  orientation: 'Orientation changed',
  texts: 'Texts kept',
};

export const sumOf = (counts: readonly CorpusCounts[], outcome: Outcome): number =>
  counts.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0);
export const sizeOf = (counts: readonly CorpusCounts[]): number =>
  counts.reduce((sum, { inScope }) => sum + inScope, 0);

/** A bar would end the cell: texts of strangers' files stand in some. */
const row = (...cells: readonly (string | number)[]): string[] =>
  cells.map((cell) => String(cell).replaceAll('|', '/'));

function corporaSection(counts: readonly CorpusCounts[], misses: readonly Miss[]): string[] {
  const rows = PICTURE_SOURCES.map(({ name, address, commit, licence }) => {
    const of = counts.find(({ corpus }) => corpus === name);
    return row(
      `[${name}](${address}/tree/${commit}) (${licence})`,
      of?.inScope ?? 0,
      ...OUTCOMES.map((outcome) => of?.outcomes[outcome] ?? 0),
    );
  });
  const all = sizeOf(counts);
  const refused = sumOf(counts, 'refused');
  return [
    '## Corpora',
    '',
    'In scope are still JPEG and PNG pictures of a size that the service takes. A decoder _shows_ a picture when it decodes it by',
    'its own default settings (libvips gives up at a warning, Pillow at an error); for files that we accept, a part of it is',
    'enough. Pixels, colours (in sRGB, by the file’s',
    'own profile) and orientation (as EXIF has it; what XMP or a text of a PNG says of it, Pillow alone reads) are changed when',
    'either decoder sees something else in the stripped file. Texts are what a metadata reader (exifr) finds in the original,',
    'eight characters or longer, and the stripped file or its profile still holds.',
    '',
    markdownTable(
      ['Corpus', 'In scope', ...OUTCOMES.map((outcome) => HEADINGS[outcome])],
      [...rows, row('all', all, ...OUTCOMES.map((outcome) => sumOf(counts, outcome)))],
    ),
    '',
    `Refused although both decoders show them: ${refused} of ${all}, ${((100 * refused) / all).toFixed(2)} % (at most`,
    `${(100 * MOST_REFUSED).toFixed(1)} % is promised).`,
    '',
    markdownTable(
      ['Corpus', 'File', 'What', 'Why'],
      misses.map(({ corpus, file, outcome, detail }) => row(corpus, file, HEADINGS[outcome], detail)),
    ),
    '',
  ];
}

/** The costliest of the names that begin alike, for a table that can be read. */
function costliest(timed: readonly Timed[], count: number): Timed[] {
  const groups = new Map<string, Timed>();
  for (const each of timed) {
    const group = each.name.replace(/^(segments|chunks) \S+/, '$1');
    if (!groups.has(group)) groups.set(group, each);
  }
  return [...groups.values()].slice(0, count);
}

function costsSection(timed: readonly Timed[]): string[] {
  const ordinary = timed.find(({ name }) => name === 'ordinary JPEG');
  const pass = ordinary === undefined ? Number.NaN : ordinary.cost / ordinary.passes;
  const shown = [...costliest(timed, 40), ...timed.filter(({ isOrdinary }) => isOrdinary)];
  return [
    '## What the costliest pictures cost',
    '',
    `${timed.length} generated files: every marker of JPEG and every type of PNG chunk, each as often and as long as the`,
    `${BOUNDS.pictureBytes / 1024 / 1024} MB of a picture and our bounds allow, with contents that make work; and bytes between and within parts. Processor time for`,
    `checking and stripping, in readings: how often as long one plain reading of every byte takes, measured just before and after`,
    `(${pass.toFixed(2)} ms a MB here). Promised: ${COSTS.ordinary} readings ordinarily, ${COSTS.worst} at the worst, and at twice the bytes at most`,
    `${COSTS.growth} times as long. Of cases that differ only in marker or type the costliest is shown.`,
    '',
    markdownTable(
      ['Picture', 'MB', 'ms a MB', 'readings', 'at twice the bytes'],
      [...new Set(shown)].map(({ name, megabytes, cost, passes, growth }) =>
        row(
          name,
          megabytes.toFixed(2),
          cost.toFixed(1),
          passes.toFixed(1),
          growth === undefined ? '' : `${growth.toFixed(1)} ×`,
        ),
      ),
    ),
    '',
  ];
}

/** The page of counts and costs, whole. */
export const page = (
  counts: readonly CorpusCounts[],
  misses: readonly Miss[],
  timed: readonly Timed[],
): Promise<string> =>
  formattedMarkdown(
    [
      '# Pictures: evaluated by public corpora and two decoders',
      '',
      'Written by `npm run test:pictures -- --write`, which fetches the repositories at the commits below (nothing of them is',
      'copied), checks and strips every picture in them as the service does, and asks two decoders that share nothing with our',
      'code: Pillow, and libvips through sharp.',
      '',
      ...corporaSection(counts, misses),
      ...costsSection(timed),
    ].join('\n'),
  );
