/** Something that the user can put right: printed as it stands, without a stack trace. */
export class SetupError extends Error {
  override readonly name = 'SetupError';

  constructor(
    message: string,
    /** What to do about it. */
    readonly nextStep: string,
  ) {
    super(message);
  }
}
