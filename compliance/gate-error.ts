/** The gate could not judge (exit code 2): the message says what is wrong and what to do next. */
export class GateError extends Error {
  override readonly name = 'GateError';

  constructor(
    readonly code:
      | 'REGISTER_INVALID'
      | 'ASSEMBLY_UNREADABLE'
      | 'SYNTHESIS_FAILED'
      | 'TOOL_MISSING'
      | 'TOOL_FAILED'
      | 'PACK_INVALID'
      | 'DATA_INVALID'
      | 'USAGE',
    message: string,
  ) {
    super(message);
  }
}

/** The text of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
