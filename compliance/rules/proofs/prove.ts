import { applicationIdOf } from '../../applications';
import { accountAndRegion } from '../../assembly/account-and-region';
import type { Assembly } from '../../assembly/assembly';
import { ModelError } from './model/errors';
import type { StackTemplate } from './model/template';

/**
 * The templates of an assembly with the account and region that each is for.
 * @throws ModelError when a stack is environment-agnostic: what it composes cannot be compared then.
 */
export function templatesOf(assembly: Assembly): StackTemplate[] {
  return assembly.stacks.map(({ name, environment, template }) => {
    const where = accountAndRegion(environment);
    if (where === undefined) {
      throw new ModelError('malformed-value', name, 'the proofs need a stack with an account and a region');
    }
    return { stackName: name, ...where, template };
  });
}

/** Stands for the account of a stack that says none; nobody has it. */
const UNKNOWN_ACCOUNT = '000000000000';

/** As {@link templatesOf}, of any assembly: a stack that does not say where it is for is taken to be for one account. */
export const openTemplatesOf = (assembly: Assembly): StackTemplate[] =>
  assembly.stacks.map(({ name, environment, template }) => {
    const [account = UNKNOWN_ACCOUNT] = /\d{12}/.exec(environment ?? '') ?? [];
    const [, region = 'us-east-1'] = /\/([a-z]+(?:-[a-z]+)+-\d+)$/.exec(environment ?? '') ?? [];
    return { stackName: name, account, region, template };
  });

/** What is evaluated as one system. */
export interface ApplicationTemplates<T extends StackTemplate> {
  readonly id: string;
  /** Its own, and as context those of the applications that it leans on. */
  readonly templates: readonly T[];
}

/**
 * Templates by the application that they are of. The second region's application leans on that of the primary region: there are its keys,
 * the boundary of its roles, and the twin of whatever stands by.
 */
export function byApplication<T extends StackTemplate>(templates: readonly T[]): ApplicationTemplates<T>[] {
  const groups = new Map<string, T[]>();
  for (const template of templates) {
    const id = applicationIdOf(template.stackName) ?? '';
    groups.set(id, [...(groups.get(id) ?? []), template]);
  }
  return [...groups].map(([id, own]) => {
    const primary = groups.get(id.replace(/-recovery$/, ''));
    const context =
      primary === own ? [] : (primary ?? []).map((template) => ({ ...template, context: true }));
    return { id, templates: [...own, ...context] };
  });
}
