import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import type { Location } from '../verdict-row';
import { creationLocation } from './creation-location';
import { resourceLines } from './resource-lines';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});
/**
 * A loop stands among the resources with a list for a body, and is none before CloudFormation has worked it out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
const isLoop = (logicalId: string): boolean => logicalId.startsWith('Fn::ForEach::');
const templateSchema = z.looseObject({
  Resources: z.preprocess(
    (resources: unknown) =>
      typeof resources === 'object' && resources !== null
        ? Object.fromEntries(Object.entries(resources).filter(([logicalId]) => !isLoop(logicalId)))
        : resources,
    z.record(z.string(), resourceSchema).default({}),
  ),
});
const loopsSchema = z.looseObject({ Resources: z.record(z.string(), z.unknown()).default({}) });
export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;

const artifactSchema = z.looseObject({
  type: z.string(),
  displayName: z.string().optional(),
  environment: z.string().optional(),
  properties: z
    .looseObject({
      templateFile: z.string().optional(),
      stackName: z.string().optional(),
      directoryName: z.string().optional(),
    })
    .optional(),
  additionalMetadataFile: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const manifestSchema = z.looseObject({ artifacts: z.record(z.string(), artifactSchema).default({}) });

/** One resource of one template, with everything by which a person finds it again. */
export interface JudgedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly constructPath: string | undefined;
  readonly template: Location;
  readonly source: Location | undefined;
  readonly body: TemplateResource;
}

export interface JudgedStack {
  readonly name: string;
  /** `aws://ACCOUNT/REGION` as the assembly states it. */
  readonly environment: string | undefined;
  /** Path of the template below the assembly's directory, with forward slashes. */
  readonly templateFile: string;
  readonly template: Template;
  readonly resources: readonly JudgedResource[];
  /** Loops among the resources, whose resources nobody has read. */
  readonly loops: readonly string[];
  /** Rules that code has acknowledged (`Validations.of(…).acknowledge`), by the path of the construct. */
  readonly acknowledgements: readonly { readonly constructPath: string; readonly rule: string }[];
}

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly JudgedStack[];
}

/**
 * Reads a cloud assembly with its nested ones.
 * @param sourceRoot - directory to which source locations are made relative.
 * @param judged - by its name, whether a stack is wanted.
 * @throws GateError ASSEMBLY_UNREADABLE when the directory is none, a template cannot be read, nothing is in it, or two
 * stacks have one name: everything that is found out is kept by it.
 */
export function loadAssembly(
  directory: string,
  sourceRoot: string,
  judged: (stackName: string) => boolean = () => true,
): Assembly {
  if (!existsSync(path.join(directory, 'manifest.json'))) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} is not a cloud assembly (no manifest.json in it). Synthesize first, for example with "npx cdk synth --output ${directory}".`,
    );
  }
  const stacks = readManifest(directory, '', sourceRoot)
    .filter(({ name }) => judged(name))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const twice = stacks.find(({ name }, index) => stacks[index + 1]?.name === name);
  if (twice !== undefined) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} holds two stacks named ${twice.name}: judge them one after the other.`,
    );
  }
  if (!stacks.some((stack) => stack.resources.length > 0)) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} holds no stack with resources: there is nothing to judge.`,
    );
  }
  return { directory, stacks };
}

function readJson<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${file} cannot be read: ${messageOf(error)}. Synthesize again.`,
    );
  }
}

function readManifest(root: string, below: string, sourceRoot: string): JudgedStack[] {
  const manifest = readJson(path.join(root, below, 'manifest.json'), manifestSchema);
  return Object.entries(manifest.artifacts).flatMap(([id, artifact]) => {
    const { directoryName, templateFile } = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      return readManifest(root, path.posix.join(below, directoryName), sourceRoot);
    }
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    if (templateFile === undefined) {
      throw new GateError(
        'ASSEMBLY_UNREADABLE',
        `Stack ${id} in ${root} names no template. Synthesize again.`,
      );
    }
    return [readStack(root, below, id, artifact, templateFile, sourceRoot)];
  });
}

function readStack(
  root: string,
  below: string,
  id: string,
  artifact: z.infer<typeof artifactSchema>,
  file: string,
  sourceRoot: string,
): JudgedStack {
  const templateFile = path.posix.join(below, file);
  const template = readJson(path.join(root, templateFile), templateSchema);
  const lines = resourceLines(readFileSync(path.join(root, templateFile), 'utf8'));
  const { byLogicalId, acknowledgements } = readMetadata(path.join(root, below), artifact);
  const name = artifact.properties?.stackName ?? artifact.displayName ?? id;
  const resources = Object.entries(template.Resources).map(([logicalId, body]): JudgedResource => {
    const known = byLogicalId.get(logicalId);
    const pathInTemplate = body.Metadata?.['aws:cdk:path'];
    return {
      stack: name,
      logicalId,
      type: body.Type,
      constructPath:
        known?.constructPath ?? (typeof pathInTemplate === 'string' ? pathInTemplate : undefined),
      template: { file: templateFile, line: lines.get(logicalId) ?? 1 },
      source: known && creationLocation(known.frames, sourceRoot),
      body,
    };
  });
  const loops = Object.keys(readJson(path.join(root, templateFile), loopsSchema).Resources).filter(isLoop);
  return {
    name,
    environment: artifact.environment,
    templateFile,
    template,
    resources,
    loops,
    acknowledgements,
  };
}

const entriesSchema = z.record(z.string(), z.array(z.looseObject({ type: z.string(), data: z.unknown() })));

interface AssemblyMetadata {
  readonly byLogicalId: Map<string, { constructPath: string; frames: string[] }>;
  readonly acknowledgements: { constructPath: string; rule: string }[];
}

/** Construct path and creation stack of each logical id, and acknowledged rules: the CDK writes them beside the template. */
function readMetadata(directory: string, artifact: z.infer<typeof artifactSchema>): AssemblyMetadata {
  const file = artifact.additionalMetadataFile;
  const entries =
    file !== undefined && existsSync(path.join(directory, file))
      ? readJson(path.join(directory, file), entriesSchema)
      : (entriesSchema.safeParse(artifact.metadata ?? {}).data ?? {});
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
