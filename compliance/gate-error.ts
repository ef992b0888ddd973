import { z } from 'zod';

/** The gate could not evaluate (exit code 2): the message says what is wrong and what to do next. */
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

/** What zod found, a sentence each: where it is, and what was expected there. */
const sentencesOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ');

/** The text of whatever was thrown, for people. */
export const messageOf = (error: unknown): string =>
  error instanceof z.ZodError ? sentencesOf(error) : error instanceof Error ? error.message : String(error);
