import type { InlineUpload } from '../domain/api-schemas';
import { FORMAT_OF_CONTENT_TYPE } from '../domain/category';
import { sha256 } from '../domain/digest';
import { inputKey } from '../domain/picture-keys';
import { ProblemError } from '../domain/problems';
import { sniffPicture } from '../domain/sniff-picture';
import { issueImageId, type Submission, type Submitted, type SubmitPorts } from './submit';

/**
 * Takes in a picture that came inside the request. A faulty one is refused at once and leaves nothing behind.
 * @throws ProblemError `picture-rejected` with its reason, and what giveOutId throws
 */
export async function submitInline(
  ports: SubmitPorts,
  submission: Submission<InlineUpload>,
): Promise<Submitted> {
  const { image, contentType } = submission.request;
  const format = FORMAT_OF_CONTENT_TYPE[contentType];
  const sniffed = sniffPicture(image, format);
  if (!sniffed.accepted) {
    throw new ProblemError('picture-rejected', { reason: sniffed.reason, detail: sniffed.detail });
  }
  const record = await issueImageId(ports, submission);
  // A repeat puts the picture again only when the first request may have died before it did.
  if (record.ProcessingStatus === 'pending') {
    await ports.pictures.putNew({
      key: inputKey(record.ImageID, record.ClientID, format),
      bytes: image,
      contentType,
      sha256: sha256(image),
    });
  }
  return { imageId: record.ImageID, status: record.ProcessingStatus };
}
