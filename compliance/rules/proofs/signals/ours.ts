import { z } from 'zod';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/** Stands in a sample for something of ours: which resources, and which of their names. */
export const oursSchema = z.strictObject({
  type: z.string(),
  /** What `Ref` or `Fn::GetAtt Arn` returns, or a property. */
  value: z.string(),
  /** Regular expression that the value of those meant fits. */
  named: z.string(),
});
export type Ours = z.infer<typeof oursSchema>;

const valueOf = (set: TemplateSet, resource: Resource, value: string): string =>
  value === 'Ref'
    ? set.refOf(resource)
    : value === 'Arn'
      ? set.attributeOf(resource, 'Arn')
      : (resource.optionalText(value) ?? resource.path);

/** The names in a region, those that are meant and the others of their type. */
export function namesOf(set: TemplateSet, ours: Ours, region: string): { meant: string[]; others: string[] } {
  const values = set
    .resources(ours.type)
    .filter((resource) => resource.region === region)
    .map((resource) => valueOf(set, resource, ours.value));
  const named = new RegExp(ours.named);
  return {
    meant: values.filter((value) => named.test(value)),
    others: values.filter((value) => !named.test(value)),
  };
}
