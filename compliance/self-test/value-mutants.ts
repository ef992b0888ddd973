import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { PythonTool } from '../../tools/setup/python-tools';
import { writeBareTemplates } from '../assembly/bare-templates';
import { evaluateWithCfnLint } from '../engines/cfn-lint';
import { groupBy } from '../group-by';
import { isRecord } from '../is-record';
import {
  readResourceSchemas,
  type ResourceSchema,
  type SchemaNode,
} from '../service-reference/resource-schemas';
import { type Catch, type Catcher, findingsOf, newFinding } from './catchers';
import { drop, type Mutant, put, type RawResource, type RawStack, withMutant } from './mutant';
import type { Outcome } from './outcome';
import { evaluatedStack } from './scanner-catchers';

type Path = readonly (string | number)[];

/** A value that AWS would refuse, in a copy of one resource. */
interface ValueMistake {
  readonly kind: string;
  readonly name: string;
  readonly stack: RawStack;
  readonly logicalId: string;
  /** The resource as the template has it. */
  readonly original: RawResource;
  readonly mutated: RawResource;
  /** Where in its properties a finding has to be: at the value, or at what should hold it. */
  readonly at: Path;
  /** A word of the finding, where it is told of what holds the value. */
  readonly tells?: string;
}

type Mistake = Omit<ValueMistake, 'name' | 'stack' | 'logicalId' | 'original' | 'mutated'> & {
  readonly detail: Path;
  readonly change: (properties: Record<string, unknown>) => boolean;
};

const UNKNOWN = 'PropertyOfNobody';

/** The part of a schema that a reference names. */
function referred(node: SchemaNode | undefined, schema: ResourceSchema): SchemaNode | undefined {
  let found = node;
  for (let hops = 0; found?.$ref !== undefined && hops < 9; hops += 1)
    found = found.$ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), schema) as
      SchemaNode | undefined;
  return found;
}

const isIntrinsic = (value: Record<string, unknown>): boolean =>
  Object.keys(value).length === 1 && /^(?:Ref|Fn::)/.test(Object.keys(value)[0] ?? '');

const ofObject = (node: SchemaNode, value: Record<string, unknown>, at: Path): Mistake[] => [
  ...(node.required ?? [])
    .filter((name) => name in value)
    .map((name): Mistake => ({
      kind: 'required property dropped',
      at,
      detail: [...at, name],
      tells: name,
      change: (properties) => put(properties, [...at, name], undefined),
    })),
  // A map takes names of anybody's choice.
  ...(node.additionalProperties === false && node.patternProperties === undefined
    ? [
        {
          kind: 'property that AWS does not know',
          at,
          detail: [...at, UNKNOWN],
          tells: UNKNOWN,
          change: (properties: Record<string, unknown>) => put(properties, [...at, UNKNOWN], 'x'),
        },
      ]
    : []),
];

function ofLeaf({ enum: values, minimum, maximum, type }: SchemaNode, value: unknown, at: Path): Mistake[] {
  const instead = (kind: string, wrong: unknown): Mistake => ({
    kind,
    at,
    detail: at,
    change: (properties) => put(properties, at, wrong),
  });
  return [
    ...(values ? [instead('value that AWS does not have', 'NONE_OF_AWS')] : []),
    ...(typeof value === 'number' && maximum !== undefined
      ? [instead('number above AWS’s most', maximum + 1)]
      : []),
    ...(typeof value === 'number' && minimum !== undefined
      ? [instead('number below AWS’s least', minimum - 1)]
      : []),
    ...(type === 'boolean' || type === 'integer' || type === 'number'
      ? [instead('value of another kind', 'perhaps')]
      : []),
  ];
}

/** The mistakes that a schema tells of a value by `properties` and `items`, to its leaves; of patterns, lengths and choices none. */
function mistakesIn(
  schema: ResourceSchema,
  part: SchemaNode | undefined,
  value: unknown,
  at: Path,
): Mistake[] {
  const node = referred(part, schema);
  if (!node) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => mistakesIn(schema, node.items, item, [...at, index]));
  if (!isRecord(value)) return ofLeaf(node, value, at);
  if (isIntrinsic(value)) return [];
  return [
    ...ofObject(node, value, at),
    ...Object.entries(value).flatMap(([name, inner]) =>
      mistakesIn(schema, node.properties?.[name], inner, [...at, name]),
    ),
  ];
}

