import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { WHERE } from '../../../../tools/attack-regions';
import { PROJECT_ROOT } from '../../../../tools/setup/project-paths';
import { GOALS } from './goals';

const sentence = z.string().trim().min(30);

const alert = z.strictObject({ alert: z.string(), minutes: z.int().positive() });

const entrySchema = z.strictObject({
  id: z.string().regex(/^ATK-\d{3}$/, 'ids read ATK-001'),
  positions: z.array(z.string()).min(1),
  goals: z.array(z.enum(GOALS)).min(1),
  /** Of which regions it speaks, for positions and goals that there are in each; of the names word for word without. */
  where: z.enum(WHERE).optional(),
  /** What an attacker gets there, and what bounds it. */
  remains: sentence,
  /** A role of policies/roles.yaml that may approve; the decision itself is in policies/approvals. */
  acceptedBy: z.string(),
  /** Alarms whose filters count a call on the way to a goal, by the end of their names, with the minutes after which they tell at the earliest. */
  noticedBy: z.array(alert),
  /** What tells of whoever tries more than is open to him here, once enough of it is refused. Nothing holds this but the approval. */
  beyond: z.array(alert).default([]),
  /** Attempts that succeed by calls of which no alert counts one: the patterns of their words, why nothing tells, and how they are noticed otherwise. */
  untold: z
    .array(z.strictObject({ attempts: z.array(z.string()).min(1), because: sentence, within: z.string() }))
    .default([]),
});
export type AttackEntry = z.infer<typeof entrySchema>;

const fileSchema = z.array(entrySchema).superRefine((entries, context) => {
  entries.forEach(({ id, noticedBy, untold }, index) => {
    if (entries.findIndex((each) => each.id === id) !== index)
      context.addIssue({ code: 'custom', path: [index, 'id'], message: `${id} stands twice` });
    if (noticedBy.length === 0 && untold.length === 0)
      context.addIssue({
        code: 'custom',
        path: [index],
        message: 'says neither what tells nor why nothing does',
      });
  });
});

/** The paths that stay open, each with who accepts it. @throws ZodError when the file is not valid */
export const loadAttackEntries = (): AttackEntry[] =>
  fileSchema.parse(parse(readFileSync(path.join(PROJECT_ROOT, 'policies/attack-paths.yaml'), 'utf8')));
