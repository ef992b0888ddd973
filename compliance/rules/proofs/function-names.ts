import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId, kebabName } from '../../../lambda/functions';
import { STAGE_NAMES } from '../../../lib/config/schema';
import { applicationIdOf } from '../../applications';
import type { StackTemplate } from './model/template';
import type { DeclaredCalls } from './network/called-services';

/** The application's function behind a deployed name (`serverlessapp-STAGE-classify-and-log`), if it is one. */
export function functionIdOf(name: string): FunctionId | undefined {
  return FUNCTION_IDS.find((id) => new RegExp(`^serverlessapp-[a-z]+-${kebabName(id)}$`).test(name));
}

const STAGE_IN_NAME = new RegExp(`serverlessapp-(${STAGE_NAMES.join('|')})\\b`, 'g');

/**
 * Takes the stage and its own account out of a name, and hashes of assets, so that a reviewed file changes only with
 * what it says. Other accounts stay: whom a policy names is what is reviewed.
 * @param own the account that the resources are in.
 */
export const stageFree = (text: string, own: string): string =>
  text
    .replace(STAGE_IN_NAME, 'serverlessapp-STAGE')
    .replace(new RegExp(`(?<![0-9a-f])${own}(?![0-9a-f])`, 'g'), 'ACCOUNT')
    // Named by its content, which has a review of its own.
    .replace(/\b[0-9a-f]{64}(?=\.zip\b)/g, 'ASSET');

/** What is evaluated, for names of files: `prod`, `prod-recovery`, `delivery`; `unnamed` when it is not of this system. */
export function shortNameOf(templates: readonly StackTemplate[]): string {
  const [first] = templates.filter(({ context }) => context !== true);
  return applicationIdOf(first?.stackName ?? '')?.replace(/^serverlessapp-/, '') ?? 'unnamed';
}

/** The calls that the functions of an application declare; the pipeline has none. */
export const declaredCallsOf = (templates: readonly StackTemplate[]): DeclaredCalls =>
  shortNameOf(templates) === 'delivery' ? {} : FUNCTION_CALLS;
