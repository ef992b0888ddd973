/** What the evaluator does not know; each becomes a finding, never a pass. */
export type PolicyErrorCode =
  | 'malformed-policy'
  | 'unknown-element'
  | 'unknown-operator'
  | 'unknown-key'
  | 'unknown-variable'
  | 'unknown-service'
  | 'unknown-principal'
  | 'unknown-resource'
  | 'malformed-value';

/** Thrown when a policy or a request holds something whose meaning the evaluator was not taught. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  constructor(
    readonly code: PolicyErrorCode,
    readonly where: string,
    detail: string,
  ) {
    super(`${where}: ${detail} (${code})`);
  }
}
