import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { GateError, messageOf } from '../../gate-error';
import { CONTRACTS_DIRECTORY } from './load';

/** What `npm run ops -- first-contact` leaves behind. */
const contactResultsSchema = z.strictObject({
  stage: z.string().min(1),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  /** Whether it was the embedded AWS, which measures nothing of AWS. */
  embedded: z.boolean(),
  begun: z.iso.datetime(),
  ended: z.iso.datetime(),
  results: z.array(
    z.strictObject({
      id: z.string().min(1),
      edge: z.string().min(1),
      contracts: z.array(z.string()),
      expected: z.string(),
      outcome: z.enum(['as expected', 'otherwise', 'not shown']),
      seen: z.string(),
      at: z.iso.datetime(),
      eventId: z.string().optional(),
      mark: z.strictObject({ name: z.string(), holds: z.string().optional() }).optional(),
    }),
  ),
});
export type ContactResults = z.infer<typeof contactResultsSchema>;

/** @throws GateError DATA_INVALID when it is none. */
export function readContactResults(file: string): ContactResults {
  try {
    return contactResultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} holds no results of a first contact: ${messageOf(error)}`);
  }
}

type Measured = Readonly<Record<string, string>>;

/** What each contract is told: an exercise that showed nothing tells none. */
function byContract({ stage, results }: ContactResults): Map<string, Measured[]> {
  const told = new Map<string, Measured[]>();
  for (const { id, contracts, outcome, seen, at, eventId } of results) {
    if (outcome === 'not shown') continue;
    for (const contract of contracts)
      told.set(contract, [
        ...(told.get(contract) ?? []),
        {
          on: at.slice(0, 10),
          stage,
          result: outcome === 'as expected' ? 'confirmed' : 'refuted',
          by: id,
          seen,
          ...(eventId !== undefined && { event: eventId }),
        },
      ]);
  }
  return told;
}

/**
 * Writes what was seen into the contracts, beside what was seen before; the change is for review. Comments and form of the
 * files stay.
 * @returns the ids of the contracts that were told something.
 * @throws GateError USAGE for results of the embedded AWS, or of a contract that there is not.
 */
export function recordMeasured(results: ContactResults, directory: string = CONTRACTS_DIRECTORY): string[] {
  if (results.embedded)
    throw new GateError('USAGE', 'These are results of the embedded AWS: they measure nothing of AWS.');
  const told = byContract(results);
  const written = new Set<string>();
  const changes: { readonly file: string; readonly text: string }[] = [];
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.yaml'))) {
    const file = path.join(directory, name);
    const document = parseDocument(readFileSync(file, 'utf8'));
    if (!isSeq(document.contents)) continue;
    let changed = false;
    for (const contract of document.contents.items.filter(isMap) as YAMLMap[]) {
      const id = String(contract.get('id'));
      const own = told.get(id);
      if (own === undefined) continue;
      const before = contract.get('measured');
      if (isSeq(before)) for (const measured of own) before.add(document.createNode(measured));
      else contract.set('measured', document.createNode(own));
      written.add(id);
      changed = true;
    }
    if (changed) changes.push({ file, text: document.toString({ lineWidth: 0 }) });
  }
  const unknown = [...told.keys()].filter((id) => !written.has(id));
  if (unknown.length > 0) throw new GateError('USAGE', `There is no contract ${unknown.join(', ')}.`);
  for (const { file, text } of changes) writeFileSync(file, text);
  return [...written].sort();
}
