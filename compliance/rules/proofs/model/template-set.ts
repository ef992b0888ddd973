import { dig, listOf } from './dig';
import { ModelError } from './errors';
import { IDENTIFIERS } from './identifiers';
import {
  changedSince,
  EVERY_TYPE,
  EXPORTS,
  type Found,
  isUntouched,
  type Memory,
  memoryOf,
  typeToken,
} from './memory';
import { Resource, type Surroundings } from './resource';
import { type StackTemplate, type Template, type TemplateResource, templateSchema } from './template';
import { isRecord } from '../../../is-record';

interface Stack extends Omit<StackTemplate, 'template'> {
  readonly template: Template;
}

/** Resources, found by their types. */
class ByType {
  private readonly ofType = new Map<string, Resource[]>();

  constructor(private readonly all: readonly Resource[]) {
    for (const resource of all) {
      const same = this.ofType.get(resource.type);
      if (same) same.push(resource);
      else this.ofType.set(resource.type, [resource]);
    }
  }

  /** Those of the types, or all; in template order. */
  of(types: readonly string[]): Resource[] {
    const [first] = types;
    if (first === undefined) return [...this.all];
    if (types.length === 1) return [...(this.ofType.get(first) ?? [])];
    return types.some((type) => this.ofType.has(type))
      ? this.all.filter(({ type }) => types.includes(type))
      : [];
  }
}

/** Resources that nobody can change any more, as they were read; the self-test asks about the same ones a thousand times. */
const readResources = new WeakMap<object, TemplateResource>();

/** @throws ModelError when the template is of no form that CloudFormation would take. */
function readTemplate({ stackName, template }: StackTemplate): Template {
  const all =
    isRecord(template) && isRecord(template['Resources']) ? Object.entries(template['Resources']) : [];
  const known = all.filter(([, body]) => isRecord(body) && readResources.has(body));
  const afresh =
    known.length === 0 || !isRecord(template)
      ? template
      : {
          ...template,
          Resources: Object.fromEntries(
            all.filter(([, body]) => !isRecord(body) || !readResources.has(body)),
          ),
        };
  const read = templateSchema.safeParse(afresh);
  if (!read.success) {
    const issues = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ModelError('malformed-value', stackName, `the template cannot be read: ${issues.join('; ')}`);
  }
  for (const [logicalId, body] of all) {
    const resource = read.data.Resources[logicalId];
    if (resource && isRecord(body) && Object.isFrozen(body)) readResources.set(body, resource);
  }
  const inOrder = all.flatMap(([logicalId, body]): [string, TemplateResource][] => {
    const resource = isRecord(body) ? readResources.get(body) : undefined;
    const found = resource ?? read.data.Resources[logicalId];
    return found ? [[logicalId, found]] : [];
  });
  return known.length === 0 ? read.data : { ...read.data, Resources: Object.fromEntries(inOrder) };
}

/** @throws ModelError when the function's argument is not a list of two. */
function pairOf(name: string, argument: unknown, where: string): [unknown, unknown] {
  if (Array.isArray(argument) && argument.length === 2) return [argument[0], argument[1]];
  throw new ModelError('malformed-value', where, `${name} takes a list of two values`);
}

/** What whoever deploys gives: the default, or a token where there is none. */
function openParameter({ Type, Default }: Template['Parameters'][string], token: string): unknown {
  const isList = Type === 'CommaDelimitedList' || Type.startsWith('List<');
  if (Default === undefined) return isList ? [token] : token;
  return isList && typeof Default === 'string' ? Default.split(',').map((item) => item.trim()) : Default;
}

/** What a table says of a name that comes from a template: never what every JavaScript object has. */
const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * How a set takes what the templates do not tell. `strict`: as an error, for an application of which everything has to be
 * known. Otherwise as an opaque token, with each condition taken to hold or not: for templates of others.
 */
export type Reading = 'strict' | { readonly holds: (condition: string) => boolean };

