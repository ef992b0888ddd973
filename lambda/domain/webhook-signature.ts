import { createHmac } from 'node:crypto';
import * as z from 'zod';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = { fewest: 24, most: 64 } as const;

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');

/** `whsec_` and the base64 of 24 to 64 bytes (Standard Webhooks, "Signature scheme"). */
export const webhookSecretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/)
  .refine((secret) => {
    const { length } = bytesOf(secret);
    return length >= SECRET_BYTES.fewest && length <= SECRET_BYTES.most;
  });

/** What a message is signed over; the bytes of the body as they are sent. */
export interface SignedMessage {
  readonly id: string;
  /** When this attempt is made, epoch seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`. @param secret see {@link webhookSecretSchema} */
export const webhookSignature = (secret: string, { id, timestamp, body }: SignedMessage): string =>
  `v1,${createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/** The three headers of a message, with one signature for each secret: two while one replaces the other. */
export const webhookHeaders = (
  secrets: readonly string[],
  message: SignedMessage,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  'webhook-signature': secrets.map((secret) => webhookSignature(secret, message)).join(' '),
});
