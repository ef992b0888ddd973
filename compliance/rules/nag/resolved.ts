import { type CfnResource, Stack } from 'aws-cdk-lib';

type Resolved = Record<string, unknown>;

/** A plain object, or an empty one. */
export const asObject = (value: unknown): Resolved =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Resolved) : {};

/** One or many, as a list; absent is empty. */
export const asList = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const resolvedProperties = new WeakMap<CfnResource, Resolved>();

/**
 * What the template says of a resource's properties, overrides included (cdk-nag's own rules do not see those). For use
 * after synthesis: the answer is kept.
 */
export function propertiesOf(node: CfnResource): Resolved {
  const known = resolvedProperties.get(node);
  if (known !== undefined) return known;
  const template = asObject(Stack.of(node).resolve(node._toCloudFormation()));
  const [body] = Object.values(asObject(template['Resources']));
  const properties = asObject(asObject(body)['Properties']);
  resolvedProperties.set(node, properties);
  return properties;
}

/** All resources of one CloudFormation type of the same stack. */
export function siblingsOfType(node: CfnResource, type: string): CfnResource[] {
  return Stack.of(node)
    .node.findAll()
    .filter((child): child is CfnResource => (child as Partial<CfnResource>).cfnResourceType === type);
}

export const logicalIdOf = (node: CfnResource): string => Stack.of(node).resolve(node.logicalId) as string;

/** Logical ids that a value refers to by Ref or Fn::GetAtt, anywhere in it. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) {
        if (key === 'Ref' && typeof inner === 'string') found.add(inner);
        else if (key === 'Fn::GetAtt' && Array.isArray(inner)) found.add(String(inner[0]));
        else visit(inner);
      }
    }
  };
  visit(value);
  return found;
}

export interface PolicyStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly conditionKeys: readonly string[];
  readonly raw: Resolved;
}

/** The statements of a policy document, each member normalized to a list. */
export const statementsOf = (document: unknown): PolicyStatement[] =>
  asList(asObject(document)['Statement']).map((statement) => {
    const raw = asObject(statement);
    return {
      effect: String(raw['Effect']),
      actions: asList(raw['Action']).map(String),
      resources: asList(raw['Resource']),
      principal: raw['Principal'],
      conditionKeys: Object.values(asObject(raw['Condition'])).flatMap((operands) =>
        Object.keys(asObject(operands)),
      ),
      raw,
    };
  });
