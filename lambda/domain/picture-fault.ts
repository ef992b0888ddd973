import { ApplicationError } from './errors';
import type { RejectionReason } from './category';

/** The picture's own fault; retrying cannot help. */
export class PictureFault extends ApplicationError {
  override readonly name = 'PictureFault';
  constructor(
    readonly reason: RejectionReason,
    readonly detail: string,
  ) {
    super(`${reason}: ${detail}`);
  }
}