/** Stands for two exports of one name. */
const AMBIGUOUS = Symbol('two exports of one name');
/** Exports are an account's in a region. */
const exportKey = ({ account, region }: StackTemplate, name: string): string =>
  `${account}:${region}:${name}`;

const NOTHING: ReadonlySet<string> = new Set();

/** How deep values may lead into each other; what CloudFormation would refuse as a circle never ends. */
const DEEPEST = 200;

/**
 * All templates of one application as one system: cross-stack imports are followed, names and ARNs composed as
 * CloudFormation would, into the applications that it leans on too. Values that only AWS can know are opaque tokens; what cannot be resolved is a ModelError, never a guess.
 */
export class TemplateSet {
  private readonly stacks: readonly Stack[];
  private readonly byPath = new Map<string, Resource>();
  private readonly own: ByType;
  private readonly others: ByType;
  private readonly exports = new Map<string, { stack: Stack; value: unknown } | typeof AMBIGUOUS>();

  private depth = 0;
  private knowsExports = false;
  /** What was found of the templates that these are but for {@link changed}; absent where they may still change. */
  private readonly memory: Memory | undefined;
  private readonly changed: Set<string>;
  /** What was found of these templates, and not only of those of the memory. */
  private readonly found = new Map<object, Map<string, Found>>();
  /** What is read by whatever is being found; absent while nothing is. */
  private reads: Set<string> | undefined;

  constructor(
    stacks: readonly StackTemplate[],
    private readonly reading: Reading = 'strict',
  ) {
    const memory = reading === 'strict' ? memoryOf(stacks) : undefined;
    const changed = memory && changedSince(memory, stacks);
    this.memory = changed && memory;
    this.changed = changed ?? new Set();
    this.stacks = stacks.map((stack) => ({ ...stack, template: readTemplate(stack) }));
    for (const stack of this.stacks) {
      for (const [logicalId, body] of Object.entries(stack.template.Resources)) {
        const { stackName, account, region } = stack;
        const resource = new Resource(
          stackName,
          account,
          region,
          logicalId,
          body,
          this.around(stack, `${stackName}/${logicalId}`),
        );
        this.byPath.set(resource.path, resource);
      }
    }
    const context = new Set(this.stacks.filter((stack) => stack.context).map(({ stackName }) => stackName));
    const all = [...this.byPath.values()];
    this.own = new ByType(all.filter(({ stackName }) => !context.has(stackName)));
    this.others = new ByType(all.filter(({ stackName }) => context.has(stackName)));
    for (const stack of this.stacks) {
      for (const [name, output] of Object.entries(stack.template.Outputs)) {
        const exported = isRecord(output.Export) ? output.Export['Name'] : undefined;
        if (exported === undefined) continue;
        const where = `${stack.stackName}/Outputs/${name}`;
        const exportName = exportKey(stack, String(this.resolveIn(stack, exported, where)));
        const other = this.exports.get(exportName);
        // Names are unique in an account and region; of two, nobody can say which one an import means.
        if (other !== undefined && this.isStrict)
          throw new ModelError('malformed-value', where, 'another output exports the same name');
        this.exports.set(exportName, other === undefined ? { stack, value: output.Value } : AMBIGUOUS);
      }
    }
    this.knowsExports = true;
    this.sign(EXPORTS, () => [...this.exports.keys()].join('\n'));
  }

  /**
   * What somebody finds of these templates, found again only where something changed that he read: of resources, of the
   * lists of them, of exports, and of whatever was signed. No {@link Resource} may be in it, nor may he read anything else
   * that is of these templates: it is handed on to templates that differ elsewhere.
   * @param by whoever finds it, and with what besides the templates: the same object, the same answer
   * @param about which of his answers
   */
  remember<T>(by: object, about: string, find: () => T): T {
    const own = this.found.get(by) ?? new Map<string, Found>();
    this.found.set(by, own);
    const before = this.memory?.foundBy(by);
    const known = own.get(about) ?? this.stillTrue(before?.get(about));
    if (known) {
      this.note(known.reads);
      return known.value as T;
    }
    const found = this.find(find);
    own.set(about, found);
    if (before && isUntouched(found.reads, this.changed)) before.set(about, found);
    return found.value as T;
  }

