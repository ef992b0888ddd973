import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { EvaluatedResource, EvaluatedStack } from './model';
import { readText } from './read-text';

type NestedHeader = Pick<
  EvaluatedStack,
  'name' | 'stackName' | 'environment' | 'templateFile' | 'acknowledgements' | 'parent'
>;

/** Types that deploy another template, with the property that says where it lies. */
const NESTING: Readonly<Record<string, string>> = {
  'AWS::CloudFormation::Stack': 'TemplateURL',
  'AWS::Serverless::Application': 'Location',
};

/** How deep a nesting is followed: CloudFormation has no limit of its own, but a template that nests itself never ends. */
const DEEPEST = 10;
const depthOf = (name: string): number => name.split('.').length;

/**
 * The stacks that a stack nests and whose templates lie below the same directory: where the CDK wrote them, where
 * `aws cloudformation package` and SAM find them before they are packaged, or where the assembly's assets say.
 */
export function readNestedStacks(root: string, stack: EvaluatedStack): NestedHeader[] {
  if (depthOf(stack.name) > DEEPEST) return [];
  return stack.resources.flatMap((resource) => {
    const templateFile = nestedTemplate(root, stack, resource);
    if (templateFile === undefined) return [];
    const { environment } = stack;
    const name = `${stack.name}.${resource.logicalId}`;
    const parent = { stack: stack.name, logicalId: resource.logicalId };
    return [{ name, stackName: name, environment, templateFile, acknowledgements: [], parent }];
  });
}

function nestedTemplate(
  root: string,
  stack: EvaluatedStack,
  { type, body }: EvaluatedResource,
): string | undefined {
  const property = Object.hasOwn(NESTING, type) ? NESTING[type] : undefined;
  if (property === undefined) return undefined;
  const below = path.posix.dirname(stack.templateFile);
  const asset = body.Metadata?.['aws:asset:path'];
  const location = body.Properties?.[property];
  const candidates = [
    ...(typeof asset === 'string' ? [asset] : []),
    ...(typeof location === 'string' && !/^\w+:\/\//.test(location) ? [location] : []),
    ...assetsNamedIn(root, below, location),
  ];
  return candidates
    .map((candidate) => path.posix.normalize(path.posix.join(below, candidate)))
    .find((file) => !file.startsWith('..') && existsSync(path.join(root, file)));
}

const assetsSchema = z.looseObject({
  files: z
    .record(z.string(), z.looseObject({ source: z.looseObject({ path: z.string().optional() }) }))
    .default({}),
});

/** None of a list that cannot be read: what it would lead to is then told as a template that is not there. */
function filesIn(file: string): z.infer<typeof assetsSchema>['files'] {
  try {
    return assetsSchema.parse(JSON.parse(readText(file))).files;
  } catch {
    return {};
  }
}

/** A template is uploaded under its hash, which the assembly's list of assets has with the file. */
function assetsNamedIn(root: string, below: string, location: unknown): string[] {
  const text = JSON.stringify(location ?? '');
  const directory = path.join(root, below);
  if (typeof location !== 'object' || !/[0-9a-f]{64}/.test(text)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.assets.json'))
    .flatMap((file) => {
      return Object.entries(filesIn(path.join(directory, file))).flatMap(([hash, { source }]) =>
        text.includes(hash) && source.path !== undefined ? [source.path] : [],
      );
    });
}
