import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { baseRule, type VerdictRow } from '../verdict-row';
import { requirementsByReference } from './catalogues';
import { parseReference, referenceOf, RETIRED_FRAMEWORKS } from './requirement-id';

const FILE = path.resolve(__dirname, 'vendor-tags.yaml');
const vendorTagsSchema = z.strictObject({
  tags: z.array(z.strictObject({ reference: z.string(), why: z.string() })),
});

/** Ids that the public packs name although their framework does not have them. */
export const loadVendorTags = (): z.infer<typeof vendorTagsSchema>['tags'] =>
  vendorTagsSchema.parse(parse(readFileSync(FILE, 'utf8'))).tags;

/** Engines whose rules others wrote; our own may name nothing that does not exist. */
const PUBLIC_PACKS: ReadonlySet<VerdictRow['engine']> = new Set(['cdk-nag', 'cfn-guard']);

type Resolution = readonly string[] | 'unknown';

/**
 * Rows with every requirement in its catalogue's spelling.
 * @returns failures of the gate: one for each rule that names a requirement which no catalogue has.
 */
export function resolveReferences(rows: readonly VerdictRow[]): {
  readonly rows: VerdictRow[];
  readonly failures: readonly string[];
} {
  const known = requirementsByReference();
  const left = new Set(loadVendorTags().map(({ reference }) => reference));
  const resolved = new Map<string, Resolution>();
  const failures = new Set<string>();

  const resolve = (reference: string, fromPublicPack: boolean): Resolution => {
    const [framework = ''] = reference.split(':');
    if (RETIRED_FRAMEWORKS.has(framework)) return [reference];
    const id = parseReference(reference);
    const canonical = id && referenceOf(id);
    if (canonical === undefined) return 'unknown';
    if (known.has(canonical)) return [canonical];
    return fromPublicPack && left.has(canonical) ? [] : 'unknown';
  };

  return {
    rows: rows.map((row) => {
      const controls = row.controls.flatMap((reference) => {
        const fromPublicPack = PUBLIC_PACKS.has(row.engine);
        const key = `${fromPublicPack} ${reference}`;
        const resolution = resolved.get(key) ?? resolve(reference, fromPublicPack);
        resolved.set(key, resolution);
        if (resolution !== 'unknown') return resolution;
        failures.add(
          `${row.engine} ${baseRule(row.rule)} names ${reference}, which no catalogue in compliance/controls/catalogues has.`,
        );
        return [];
      });
      return { ...row, controls: [...new Set(controls)] };
    }),
    failures: [...failures].sort(),
  };
}
