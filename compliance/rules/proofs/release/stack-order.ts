import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/** Logical ids that a resource's own words lead to: Ref, Fn::GetAtt, Fn::Sub and DependsOn. */
function mentioned(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) mentioned(item, found);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'Metadata') continue;
    if (key === 'Ref' && typeof value === 'string') found.add(value);
    else if (key === 'Fn::GetAtt')
      found.add(String(Array.isArray(value) ? value[0] : value).split('.')[0] ?? '');
    else if (key === 'DependsOn') for (const id of [value].flat()) found.add(String(id));
    else if (key === 'Fn::Sub') {
      const pattern = String(Array.isArray(value) ? value[0] : value);
      for (const [, name = ''] of pattern.matchAll(/\$\{([^!}.]+)/g)) found.add(name);
    }
    mentioned(value, found);
  }
}

/** In which order CloudFormation makes the resources of a stack, as far as the template says. */
export class StackOrder {
  private readonly before = new Map<string, ReadonlySet<string>>();

  constructor(private readonly set: TemplateSet) {}

  /** Whether CloudFormation waits for `first` before it makes `second`; both of one stack. */
  waitsFor(second: Resource, first: Resource): boolean {
    return this.allBefore(second).has(first.logicalId);
  }

  private allBefore(resource: Resource): ReadonlySet<string> {
    const known = this.before.get(resource.path);
    if (known) return known;
    const all = new Set<string>();
    this.before.set(resource.path, all);
    const direct = new Set<string>();
    mentioned(resource.raw, direct);
    for (const id of direct) {
      const other = this.set.at(`${resource.stackName}/${id}`);
      if (!other || other === resource) continue;
      all.add(id);
      for (const further of this.allBefore(other)) all.add(further);
    }
    return all;
  }
}