  /** Says what a token stands for here; whoever reads what it stands for reads the token. */
  sign(token: string, text: () => string): void {
    if (!this.memory) return;
    const now = text();
    const before = this.memory.signatures.get(token);
    if (before === undefined) this.memory.signatures.set(token, now);
    else if (before !== now) this.changed.add(token);
  }

  /** What the memory was told of tokens. */
  get signed(): ReadonlyMap<string, string> {
    return this.memory?.signatures ?? new Map<string, string>();
  }

  /** Tells whatever is being found that it read what a token stands for. */
  read(token: string): void {
    this.reads?.add(token);
  }

  private note(reads: ReadonlySet<string>): void {
    if (this.reads) for (const token of reads) this.reads.add(token);
  }

  private stillTrue(found: Found | undefined): Found | undefined {
    return found && isUntouched(found.reads, this.changed) ? found : undefined;
  }

  /** What was read counts for whatever is being found around it as well, also when it comes to nothing. */
  private find(find: () => unknown): Found {
    if (!this.memory) return { value: find(), reads: NOTHING };
    const around = this.reads;
    const reads = new Set<string>();
    this.reads = reads;
    try {
      return { value: find(), reads };
    } finally {
      this.reads = around;
      this.note(reads);
    }
  }

  /** All resources of the application, or those of the given types, in template order. */
  resources(...types: string[]): Resource[] {
    this.readTypes(types);
    return this.own.of(types);
  }

  /** As {@link resources}, of the applications that this one leans on. */
  context(...types: string[]): Resource[] {
    this.readTypes(types);
    return this.others.of(types);
  }

  /** The resource behind an opaque token (`STACK/LOGICAL-ID`). */
  at(path: string): Resource | undefined {
    this.read(path);
    return this.byPath.get(path);
  }

  /** What `Ref` returns for a resource. */
  refOf(resource: Resource): string {
    return ownOf(IDENTIFIERS, resource.type)?.ref(resource) ?? resource.path;
  }

  /** Whether what the templates do not tell is an error. */
  get isStrict(): boolean {
    return this.reading === 'strict';
  }

  /** Whether the model knows such an attribute of the resource's type. */
  knowsAttribute(resource: Resource, attribute: string): boolean {
    return ownOf(ownOf(IDENTIFIERS, resource.type)?.attributes ?? {}, attribute) !== undefined;
  }

  /** @throws ModelError when the type has no such attribute in the model. */
  attributeOf(resource: Resource, attribute: string): string {
    const value = ownOf(ownOf(IDENTIFIERS, resource.type)?.attributes ?? {}, attribute);
    if (!value) {
      if (!this.isStrict) return `${resource.path}.${attribute}`;
      throw new ModelError(
        'unknown-attribute',
        resource.path,
        `the model does not know attribute ${attribute} of ${resource.type}`,
      );
    }
    return value(resource);
  }

  arnOf(resource: Resource): string {
    return this.attributeOf(resource, 'Arn');
  }

  get accounts(): string[] {
    return [...new Set(this.resources().map((resource) => resource.account))];
  }

  private readTypes(types: readonly string[]): void {
    if (!this.reads) return;
    if (types.length === 0) this.reads.add(EVERY_TYPE);
    for (const type of types) this.reads.add(typeToken(type));
  }

  private around(stack: Stack, where: string): Surroundings {
    return {
      resolve: this.resolverOf(stack, where),
      read: () => this.reads?.add(where),
      remember: (by, find) =>
        this.remember(by, where, () => {
          this.read(where);
          return find();
        }),
    };
  }

