import type { ContentType, RejectionReason } from '../../../lambda/domain/category';

/**
 * What must come of a file: `accepted` by the sniffer (the detector may still refuse what does not decode), rejected
 * with this reason, or `invalid-body`: refused by the API for its name before any byte of it is looked at.
 */
export type ExpectedResult = 'accepted' | RejectionReason | 'invalid-body';

export interface HostilePicture {
  /** What is wrong with it; unique. */
  readonly name: string;
  /** The name that the client gives it. */
  readonly fileName: string;
  /** The type that the client declares. */
  readonly contentType: ContentType;
  readonly bytes: Uint8Array;
  readonly expected: ExpectedResult;
}
