import type { Assembly } from '../assembly/assembly';
import { proveIam } from './iam/prove-iam';
import { ModelError } from './model/errors';
import type { StackTemplate } from './model/template';
import { proveNetwork } from './network/prove-network';
import { accept, type ReviewedResult } from './reviewed-file';

const ENVIRONMENT = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/;

/**
 * The templates of an assembly with the account and region that each is for.
 * @throws ModelError when a stack is environment-agnostic: what it composes cannot be compared then.
 */
export function templatesOf(assembly: Assembly): StackTemplate[] {
  return assembly.stacks.map(({ name, environment, template }) => {
    const [, account, region] = ENVIRONMENT.exec(environment ?? '') ?? [];
    if (account === undefined || region === undefined) {
      throw new ModelError('malformed-value', name, 'the proofs need a stack with an account and a region');
    }
    return { stackName: name, account, region, template };
  });
}

/** Both proofs' results as they would have to be accepted today. */
export function reviewedResults(templates: readonly StackTemplate[]): ReviewedResult[] {
  const { reviewed } = proveNetwork(templates);
  return [...(reviewed ? [reviewed] : []), ...proveIam(templates).reviewed];
}

/**
 * Writes today's results as the accepted ones (`npm run compliance -- accept-proofs`); the diff is for review.
 * @returns the files written.
 */
export function acceptProofs(templates: readonly StackTemplate[]): string[] {
  return reviewedResults(templates).map((result) => {
    accept(result);
    return result.file;
  });
}
