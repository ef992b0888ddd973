import type { EvaluatedStack } from '../model';
import { declarationsOf } from './parameters';
import type { SamExpansion, SamTemplate } from './sam';
import type { Given } from './variants';

export interface ExpandOptions {
  /** What the user says the parameters of stacks will be. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Expands SAM templates; what it throws is told of each of them. */
  readonly sam: (templates: readonly SamTemplate[]) => Promise<readonly SamExpansion[]>;
}

/** Written by the CDK into every template; no resource takes its value. */
export const HARMLESS_PARAMETERS: readonly string[] = ['BootstrapVersion'];

/** Whether nothing of a template is open before it is deployed; such a one is evaluated as it is written. */
export function isSettled({ template, loops }: EvaluatedStack): boolean {
  const parameters = [...declarationsOf(template).keys()].filter(
    (name) => !HARMLESS_PARAMETERS.includes(name),
  );
  return (
    parameters.length === 0 &&
    loops.length === 0 &&
    ['Conditions', 'Mappings', 'Transform'].every((section) => !(section in template))
  );
}

/** Where a stack goes, as far as it says so. */
export function environmentOf({
  environment,
}: Pick<EvaluatedStack, 'environment'>): Pick<Given, 'region' | 'account'> {
  const [, , account, region] = environment?.split('/') ?? [];
  return {
    region: region === 'unknown-region' ? undefined : region,
    account: account !== undefined && /^\d{12}$/.test(account) ? account : undefined,
  };
}

const isText = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The user's values; of a nested stack, what its parent gives it. */
export function givenTo(
  stack: EvaluatedStack,
  parents: ReadonlyMap<string, EvaluatedStack>,
  options: ExpandOptions,
): Given {
  const { parent } = stack;
  if (parent === undefined) return { parameters: options.parameters, ...environmentOf(stack) };
  const properties = parents.get(parent.stack)?.template.Resources[parent.logicalId]?.Properties;
  const passed = Object.entries((properties?.['Parameters'] as Record<string, unknown> | undefined) ?? {});
  return {
    parameters: new Map(passed.map(([name, value]) => [name, isText(value) ? String(value) : undefined])),
    ...environmentOf(stack),
  };
}
