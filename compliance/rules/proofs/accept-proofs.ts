import { proveAttacks } from './attack/prove-attack';
import { proveIam } from './iam/prove-iam';
import type { StackTemplate } from './model/template';
import { proveNetwork } from './network/prove-network';
import { byApplication } from './prove';
import { accept, type ReviewedResult } from './reviewed-file';

/** Both proofs' results as they would have to be accepted today. */
const reviewedResults = (templates: readonly StackTemplate[]): ReviewedResult[] => [
  ...byApplication(templates).flatMap(({ templates: own }) => {
    const { reviewed } = proveNetwork(own);
    return [...(reviewed ? [reviewed] : []), ...proveIam(own).reviewed];
  }),
  ...proveAttacks(templates).reviewed,
];

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
