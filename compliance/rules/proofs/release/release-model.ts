import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { NamedResources } from './named-resources';
import { makersOf, type Step } from './pipeline-steps';
import { StackOrder } from './stack-order';

/** What is made when: within each stack by its template, and from stack to stack by the pipeline. */
export class ReleaseModel {
  readonly named: NamedResources;
  private readonly order: StackOrder;
  private readonly makers: ReadonlyMap<string, number>;

  constructor(
    readonly set: TemplateSet,
    /** Empty when no pipeline is among the templates: the order of the stacks is not known then, and not evaluated. */
    readonly steps: readonly Step[],
  ) {
    this.named = new NamedResources(set);
    this.order = new StackOrder(set);
    this.makers = makersOf(steps);
  }

  /** The position at which the pipeline makes a stack; undefined for one that stands before its first run. */
  madeAt(stack: string): number | undefined {
    return this.makers.get(stack);
  }

  /** Whether `other` is made before `resource` on the very first release. */
  isThereBefore(resource: Resource, other: Resource): boolean {
    if (resource.stackName === other.stackName) return this.order.waitsFor(resource, other);
    if (this.steps.length === 0) return true;
    const [mine, its] = [this.madeAt(resource.stackName), this.madeAt(other.stackName)];
    return its === undefined || (mine !== undefined && its < mine);
  }

  /** In words, for a finding. */
  whenMade(resource: Resource, other: Resource): string {
    if (resource.stackName === other.stackName) return 'nothing makes CloudFormation wait for';
    return `the pipeline makes ${this.madeAt(resource.stackName) === this.madeAt(other.stackName) ? 'at the same time' : 'later'}`;
  }
}
