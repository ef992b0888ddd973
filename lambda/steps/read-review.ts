import { BOUNDS } from '../domain/bounds';
import type { DetectionRecord } from '../domain/detection-record';
import { folderOfCategory, pictureKey } from '../domain/picture-keys';
import type { PictureLinks } from '../domain/ports';
import type { ReviewView } from '../domain/review-schemas';
import { reviewView } from '../domain/review-view';
import { toTimestamp } from '../domain/time';
import { reviewedRecord, type ReviewPorts } from './review-ports';

export interface ReadReviewPorts extends ReviewPorts {
  readonly links: PictureLinks;
}

/** Where a picture waits for people. */
export const reviewKey = ({ ImageID, ImageFormat }: DetectionRecord): string =>
  pictureKey(folderOfCategory('uncertain'), ImageID, ImageFormat);

/**
 * One review, with a short-lived link to the picture while it waits.
 * @throws ProblemError `not-found` or `image-erased`
 */
export async function readReview(ports: ReadReviewPorts, imageId: string): Promise<ReviewView> {
  const { record, state } = await reviewedRecord(ports, imageId);
  if (state !== 'waiting') return reviewView(record, state, ports.rules, undefined);
  const seconds = BOUNDS.reviewLinkSeconds;
  const expiresAt = toTimestamp(ports.clock() + seconds * 1000);
  const url = await ports.links.sign(reviewKey(record), seconds);
  return reviewView(record, state, ports.rules, { url, expiresAt });
}
