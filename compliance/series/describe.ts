import type { PackControl, SeriesPack } from './read-series';
import {
  controlOf,
  expiredIn,
  gapsOf,
  isUsable,
  missingPacks,
  packAt,
  stateIn,
  timelineOf,
  type UsablePack,
} from './timeline';

/** What is asked of a series. */
export interface Question {
  readonly stage: string;
  readonly everyDays: number;
  /** ISO 8601; spans behind the last pack end here. */
  readonly now: string;
  /** One control; every narrative when absent. */
  readonly control?: string | undefined;
}

const minute = (instant: string | undefined): string =>
  instant === undefined ? 'now' : `${instant.slice(0, 16).replace('T', ' ')}Z`;

const controlIds = (packs: readonly SeriesPack[], { control }: Question): string[] =>
  control === undefined
    ? [...new Set(packs.filter(isUsable).flatMap(({ content }) => content.narratives.map(({ id }) => id)))]
    : [control];

const titleOf = (packs: readonly SeriesPack[], id: string): string | undefined =>
  packs
    .filter(isUsable)
    .flatMap(({ content }) => controlOf(content, id)?.title ?? [])
    .at(-1);

const packLine = (pack: SeriesPack): string =>
  isUsable(pack)
    ? `  ${minute(pack.generated)}  ${pack.content.identity.commit.id.slice(0, 10)}  ${pack.content.result}, ${pack.signature}  ${pack.name}`
    : `  ${minute(pack.generated)}  does not count: ${pack.changes.join('; ')}  ${pack.name}`;

/** Releases as the packs show them: another commit than the pack before. */
const releases = (packs: readonly UsablePack[]): string[] =>
  packs.flatMap((pack, index) => {
    const before = packs[index - 1]?.content.identity.commit.id;
    const { id } = pack.content.identity.commit;
    return before === undefined || before === id
      ? []
      : [`  by ${minute(pack.generated)}: ${before.slice(0, 10)} → ${id.slice(0, 10)}`];
  });

/** Exceptions by the time in which packs knew them, and what was over. */
function exceptionLines(packs: readonly UsablePack[]): string[] {
  const ids = [...new Set(packs.flatMap(({ content }) => content.exceptions.map(({ id }) => id)))].sort();
  return ids.map((id) => {
    const knowing = packs.filter(({ content }) => content.exceptions.some((each) => each.id === id));
    const last = knowing.at(-1)?.content.exceptions.find((each) => each.id === id);
    const expired = knowing.filter(({ content }) => expiredIn(content).some((each) => each.id === id));
    const over = expired.map(({ generated }) => minute(generated)).join(', ');
    return `  ${id} ${last?.title ?? ''}: ${minute(knowing[0]?.generated)} to ${minute(knowing.at(-1)?.generated)}, until ${last?.expires ?? ''}${over === '' ? '' : `; OVER, and findings rested on it, at ${over}`}`;
  });
}

const section = (title: string, lines: readonly string[], none: string): string[] => [
  title,
  ...(lines.length === 0 ? [`  ${none}`] : lines),
  '',
];

/** Why the series cannot be taken for whole: packs that were changed or are missing, and time without a pack. */
export function seriesProblems(packs: readonly SeriesPack[], { stage, everyDays, now }: Question): string[] {
  return [
    ...packs
      .filter((pack) => !isUsable(pack))
      .map(({ name, changes }) => `${name} was changed since it was written: ${changes.join('; ')}`),
    ...missingPacks(packs, stage).map(
      ({ named, by }) => `${by} was compared with a pack of ${minute(named)}, which is not here`,
    ),
    ...gapsOf(packs, everyDays, now).map(
      ({ from, to, why }) => `no pack speaks for ${minute(from)} to ${minute(to)}: ${why}`,
    ),
  ];
}

