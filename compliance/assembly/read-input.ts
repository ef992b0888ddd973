import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { GateError, messageOf } from '../gate-error';
import {
  isCloudAssembly,
  loadAssembly,
  readAssembly,
  readStack,
  type StacksRead,
  INPUT_HINT,
} from './assembly';
import type { Assembly, EvaluatedStack, NotRead } from './model';
import { parseTemplate } from './parse-template';
import { readText } from './read-text';
import { withUniqueNames } from './unique-names';
import { isRecord } from '../is-record';

const TEMPLATE_NAME = /\.(json|ya?ml|template)$/i;
/** What tools put beside sources, and nobody deploys from. */
const SKIPPED = /^(node_modules|\..+|__pycache__|venv)$/;
const UNKNOWN_REGION = 'unknown-region';

/**
 * Reads what somebody wants evaluated: a cloud assembly, a directory with templates and assemblies anywhere below it, or
 * one template; JSON or YAML.
 * @param place - a file or a directory.
 * @param sourceRoot - directory to which source locations are made relative.
 * @param region - where stacks go that say nothing of it.
 * @throws GateError USAGE when there is no such place, ASSEMBLY_UNREADABLE when no template can be read there.
 */
export function readInput(place: string, sourceRoot: string, region?: string): Assembly {
  if (!existsSync(place))
    throw new GateError('USAGE', `There is no ${place}. Name a cloud assembly, a directory or a template.`);
  const assembly = isCloudAssembly(place)
    ? loadAssembly(place, sourceRoot)
    : statSync(place).isDirectory()
      ? readDirectory(place, sourceRoot)
      : readFile(place);
  return region === undefined
    ? assembly
    : { ...assembly, stacks: assembly.stacks.map((stack) => inRegion(stack, region)) };
}

/** A stack that names a region stays there. */
function inRegion(stack: EvaluatedStack, region: string): EvaluatedStack {
  const [, , account = 'unknown-account', stated = UNKNOWN_REGION] = stack.environment?.split('/') ?? [];
  return stated === UNKNOWN_REGION ? { ...stack, environment: `aws://${account}/${region}` } : stack;
}

const header = (templateFile: string) => {
  const name = templateFile.replace(/(\.template)?\.[^.]+$/, '').replaceAll('/', '.');
  return {
    name,
    stackName: name,
    environment: `aws://unknown-account/${UNKNOWN_REGION}`,
    templateFile,
    acknowledgements: [],
  };
};

const holdsSomething = ({ resources, loops }: EvaluatedStack): boolean => resources.length + loops.length > 0;

function readFile(place: string): Assembly {
  const directory = path.dirname(place);
  const read = readStack(directory, header(path.basename(place)));
  const [fault] = read.notRead;
  if (!read.stacks.some(holdsSomething)) {
    const why = fault?.why ?? `It holds no resources. ${INPUT_HINT}`;
    throw new GateError('ASSEMBLY_UNREADABLE', `${place} cannot be evaluated. ${why}`);
  }
  return { directory, ...read };
}

