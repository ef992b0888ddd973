import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { speaksOf, WHERE } from '../attack-regions';
import { PROJECT_ROOT } from '../setup/project-paths';
import { type AttackMatrix, type AttackRow, attackRows } from './attack-rows';
import { betweenMarks, generatedDocument, markdownTable } from './markdown-table';

const matrixSchema = z.object({ positions: z.record(z.string(), z.record(z.string(), z.string())) });
const pathsSchema = z.array(
  z.object({
    id: z.string(),
    positions: z.array(z.string()),
    goals: z.array(z.string()),
    where: z.enum(WHERE).optional(),
    remains: z.string(),
    acceptedBy: z.string(),
    noticedBy: z.array(z.object({ alert: z.string(), minutes: z.number() })).default([]),
    beyond: z.array(z.object({ alert: z.string(), minutes: z.number() })).default([]),
    untold: z
      .array(z.object({ attempts: z.array(z.string()), because: z.string(), within: z.string() }))
      .default([]),
  }),
);
type Paths = z.infer<typeof pathsSchema>;

const text = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const MATRIX = 'compliance/rules/proofs/reviewed/attack-matrix.json';
const PAGE = 'docs/generated/attack-matrix.md';
const SECURITY = 'SECURITY.md';

/**
 * Which attacker reaches which goal, from the reviewed result of the attack proof and the accepted paths: whole in
 * docs/generated/attack-matrix.md, and short as the table of SECURITY.md's threat model, so that it cannot claim more than
 * the gate holds.
 */
export function attackPage(): Record<string, string> {
  const { positions } = matrixSchema.parse(JSON.parse(text(MATRIX)) as unknown);
  const paths = pathsSchema.parse(parse(text('policies/attack-paths.yaml')));
  return {
    [PAGE]: generatedDocument('Who reaches what, if taken over', [
      'From the reviewed result of the attack proof (compliance/rules/proofs/attack) and [policies/attack-paths.yaml](../../policies/attack-paths.yaml). ' +
        'The organisation’s policies are taken to be attached; every way from role to role is followed to its end. The deciding ' +
        `statements stand in ${MATRIX}. What is “in each region” stands for two rows, of the primary region and of the one that ` +
        'takes over: what is open is open to both by the same statements, as far as the result lists them (five ways of each, and how ' +
        'many more), and what is refused is refused to both, by those that stand there for each. “Own region” is open of what lies where the role is, and refused of what lies in the other. “When more is refused”: how many refused calls set an ' +
        'alert off, and where they are counted, stands in [alerts.md](alerts.md); fewer set nothing off.',
      wholeTable(positions),
      '## What is open',
      openTable(paths),
    ]),
    [SECURITY]: betweenMarks(text(SECURITY), 'threat model', threatTable(positions, paths)),
  };
}

const named = ({ who, inEachRegion }: AttackRow): string => (inEachRegion ? `${who}, in each region` : who);

function wholeTable(positions: AttackMatrix): string {
  const rows = attackRows(positions);
  const goals = [...(rows[0]?.reached.keys() ?? [])];
  return markdownTable(
    ['Position', ...goals],
    rows.map((row) => [
      named(row),
      ...goals.map((goal) => {
        const reach = row.reached.get(goal) ?? 'refused';
        return reach === 'refused' ? reach : reach === 'open' ? '**open**' : `**open**, ${reach}`;
      }),
    ]),
  );
}

