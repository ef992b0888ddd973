import { DetectLabelsCommand, type Instance, RekognitionClient } from '@aws-sdk/client-rekognition';
import { PictureRejectedError, RekognitionThrottledError } from '../domain/errors';
import type { Label } from '../domain/detection-record';
import type { DetectedLabels, LabelDetector } from '../domain/ports';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call, errorName, isThrottling } from './service-errors';

/** What Rekognition answers when it cannot read this picture, whenever it is asked again. https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html#API_DetectLabels_Errors */
const REFUSALS = new Set([
  'InvalidImageFormatException',
  'ImageTooLargeException',
  'InvalidParameterException',
]);

const names = (items: { Name?: string | undefined }[] | undefined): string[] =>
  (items ?? []).flatMap(({ Name }) => Name ?? []);

/** Places of a label's objects; only common objects have any. */
function places(instances: readonly Instance[] | undefined): Pick<Label, 'instances'> {
  const found = (instances ?? []).flatMap(({ BoundingBox: box, Confidence: confidence = 0 }) =>
    box === undefined
      ? []
      : [
          {
            confidence,
            box: {
              left: box.Left ?? 0,
              top: box.Top ?? 0,
              width: box.Width ?? 0,
              height: box.Height ?? 0,
            },
          },
        ],
  );
  return found.length > 0 ? { instances: found } : {};
}

export const rekognitionClient = (limits: CallLimits): RekognitionClient =>
  new RekognitionClient(clientConfiguration(limits));

export class RekognitionLabelDetector implements LabelDetector {
  constructor(private readonly client: RekognitionClient) {}

  async detect(
    picture: Parameters<LabelDetector['detect']>[0],
    minimumConfidence: number,
  ): Promise<DetectedLabels> {
    const image =
      'bytes' in picture
        ? { Bytes: picture.bytes }
        : { S3Object: { Bucket: picture.bucket, Name: picture.key, Version: picture.versionId } };
    try {
      const answer = await call('rekognition:DetectLabels', () =>
        this.client.send(new DetectLabelsCommand({ Image: image, MinConfidence: minimumConfidence })),
      );
      return {
        modelVersion: answer.LabelModelVersion ?? 'unknown',
        labels: (answer.Labels ?? []).map((label) => ({
          name: label.Name ?? '',
          confidence: label.Confidence ?? 0,
          parents: names(label.Parents),
          aliases: names(label.Aliases),
          ...places(label.Instances),
        })),
      };
    } catch (error) {
      if (REFUSALS.has(errorName(error))) throw new PictureRejectedError('refused-by-detector');
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause !== undefined && isThrottling(cause)) {
        throw new RekognitionThrottledError(errorName(cause), { cause });
      }
      throw error;
    }
  }
}
