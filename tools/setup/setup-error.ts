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

/** What a command needs is not on this machine, or cannot be installed here: `npm run doctor` looks further. */
export class MachineError extends SetupError {}
