import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AssemblyAsset } from './assembly';

/** CDK's templates refuse an environment whose bootstrap is older than they need; ours is always new enough. */
const BOOTSTRAP_VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
const BOOTSTRAP_VERSION = '999';
const UNCOMPRESSED = 0;
const EXECUTABLE = 0o755 << 16;
const UNIX = 3;

/** What `cdk bootstrap` would have made: the version parameter and the asset buckets. */
export async function bootstrap(
  clients: { s3: S3Client; ssm: SSMClient },
  buckets: Iterable<string>,
): Promise<void> {
  await clients.ssm.send(
    new PutParameterCommand({ Name: BOOTSTRAP_VERSION_PARAMETER, Value: BOOTSTRAP_VERSION, Type: 'String' }),
  );
  for (const Bucket of buckets) await clients.s3.send(new CreateBucketCommand({ Bucket }));
}

/** A folder as a ZIP archive, with the bootstrap script that the provided runtime starts beside its files. */
async function zipFolder(folder: string, bootstrapScript: string): Promise<Uint8Array> {
  const files: Zippable = {
    bootstrap: [strToU8(bootstrapScript), { os: UNIX, attrs: EXECUTABLE, level: UNCOMPRESSED }],
  };
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files[relative(folder, file)] = [await readFile(file), { level: UNCOMPRESSED }];
  }
  return zipSync(files);
}

/** Stores every asset under its key, each once. */
export async function uploadAssets(
  s3: S3Client,
  assets: readonly AssemblyAsset[],
  bootstrapScript: string,
): Promise<void> {
  const distinct = new Map(assets.map((asset) => [`${asset.bucket}/${asset.key}`, asset]));
  for (const { path, packaging, bucket, key } of distinct.values()) {
    const Body = packaging === 'zip' ? await zipFolder(path, bootstrapScript) : await readFile(path);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
}
