import path from 'node:path';
import { STAGE_NAMES } from '../lib/config/schema';
import { PROJECT_ROOT } from '../tools/setup/project-paths';
import type { Progress } from '../tools/setup/progress';
import { ensurePythonTool } from '../tools/setup/python-tools';
import { evaluatedWith } from './applications';
import { expandAssembly } from './assembly/expand/expand';
import { expandSam } from './assembly/expand/sam';
import { type Included, includeAssembly } from './assembly/include-assembly';
import type { Assembly, NotRead } from './assembly/model';
import { readInput } from './assembly/read-input';
import type { Origins } from './engines/merge-variants';
import { GateError } from './gate-error';
import type { RegisterEntry } from './register/schema';

/**
 * What was evaluated: this application from its sources, an assembly of it from elsewhere, or somebody else's, of which
 * neither our claims nor our exceptions say anything.
 */
export type Subject = 'application' | 'templates' | 'foreign templates';

export interface SubjectOptions {
  readonly stage: string;
  /** An assembly, a directory or a template from elsewhere, evaluated instead of this project's own. */
  readonly templates?: string;
  /** Values of the parameters of those templates. */
  readonly parameters?: ReadonlyMap<string, string>;
  /** Where stacks of those templates go that name no region. */
  readonly region?: string;
  /** Directory that source locations of those templates are relative to; this project's root when absent. */
  readonly sourceRoot?: string;
  /** What the user says of those templates. */
  readonly about?: About;
  readonly progress: Progress;
}

/** What a pack about somebody else's templates says of them: what its user says, and nothing else. */
export interface About {
  readonly subject?: string;
  readonly source?: string;
  readonly commit?: string;
  readonly stage?: string;
}

/** What there is to evaluate, as the engines take it. */
export interface ReadSubject extends Included {
  readonly kind: Subject;
  /** What is deployed, in every way in which it can be. */
  readonly assembly: Assembly;
  /** Each stack once. */
  readonly whole: Assembly;
  readonly written: Assembly;
  readonly leftOpen: readonly NotRead[] | undefined;
  readonly origins: Origins;
  /** Stacks of other stages, which are not evaluated. */
  readonly left: readonly string[];
}

/**
 * Synthesizes this application, or reads what somebody else synthesized or wrote.
 * @throws GateError when there is nothing to evaluate, or it is of another stage.
 */
export async function readSubject(
  options: SubjectOptions,
  entries: readonly RegisterEntry[],
  scratch: string,
): Promise<ReadSubject> {
  if (options.templates !== undefined) return readTemplates(options, options.templates, scratch);
  const { stage, progress } = options;
  // The application itself, which who evaluates templates need not load.
  const [{ buildFunctions }, { synthesizeStage }] = await Promise.all([
    import('../lambda/build.js'),
    import('./synthesize.js'),
  ]);
  await progress.step('functions bundled', () => buildFunctions());
  return progress.step(`stage ${stage} synthesized`, () => {
    const { assembly, constructs } = synthesizeStage(
      stage,
      path.join(scratch, 'cdk.out'),
      entries,
      PROJECT_ROOT,
    );
    return Promise.resolve({
      kind: 'application' as const,
      assembly,
      whole: assembly,
      written: assembly,
      leftOpen: undefined,
      origins: new Map(),
      constructs,
      notIncluded: [],
      left: [],
    });
  });
}

/** Of a whole release's assembly only what is evaluated with the stage; of an assembly of something else, everything. */
async function readTemplates(
  { stage, parameters, region, sourceRoot, progress }: SubjectOptions,
  templates: string,
  scratch: string,
): Promise<ReadSubject> {
  const isOurs = evaluatedWith(stage);
  const read = readInput(path.resolve(templates), sourceRoot ?? PROJECT_ROOT, region);
  const stacks = read.stacks.filter(({ stackName }) => isOurs(stackName));
  const written = stacks.length > 0 ? { ...read, stacks } : read;
  const kind = kindOf(written, templates, stage);
  const expanded = await expandAssembly(written, {
    parameters: parameters ?? new Map(),
    sam: async (templatesOfSam) =>
      expandSam((await ensurePythonTool('sam-translator', { progress })).python, templatesOfSam, scratch),
  });
  const isForeign = kind === 'foreign templates';
  const place = (assembly: Assembly): Assembly =>
    isForeign ? withPaths(assembly, expanded.origins) : assembly;
  const variants = place(expanded.variants);
  return {
    kind,
    assembly: variants,
    whole: place(expanded.whole),
    written: place(written),
    leftOpen: isForeign ? expanded.notRead : undefined,
    origins: expanded.origins,
    ...includeAssembly(variants, path.join(scratch, 'included')),
    left: read.stacks.filter((stack) => !written.stacks.includes(stack)).map(({ name }) => name),
  };
}

/** A resource that no CDK made has a path too, by which a register names it: its stack and its logical id. */
const withPaths = (assembly: Assembly, origins: Origins): Assembly => ({
  ...assembly,
  stacks: assembly.stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((resource) => ({
      ...resource,
      constructPath:
        resource.constructPath ?? `${origins.get(stack.name)?.stack ?? stack.name}/${resource.logicalId}`,
    })),
  })),
});

/** @throws GateError USAGE when the templates are this application's, but of another stage than they are evaluated for. */
function kindOf({ stacks }: Assembly, templates: string, stage: string): Subject {
  if (!stacks.every(({ stackName }) => stackName.startsWith('serverlessapp-'))) return 'foreign templates';
  const stages = STAGE_NAMES.filter((name) =>
    stacks.some(({ stackName }) => stackName.startsWith(`serverlessapp-${name}-`)),
  );
  if (stages.length > 0 && !stages.some((name) => name === stage)) {
    throw new GateError(
      'USAGE',
      `${templates} holds stage ${stages.join(', ')} and would be evaluated as stage ${stage}. Say --stage ${stages[0] ?? ''}.`,
    );
  }
  return 'templates';
}
