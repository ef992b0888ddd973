import type { PresignedUpload, UploadFormAnswer } from '../domain/api-schemas';
import { pictureKey } from '../domain/picture-keys';
import { toTimestamp } from '../domain/time';
import { giveOutId, type Submission, type SubmitPorts } from './submit';

/** Life of an upload form; the bucket policy refuses older signatures too. */
export const FORM_SECONDS = 300;

/**
 * Gives out a form that posts exactly this picture to exactly this key. A repeat gets a fresh signature for the same
 * key; should both be used, the version that arrives later is put aside.
 * @throws what giveOutId throws
 */
export async function submitPresigned(
  ports: SubmitPorts,
  submission: Submission<PresignedUpload>,
): Promise<UploadFormAnswer> {
  const record = await giveOutId(ports, submission);
  const { contentType, size } = submission.request;
  const expiresAt = toTimestamp(ports.clock() + FORM_SECONDS * 1000);
  const form = await ports.pictures.uploadForm({
    key: pictureKey('input', record.ImageID, record.ImageFormat),
    contentType,
    bytes: size,
    seconds: FORM_SECONDS,
  });
  return {
    imageId: record.ImageID,
    upload: { url: form.url, fields: { ...form.fields }, expiresAt },
    links: { self: `/images/${record.ImageID}` },
  };
}