  /** Resolves the properties of one resource, each once: proofs ask for the same ones thousands of times. */
  private resolverOf(stack: Stack, where: string): (value: unknown) => unknown {
    const resolved = new Map<unknown, Found>();
    const before = this.memory?.resolvedAt(where);
    return (value) => {
      // Before all exports are known, what is imported may resolve to something else later.
      if (!this.knowsExports) return this.resolveIn(stack, value, where);
      const known = resolved.get(value) ?? this.stillTrue(before?.get(value));
      if (known) {
        this.note(known.reads);
        return known.value;
      }
      const found = this.find(() => this.resolveIn(stack, value, where));
      resolved.set(value, found);
      if (before && !this.changed.has(where) && isUntouched(found.reads, this.changed))
        before.set(value, found);
      return found.value;
    };
  }

  /** What is made here is frozen: everybody who asks is given the same. */
  private resolveIn(stack: Stack, value: unknown, where: string): unknown {
    if (this.depth > DEEPEST)
      throw new ModelError('malformed-value', where, 'values that lead into each other without an end');
    this.depth += 1;
    try {
      return this.resolveWithin(stack, value, where);
    } finally {
      this.depth -= 1;
    }
  }

  private resolveWithin(stack: Stack, value: unknown, where: string): unknown {
    if (Array.isArray(value)) {
      return Object.freeze(
        value.map((item) => this.resolveIn(stack, item, where)).filter((item) => item !== undefined),
      );
    }
    // YAML leaves what has no value as null.
    if (value === null && !this.isStrict) return undefined;
    if (!isRecord(value)) return value;
    const keys = Object.keys(value);
    const [key] = keys;
    if (keys.length === 1 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.intrinsic(stack, key, value[key], where);
    }
    return Object.freeze(
      Object.fromEntries(
        Object.entries(value)
          .map(([name, item]) => [name, this.resolveIn(stack, item, where)] as const)
          .filter(([, item]) => item !== undefined),
      ),
    );
  }

  private text(stack: Stack, value: unknown, where: string): string {
    const resolved = this.resolveIn(stack, value, where);
    if (typeof resolved === 'string' || typeof resolved === 'number') return String(resolved);
    if (!this.isStrict) return resolved === undefined ? '' : JSON.stringify(resolved);
    throw new ModelError('malformed-value', where, `expected text, found ${JSON.stringify(resolved)}`);
  }

  private listOf(stack: Stack, value: unknown, where: string): unknown[] {
    const resolved = this.resolveIn(stack, value, where);
    if (Array.isArray(resolved)) return resolved;
    if (!this.isStrict) return [resolved];
    throw new ModelError('malformed-value', where, `expected a list, found ${JSON.stringify(resolved)}`);
  }