const openTable = (paths: Paths): string =>
  markdownTable(
    ['Position', 'Goal', 'What remains', 'Accepted by', 'Noticed by, at the earliest'],
    paths.map((entry) => [
      entry.positions.join(', '),
      `${entry.goals.join(', ')}${entry.where === undefined ? '' : ` (${entry.where})`}`,
      entry.remains,
      entry.acceptedBy,
      [
        ...entry.noticedBy.map(({ alert, minutes }) => `\`${alert}\` (${minutes} min)`),
        ...entry.beyond.map(({ alert, minutes }) => `\`${alert}\` (${minutes} min) when more is refused`),
        ...entry.untold.map(
          ({ attempts, because, within }) =>
            `of ${attempts.map((each) => `\`${each}\``).join(', ')} no alert (${within}): ${because}`,
        ),
      ].join('; '),
    ]),
  );

/** Positions, those that stand for one of each region together. */
function positionsInWords(rows: readonly AttackRow[]): string {
  const names = (inEachRegion: boolean): string =>
    rows
      .filter((row) => row.inEachRegion === inEachRegion)
      .map(({ who }) => who)
      .join(', ');
  const [both, once] = [names(true), names(false)];
  return [...(once === '' ? [] : [once]), ...(both === '' ? [] : [`in each region: ${both}`])].join('; ');
}

/** What is reached everywhere, and then what is reached in some region alone. */
function reachInWords(reached: AttackRow['reached']): string {
  const goals = [...reached];
  const everywhere = goals.filter(([, reach]) => reach === 'open').map(([goal]) => goal);
  if (everywhere.length === goals.length) return 'all';
  const somewhere = [...new Set(goals.map(([, reach]) => reach))]
    .filter((reach) => reach !== 'open' && reach !== 'refused')
    .map((reach) => {
      const there = goals.filter(([, each]) => each === reach).map(([goal]) => goal);
      return `${reach}: ${there.join(', ')}`;
    });
  return [...(everywhere.length === 0 ? [] : [everywhere.join(', ')]), ...somewhere].join('; ') || 'none';
}

/**
 * One row for all positions that reach the same goals. A goal that is open and that no entry accepts is said so: the gate
 * refuses it, and until it is fixed the table must not look better than the matrix.
 */
export function threatTable(positions: AttackMatrix, paths: Paths): string {
  const groups = new Map<string, AttackRow[]>();
  for (const row of attackRows(positions)) {
    const key = reachInWords(row.reached);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const goals = [...(attackRows(positions)[0]?.reached.keys() ?? [])];
  const rows = [...groups].map(([reached, taken]) => {
    const refused = goals.filter((goal) => taken.every((row) => row.reached.get(goal) === 'refused'));
    const open = goals.length - refused.length;
    const cells = taken.flatMap((row) => row.open);
    const entries = paths.filter((entry) => cells.some((cell) => speaksOf(entry, cell)));
    const unaccepted = cells.some((cell) => !entries.some((entry) => speaksOf(entry, cell)));
    const earliest = (alerts: readonly { readonly minutes: number }[]): number =>
      Math.min(...alerts.map((one) => one.minutes));
    const counted = earliest(entries.flatMap(({ noticedBy }) => noticedBy));
    const minutes = earliest(entries.flatMap(({ noticedBy, beyond }) => [...noticedBy, ...beyond]));
    const isPartlyTold = entries.some(({ untold }) => untold.length > 0);
    // What looks like work sets nothing off.
    const rest = !Number.isFinite(counted)
      ? ' when enough of what else it tries is refused; else only the trail tells'
      : isPartlyTold
        ? '; of some calls no alert'
        : '';
    return [
      open === 0 ? -taken.length : open,
      [
        positionsInWords(taken),
        reached,
        refused.length === 0 ? 'none' : refused.length === goals.length ? 'all' : refused.join(', '),
        open === 0
          ? '–'
          : [
              ...entries.map(({ id, acceptedBy }) => `${id} (${acceptedBy})`),
              ...(unaccepted ? ['**accepted by nobody**'] : []),
            ].join(', '),
        open === 0 ? '–' : !Number.isFinite(minutes) ? 'nothing tells' : `${minutes}${rest}`,
      ],
    ] as const;
  });
  return [
    markdownTable(
      ['Who is taken over', 'Reaches', 'Refused', 'Accepted in, by', 'Minutes until an alert'],
      rows.sort(([a], [b]) => a - b).map(([, cells]) => cells),
    ),
    '',
    `Goals: ${goals.join(', ')}.`,
  ].join('\n');
}
