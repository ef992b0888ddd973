import { imageIdSchema } from '../../lambda/domain/detection-record';
import { type ImageView, imageViewSchema } from '../../lambda/domain/api-schemas';
import type { ApiClient } from '../../tools/client/api-client';
import type { Detected, SeeLabels } from '../client/see-labels';
import type { S3ObjectLoader } from '../rekognition/s3-object-loader';
import { pictureTypeOfBytes, type PictureType } from './picture-type';

const MOST_BYTES = 16 * 1024 * 1024;
const PATIENCE_MILLISECONDS = 10_000;

/** Pictures where the system has put them, which no client may read: this console is an operator's tool. */
export class StoredPictures {
  constructor(
    private readonly api: ApiClient,
    private readonly loadObject: S3ObjectLoader,
    private readonly seeLabels: SeeLabels,
  ) {}

  /** The picture of a record; undefined when there is none, or it is none that a browser may be shown. */
  async picture(imageId: string): Promise<{ type: PictureType; content: Buffer } | undefined> {
    const bytes = await this.bytesOf(imageId);
    const type = bytes && pictureTypeOfBytes(bytes);
    return bytes && type ? { type, content: Buffer.from(bytes) } : undefined;
  }

  /** What the label model sees in the picture now, with boxes; nothing when it cannot read it. */
  async labels(imageId: string): Promise<Detected[]> {
    const bytes = await this.bytesOf(imageId);
    return bytes ? this.seeLabels(bytes) : [];
  }

  private async recordOf(imageId: string): Promise<ImageView | undefined> {
    if (!imageIdSchema.safeParse(imageId).success) return undefined;
    const answer = await this.api.callPatiently(`/images/${imageId}`, Date.now() + PATIENCE_MILLISECONDS);
    return answer.status === 200 ? imageViewSchema.parse(answer.json()) : undefined;
  }

  private async bytesOf(imageId: string): Promise<Uint8Array | undefined> {
    const record = await this.recordOf(imageId);
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(record?.S3Location ?? '') ?? [];
    if (bucket === undefined || key === undefined) return undefined;
    const object = await this.loadObject({ bucket, key }, MOST_BYTES);
    return object instanceof Uint8Array ? object : undefined;
  }
}
