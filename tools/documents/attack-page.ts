import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROJECT_ROOT } from '../setup/project-paths';
import { generatedDocument, markdownTable } from './markdown-table';

const matrixSchema = z.object({ positions: z.record(z.string(), z.record(z.string(), z.string())) });
const pathsSchema = z.array(
  z.object({
    positions: z.array(z.string()),
    goals: z.array(z.string()),
    remains: z.string(),
    acceptedBy: z.string(),
    noticedBy: z.array(z.object({ alert: z.string(), minutes: z.number() })).default([]),
    otherwise: z.string().optional(),
  }),
);
const text = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const isOpen = (verdict: string | undefined): boolean => verdict?.startsWith('OPEN') === true;

/**
 * Which attacker reaches which goal, from the reviewed result of the attack proof and the accepted paths:
 * docs/generated/attack-matrix.md. SECURITY.md leads there, so that it cannot claim more than the gate holds.
 */
export function attackPage(): Record<string, string> {
  const { positions } = matrixSchema.parse(
    JSON.parse(text('compliance/proofs/reviewed/attack-matrix.json')) as unknown,
  );
  const goals = Object.keys(Object.values(positions)[0] ?? {});
  const matrix = Object.entries(positions).map(([position, verdicts]) => [
    position,
    ...goals.map((goal) => (isOpen(verdicts[goal]) ? '**open**' : 'refused')),
  ]);
  const open = pathsSchema
    .parse(parse(text('policies/attack-paths.yaml')))
    .map((entry) => [
      entry.positions.join(', '),
      entry.goals.join(', '),
      entry.remains,
      entry.acceptedBy,
      [
        ...entry.noticedBy.map(({ alert, minutes }) => `\`${alert}\` (${minutes} min)`),
        ...(entry.otherwise === undefined ? [] : [entry.otherwise]),
      ].join('; '),
    ]);
  return {
    'docs/generated/attack-matrix.md': generatedDocument('Who reaches what, if taken over', [
      'From the reviewed result of the attack proof (compliance/proofs/attack) and [policies/attack-paths.yaml](../../policies/attack-paths.yaml). ' +
        'The organisation’s policies are taken to be attached; every way from role to role is followed to its end. The deciding ' +
        'statements stand in compliance/proofs/reviewed/attack-matrix.json.',
      markdownTable(['Position', ...goals], matrix),
      '## What is open',
      markdownTable(['Position', 'Goal', 'What remains', 'Accepted by', 'Noticed by, at the earliest'], open),
    ]),
  };
}
