import type { PresignedUpload } from '../domain/api-schemas';
import { BOUNDS } from '../domain/bounds';
import { inputKey } from '../domain/picture-keys';
import { toTimestamp } from '../domain/time';
import { issueImageId, type Submission, type Submitted, type SubmitPorts } from './submit';

/**
 * Gives out a form that posts exactly this picture to exactly this key. A repeat gets a fresh signature for the same
 * key as long as no picture was taken in; should both be used, the version that arrives later is put aside.
 * @throws what giveOutId throws
 */
export async function submitPresigned(
  ports: SubmitPorts,
  submission: Submission<PresignedUpload>,
): Promise<Submitted> {
  const record = await issueImageId(ports, submission);
  const submitted = { imageId: record.ImageID, status: record.ProcessingStatus };
  // Whatever a form brought now would be put aside.
  if (record.ProcessingStatus !== 'pending') return submitted;
  const { contentType, size } = submission.request;
  const expiresAt = toTimestamp(ports.clock() + BOUNDS.formSeconds * 1000);
  const form = await ports.pictures.uploadForm({
    key: inputKey(record.ImageID, record.ClientID, record.ImageFormat),
    contentType,
    bytes: size,
    seconds: BOUNDS.formSeconds,
  });
  return {
    ...submitted,
    upload: { url: form.url, fields: { ...form.fields }, expiresAt },
  };
}
