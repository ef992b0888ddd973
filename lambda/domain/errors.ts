import type { RejectionReason } from './category';

/**
 * `name` is what Step Functions matches in Retry and Catch and what alarms count, so it is stable and not the class's.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export abstract class ApplicationError extends Error {
  abstract override readonly name: string;
}

/** The picture's own fault: it goes to quarantine. The message is JSON, so that the reason survives Step Functions. */
export class PictureRejectedError extends ApplicationError {
  override readonly name = 'PictureRejected';
  constructor(readonly reason: RejectionReason) {
    super(JSON.stringify({ reason }));
  }
}

/** The detector's rate is exceeded; retried with jitter. */
export class RekognitionThrottledError extends ApplicationError {
  override readonly name = 'RekognitionThrottled';
}

/** A service is throttling, failing or out of reach; retried with jitter. */
export class DependencyUnavailableError extends ApplicationError {
  override readonly name = 'DependencyUnavailable';
}

/** The claimed version is gone though its record is not finished. */
export class PictureMissingError extends ApplicationError {
  override readonly name = 'PictureMissing';
}

/** Another worker holds the picture now; what this one would write is refused. */
export class LeaseLostError extends ApplicationError {
  override readonly name = 'LeaseLost';
}

/** Another object stands where the copy belongs. */
export class CopyConflictError extends ApplicationError {
  override readonly name = 'CopyConflict';
}

/** A queue message, stream record or workflow state of a shape that no schema version has. */
export class MalformedEventError extends ApplicationError {
  override readonly name = 'MalformedEvent';
}

/** An object event for a key that is none of ours, or for a picture that nobody announced. */
export class UnknownPictureError extends ApplicationError {
  override readonly name = 'UnknownPicture';
}

/** An execution ended, but not in success; `cause` is Step Functions' own. */
export class WorkflowFailedError extends ApplicationError {
  override readonly name = 'WorkflowFailed';
  constructor(readonly failure: string) {
    super(failure);
  }
}

/** A parameter or secret that the function cannot work without is absent or unusable. */
export class ConfigurationUnusableError extends ApplicationError {
  override readonly name = 'ConfigurationUnusable';
}
