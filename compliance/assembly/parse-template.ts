import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { GateError, messageOf } from '../gate-error';
import { jsonKeys } from './json-keys';

/** A template's text as data, and the line on which each of its resources begins. */
export interface ParsedTemplate {
  readonly content: unknown;
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * YAML has short forms of CloudFormation's functions: `!Sub` is `Fn::Sub`; two of them are no functions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
const LONG_FORMS: Readonly<Record<string, string>> = { '!Ref': 'Ref', '!Condition': 'Condition' };
const longForm = (tag: string): string => LONG_FORMS[tag] ?? `Fn::${tag.slice(1)}`;
const SHORT_FORM = /^![A-Za-z]\w*$/;

/**
 * Reads a template in JSON or YAML.
 * @throws GateError ASSEMBLY_UNREADABLE with the place of the first fault.
 */
export function parseTemplate(text: string, file: string): ParsedTemplate {
  if (text.trimStart().startsWith('{')) {
    const content = asJson(text);
    if (content !== undefined) {
      const { resources, repeated } = jsonKeys(text);
      if (repeated !== undefined)
        throw unreadable(
          file,
          new RangeError(`"${repeated.key}" stands twice in one place (line ${repeated.line}).`),
        );
      return { content: shallow(content, file), lines: resources };
    }
  }
  const counter = new LineCounter();
  const document = documentOf(text, file, counter);
  const { content, lines } = readDocument(document, counter, file);
  return { content: shallow(content, file), lines };
}

function readDocument(document: Document.Parsed, counter: LineCounter, file: string): ParsedTemplate {
  try {
    return { content: new Reader(document).valueOf(document.contents), lines: linesOf(document, counter) };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Undefined where it is none: YAML takes comments and trailing commas in such a text, and so does CloudFormation. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @throws GateError ASSEMBLY_UNREADABLE when values lie so deep within values that nobody can follow. */
function shallow(content: unknown, file: string): unknown {
  let level = [content];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw unreadable(file, new RangeError(`it is nested more than ${DEEPEST} deep.`));
    level = level
      .filter((value) => typeof value === 'object' && value !== null)
      .flatMap((value): unknown[] => Object.values(value));
  }
  return content;
}

const unreadable = (file: string, error: unknown): GateError =>
  new GateError('ASSEMBLY_UNREADABLE', `${file} cannot be read: ${messageOf(error)}`);

/** @throws GateError ASSEMBLY_UNREADABLE when it is no YAML, or more than one document, of which one would go unseen. */
function documentOf(text: string, file: string, counter: LineCounter): Document.Parsed {
  let documents: readonly Document.Parsed[];
  try {
    documents = [...parseAllDocuments(text, { lineCounter: counter, schema: 'core', logLevel: 'silent' })];
  } catch (error) {
    throw unreadable(file, error);
  }
  const [document = parseDocument(''), ...more] = documents;
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${file} is neither JSON nor YAML: ${(fault.message.split('\n')[0] ?? '').replace(/:$/, '.')}`,
    );
  }
  if (more.some(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null)))
    throw unreadable(file, new RangeError('it holds several YAML documents; a template is one.'));
  return document;
}

function linesOf(document: Document.Parsed, counter: LineCounter): Map<string, number> {
  const resources: unknown = document.get('Resources', true);
  const lines = new Map<string, number>();
  if (!isMap(resources)) return lines;
  for (const { key } of resources.items)
    if (isScalar(key)) lines.set(String(key.value), counter.linePos(key.range?.[0] ?? 0).line);
  return lines;
}

/** No template that anybody wrote nests half as deep. */
const DEEPEST = 200;
/** More values than any template that CloudFormation takes has: aliases of aliases multiply. */
const MOST_VALUES = 500_000;

/** Writes a document out: aliases as what they stand for, short forms as long ones. */
class Reader {
  private values = 0;
  /** What is being written out; an alias of one of these would never end. */
  private readonly within = new Set<unknown>();
  private readonly resolved = new Map<Alias, unknown>();

  constructor(private readonly document: Document.Parsed) {}

  /** The value of a node, its own short form and those within it written out. */
  valueOf(node: unknown): unknown {
    if (isAlias(node)) return this.valueOf(this.targetOf(node));
    if (this.within.has(node)) throw new RangeError('an alias stands within what it stands for.');
    this.values += 1;
    if (this.values > MOST_VALUES)
      throw new RangeError(`its aliases come to more than ${MOST_VALUES} values.`);
    this.within.add(node);
    const plain = this.plainValueOf(node);
    this.within.delete(node);
    const tag = (node as Node | null)?.tag;
    if (tag === undefined || !SHORT_FORM.test(tag)) return plain;
    // `!GetAtt A.B.C` is the resource and all that follows the first dot.
    const argument = tag === '!GetAtt' && typeof plain === 'string' ? plain.split(/\.(.*)/s, 2) : plain;
    return { [longForm(tag)]: argument };
  }

  /** Resolving looks through the whole document, so each alias is resolved once. */
  private targetOf(alias: Alias): unknown {
    if (!this.resolved.has(alias)) this.resolved.set(alias, alias.resolve(this.document));
    return this.resolved.get(alias);
  }

  private plainValueOf(node: unknown): unknown {
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item));
    if (isScalar(node)) return scalarOf(node.value, node.source);
    if (!isMap(node)) return undefined;
    // What stands there itself wins over what is merged; a name like `__proto__` is a name.
    const own: [string, unknown][] = [];
    const merged: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
      const content = this.valueOf(value);
      if (name === '<<') for (const each of [content].flat()) merged.unshift(...Object.entries(each ?? {}));
      else own.push([name, content]);
    }
    return Object.fromEntries([...merged, ...own]);
  }
}

/** An account's id may begin with a zero, and a version ends with one: what a number would lose stays text. */
function scalarOf(value: unknown, source: string | undefined): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}
