import type { DetectLabelsResponse } from '@aws-sdk/client-rekognition';
import {
  decodeInlinePicture,
  type DetectLabelsRequest,
  parseDetectLabelsRequest,
} from './detect-labels-request';
import { answerLabels, LABEL_MODEL_VERSION } from './label-answer';
import type { S3ObjectLoader } from './s3-object-loader';
import { ServiceError } from './service-error';
import type { VisionModel } from './vision-model';

/** https://docs.aws.amazon.com/rekognition/latest/dg/limits.html: at most 15 MB as an S3 object. */
const MOST_BYTES_IN_S3 = 15 * 1024 * 1024;

async function loadPicture(
  { Bytes, S3Object }: DetectLabelsRequest['Image'],
  load: S3ObjectLoader,
): Promise<Uint8Array> {
  if (Bytes !== undefined) return decodeInlinePicture(Bytes);
  if (!S3Object) throw new ServiceError('InvalidParameterException', 'Request has invalid parameters');
  const object = await load(
    { bucket: S3Object.Bucket, key: S3Object.Name, versionId: S3Object.Version },
    MOST_BYTES_IN_S3,
  );
  if (object === 'unreadable') {
    throw new ServiceError(
      'InvalidS3ObjectException',
      'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
    );
  }
  if (object === 'too-large') throw new ServiceError('ImageTooLargeException', 'Image size is too large');
  return object;
}

/**
 * The operation itself, over the embedded model.
 * @throws ServiceError with one of the operation's error codes.
 */
export async function detectLabels(
  body: string,
  { model, loadObject }: { model: Pick<VisionModel, 'detect'>; loadObject: S3ObjectLoader },
): Promise<DetectLabelsResponse> {
  const request = parseDetectLabelsRequest(body);
  const detections = await model.detect(await loadPicture(request.Image, loadObject));
  const filters = request.Settings?.GeneralLabels;
  return {
    Labels: answerLabels(detections, {
      minimumConfidence: request.MinConfidence,
      maximumLabels: request.MaxLabels,
      filters: {
        includedLabels: filters?.LabelInclusionFilters,
        excludedLabels: filters?.LabelExclusionFilters,
        includedCategories: filters?.LabelCategoryInclusionFilters,
        excludedCategories: filters?.LabelCategoryExclusionFilters,
      },
    }),
    LabelModelVersion: LABEL_MODEL_VERSION,
  };
}
