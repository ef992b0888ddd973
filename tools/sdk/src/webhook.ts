/** What this client is told; ids and codes only. Read the rest by `data.link` with the API key. */
export type WebhookEvent =
  | WebhookMessage<'image.completed', { readonly category: 'cat' | 'dog' | 'other' | 'uncertain' }>
  | WebhookMessage<'image.quarantined', { readonly reason: string }>
  | WebhookMessage<'image.failed', object>
  | WebhookMessage<'image.reviewed', { readonly outcome: 'cat' | 'dog' | 'other' | 'reject' | 'undecided' }>;
interface WebhookMessage<Type extends string, Data extends object> {
  readonly type: Type;
  readonly timestamp: string;
  readonly data: { readonly imageId: string; readonly link: string } & Data;
}

/** The message was not sent by the API, not now, or not so. Answer 401. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

export interface WebhookOptions {
  /** How far the clocks may be apart, in seconds; older messages are replays. */
  readonly toleranceSeconds?: number;
  /** Epoch milliseconds. */
  readonly now?: number;
}

const PREFIX = 'whsec_';
const bytesOf = (base64: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
};

/**
 * Verifies a message by Standard Webhooks and reads it. Keep its id (`webhook-id`) for as long as messages are repeated,
 * a day: the same id is the same message again.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param secret as it was handed over: `whsec_…`
 * @param headers of the request, by lower-case names
 * @param body the bytes as they came, before anything parsed them
 * @throws WebhookError
 */
export async function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Uint8Array,
  { toleranceSeconds = 300, now = Date.now() }: WebhookOptions = {},
): Promise<WebhookEvent> {
  const header = (name: string): string => {
    const value = headers[name];
    if (typeof value !== 'string' || value === '') throw new WebhookError(`There is no ${name}.`);
    return value;
  };
  const [id, timestamp, signatures] = [
    header('webhook-id'),
    header('webhook-timestamp'),
    header('webhook-signature'),
  ];
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookError('The message is not of now.');
  const key = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : undefined;
  if (key === undefined) throw new WebhookError('The secret is none: it begins with whsec_.');
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const content = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${content}`);
  // While one secret replaces another there are two.
  for (const each of signatures.split(' ')) {
    const [version, value = ''] = each.split(',');
    const signature = version === 'v1' ? bytesOf(value) : undefined;
    if (signature && (await crypto.subtle.verify('HMAC', hmac, signature, signed)))
      return JSON.parse(content) as WebhookEvent;
  }
  throw new WebhookError('No signature is of this secret.');
}
