import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sha256 } from '../../compliance/report/sha256';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from '../../tools/setup/project-paths';
import { runCommand } from '../../tools/setup/run-command';
import { SetupError } from '../../tools/setup/setup-error';
import { requireProgram } from '../support/require-program';

const HERE = path.join(PROJECT_ROOT, 'test', 'fedramp', 'metaschema');

const lineSchema = z.union([
  z.object({ document: z.string(), evaluated: z.literal(true) }),
  z.object({ document: z.string(), level: z.string(), place: z.string(), message: z.string() }),
]);

/** One kind of refusal in one document. */
export interface Refusal {
  readonly document: string;
  readonly level: string;
  /** A Metapath without its indexes. */
  readonly place: string;
  readonly message: string;
}

/** What was said of the documents of a pack. */
export interface Evaluated {
  readonly documents: readonly string[];
  readonly refusals: readonly Refusal[];
}

const unmetSchema = z.strictObject({
  unmet: z.array(
    z.strictObject({
      document: z.string(),
      place: z.string(),
      /** Part of the message. */
      says: z.string().min(10),
      why: z.string().min(20),
    }),
  ),
});
export type UnmetConstraint = z.infer<typeof unmetSchema>['unmet'][number];

export const readUnmetConstraints = (): UnmetConstraint[] =>
  unmetSchema.parse(parse(readFileSync(path.join(HERE, 'unmet.yaml'), 'utf8'))).unmet;

/** @throws ZodError for a line that is no answer of `Constraints.java` */
export function readEvaluated(output: string): Evaluated {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return {
    documents: lines.flatMap((line) => ('evaluated' in line ? [line.document] : [])),
    refusals: lines.flatMap((line) =>
      'evaluated' in line ? [] : [{ ...line, place: line.place.replaceAll(/\[\d+\]/g, '') }],
    ),
  };
}

export const isListed = (refusal: Refusal, { document, place, says }: UnmetConstraint): boolean =>
  refusal.document === document && refusal.place === place && refusal.message.includes(says);

/** Refused and not listed, listed and met, or not evaluated at all; nothing when the list is the truth. */
export function constraintDifferences(
  { documents, refusals }: Evaluated,
  unmet: readonly UnmetConstraint[],
  expected: readonly string[],
): string[] {
  const unknown = refusals.filter((refusal) => !unmet.some((one) => isListed(refusal, one)));
  return [
    ...expected.filter((file) => !documents.includes(file)).map((file) => `${file} was not evaluated`),
    ...new Set(
      unknown.map(
        ({ document, place, message }) => `${document} ${place} is refused and not listed: ${message}`,
      ),
    ),
    ...unmet
      .filter((one) => !refusals.some((refusal) => isListed(refusal, one)))
      .map(({ document, place, says }) => `${document} ${place} is listed and met: ${says}`),
  ];
}

const sumsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, sum, file] = /^([0-9a-f]{64})\s+(.+)$/.exec(line) ?? [];
      return sum === undefined || file === undefined ? [] : [[file, sum]];
    }),
  );

/** The library with all that it needs, each jar as it is locked. @throws SetupError */
async function ensureLibrary(): Promise<string> {
  for (const command of ['java', 'mvn'])
    await requireProgram(command, '-version', "NIST's library for OSCAL is Java");
  const lock = readFileSync(path.join(HERE, 'jars.sha256'), 'utf8');
  const name = sha256(lock).slice(0, 12);
  const directory = path.join(TOOLS_DIRECTORY, `liboscal-${name}`);
  if (existsSync(directory)) return directory;
  const draft = `${directory}.${process.pid}`;
  mkdirSync(TOOLS_DIRECTORY, { recursive: true });
  try {
    await runCommand('mvn', [
      ...['--batch-mode', '--quiet', '--file', path.join(HERE, 'pom.xml')],
      `-Dmaven.repo.local=${path.join(TOOLS_DIRECTORY, 'maven')}`,
      ...['dependency:copy-dependencies', `-DoutputDirectory=${draft}`],
    ]);
    const expected = sumsOf(lock);
    const wrong = [...new Set([...readdirSync(draft), ...expected.keys()])].filter((file) => {
      const place = path.join(draft, file);
      return !existsSync(place) || sha256(readFileSync(place)) !== expected.get(file);
    });
    if (wrong.length > 0)
      throw new SetupError(
        `Not what jars.sha256 locks: ${wrong.join(', ')}.`,
        'Look at what Maven fetched; write the file anew only after a review.',
      );
    renameSync(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return directory;
}

/**
 * Puts the documents of a pack to the constraints of OSCAL's Metaschema, by NIST's liboscal-java (OSCAL 1.1.1).
 * @param oscal - the pack's directory of OSCAL documents.
 * @throws SetupError without a JDK and Maven
 */
export async function evaluateConstraints(oscal: string): Promise<Evaluated> {
  const library = await ensureLibrary();
  const files = readdirSync(oscal).filter((file) => file.endsWith('.json'));
  const output = await runCommand('java', [
    ...['-cp', path.join(library, '*'), path.join(HERE, 'Constraints.java')],
    ...files.map((file) => path.join(oscal, file)),
  ]);
  return readEvaluated(output);
}
