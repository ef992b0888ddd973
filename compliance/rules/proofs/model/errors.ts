/** Why the model gave up: each becomes a finding, never a pass. */
export type ModelErrorCode =
  | 'unknown-intrinsic'
  | 'unknown-attribute'
  | 'unresolved-reference'
  | 'unresolved-import'
  | 'malformed-value';

/** Thrown when a template says something that the proofs' model of CloudFormation does not know. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  constructor(
    readonly code: ModelErrorCode,
    /** `STACK/LOGICAL-ID` of the resource that was being read. */
    readonly where: string,
    detail: string,
  ) {
    super(`${where}: ${detail} (${code})`);
  }
}
