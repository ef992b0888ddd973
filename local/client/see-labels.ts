import {
  DetectLabelsCommand,
  RekognitionClient,
  RekognitionServiceException,
} from '@aws-sdk/client-rekognition';

/** One label, and the boxes where it was seen, as fractions of the picture. */
export interface Detected {
  name: string;
  /** Percent. */
  confidence: number;
  boxes: { left: number; top: number; width: number; height: number; confidence: number }[];
}

/** What is in a picture, most confident first; nothing when it cannot be read. */
export type SeeLabels = (bytes: Uint8Array) => Promise<Detected[]>;

const LEAST_CONFIDENCE = 30;
const MOST_INLINE = 5 * 1024 * 1024;

/** Asks a Rekognition endpoint on this machine. */
export function seeLabelsAt(endpoint: string): SeeLabels {
  const client = new RekognitionClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return async (bytes) => {
    if (bytes.length > MOST_INLINE) return [];
    try {
      const { Labels = [] } = await client.send(
        new DetectLabelsCommand({ Image: { Bytes: bytes }, MinConfidence: LEAST_CONFIDENCE }),
      );
      return Labels.map(({ Name = '', Confidence = 0, Instances = [] }) => ({
        name: Name,
        confidence: Confidence,
        boxes: Instances.map(({ BoundingBox = {}, Confidence: confidence = 0 }) => ({
          left: BoundingBox.Left ?? 0,
          top: BoundingBox.Top ?? 0,
          width: BoundingBox.Width ?? 0,
          height: BoundingBox.Height ?? 0,
          confidence,
        })),
      }));
    } catch (error) {
      if (error instanceof RekognitionServiceException) return [];
      throw error;
    }
  };
}
