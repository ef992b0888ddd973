import * as z from 'zod';
import { MalformedEventError } from './errors';

/**
 * What S3 tells EventBridge of a new object. The key is not URL-encoded there, unlike in S3's own notifications.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
const objectCreatedSchema = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    object: z.object({ key: z.string(), 'version-id': z.string().min(1).optional() }),
  }),
});

export interface ArrivedObject {
  readonly key: string;
  /** Absent where the sender leaves it out; then the versions must be listed. */
  readonly versionId: string | undefined;
}

/** @throws MalformedEventError for what is no such event */
export function parseObjectCreated(body: string): ArrivedObject {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (cause) {
    throw new MalformedEventError('the message is not JSON', { cause });
  }
  const parsed = objectCreatedSchema.safeParse(event);
  if (!parsed.success) throw new MalformedEventError('the message is no Object Created event');
  const { key, 'version-id': versionId } = parsed.data.detail.object;
  return { key, versionId };
}
