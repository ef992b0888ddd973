import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { ContentType } from '../domain/category';
import type { NewObject, ObjectVersionPage, PictureStore, UploadForm } from '../domain/ports';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call, errorName } from './service-errors';

type ListedVersion = Pick<DeleteMarkerEntry, 'Key' | 'VersionId' | 'LastModified'>;

/** S3 leaves a version id out of its answers only when the bucket was never versioned. */
const versionOf = (entry: ListedVersion, isDeleteMarker: boolean) => ({
  key: entry.Key ?? '',
  versionId: entry.VersionId ?? 'null',
  lastModified: entry.LastModified?.getTime() ?? 0,
  isDeleteMarker,
});

export const s3Client = (limits: CallLimits): S3Client => new S3Client(clientConfiguration(limits));

/** The picture bucket, which is versioned and encrypts by default with the data key. */
export class S3PictureStore implements PictureStore {
  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  async putNew({ key, bytes, contentType, sha256 }: NewObject): Promise<'created' | 'exists'> {
    try {
      await call('s3:PutObject', () =>
        this.client.send(
          new PutObjectCommand({
            Bucket: this.bucket,
            Key: key,
            Body: bytes,
            ContentType: contentType,
            ChecksumSHA256: sha256,
            IfNoneMatch: '*',
          }),
        ),
      );
      return 'created';
    } catch (error) {
      if (errorName(error) === 'PreconditionFailed') return 'exists';
      throw error;
    }
  }

  async digest(key: string): Promise<string | undefined> {
    try {
      const head = await call('s3:GetObject', () =>
        this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key, ChecksumMode: 'ENABLED' })),
      );
      return head.ChecksumSHA256;
    } catch (error) {
      if (errorName(error) === 'NotFound') return undefined;
      throw error;
    }
  }

  async getVersion(key: string, versionId: string): Promise<Uint8Array | undefined> {
    try {
      return await call('s3:GetObjectVersion', async () => {
        const answer = await this.client.send(
          new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }),
        );
        return await answer.Body?.transformToByteArray();
      });
    } catch (error) {
      if (errorName(error) === 'NoSuchVersion' || errorName(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async listVersions(prefix: string, after?: ObjectVersionPage['next']): Promise<ObjectVersionPage> {
    const page = await call('s3:ListBucketVersions', () =>
      this.client.send(
        new ListObjectVersionsCommand({
          Bucket: this.bucket,
          Prefix: prefix,
          ...(after && { KeyMarker: after.key, VersionIdMarker: after.versionId }),
        }),
      ),
    );
    const versions = [
      ...(page.Versions ?? []).map((entry) => versionOf(entry, false)),
      ...(page.DeleteMarkers ?? []).map((entry) => versionOf(entry, true)),
    ];
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return { versions };
    return { versions, next: { key: page.NextKeyMarker, versionId: page.NextVersionIdMarker ?? '' } };
  }

  async deleteVersion(key: string, versionId: string): Promise<void> {
    await call('s3:DeleteObjectVersion', () =>
      this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId })),
    );
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
  async uploadForm(form: {
    key: string;
    contentType: ContentType;
    bytes: number;
    seconds: number;
  }): Promise<UploadForm> {
    return await createPresignedPost(this.client, {
      Bucket: this.bucket,
      Key: form.key,
      Fields: { 'Content-Type': form.contentType },
      Conditions: [['content-length-range', form.bytes, form.bytes]],
      Expires: form.seconds,
    });
  }
}
