import path from 'node:path';
import type { Case } from './case';
import { disputeOf } from './disputed';
import type { Outcome } from './evaluate-case';
import { formattedMarkdown } from '../support/formatted-markdown';
import { SOURCES } from './sources';

export interface Told {
  readonly one: Case;
  readonly outcome: Outcome;
  readonly why: string;
}

/** Shares that are asked for: of the positives found, of the negatives with a false finding. */
const LEAST_FOUND = 0.98;
const MOST_FALSE = 0.02;

const count = (told: readonly Told[], corpus: string | undefined, ...outcomes: readonly Outcome[]): number =>
  told.filter(
    ({ one, outcome }) => (corpus === undefined || one.corpus === corpus) && outcomes.includes(outcome),
  ).length;
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** Positives, found, negatives, contradicted, false and left out, of one corpus or of all. */
export function figuresOf(told: readonly Told[], corpus?: string) {
  const [found, missed, silent, wrong, disputed] = (
    ['found', 'missed', 'silent', 'false', 'disputed'] as const
  ).map((outcome) => count(told, corpus, outcome)) as [number, number, number, number, number];
  return {
    positives: found + missed,
    found,
    negatives: silent + wrong + disputed,
    contradicted: wrong + disputed,
    wrong,
    refused: count(told, corpus, 'refused'),
    leftOut: count(told, corpus, 'left out', 'unknown'),
  };
}

/** Of one corpus as of all: what is asked for is met. */
export const isWithinTargets = ({
  positives,
  found,
  negatives,
  wrong,
}: ReturnType<typeof figuresOf>): boolean =>
  found >= LEAST_FOUND * positives && wrong <= MOST_FALSE * negatives;

const linkTo = ({ corpus, file: place }: Case): string => {
  const source = SOURCES.find((each) => each.name === corpus);
  const [file = '', example = ''] = place.split('#');
  const name = `${path.posix.basename(file).replace(/\..*$/, '')} ${example}`.trim();
  return `[${name}](${source?.address ?? ''}/blob/${source?.commit ?? ''}/${file})`;
};

const line = ({ one, why }: Told): string => {
  return `| ${one.corpus} | ${one.rule} | ${linkTo(one)} | ${one.resource ?? ''} | ${why.replaceAll('|', '/')} |`;
};

const table = (told: readonly Told[]): string[] => [
  '| Corpus | Rule | Template | Resource | What we say |',
  '| --- | --- | --- | --- | --- |',
  ...told.map(line),
];

const disputedLine = ({ one, why }: Told): string => {
  const dispute = disputeOf(one);
  return `| ${one.corpus} | ${linkTo(one)} | ${[...new Set(why.split('; '))].join('; ')} | ${dispute?.why ?? ''} ([AWS](${dispute?.page ?? ''})) |`;
};

/** The page of counts, whole. */
export function page(told: readonly Told[]): Promise<string> {
  const of = (outcome: Outcome): Told[] => told.filter((each) => each.outcome === outcome);
  const figures = (title: string, corpus?: string): string => {
    const { positives, found, negatives, contradicted, wrong, refused, leftOut } = figuresOf(told, corpus);
    return `| ${title} | ${positives} | ${found} (${percent(found, positives)}) | ${negatives} | ${contradicted} (${percent(contradicted, negatives)}) | ${wrong} (${percent(wrong, negatives)}) | ${refused} | ${leftOut} |`;
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
      'template. Each contradicted negative was looked at by AWS’s pages: false are those where our finding is wrong; of the',
      'others the page is named below. Of other topics are rules about backups, scans, descriptions, tracing, capacity and firewalls.',
      '',
      'The rules were written with these templates at hand: the figures show that nothing of theirs is lost, not how many',
      'faults in templates that nobody has seen are found.',
      '',
      '| Corpus | Positives | Found | Negatives | Contradicted | False | Refused by AWS | Other topics |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
      figures('all'),
      '',
      '## Not found',
      '',
      ...table(of('missed')),
      '',
      ...(of('false').length > 0 ? ['## False', '', ...table(of('false')), ''] : []),
      '## Contradicted, and rightly by AWS’s pages',
      '',
      '| Corpus | Template | What we say | What AWS says |',
      '| --- | --- | --- | --- |',
      ...of('disputed').map(disputedLine),
      '',
      '## Refused by AWS',
      '',
      ...table(of('refused')),
      '',
    ].join('\n'),
  );
}
