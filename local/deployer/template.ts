/** A CloudFormation template as JSON; only what the transformations look at is typed. */
export interface Template {
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, TemplateOutput>;
  [section: string]: unknown;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  [attribute: string]: unknown;
}

export interface TemplateOutput {
  Value: unknown;
  Export?: { Name: unknown };
  [attribute: string]: unknown;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of a JSON value in which `replace` may give an object another value; undefined keeps it and goes on inside. */
export function mapObjects(value: unknown, replace: (node: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => mapObjects(element, replace));
  if (!isObject(value)) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapObjects(inner, replace)]));
}

/** A copy of a JSON value with every string in it changed. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapStrings(inner, change)]));
}

/** The logical ids that a value refers to by Ref, Fn::GetAtt and Fn::Sub. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  mapObjects(value, (node) => {
    const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Sub': substitution } = node;
    if (typeof reference === 'string') found.add(reference);
    const target: unknown = Array.isArray(attribute) ? attribute[0] : attribute;
    if (typeof target === 'string') found.add(target.split('.')[0] ?? target);
    const text: unknown = Array.isArray(substitution) ? substitution[0] : substitution;
    if (typeof text === 'string') {
      for (const [, id] of text.matchAll(/\$\{([A-Za-z0-9]+)[^}]*\}/g)) if (id) found.add(id);
    }
    return undefined;
  });
  return found;
}

/** The names of the exports that a value imports. */
export function importsIn(value: unknown): Set<string> {
  const found = new Set<string>();
  mapObjects(value, (node) => {
    const name = node['Fn::ImportValue'];
    if (typeof name === 'string') found.add(name);
    return undefined;
  });
  return found;
}

/** A copy of an object without one of its keys. */
export const without = <T extends object>(value: T, key: string): Omit<T, typeof key> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Omit<T, typeof key>;
