import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROJECT_ROOT } from '../setup/project-paths';
import { betweenMarks, generatedDocument, markdownTable } from './markdown-table';

const matrixSchema = z.object({ positions: z.record(z.string(), z.record(z.string(), z.string())) });
const pathsSchema = z.array(
  z.object({
    id: z.string(),
    positions: z.array(z.string()),
    goals: z.array(z.string()),
    remains: z.string(),
    acceptedBy: z.string(),
    noticedBy: z.array(z.object({ alert: z.string(), minutes: z.number() })).default([]),
    beyond: z.array(z.object({ alert: z.string(), minutes: z.number() })).default([]),
    untold: z
      .array(z.object({ attempts: z.array(z.string()), because: z.string(), within: z.string() }))
      .default([]),
  }),
);
type Matrix = z.infer<typeof matrixSchema>['positions'];
type Paths = z.infer<typeof pathsSchema>;

const text = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const isOpen = (verdict: string | undefined): boolean => verdict?.startsWith('OPEN') === true;
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
        `statements stand in ${MATRIX}.`,
      wholeTable(positions),
      '## What is open',
      openTable(paths),
    ]),
    [SECURITY]: betweenMarks(text(SECURITY), 'threat model', threatTable(positions, paths)),
  };
}

function wholeTable(positions: Matrix): string {
  const goals = Object.keys(Object.values(positions)[0] ?? {});
  const rows = Object.entries(positions).map(([position, verdicts]) => [
    position,
    ...goals.map((goal) => (isOpen(verdicts[goal]) ? '**open**' : 'refused')),
  ]);
  return markdownTable(['Position', ...goals], rows);
}

const openTable = (paths: Paths): string =>
  markdownTable(
    ['Position', 'Goal', 'What remains', 'Accepted by', 'Noticed by, at the earliest'],
    paths.map((entry) => [
      entry.positions.join(', '),
      entry.goals.join(', '),
      entry.remains,
      entry.acceptedBy,
      [
        ...entry.noticedBy.map(({ alert, minutes }) => `\`${alert}\` (${minutes} min)`),
        ...entry.beyond.map(({ alert, minutes }) => `\`${alert}\` (${minutes} min) when it tries more`),
        ...entry.untold.map(
          ({ attempts, because, within }) =>
            `of ${attempts.map((each) => `\`${each}\``).join(', ')} no alert (${within}): ${because}`,
        ),
      ].join('; '),
    ]),
  );

/**
 * One row for all positions that reach the same goals. A goal that is open and that no entry accepts is said so: the gate
 * refuses it, and until it is fixed the table must not look better than the matrix.
 */
export function threatTable(positions: Matrix, paths: Paths): string {
  const groups = new Map<string, string[]>();
  for (const [position, verdicts] of Object.entries(positions)) {
    const open = Object.entries(verdicts).flatMap(([goal, verdict]) => (isOpen(verdict) ? [goal] : []));
    const key = JSON.stringify(open);
    groups.set(key, [...(groups.get(key) ?? []), position]);
  }
  const goals = Object.keys(Object.values(positions)[0] ?? {});
  const rows = [...groups].map(([key, taken]) => {
    const open = JSON.parse(key) as string[];
    const refused = goals.filter((goal) => !open.includes(goal));
    const entries = paths.filter((entry) => taken.some((position) => entry.positions.includes(position)));
    const unaccepted = taken.some((position) =>
      open.some(
        (goal) => !entries.some((entry) => entry.positions.includes(position) && entry.goals.includes(goal)),
      ),
    );
    const earliest = (alerts: readonly { readonly minutes: number }[]): number =>
      Math.min(...alerts.map((one) => one.minutes));
    const counted = earliest(entries.flatMap(({ noticedBy }) => noticedBy));
    const minutes = earliest(entries.flatMap(({ noticedBy, beyond }) => [...noticedBy, ...beyond]));
    const isPartlyTold = entries.some(({ untold }) => untold.length > 0);
    // What looks like work sets nothing off.
    const rest = !Number.isFinite(counted)
      ? ' when it tries more; else only the trail tells'
      : isPartlyTold
        ? '; of some calls no alert'
        : '';
    return [
      open.length === 0 ? -taken.length : open.length,
      [
        taken.join(', '),
        open.length === 0 ? 'none' : open.length === goals.length ? 'all' : open.join(', '),
        refused.length === 0 ? 'none' : refused.length === goals.length ? 'all' : refused.join(', '),
        open.length === 0
          ? '–'
          : [
              ...entries.map(({ id, acceptedBy }) => `${id} (${acceptedBy})`),
              ...(unaccepted ? ['**accepted by nobody**'] : []),
            ].join(', '),
        open.length === 0 ? '–' : !Number.isFinite(minutes) ? 'nothing tells' : `${minutes}${rest}`,
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