  private intrinsic(stack: Stack, name: string, argument: unknown, where: string): unknown {
    switch (name) {
      case 'Ref':
        return this.reference(stack, String(argument), where);
      case 'Fn::GetAtt': {
        const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split(/\.(.*)/s, 2);
        return this.attribute(stack, parts[0] ?? '', parts[1] ?? '', where);
      }
      case 'Fn::Join': {
        const [separator, items] = pairOf(name, argument, where);
        return this.listOf(stack, items, where)
          .map((item) => this.text(stack, item, where))
          .join(this.text(stack, separator, where));
      }
      case 'Fn::Sub':
        return this.substitute(stack, argument, where);
      case 'Fn::Select': {
        const [index, items] = pairOf(name, argument, where);
        const item = this.listOf(stack, items, where)[Number(this.text(stack, index, where))];
        if (item !== undefined) return item;
        if (!this.isStrict) return `${where}/${name}`;
        throw new ModelError('malformed-value', where, 'Fn::Select beyond the list');
      }
      case 'Fn::Split': {
        const [separator, text] = pairOf(name, argument, where);
        return this.text(stack, text, where).split(this.text(stack, separator, where));
      }
      case 'Fn::ImportValue':
        return this.imported(stack, this.text(stack, argument, where), where);
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${stack.region}${zone}`);
      default:
        return this.uncertain(stack, name, argument, where);
    }
  }

  /** Functions whose value depends on what the templates of an application of ours never leave open. */
  private uncertain(stack: Stack, name: string, argument: unknown, where: string): unknown {
    if (this.reading === 'strict')
      throw new ModelError('unknown-intrinsic', where, `the model does not know ${name}`);
    const [first, second, third] = listOf(argument);
    switch (name) {
      case 'Fn::If':
        return this.resolveIn(stack, this.reading.holds(String(first)) ? second : third, where);
      case 'Fn::Base64':
        return this.resolveIn(stack, argument, where);
      case 'Fn::ToJsonString':
        return JSON.stringify(this.resolveIn(stack, argument, where));
      case 'Fn::FindInMap': {
        const keys = [first, second, third].map((key) => this.text(stack, key, where));
        return dig(stack.template['Mappings'], ...keys) ?? `${where}/${keys.join('.')}`;
      }
      default:
        return `${where}/${name}`;
    }
  }

  private imported(stack: Stack, name: string, where: string): unknown {
    this.read(EXPORTS);
    const exported = this.exports.get(exportKey(stack, name));
    const found = exported === AMBIGUOUS ? undefined : exported;
    if (!found && !this.isStrict) return `import/${name}`;
    if (!found) throw new ModelError('unresolved-import', where, `no stack exports ${name}`);
    return this.resolveIn(found.stack, found.value, where);
  }

  private pseudo(stack: Stack, name: string): string | undefined {
    switch (name) {
      case 'AWS::AccountId':
        return stack.account;
      case 'AWS::Region':
        return stack.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack.stackName;
      // Ends with what AWS alone knows: whoever takes a part of it takes something else there than here.
      case 'AWS::StackId':
        if (this.isStrict)
          throw new ModelError(
            'unresolved-reference',
            stack.stackName,
            'nobody knows its id before it is made',
          );
        return `${stack.stackName}/id`;
      default:
        return undefined;
    }
  }

  private reference(stack: Stack, name: string, where: string): unknown {
    if (name === 'AWS::NoValue') return undefined;
    const pseudo = this.pseudo(stack, name);
    if (pseudo !== undefined) return pseudo;
    const parameter = ownOf(stack.template.Parameters, name);
    if (parameter) {
      // An SSM-backed parameter's value is known at deployment only: it equals nothing but itself.
      if (parameter.Type.startsWith('AWS::SSM::')) return `${stack.stackName}/${name}`;
      if (!this.isStrict) return openParameter(parameter, `${stack.stackName}/${name}`);
      if (parameter.Default === undefined) {
        throw new ModelError('unresolved-reference', where, `the parameter ${name} has no default`);
      }
      return parameter.Default;
    }
    const resource = this.at(`${stack.stackName}/${name}`);
    if (!resource && !this.isStrict) return `${stack.stackName}/${name}`;
    if (!resource) throw new ModelError('unresolved-reference', where, `there is no resource ${name}`);
    return this.refOf(resource);
  }

  private attribute(stack: Stack, logicalId: string, attribute: string, where: string): unknown {
    const resource = this.at(`${stack.stackName}/${logicalId}`);
    if (!resource && !this.isStrict) return `${stack.stackName}/${logicalId}.${attribute}`;
    if (!resource) throw new ModelError('unresolved-reference', where, `there is no resource ${logicalId}`);
    return this.attributeOf(resource, attribute);
  }

  private substitute(stack: Stack, argument: unknown, where: string): string {
    const [pattern, variables] = Array.isArray(argument)
      ? pairOf('Fn::Sub', argument, where)
      : [argument, {}];
    if (typeof pattern !== 'string' || !isRecord(variables))
      throw new ModelError('malformed-value', where, 'Fn::Sub takes text, or text and its variables');
    return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return this.text(stack, variables[name], where);
      const [logicalId = '', attribute] = name.split(/\.(.*)/s, 2);
      return this.text(
        stack,
        attribute === undefined ? { Ref: name } : { 'Fn::GetAtt': [logicalId, attribute] },
        where,
      );
    });
  }
}