/** One for each type, kind and place: resources of a type are held by the same schema. */
function valueMistakes(
  stacks: readonly RawStack[],
  schemas: ReadonlyMap<string, ResourceSchema>,
): ValueMistake[] {
  const taken = new Set<string>();
  return stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).flatMap(([logicalId, original]): ValueMistake[] => {
      const schema = schemas.get(original.Type);
      if (!schema) return [];
      return mistakesIn(schema, schema, original.Properties, []).flatMap(
        ({ kind, at, detail, tells, change }) => {
          const place = detail.map((step) => (typeof step === 'number' ? '[]' : step)).join('.');
          const name = `${kind}: ${original.Type} ${place}`;
          if (taken.has(name)) return [];
          const mutated = structuredClone(original);
          if (!change(mutated.Properties)) return [];
          taken.add(name);
          const told = tells === undefined ? {} : { tells };
          return [{ kind, name, stack, logicalId, original, mutated, at, ...told }];
        },
      );
    }),
  );
}

/** CloudFormation takes no more resources in a template. */
const MOST_RESOURCES = 500;

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_unused, index) =>
    items.slice(index * size, (index + 1) * size),
  );

const mutantOf = ({ kind, name, stack, logicalId, mutated }: ValueMistake): Mutant => ({
  kind,
  name,
  stackName: stack.stackName,
  mutated: () => ({
    ...stack,
    template: { ...stack.template, Resources: { ...stack.template.Resources, [logicalId]: mutated } },
  }),
});

/** Whether a message is of a place, and not of another whose name begins with it. */
const isAt = (message: string, place: string): boolean =>
  message.startsWith(place) && !/^\w/.test(message.slice(place.length));

/**
 * Puts the mistakes to cfn-lint, each in a copy of its resource alone, beside the resource as it is: what is found there
 * too, because what it names is in another template, is no catch. What cfn-lint lets pass is asked of another evaluator.
 * @param lint the environment of cfn-lint
 * @param next gets the whole templates with the mistake in them
 */
export async function evaluateValues(
  lint: PythonTool,
  next: Catcher,
  stacks: readonly RawStack[],
  wanted: (mistake: { readonly name: string; readonly kind: string }) => boolean,
  scratch: string,
): Promise<Outcome[]> {
  const mistakes = valueMistakes(stacks, readResourceSchemas(lint.directory)).filter(wanted);
  const [first] = stacks;
  if (!first || mistakes.length === 0) return [];
  const { account, region } = first;
  mkdirSync(scratch, { recursive: true });
  const originals = [...new Set(mistakes.map(({ original }) => original))];
  const idOf = new Map(originals.map((original, index) => [original, `Original${index}`]));
  const all = [
    ...originals.map((original): [string, RawResource] => [idOf.get(original) ?? '', original]),
    ...mistakes.map(({ mutated }, index): [string, RawResource] => [`Mistake${index}`, mutated]),
  ];
  const evaluated = chunks(all, MOST_RESOURCES).map((resources, index) =>
    evaluatedStack(
      {
        stackName: `values-${index}`,
        account,
        region,
        template: { Resources: Object.fromEntries(resources.map(alone)) },
      },
      `values-${index}`,
      scratch,
    ),
  );
  const files = writeBareTemplates(
    { directory: scratch, stacks: evaluated, notRead: [] },
    path.join(scratch, 'bare'),
  );
  const { rows, failures } = await evaluateWithCfnLint(lint.python, files, scratch);
  if (failures.length > 0) throw new Error(failures.join('\n'));
  const of = groupBy(rows, ({ resource }) => resource);
  let asTheyAre: ReadonlySet<string> | undefined;
  const baseline = (): ReadonlySet<string> => (asTheyAre ??= findingsOf(next.evaluate(stacks)));
  return mistakes.map((mistake, index) => {
    const { kind, name, original, at, tells } = mistake;
    const before = new Set((of.get(idOf.get(original) ?? '') ?? []).map(({ message }) => message));
    const found = (of.get(`Mistake${index}`) ?? []).find(
      ({ verdict, message }) =>
        verdict === 'non-compliant' &&
        !before.has(message) &&
        isAt(message, ['Properties', ...at].join('.')) &&
        (tells === undefined || message.includes(tells)),
    );
    const caught: Catch | undefined = found
      ? { catcher: 'cfn-lint', rule: found.rule, message: found.message }
      : newFinding(next.name, next.evaluate(withMutant(stacks, mutantOf(mistake))), baseline());
    return { name, kind, catches: caught ? [caught] : [] };
  });
}

/** A resource that waits for nothing: what it waited for is in another template. */
const alone = ([id, resource]: [string, RawResource]): [string, RawResource] => {
  const copy: Record<string, unknown> = { ...resource };
  drop(copy, 'DependsOn');
  return [id, copy as RawResource];
};
