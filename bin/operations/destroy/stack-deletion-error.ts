/** A stack, or what it holds, could not be deleted; the message names it and the service's reason. */
export class StackDeletionError extends Error {
  override readonly name = 'StackDeletionError';
}
