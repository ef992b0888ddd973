import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Requirement } from './catalogues';
import { FRAMEWORKS } from './requirement-id';

export const HOLDERS = ['application', 'organisation', 'AWS', 'process'] as const;
/** Who holds a requirement, and what of it. */
export interface Holder {
  readonly who: (typeof HOLDERS)[number];
  readonly what: string;
}

const responsibilitiesSchema = z.strictObject({
  frameworks: z.record(
    z.enum(FRAMEWORKS),
    z.array(
      z.strictObject({
        prefix: z.union([z.string(), z.array(z.string())]),
        who: z.enum(['organisation', 'AWS', 'process', 'none']),
        why: z.string(),
      }),
    ),
  ),
});
export type Responsibilities = z.infer<typeof responsibilitiesSchema>['frameworks'];

const FILE = path.resolve(__dirname, 'responsibilities.yaml');
export const loadResponsibilities = (): Responsibilities =>
  responsibilitiesSchema.parse(parse(readFileSync(FILE, 'utf8'))).frameworks;

/** `1.3` is the beginning of `1.3.1` and not of `1.31`. */
const begins = (id: string, prefix: string): boolean =>
  id.startsWith(prefix) && !(/\d$/.test(prefix) && /^\d/.test(id.slice(prefix.length)));

/** This application for what it evidences, and for the rest whoever the longest matching prefix names. */
export function holdersOf(
  { framework, id }: Requirement,
  state: string,
  responsibilities: Responsibilities,
): Holder[] {
  const application: Holder[] =
    state === 'not assessed' ? [] : [{ who: 'application', what: 'the parts that the narratives name' }];
  if (state === 'full') return application;
  const [rest] = responsibilities[framework]
    .flatMap(({ prefix, who, why }) => [prefix].flat().map((one) => ({ prefix: one, who, why })))
    .filter(({ prefix }) => begins(id, prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const { who, why } = rest ?? { who: 'organisation' as const, why: 'outside this system' };
  return who === 'none' ? application : [...application, { who, what: why }];
}

/** As text for a cell: `application, organisation: governance of the entity`. */
export const describeHolders = (holders: readonly Holder[]): string =>
  holders.map(({ who, what }) => (who === 'application' ? who : `${who}: ${what}`)).join('; ');
