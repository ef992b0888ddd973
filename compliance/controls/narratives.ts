import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { engineNameSchema } from '../verdict-row';
import { FRAMEWORKS } from './requirement-id';

export const COVERAGES = ['full', 'partial', 'contributes'] as const;
/**
 * - `full`: all that the requirement asks of this system's configuration.
 * - `partial`: the part that is named; the rest is another's, or not shown.
 * - `contributes`: helps whoever has to meet it, and meets no part of it alone.
 */
export type Coverage = (typeof COVERAGES)[number];

const evidenceSchema = z.union([
  z.strictObject({ engine: engineNameSchema, rule: z.string() }),
  /** A test file, or the gate's self-test. */
  z.strictObject({ test: z.string().regex(/^(test\/.+\.test\.ts|self-test)$/) }),
  /** The end of an AWS Config rule's name: it stands in the templates and evaluates again once it is deployed. */
  z.strictObject({ configRule: z.string() }),
]);
export type EvidenceSource = z.infer<typeof evidenceSchema>;

/** Which part of a requirement the narrative evidences: this is the crosswalk. */
const claimSchema = z.tuple([z.enum(COVERAGES), z.string().min(8)]);

const narrativeSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]{2,4}-\d{2}$/),
  title: z.string(),
  /** What we claim, in words that need no knowledge of the code. */
  claim: z.string().min(40),
  /** What it is claimed of; how many resources that are is counted in each run. */
  scope: z.string().min(20),
  /** What is left out of it, and why. */
  leftOut: z.string().min(20),
  /** How the evidence was won. */
  method: z.string().min(20),
  evidence: z.array(evidenceSchema).min(1),
  /** What the evidence does not show. */
  limits: z.string().min(20),
  /** A role of policies/roles.yaml. */
  owner: z.string(),
  /** What the auditor still has to test. */
  auditor: z.string().min(20),
  since: z.iso.date(),
  requirements: z.partialRecord(z.enum(FRAMEWORKS), z.record(z.string(), claimSchema)),
});
export type Narrative = z.infer<typeof narrativeSchema>;

const DIRECTORY = path.resolve(__dirname, 'narratives');

/**
 * All narratives, in the order of the files' names.
 * @throws GateError DATA_INVALID
 */
export function loadNarratives(directory: string = DIRECTORY): Narrative[] {
  const all = readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => readNarratives(path.join(directory, file)));
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) throw new GateError('DATA_INVALID', `Two narratives are called ${twice.id}.`);
  return all;
}

function readNarratives(file: string): Narrative[] {
  try {
    return z.strictObject({ controls: z.array(narrativeSchema) }).parse(parse(readFileSync(file, 'utf8')))
      .controls;
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be read: ${messageOf(error)}`);
  }
}
