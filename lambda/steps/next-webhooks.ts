import { BOUNDS } from '../domain/bounds';
import type { Clock, DetectionLog, WebhookLog, WebhookMark, WebhookSecrets } from '../domain/ports';
import { expiryAfter, toTimestamp } from '../domain/time';
import {
  attemptOutcome,
  type AttemptOutcome,
  type EndpointHealth,
  healthAfter,
  pauseAfter,
  type WebhookEndpoints,
} from '../domain/webhook-endpoint';
import { webhookMessage } from '../domain/webhook-event';
import type { WebhookAttempt, WebhookRound } from '../domain/webhook-run';
import { webhookHeaders } from '../domain/webhook-signature';

export interface NextWebhooksPorts {
  readonly webhooks: WebhookLog;
  readonly log: Pick<DetectionLog, 'get'>;
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  readonly endpoints: WebhookEndpoints;
  /** For how long the secret before still signs, too, in days. */
  readonly overlapDays: number;
}

export interface NextWebhooks {
  readonly attempts: readonly WebhookAttempt[];
  readonly told: number;
  readonly failed: number;
  readonly givenUp: number;
  /** Why the endpoint is told nothing. */
  readonly disabledFor?: EndpointHealth['disabledFor'];
}

/** What is left of a mark is of no use to anybody. */
const REST_DAYS = 1;
const DAY = 86_400_000;
const PAGES_TRIED = 5;
const NONE: NextWebhooks = { attempts: [], told: 0, failed: 0, givenUp: 0 };

/** The secrets that sign: the current one, and for a while the one before it. Empty until the first rotation made one. */
async function signingSecrets(
  { secrets, clock, overlapDays }: NextWebhooksPorts,
  clientId: string,
): Promise<string[]> {
  const current = await secrets.read(clientId, 'AWSCURRENT');
  if (current === undefined) return [];
  const previous =
    clock() - current.madeAt < overlapDays * DAY ? await secrets.read(clientId, 'AWSPREVIOUS') : undefined;
  return [current.secret, ...(previous === undefined ? [] : [previous.secret])];
}

/** Takes in what became of the round before. */
async function settle(
  { webhooks, clock }: NextWebhooksPorts,
  { clientId, outcomes }: WebhookRound,
  health: EndpointHealth,
): Promise<{ health: EndpointHealth; results: AttemptOutcome[] }> {
  const results = outcomes.map(attemptOutcome);
  const restExpires = expiryAfter(clock(), REST_DAYS);
  for (const [index, { token }] of outcomes.entries())
    if (results[index] === 'told') await webhooks.end(token, restExpires);
  const after = healthAfter(health, results, clock());
  if (JSON.stringify(after) !== JSON.stringify(health)) await webhooks.writeHealth(clientId, after);
  return { health: after, results };
}

/** Counts the attempt, then makes its message from the record as it stands; nothing for one that is gone or not due. */
async function attempt(
  ports: NextWebhooksPorts,
  clientId: string,
  mark: WebhookMark,
  secrets: readonly string[],
): Promise<WebhookAttempt | 'given-up' | undefined> {
  const { webhooks, log, clock } = ports;
  const pause = pauseAfter(mark.attempts + 1);
  if (pause === undefined && pauseAfter(mark.attempts) === undefined) {
    await webhooks.giveUp(mark, clientId);
    return 'given-up';
  }
  const record = await log.get(mark.imageId);
  const message = record?.ClientID === clientId ? webhookMessage(record, mark.changedAt) : undefined;
  if (message === undefined) {
    await webhooks.end(mark, expiryAfter(clock(), REST_DAYS));
    return undefined;
  }
  if (!(await webhooks.begin(mark, toTimestamp(clock() + (pause ?? BOUNDS.webhookHoldSeconds) * 1000))))
    return undefined;
  const { imageId, version } = mark;
  return {
    token: { imageId, version },
    headers: webhookHeaders(secrets, { ...message, timestamp: Math.floor(clock() / 1000) }),
    body: message.body,
  };
}

/** The messages whose time has come. What is due may have nothing to tell any more, and the index forgets it a little later. */
async function begin(
  ports: NextWebhooksPorts,
  clientId: string,
  most: number,
): Promise<Pick<NextWebhooks, 'attempts' | 'givenUp'>> {
  const attempts: WebhookAttempt[] = [];
  let givenUp = 0;
  let secrets: string[] | undefined;
  for (let page = 0; attempts.length === 0 && page < PAGES_TRIED; page += 1) {
    const due = await ports.webhooks.due(clientId, toTimestamp(ports.clock()), most);
    if (due.length === 0) break;
    secrets ??= await signingSecrets(ports, clientId);
    if (secrets.length === 0) break;
    for (const mark of due) {
      const next = await attempt(ports, clientId, mark, secrets);
      if (next === 'given-up') givenUp += 1;
      else if (next !== undefined) attempts.push(next);
    }
  }
  return { attempts, givenUp };
}

async function heldRound(
  ports: NextWebhooksPorts,
  round: WebhookRound,
  held: EndpointHealth,
): Promise<NextWebhooks> {
  const { clientId } = round;
  const revision = ports.endpoints[clientId]?.revision ?? '';
  const known = held.revision === revision ? held : { revision };
  const { health, results } = await settle(ports, round, known);
  const told = results.filter((result) => result === 'told').length;
  const counted = { ...NONE, told, failed: results.length - told, disabledFor: health.disabledFor };
  const isFailing = health.failingSince !== undefined;
  const isOver = (isFailing && results.length > 0) || round.round >= BOUNDS.webhookRounds;
  if (health.disabledAt !== undefined || isOver) return counted;
  return { ...counted, ...(await begin(ports, clientId, isFailing ? 1 : BOUNDS.webhooksAtOnce)) };
}

/**
 * One round of telling a client: takes in what became of the messages of the round before, and answers those to send
 * now, signed at this moment. An attempt is counted before it is made, so that a run that dies repeats it only after its
 * pause, and a message is sent at least once. While nothing gets through, one message a run tries whether the endpoint
 * works again. No messages: the run is over.
 */
export async function nextWebhooks(ports: NextWebhooksPorts, round: WebhookRound): Promise<NextWebhooks> {
  const { webhooks, clock, endpoints } = ports;
  const { clientId, run } = round;
  if (endpoints[clientId] === undefined) return NONE;
  const now = clock();
  const held = await webhooks.hold({ clientId, run, now, until: now + BOUNDS.webhookHoldSeconds * 1000 });
  if (held === undefined) return NONE;
  const next = await heldRound(ports, round, held);
  // The next run need not wait for a hold that runs out.
  if (next.attempts.length === 0) await webhooks.release({ clientId, run });
  return next;
}
