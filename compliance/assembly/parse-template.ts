import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { GateError, messageOf } from '../gate-error';
import { resourceLines } from './resource-lines';

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
    try {
      return { content: JSON.parse(text), lines: resourceLines(text) };
    } catch {
      // YAML takes comments and trailing commas in such a text, and so does CloudFormation.
    }
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, schema: 'core', logLevel: 'silent' });
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new GateError(
      'ASSEMBLY_UNREADABLE',
      `${file} is neither JSON nor YAML: ${(fault.message.split('\n')[0] ?? '').replace(/:$/, '.')}`,
    );
  }
  try {
    return {
      content: valueOf(document.contents, document),
      lines: linesOf(document, counter),
    };
  } catch (error) {
    throw new GateError('ASSEMBLY_UNREADABLE', `${file} cannot be read: ${messageOf(error)}`);
  }
}

function linesOf(document: Document.Parsed, counter: LineCounter): Map<string, number> {
  const resources: unknown = document.get('Resources', true);
  const lines = new Map<string, number>();
  if (!isMap(resources)) return lines;
  for (const { key } of resources.items)
    if (isScalar(key)) lines.set(String(key.value), counter.linePos(key.range?.[0] ?? 0).line);
  return lines;
}

/** The value of a node, its own short form and those within it written out. */
function valueOf(node: unknown, document: Document.Parsed): unknown {
  if (isAlias(node)) return valueOf(node.resolve(document), document);
  const plain = plainValueOf(node, document);
  const tag = (node as Node | null)?.tag;
  if (tag === undefined || !SHORT_FORM.test(tag)) return plain;
  // `!GetAtt A.B.C` is the resource and all that follows the first dot.
  const argument = tag === '!GetAtt' && typeof plain === 'string' ? plain.split(/\.(.*)/s, 2) : plain;
  return { [longForm(tag)]: argument };
}

function plainValueOf(node: unknown, document: Document.Parsed): unknown {
  if (isSeq(node)) return node.items.map((item) => valueOf(item, document));
  if (isScalar(node)) return scalarOf(node.value, node.source);
  if (!isMap(node)) return undefined;
  const value: Record<string, unknown> = {};
  for (const { key, value: inner } of node.items) {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
    const content = valueOf(inner, document);
    if (name === '<<') Object.assign(value, content);
    else value[name] = content;
  }
  return value;
}

/** An account's id may begin with a zero, and a version ends with one: what a number would lose stays text. */
function scalarOf(value: unknown, source: string | undefined): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}
