import type { WebhookAttempt } from '../../lambda/domain/webhook-run';
import type { InMemorySystem } from './in-memory-system';

/** What a receiver does with a message: a status, or the name of the error that Step Functions makes of it. */
export type Receiver = (message: WebhookAttempt) => number | string;

/** One execution of the workflow that tells a client, and what it sent. */
export async function tellClient(
  system: InMemorySystem,
  receiver: Receiver,
  { clientId = 'demo', run = 'run-1' } = {},
): Promise<WebhookAttempt[]> {
  const sent: WebhookAttempt[] = [];
  const post = (attempt: WebhookAttempt) => {
    sent.push(attempt);
    return Promise.resolve(receiver(attempt));
  };
  await system.tell(run, post, clientId);
  return sent;
}