function readDirectory(directory: string, sourceRoot: string): Assembly {
  const parts = placesBelow(directory).map((place): StacksRead => {
    if (typeof place !== 'string') return { stacks: [], notRead: [place] };
    if (isCloudAssembly(path.join(directory, place))) return readAssemblyBelow(directory, place, sourceRoot);
    const kind = kindOf(directory, place);
    if (kind === 'template') return readStack(directory, header(place));
    return { stacks: [], notRead: kind === 'nothing of ours' ? [] : [kind] };
  });
  const stacks = parts.flatMap((part) => part.stacks);
  const notRead = parts.flatMap((part) => part.notRead);
  // What another template nests is evaluated there, with what it is given.
  const nested = new Set(stacks.flatMap((stack) => (stack.parent ? [stack.templateFile] : [])));
  const once = stacks.filter(({ name, templateFile }) => !isNestedCopy(stacks, nested, name, templateFile));
  if (!once.some(holdsSomething)) {
    const why = notRead.map(({ template, why: reason }) => `${template.file}: ${reason}`);
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} holds no CloudFormation template with resources: there is nothing to evaluate. ${[...why.slice(0, 3), INPUT_HINT].join(' ')}`,
    );
  }
  const dropped = new Set(stacks.filter((stack) => !once.includes(stack)).map(({ name }) => name));
  return {
    directory,
    ...withUniqueNames({ stacks: once, notRead: notRead.filter(({ stack }) => !dropped.has(stack ?? '')) }),
  };
}

/** Whether a stack was read from a file by itself, or within such a one, that another template nests. */
function isNestedCopy(
  stacks: readonly EvaluatedStack[],
  nested: ReadonlySet<string>,
  name: string,
  templateFile: string,
): boolean {
  const stack = stacks.find((each) => each.name === name && each.templateFile === templateFile);
  if (stack?.parent === undefined) return nested.has(templateFile);
  const parent = stacks.find((each) => each.name === stack.parent?.stack);
  return parent !== undefined && isNestedCopy(stacks, nested, parent.name, parent.templateFile);
}

/** One assembly that cannot be read keeps nothing beside it from being evaluated. */
function readAssemblyBelow(directory: string, place: string, sourceRoot: string): StacksRead {
  try {
    return readAssembly(directory, place, sourceRoot);
  } catch (error) {
    return { stacks: [], notRead: [unreadFile(path.posix.join(place, 'manifest.json'), messageOf(error))] };
  }
}

const unreadFile = (file: string, why: string): NotRead => ({
  resource: file,
  resourceType: 'file',
  template: { file, line: 1 },
  why,
});

/**
 * Files that may be templates, directories that are cloud assemblies, and what by its name may be one and cannot be looked
 * at, in the order of their paths. Links are followed; a directory that was seen under another name is not seen again.
 */
function placesBelow(root: string, below = '', seen = new Set<string>()): (string | NotRead)[] {
  try {
    const directory = realpathSync(path.join(root, below));
    if (seen.has(directory)) return [];
    seen.add(directory);
    if (below !== '' && isCloudAssembly(directory)) return [below];
    return readdirSync(directory)
      .sort()
      .flatMap((name) => placesAt(root, path.posix.join(below, name), seen));
  } catch (error) {
    return [unreadFile(below === '' ? '.' : below, `It cannot be listed: ${messageOf(error)}`)];
  }
}

function placesAt(root: string, place: string, seen: Set<string>): (string | NotRead)[] {
  const name = path.posix.basename(place);
  const mayBeTemplate = TEMPLATE_NAME.test(name);
  try {
    if (statSync(path.join(root, place)).isDirectory()) {
      return SKIPPED.test(name) ? [] : placesBelow(root, place, seen);
    }
    return mayBeTemplate ? [place] : [];
  } catch (error) {
    return mayBeTemplate
      ? [unreadFile(place, `It leads to nothing that can be read: ${messageOf(error)}`)]
      : [];
  }
}

/** Only a template has these words in it; a file that has them and cannot be read may be one. */
const LOOKS_LIKE_ONE = /AWSTemplateFormatVersion|\bType\W{1,20}\w+::\w/;
const CALLED_TEMPLATE = /template(\.(json|ya?ml))?$/i;

/** Whether what stands as resources is CloudFormation's: types have two colons, loops and transforms begin with Fn. */
const isTemplate = (content: Readonly<Record<string, unknown>>): boolean =>
  isRecord(content['Resources']) &&
  ('AWSTemplateFormatVersion' in content || /\w::\w/.test(JSON.stringify(content['Resources'])));

function kindOf(root: string, file: string): 'template' | 'nothing of ours' | NotRead {
  let text = '';
  try {
    text = readText(path.join(root, file));
    const looksLikeOne = LOOKS_LIKE_ONE.test(text);
    if (!looksLikeOne && !text.includes('Resources')) return 'nothing of ours';
    const { content } = parseTemplate(text, file);
    if (isRecord(content) && isTemplate(content)) return 'template';
    return looksLikeOne
      ? unreadFile(file, `${file} is no template: it has no section Resources.`)
      : 'nothing of ours';
  } catch (error) {
    const isOther = text !== '' && !LOOKS_LIKE_ONE.test(text) && !CALLED_TEMPLATE.test(file);
    return isOther ? 'nothing of ours' : unreadFile(file, messageOf(error).replace(`${root}${path.sep}`, ''));
  }
}
