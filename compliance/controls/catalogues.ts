import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { type Framework, FRAMEWORKS, referenceOf } from './requirement-id';

const DIRECTORY = path.resolve(__dirname, 'catalogues');
const BASELINES = 'nist-800-53-baselines.yaml';

const catalogueSchema = z.strictObject({
  framework: z.enum(FRAMEWORKS),
  title: z.string(),
  edition: z.string(),
  source: z.url(),
  /** Whose words the titles are. */
  texts: z.string(),
  /** How many requirements the edition has, and who says so. */
  published: z.strictObject({ count: z.int().positive(), says: z.string() }),
  requirements: z.record(z.string(), z.string()),
  /** Ids that the edition itself calls withdrawn. */
  withdrawn: z.array(z.string()).default([]),
});
const baselinesSchema = z.strictObject({
  baselines: z.array(
    z.strictObject({
      title: z.string(),
      source: z.url(),
      published: z.int().positive(),
      controls: z.array(z.string()),
    }),
  ),
});

/** One requirement of a framework, as the framework numbers it. */
export interface Requirement {
  readonly framework: Framework;
  /** `CC6.1`, `164.312(a)(1)`, `Article 32`, `AC-2(1)`, `3.5.1` */
  readonly id: string;
  readonly title: string;
}
/** A framework's whole list, in its order. */
export interface Catalogue extends Omit<z.infer<typeof catalogueSchema>, 'requirements'> {
  readonly requirements: readonly Requirement[];
}
/** The controls of NIST SP 800-53 that a baseline selects. */
export type Baseline = z.infer<typeof baselinesSchema>['baselines'][number];

let catalogues: readonly Catalogue[] | undefined;

/**
 * Every framework's complete list, in the order of {@link FRAMEWORKS}.
 * @throws GateError DATA_INVALID when one is missing, unreadable or not as long as its edition.
 */
export function loadCatalogues(): readonly Catalogue[] {
  catalogues ??= readCatalogues();
  return catalogues;
}

function readCatalogues(): Catalogue[] {
  const read = readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.yaml') && file !== BASELINES)
    .map((file): Catalogue => {
      const { requirements, ...head } = readData(file, catalogueSchema);
      const list = Object.entries(requirements).map(([id, title]) => ({
        framework: head.framework,
        id,
        title,
      }));
      if (list.length !== head.published.count) {
        throw new GateError(
          'DATA_INVALID',
          `${file} has ${list.length} requirements; ${head.title}, ${head.edition}, has ${head.published.count}.`,
        );
      }
      return { ...head, requirements: list };
    });
  return FRAMEWORKS.map((framework) => {
    const found = read.find((catalogue) => catalogue.framework === framework);
    if (found === undefined)
      throw new GateError('DATA_INVALID', `${DIRECTORY} has no catalogue of ${framework}.`);
    return found;
  });
}

/** @throws GateError DATA_INVALID when a baseline is not as long as published, or selects what the catalogue lacks. */
export function loadBaselines(): readonly Baseline[] {
  const known = new Set(requirementsByReference().keys());
  return readData(BASELINES, baselinesSchema).baselines.map((baseline) => {
    const strangers = baseline.controls.filter(
      (id) => !known.has(referenceOf({ framework: 'NIST-800-53-R5', id })),
    );
    if (strangers.length > 0 || new Set(baseline.controls).size !== baseline.published) {
      throw new GateError(
        'DATA_INVALID',
        `${baseline.title} has ${baseline.controls.length} controls of ${baseline.published}; unknown: ${strangers.join(', ')}.`,
      );
    }
    return baseline;
  });
}

/** Every requirement of every catalogue by its canonical reference. */
export const requirementsByReference = (): ReadonlyMap<string, Requirement> =>
  new Map(
    loadCatalogues().flatMap(({ requirements }) =>
      requirements.map((requirement): [string, Requirement] => [referenceOf(requirement), requirement]),
    ),
  );

function readData<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(path.join(DIRECTORY, file), 'utf8')));
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be read: ${messageOf(error)}`);
  }
}
