import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { markdownTable } from '../../tools/documents/markdown-table';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { type Measured, ratioSchema } from './ratio';

const FILE = path.join(__dirname, 'recorded.json');
/** The same for readers. */
export const RATIOS_PAGE = 'docs/generated/ratios.md';
/** Written by large-assembly.ts. */
export const LARGE_ASSEMBLIES_PAGE = 'docs/generated/large-assemblies.md';
const recordedSchema = z.array(ratioSchema.extend({ most: z.number().optional() }));
type Recorded = z.infer<typeof recordedSchema>[number];

/** The ratios that the last accepted run measured, by what they are of. */
export const readRecorded = (): ReadonlyMap<string, Recorded> =>
  new Map(recordedSchema.parse(JSON.parse(readFileSync(FILE, 'utf8'))).map((ratio) => [ratio.what, ratio]));

const rounded = (value: number): number => Number(value.toFixed(3));

/** Accepts what was measured; what was not measured this time stays. */
export function record(measured: readonly Measured[]): void {
  const merged = new Map(readRecorded());
  for (const { what, low, median, high, most } of measured)
    merged.set(what, {
      what,
      low: rounded(low),
      median: rounded(median),
      high: rounded(high),
      ...(most !== undefined && { most }),
    });
  writeFileSync(FILE, `${JSON.stringify([...merged.values()], undefined, 2)}\n`);
  writeFileSync(path.join(PROJECT_ROOT, RATIOS_PAGE), ratiosPage([...merged.values()]));
}

/** The recorded ratios as a page. */
export function ratiosPage(recorded: Iterable<Recorded>): string {
  const rows = [...recorded].map(({ what, low, median, high, most }) => [
    what,
    String(median),
    low === high ? '' : `${low} to ${high}`,
    most === undefined ? '' : `≤ ${most}: ${median <= most ? 'met' : '**missed**'}`,
  ]);
  return `# Ratios\n\nMeasured and written by \`npm run bench -- --accept\`; do not edit. Lower is better.\n\n${markdownTable(['What', 'Median', 'Quarters', 'Target'], rows)}\n`;
}