/** The whole series as text. */
export function describeSeries(packs: readonly SeriesPack[], question: Question): string {
  const usable = packs.filter(isUsable);
  const controls = controlIds(packs, question).flatMap((id) => [
    `${id} ${titleOf(packs, id) ?? '(in no pack)'}`,
    ...timelineOf(packs, id, question.everyDays, question.now).map(
      ({ from, to, state, words }) =>
        `  ${minute(from)} to ${minute(to)}: ${state}${words.length === 0 ? '' : ` (${words.join(', ')})`}`,
    ),
  ]);
  return [
    ...section(`Packs of stage ${question.stage}`, packs.map(packLine), 'none'),
    ...section(
      'What is wrong with the series',
      seriesProblems(packs, question).map((one) => `  ${one}`),
      'nothing',
    ),
    ...section('Controls', controls, 'none'),
    ...section('Exceptions', exceptionLines(usable), 'none'),
    ...section('Releases', releases(usable), 'none'),
    'A pack speaks until the next one, at most for one and a half intervals. Between two packs nothing was looked at.',
    'Approvals, restore rehearsals and access reviews are not in packs: see the records that policies/runbooks name.',
  ].join('\n');
}

const evidenceLines = ({ evidence, missing }: PackControl): string[] => [
  ...evidence.map(
    ({ kind, source, compliant, excepted, open }) =>
      `    ${kind} ${source}: ${compliant} compliant, ${excepted} excepted, ${open} open`,
  ),
  ...missing.map((source) => `    ${source}: not produced in that run`),
];

function packAtLines({ name, signature, content, generated }: UsablePack, question: Question): string[] {
  const ids = controlIds([{ name, signature, content, generated, changes: [] }], question);
  const { commit, run, purpose, execution } = content.identity;
  return [
    `${name}, made ${minute(generated)} from commit ${commit.id}${commit.modified ? ' with changes of its own' : ''}${run === undefined ? '' : ` by ${run}`}: ${content.result}, ${signature}.`,
    '',
    ...ids.flatMap((id) => {
      const { state, words } = stateIn(content, id);
      const control = controlOf(content, id);
      return [
        `${id} ${control?.title ?? ''}: ${state}${words.length === 0 ? '' : ` (${words.join(', ')})`}`,
        ...(question.control !== undefined && control ? evidenceLines(control) : []),
      ];
    }),
    '',
    'Exceptions then',
    ...content.exceptions
      .filter(({ findings }) => findings > 0)
      .map(({ id, title, expires, findings }) => `  ${id} ${title}: ${findings} findings, until ${expires}`),
    '',
    'How to verify',
    `  npm run compliance -- verify ${name} --key-id KEY --commit ${commit.id} --stage ${question.stage}${purpose === undefined ? '' : ` --purpose ${purpose}`}${execution === undefined ? '' : ` --execution ${execution}`}`,
    `  git checkout ${commit.id} && SOURCE_DATE_EPOCH=${Math.floor(Date.parse(generated) / 1000)} npm run compliance -- --stage ${question.stage}`,
    `  npm run compliance -- at DATE CONTROL --packs DIR --ask-config: what AWS Config recorded of its resources since`,
  ];
}

/** What held at an instant. `undefined` for the answer: the series cannot say. */
export function describeAt(
  packs: readonly SeriesPack[],
  instant: string,
  question: Question,
): { readonly text: string; readonly known: boolean } {
  const found = packAt(packs, instant, question.everyDays, question.now);
  if ('pack' in found)
    return {
      known: question.control === undefined || controlOf(found.pack.content, question.control) !== undefined,
      text: packAtLines(found.pack, question).join('\n'),
    };
  const near = [found.before, found.after].flatMap((pack) =>
    pack === undefined ? [] : [`  ${minute(pack.generated)}  ${pack.name}`],
  );
  return {
    known: false,
    text: [
      `Nothing is known of ${minute(instant)}: ${found.why}.`,
      ...(near.length === 0 ? [] : ['The packs before and after it:', ...near]),
    ].join('\n'),
  };
}
