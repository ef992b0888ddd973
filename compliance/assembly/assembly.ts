import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { creationLocation } from './creation-location';
import { pathsNotHeld } from './construct-paths';
import type { Assembly, EvaluatedResource, EvaluatedStack, NotRead } from './model';
import { readNestedStacks } from './nested-stacks';
import { readTemplate, type ReadTemplate } from './read-template';
import { readText } from './read-text';
import { withUniqueNames } from './unique-names';

/** The next step of whoever gave nothing that can be evaluated. */
export const INPUT_HINT =
  'Name a template, a directory that holds some, or what a synthesis wrote (cdk.out); fix what cannot be read, or synthesize again.';

export type {
  Assembly,
  EvaluatedResource,
  EvaluatedStack,
  NotRead,
  Template,
  TemplateResource,
} from './model';

const artifactSchema = z.looseObject({
  type: z.string(),
  displayName: z.string().optional(),
  environment: z.string().optional(),
  properties: z
    .looseObject({
      templateFile: z.string().optional(),
      stackName: z.string().optional(),
      directoryName: z.string().optional(),
      terminationProtection: z.boolean().optional(),
    })
    .optional(),
  additionalMetadataFile: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const manifestSchema = z.looseObject({ artifacts: z.record(z.string(), artifactSchema).default({}) });

/** Stacks that were read, and what could not be. */
export type StacksRead = Pick<Assembly, 'stacks' | 'notRead'>;

const inOne = (parts: readonly StacksRead[]): StacksRead => ({
  stacks: parts.flatMap(({ stacks }) => stacks),
  notRead: parts.flatMap(({ notRead }) => notRead),
});

/**
 * Many a directory has a manifest.json, of a browser's extension or of a phone's page: a cloud assembly's has artifacts.
 * One that has them and cannot be parsed is one all the same, so that it is told.
 */
export function isCloudAssembly(directory: string): boolean {
  const manifest = path.join(directory, 'manifest.json');
  try {
    return statSync(manifest).isFile() && /"artifacts"\s*:/.test(readText(manifest));
  } catch {
    return false;
  }
}

/**
 * Reads a cloud assembly with its nested ones, and the templates of nested stacks.
 * @param sourceRoot - directory to which source locations are made relative.
 * @param evaluated - by its name, whether a stack is wanted.
 * @throws GateError ASSEMBLY_UNREADABLE when the directory is none, its manifest cannot be read, or nothing is in it.
 */
export function loadAssembly(
  directory: string,
  sourceRoot: string,
  evaluated: (stackName: string) => boolean = () => true,
): Assembly {
  if (!isCloudAssembly(directory)) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} is not a cloud assembly (no manifest.json in it). Synthesize first, for example with "npx cdk synth --output ${directory}".`,
    );
  }
  const { stacks, notRead } = withUniqueNames(readAssembly(directory, '', sourceRoot));
  const wanted = stacks
    .filter(({ stackName }) => evaluated(stackName))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  if (!wanted.some(({ resources, loops }) => resources.length + loops.length > 0)) {
    const [first] = notRead;
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} holds no stack with resources: there is nothing to evaluate.${first === undefined ? '' : ` ${first.template.file}: ${first.why}`} ${INPUT_HINT}`,
    );
  }
  return { directory, stacks: wanted, notRead };
}

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readText(file)));
  } catch (error) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${file} cannot be read: ${messageOf(error)}. Synthesize again.`,
    );
  }
}

/** What a manifest leads to, and nobody could read. */
const notRead = (below: string, stack: string, why: string): StacksRead => ({
  stacks: [],
  notRead: [
    {
      stack,
      resource: '(template)',
      template: { file: path.posix.join(below, 'manifest.json'), line: 1 },
      why,
    },
  ],
});

/** The stacks of the cloud assembly in a directory below another, and of those within it; what no path holds for is told. */
export function readAssembly(root: string, below: string, sourceRoot: string): StacksRead {
  const { stacks, notRead } = readManifest(root, below, sourceRoot);
  return { stacks, notRead: [...notRead, ...pathsNotHeld(stacks)] };
}

function readManifest(root: string, below: string, sourceRoot: string): StacksRead {
  const manifest = readJson(path.join(root, below, 'manifest.json'), manifestSchema);
  return inOne(
    Object.entries(manifest.artifacts).map(([id, artifact]): StacksRead => {
      const { directoryName, templateFile } = artifact.properties ?? {};
      if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined)
        return readManifest(root, path.posix.join(below, directoryName), sourceRoot);
      if (artifact.type !== 'aws:cloudformation:stack') return { stacks: [], notRead: [] };
      if (templateFile === undefined) return notRead(below, id, 'It names no template. Synthesize again.');
      return readArtifact(root, below, id, artifact, templateFile, sourceRoot);
    }),
  );
}

/** The stack of an artifact with those nested in it; a template that cannot be read is told. */
function readArtifact(
  root: string,
  below: string,
  id: string,
  artifact: z.infer<typeof artifactSchema>,
  file: string,
  sourceRoot: string,
): StacksRead {
  const templateFile = path.posix.join(below, file);
  const stackName = artifact.properties?.stackName ?? artifact.displayName ?? id;
  const { byLogicalId, acknowledgements, unread } = readMetadata(path.join(root, below), artifact);
  const read = readStack(
    root,
    {
      ...{ name: stackName, stackName, environment: artifact.environment, templateFile, acknowledgements },
      constructPath: artifact.displayName,
      terminationProtection: artifact.properties?.terminationProtection ?? false,
    },
    (logicalId) => {
      const known = byLogicalId.get(logicalId);
      return known && { ...known, source: creationLocation(known.frames, sourceRoot) };
    },
  );
  return unread === undefined ? read : inOne([read, notRead(below, stackName, unread)]);
}

/** What is known of a stack before its template is read. */
type StackHeader = Pick<
  EvaluatedStack,
  | 'name'
  | 'stackName'
  | 'constructPath'
  | 'environment'
  | 'templateFile'
  | 'terminationProtection'
  | 'acknowledgements'
  | 'parent'
>;
type Origin = (
  logicalId: string,
) => { readonly constructPath: string; readonly source: EvaluatedResource['source'] } | undefined;

/** Reads a stack's template and those that it nests; what cannot be read is told, and nothing is thrown. */
export function readStack(root: string, header: StackHeader, origin: Origin = () => undefined): StacksRead {
  const { name, templateFile } = header;
  let read: ReadTemplate;
  try {
    read = readTemplate(root, templateFile);
  } catch (error) {
    const template = { file: templateFile, line: 1 };
    return {
      stacks: [],
      notRead: [{ stack: name, resource: '(template)', template, why: messageOf(error) }],
    };
  }
  const { template, lines, loops, notRead } = read;
  const resources = Object.entries(template.Resources).map(([logicalId, body]): EvaluatedResource => {
    const known = origin(logicalId);
    const pathInTemplate = body.Metadata?.['aws:cdk:path'];
    return {
      stack: name,
      logicalId,
      type: body.Type,
      // The template is what is deployed and kept; what stands beside it counts where the template says nothing.
      constructPath: typeof pathInTemplate === 'string' ? pathInTemplate : known?.constructPath,
      template: { file: templateFile, line: lines.get(logicalId) ?? 1 },
      source: known?.source,
      body,
    };
  });
  const stack: EvaluatedStack = { ...header, template, resources, loops };
  const own = notRead.map((each): NotRead => ({ ...each, stack: name }));
  const nested = readNestedStacks(root, stack).map((child) => readStack(root, child));
  return inOne([{ stacks: [stack], notRead: own }, ...nested]);
}

const entriesSchema = z.record(z.string(), z.array(z.looseObject({ type: z.string(), data: z.unknown() })));

interface AssemblyMetadata {
  readonly byLogicalId: Map<string, { constructPath: string; frames: string[] }>;
  readonly acknowledgements: { constructPath: string; rule: string }[];
  /** Why nothing of this is known. */
  readonly unread?: string;
}

/** Construct path and creation stack of each logical id, and acknowledged rules: the CDK writes them beside the template. */
function readMetadata(directory: string, artifact: z.infer<typeof artifactSchema>): AssemblyMetadata {
  const file = artifact.additionalMetadataFile;
  let entries = entriesSchema.safeParse(artifact.metadata ?? {}).data ?? {};
  try {
    if (file !== undefined && existsSync(path.join(directory, file)))
      entries = readJson(path.join(directory, file), entriesSchema);
  } catch (error) {
    return { byLogicalId: new Map(), acknowledgements: [], unread: messageOf(error) };
  }
  const metadata: AssemblyMetadata = { byLogicalId: new Map(), acknowledgements: [] };
  for (const [slashed, list] of Object.entries(entries)) {
    const constructPath = slashed.replace(/^\//, '');
    const data = (type: string): unknown => list.find((entry) => entry.type === type)?.data;
    const logicalId = data('aws:cdk:logicalId');
    if (typeof logicalId === 'string') {
      const frames = z.array(z.string()).safeParse(data('aws:cdk:creationStack'));
      metadata.byLogicalId.set(logicalId, { constructPath, frames: frames.data ?? [] });
    }
    for (const entry of list.filter(({ type }) => type === 'aws:cdk:acknowledged-rules')) {
      const rules = Object.keys(z.record(z.string(), z.unknown()).safeParse(entry.data).data ?? {});
      metadata.acknowledgements.push(...rules.map((rule) => ({ constructPath, rule })));
    }
  }
  return metadata;
}
