import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { Statement } from '../iam/statement';

/** Types whose attributes are whatever their own code or template answers. */
const ANSWERS_ANYTHING = /^(?:Custom::|AWS::CloudFormation::(?:CustomResource|Stack)$)/;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * What a value rests on that only the deployment knows: a reference that is resolved then, a value that another stack
 * exports, a parameter that is looked up, the answer of a custom resource. Undefined when it is known.
 */
function unknownIn(set: TemplateSet, { stackName }: Resource, value: string): string | undefined {
  const [reference] = /\{\{resolve:[^}]*\}\}|(?:^|:)import\/[\w:-]+/.exec(value) ?? [];
  if (reference !== undefined) return reference.replace(/^:/, '');
  const named = value.matchAll(new RegExp(`(?<![\\w/-])${escaped(stackName)}/(\\w+)`, 'g'));
  return [...named]
    .map(([token, name = '']) => ({ token, name, resource: set.at(token) }))
    .find(({ resource }) => resource === undefined || ANSWERS_ANYTHING.test(resource.type))?.name;
}

/** Grants of a policy of which nobody can say before the deployment to whom they are, or under what condition. */
export function unknownGrants(
  set: TemplateSet,
  resource: Resource,
  statements: readonly Statement[],
): string[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ sid, principals, conditions }) => {
      const named =
        principals === undefined || principals.items === '*'
          ? []
          : Object.values(principals.items).flatMap((items) => items ?? []);
      const asked = conditions.flatMap(({ values }) => values);
      const unknown = (values: readonly string[]): string[] => [
        ...new Set(values.flatMap((value) => unknownIn(set, resource, value) ?? [])),
      ];
      return [
        ...unknown(named).map(
          (what) => `${sid} allows it to ${what}, which is known only once it is deployed`,
        ),
        ...unknown(asked).map((what) => `${sid} asks for ${what}, which is known only once it is deployed`),
      ];
    });
}
