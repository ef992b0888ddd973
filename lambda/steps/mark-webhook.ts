import { BOUNDS } from '../domain/bounds';
import type { WebhookLog } from '../domain/ports';
import type { RecordChange } from '../domain/record-change';
import type { WebhookEndpoints } from '../domain/webhook-endpoint';
import { expiryAfter, toTimestamp } from '../domain/time';

export interface MarkWebhookPorts {
  readonly webhooks: Pick<WebhookLog, 'mark'>;
  readonly endpoints: WebhookEndpoints;
}

/** What a client wants to hear of: what ends, and what people decided. */
const TOLD = ['classified', 'rejected', 'failed', 'reviewed'] as const satisfies RecordChange['kind'][];
type Told = Extract<RecordChange, { kind: (typeof TOLD)[number] }>;
const isTold = (change: RecordChange): change is Told => (TOLD as readonly string[]).includes(change.kind);

/**
 * Notes that a client is to be told of a change, when it wants to be told at all. Again for the same change is the same
 * note: what was told already is told again, under the same id.
 * @param at epoch milliseconds
 */
export async function markWebhook(
  { webhooks, endpoints }: MarkWebhookPorts,
  change: RecordChange,
  { version, at }: { version: string; at: number },
): Promise<void> {
  if (!isTold(change) || endpoints[change.clientId] === undefined) return;
  await webhooks.mark({
    imageId: change.imageId,
    clientId: change.clientId,
    version,
    changedAt: toTimestamp(at),
    expiresAt: expiryAfter(at, BOUNDS.webhookKeptDays),
  });
}
