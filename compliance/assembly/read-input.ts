import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { GateError, messageOf } from '../gate-error';
import {
  isCloudAssembly,
  loadAssembly,
  readManifest,
  readStack,
  type StacksRead,
  INPUT_HINT,
} from './assembly';
import type { Assembly, JudgedStack, NotRead } from './model';
import { parseTemplate } from './parse-template';
import { withUniqueNames } from './unique-names';
import { isRecord } from '../is-record';

const TEMPLATE_NAME = /\.(json|ya?ml|template)$/i;
/** What tools put beside sources, and nobody deploys from. */
const SKIPPED = /^(node_modules|\..+|__pycache__|venv)$/;
const UNKNOWN_REGION = 'unknown-region';

/**
 * Reads what somebody wants judged: a cloud assembly, a directory with templates and assemblies anywhere below it, or
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
function inRegion(stack: JudgedStack, region: string): JudgedStack {
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

function readFile(place: string): Assembly {
  const directory = path.dirname(place);
  const read = readStack(directory, header(path.basename(place)));
  const [fault] = read.notRead;
  if (read.stacks.length === 0)
    throw new GateError('ASSEMBLY_UNREADABLE', `${place} cannot be judged. ${fault?.why ?? ''}`);
  return { directory, ...read };
}

function readDirectory(directory: string, sourceRoot: string): Assembly {
  const parts = placesBelow(directory, '').map((file): StacksRead => {
    if (isCloudAssembly(path.join(directory, file))) return readManifest(directory, file, sourceRoot);
    const kind = kindOf(directory, file);
    if (kind === 'template') return readStack(directory, header(file));
    return { stacks: [], notRead: kind === 'nothing of ours' ? [] : [kind] };
  });
  const stacks = parts.flatMap((part) => part.stacks);
  const notRead = parts.flatMap((part) => part.notRead);
  // What another template nests is judged there, with what it is given.
  const nested = new Set(stacks.flatMap((stack) => (stack.parent ? [stack.templateFile] : [])));
  const once = stacks.filter(({ name, templateFile }) => !isNestedCopy(stacks, nested, name, templateFile));
  if (!once.some(({ resources, loops }) => resources.length + loops.length > 0)) {
    const why = notRead.map(({ template, why: reason }) => `${template.file}: ${reason}`);
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${directory} holds no CloudFormation template with resources: there is nothing to judge. ${[...why.slice(0, 3), INPUT_HINT].join(' ')}`,
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
  stacks: readonly JudgedStack[],
  nested: ReadonlySet<string>,
  name: string,
  templateFile: string,
): boolean {
  const stack = stacks.find((each) => each.name === name && each.templateFile === templateFile);
  if (stack?.parent === undefined) return nested.has(templateFile);
  const parent = stacks.find((each) => each.name === stack.parent?.stack);
  return parent !== undefined && isNestedCopy(stacks, nested, parent.name, parent.templateFile);
}

/** Files that may be templates, and directories that are cloud assemblies, in the order of their paths. */
function placesBelow(root: string, below: string): string[] {
  return readdirSync(path.join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.posix.join(below, entry.name);
      if (entry.isDirectory()) {
        if (SKIPPED.test(entry.name)) return [];
        return isCloudAssembly(path.join(root, place)) ? [place] : placesBelow(root, place);
      }
      return entry.isFile() && TEMPLATE_NAME.test(entry.name) ? [place] : [];
    });
}

/** Only a template has these words in it; a file that has them and cannot be read may be one. */
const LOOKS_LIKE_ONE = /AWSTemplateFormatVersion|"?Type"?\s*:\s*["']?AWS::/;

function kindOf(root: string, file: string): 'template' | 'nothing of ours' | NotRead {
  const text = readFileSync(path.join(root, file), 'utf8');
  if (!text.includes('Resources') || !LOOKS_LIKE_ONE.test(text)) return 'nothing of ours';
  try {
    const { content } = parseTemplate(text, file);
    return isRecord(content) && isRecord(content['Resources']) ? 'template' : 'nothing of ours';
  } catch (error) {
    return { resource: file, resourceType: 'file', template: { file, line: 1 }, why: messageOf(error) };
  }
}
