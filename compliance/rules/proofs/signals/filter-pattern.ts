/**
 * CloudWatch Logs' filter patterns for JSON and for space-delimited log events, as far as metric filters of ours use
 * them; the rest is refused, never guessed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */

/** A pattern that this reader does not know. */
export class FilterPatternError extends Error {
  override readonly name = 'FilterPatternError';
}

/** One condition on one field. */
export interface Condition {
  readonly field: string;
  readonly operator: '=' | '!=' | '>' | '<' | '>=' | '<=' | 'IS' | 'NOT EXISTS';
  readonly value: string;
  /** Whether the value stood in quotation marks. */
  readonly quoted: boolean;
}
export type Expression =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] };
export type FilterPattern =
  | { readonly kind: 'json'; readonly expression: Expression }
  | {
      readonly kind: 'fields';
      /** In order; `undefined` stands for `...`, any number of fields. */
      readonly fields: readonly ({ readonly name: string; readonly expression?: Expression } | undefined)[];
    };

const TOKEN =
  /\s*(?:(&&|\|\||\(|\)|!=|>=|<=|=|>|<)|("(?:[^"\\]|\\.)*")|(IS|NOT|EXISTS)(?![\w.-])|([^\s()&|=<>!"]+))/y;

interface Token {
  readonly text: string;
  readonly kind: 'mark' | 'quoted' | 'word' | 'name';
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const [, mark, quoted, word, name] = TOKEN.exec(text) ?? [];
    const token = mark ?? quoted ?? word ?? name;
    if (token === undefined) throw new FilterPatternError(`"${text}" cannot be read`);
    found.push({
      text: quoted === undefined ? token : quoted.slice(1, -1).replace(/\\(.)/g, '$1'),
      kind:
        mark !== undefined ? 'mark' : quoted !== undefined ? 'quoted' : word !== undefined ? 'word' : 'name',
    });
  }
  return found;
}

/** `()` binds before `&&`, and that before `||`. */
class Reader {
  private readonly tokens: Token[];
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = tokens(text);
  }

  whole(): Expression {
    const expression = this.any();
    if (this.at < this.tokens.length) throw this.error();
    return expression;
  }

  private error(): FilterPatternError {
    return new FilterPatternError(`"${this.text}" is no pattern that is known here`);
  }
  private next(): Token {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.error();
    return token;
  }
  private isNext(text: string): boolean {
    const token = this.tokens[this.at];
    return token?.text === text && token.kind !== 'quoted';
  }
  private take(text: string): void {
    if (!this.isNext(text)) throw this.error();
    this.at++;
  }
  private joined(kind: 'and' | 'or', mark: string, part: () => Expression): Expression {
    const parts = [part()];
    while (this.isNext(mark)) {
      this.take(mark);
      parts.push(part());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind, parts };
  }
  private any(): Expression {
    return this.joined('or', '||', () => this.all());
  }
  private all(): Expression {
    return this.joined('and', '&&', () => this.one());
  }
  private one(): Expression {
    if (!this.isNext('(')) return { kind: 'condition', condition: this.condition() };
    this.take('(');
    const inner = this.any();
    this.take(')');
    return inner;
  }
  private condition(): Condition {
    const field = this.next().text;
    const operator = this.next().text;
    if (operator === 'NOT') {
      this.take('EXISTS');
      return { field, operator: 'NOT EXISTS', value: '', quoted: false };
    }
    if (!['=', '!=', '>', '<', '>=', '<=', 'IS'].includes(operator)) throw this.error();
    const { text, kind } = this.next();
    if (operator === 'IS' && !['NULL', 'TRUE', 'FALSE'].includes(text)) throw this.error();
    return { field, operator: operator as Condition['operator'], value: text, quoted: kind === 'quoted' };
  }
}

/** @throws FilterPatternError for what is neither of the two kinds. */
export function parseFilterPattern(pattern: string): FilterPattern {
  const text = pattern.trim();
  if (text.startsWith('{') && text.endsWith('}'))
    return { kind: 'json', expression: new Reader(text.slice(1, -1)).whole() };
  if (!text.startsWith('[') || !text.endsWith(']'))
    throw new FilterPatternError(`"${pattern}" is neither a JSON nor a space-delimited pattern`);
  const fields = text
    .slice(1, -1)
    .split(',')
    .map((field) => field.trim());
  return {
    kind: 'fields',
    fields: fields.map((field) => {
      if (field === '...') return undefined;
      const [name = ''] = /^[\w-]+/.exec(field) ?? [];
      return field === name ? { name } : { name, expression: new Reader(field).whole() };
    }),
  };
}

const conditionsIn = (expression: Expression): Condition[] =>
  expression.kind === 'condition' ? [expression.condition] : expression.parts.flatMap(conditionsIn);

