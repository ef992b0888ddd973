import path from 'node:path';
import type { Case } from './case';
import type { Outcome } from './judge-case';
import { formattedMarkdown } from '../support/formatted-markdown';
import { SOURCES } from './sources';

export interface Told {
  readonly one: Case;
  readonly outcome: Outcome;
  readonly why: string;
}

/** Shares that are asked for: of the positives found, of the negatives contradicted. */
export const LEAST_FOUND = 0.98;
export const MOST_FALSE = 0.02;

const count = (told: readonly Told[], corpus: string | undefined, ...outcomes: readonly Outcome[]): number =>
  told.filter(
    ({ one, outcome }) => (corpus === undefined || one.corpus === corpus) && outcomes.includes(outcome),
  ).length;
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** Positives, found, negatives, contradicted and left out, of one corpus or of all. */
export function figuresOf(told: readonly Told[], corpus?: string) {
  const [found, missed, silent, wrong] = (['found', 'missed', 'silent', 'false'] as const).map((outcome) =>
    count(told, corpus, outcome),
  ) as [number, number, number, number];
  return {
    positives: found + missed,
    found,
    negatives: silent + wrong,
    wrong,
    refused: count(told, corpus, 'refused'),
    leftOut: count(told, corpus, 'left out', 'unknown'),
  };
}

const line = ({ one, why }: Told): string => {
  const source = SOURCES.find((each) => each.name === one.corpus);
  const [file = '', example = ''] = one.file.split('#');
  const name = `${path.posix.basename(file).replace(/\..*$/, '')} ${example}`.trim();
  const link = `[${name}](${source?.address ?? ''}/blob/${source?.commit ?? ''}/${file})`;
  return `| ${one.corpus} | ${one.rule} | ${link} | ${one.resource ?? ''} | ${why.replaceAll('|', '/')} |`;
};

const table = (told: readonly Told[]): string[] => [
  '| Corpus | Rule | Template | Resource | What we say |',
  '| --- | --- | --- | --- | --- |',
  ...told.map(line),
];

/** The page of counts, whole. */
export function page(told: readonly Told[]): Promise<string> {
  const of = (outcome: Outcome): Told[] => told.filter((each) => each.outcome === outcome);
  const figures = (title: string, corpus?: string): string => {
    const { positives, found, negatives, wrong, refused, leftOut } = figuresOf(told, corpus);
    return `| ${title} | ${positives} | ${found} (${percent(found, positives)}) | ${negatives} | ${wrong} (${percent(wrong, negatives)}) | ${refused} | ${leftOut} |`;
  };
  const rows = SOURCES.map((source) =>
    figures(`[${source.name}](${source.address}/tree/${source.commit}) (${source.licence})`, source.name),
  );
  return formattedMarkdown(
    [
      '# What the tests of three scanners say of our gate',
      '',
      'Written by `npm run test:corpora -- --write`, which fetches the repositories at the commits below; nothing of them is',
      'copied. Each line of their tests is a case: this rule finds something in this template (or resource), or nothing.',
      'What counts is `proof-exposure` alone, without the scanners that the gate runs besides: a positive is found when it says',
      'the same of the resource, a negative is contradicted when it does. Which of our rules means the same stands in',
      '`test/corpora/meanings.ts`.',
      '',
      'Refused by AWS are templates that cannot be deployed: values that are null, SAM that AWS’s translator refuses, what is no',
      'template. Of other topics are rules about backups, scans, descriptions, tracing, capacity and firewalls.',
      '',
      'The rules were written with these templates at hand: the figures show that nothing of theirs is lost, not how many',
      'faults in templates that nobody has seen are found.',
      '',
      '| Corpus | Positives | Found | Negatives | Contradicted | Refused by AWS | Other topics |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
      figures('all'),
      '',
      '## Not found',
      '',
      ...table(of('missed')),
      '',
      '## Contradicted',
      '',
      ...table(of('false')),
      '',
      '## Refused by AWS',
      '',
      ...table(of('refused')),
      '',
    ].join('\n'),
  );
}