/** Every condition of a pattern, whatever it is joined by. */
export const conditionsOf = (pattern: FilterPattern): Condition[] =>
  pattern.kind === 'json'
    ? conditionsIn(pattern.expression)
    : pattern.fields.flatMap((field) => (field?.expression ? conditionsIn(field.expression) : []));

/**
 * The values of which a field must have one for a pattern to match; undefined where others may do, too.
 * @param field a selector of a JSON pattern, `$.eventName`
 */
export function valuesWanted(pattern: FilterPattern, field: string): ReadonlySet<string> | undefined {
  const wanted = (expression: Expression): ReadonlySet<string> | undefined => {
    if (expression.kind === 'condition') {
      const { condition } = expression;
      const isOne = condition.field === field && condition.operator === '=' && condition.quoted;
      return isOne && !condition.value.includes('*') ? new Set([condition.value]) : undefined;
    }
    const parts = expression.parts.map(wanted);
    if (expression.kind === 'and') return parts.find((values) => values !== undefined);
    const all = parts.filter((values) => values !== undefined);
    return all.length < parts.length ? undefined : new Set(all.flatMap((values) => [...values]));
  };
  return pattern.kind === 'json' ? wanted(pattern.expression) : undefined;
}

/** What was made of patterns' own words: they stay the same for any number of log events. */
const wildcards = new Map<string, RegExp>();
const selectors = new Map<string, readonly string[]>();

function wildcard(pattern: string): RegExp {
  const known = wildcards.get(pattern);
  if (known !== undefined) return known;
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const made = new RegExp(`^${parts.join('.*')}$`, 's');
  wildcards.set(pattern, made);
  return made;
}

const NOTHING = Symbol('no such field');

function stepsOf(selector: string): readonly string[] {
  const known = selectors.get(selector);
  if (known !== undefined) return known;
  if (!selector.startsWith('$.')) throw new FilterPatternError(`${selector} is no selector`);
  const steps = selector
    .slice(2)
    .split('.')
    .flatMap((step) => step.split(/[[\]]/).filter((part) => part !== ''));
  selectors.set(selector, steps);
  return steps;
}

/** `$.a.b[0].c` in a log event. */
function select(selector: string, event: unknown): unknown {
  return stepsOf(selector).reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<string, unknown>)[step]
        : NOTHING,
    event,
  );
}

function holds({ operator, value, quoted }: Condition, actual: unknown): boolean {
  if (operator === 'NOT EXISTS') return actual === NOTHING;
  if (operator === 'IS')
    return actual === ({ NULL: null, TRUE: true, FALSE: false } as Record<string, unknown>)[value];
  // AWS: a selector that points to an array or an object matches nothing. Nor does a field that is not there: the page
  // says nothing of it, and an alert must not depend on it.
  if (typeof actual !== 'string' && typeof actual !== 'number') return false;
  if (operator === '=' || operator === '!=') {
    const number = Number(value);
    const same =
      !quoted && !value.includes('*') && value !== '' && !Number.isNaN(number)
        ? Number(actual) === number
        : wildcard(value).test(String(actual));
    return (operator === '=') === same;
  }
  const [left, right] = [Number(actual), Number(value)];
  if (operator === '>') return left > right;
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
}

const evaluate = (expression: Expression, valueOf: (field: string) => unknown): boolean =>
  expression.kind === 'condition'
    ? holds(expression.condition, valueOf(expression.condition.field))
    : expression.kind === 'and'
      ? expression.parts.every((part) => evaluate(part, valueOf))
      : expression.parts.some((part) => evaluate(part, valueOf));

/** Fields of a space-delimited line; what is in brackets or quotation marks is one. */
const splitLine = (line: string): string[] =>
  [...line.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(
    ([, bracketed, quoted, plain]) => bracketed ?? quoted ?? plain ?? '',
  );

function matchesFields(
  fields: (FilterPattern & { kind: 'fields' })['fields'],
  values: readonly string[],
): boolean {
  const [first, ...rest] = fields;
  if (fields.length === 0) return values.length === 0;
  if (first === undefined)
    return values.some((_value, skipped) => matchesFields(rest, values.slice(skipped)));
  const [value, ...others] = values;
  if (value === undefined) return false;
  return (
    (first.expression === undefined || evaluate(first.expression, () => value)) && matchesFields(rest, others)
  );
}

/**
 * Whether a log event in JSON matches, as it is when it was read; a space-delimited pattern matches none.
 * @throws FilterPatternError for a selector that is none.
 */
export const matchesEvent = (pattern: FilterPattern, event: unknown): boolean =>
  pattern.kind === 'json' && evaluate(pattern.expression, (field) => select(field, event));

/**
 * Whether a log event matches.
 * @throws FilterPatternError for a selector that is none.
 */
export function matchesLine(pattern: FilterPattern, line: string): boolean {
  if (pattern.kind === 'fields') return matchesFields(pattern.fields, splitLine(line));
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return false;
  }
  return matchesEvent(pattern, event);
}
