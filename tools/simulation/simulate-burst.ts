import { EventQueue } from './event-queue';
import { AS_WRITTEN, FairQueue, type FairReading, type Waiting } from './fair-queue';

/** What one client sends besides the burst. All times in seconds. */
export interface Flow {
  readonly client: string;
  readonly pictures: number;
  readonly arrivalsPerSecond: number;
  readonly beginsAt: number;
  /** Later posts of one form: each costs a message and a slot for so long, no start and no call. */
  readonly surplusSeconds?: number;
}

/** Whose the burst is. */
export const BURST_CLIENT = 'burst';

/** All times in seconds. */
export interface BurstParameters {
  readonly pictures: number;
  /** Pictures a second at the door; Infinity: all at once. */
  readonly arrivalsPerSecond: number;
  /** Rekognition's quota, modelled as a token bucket that holds one second's worth. */
  readonly transactionsPerSecond: number;
  /** Workflows that may start a second, evenly; Infinity: as soon as there is a slot. */
  readonly startsPerSecond: number;
  /** Pictures at once, in a workflow or waiting for its start: the event source mapping's maximum concurrency. */
  readonly concurrency: number;
  /** The same when a burst begins; the poller adds `slotsAddedPerSecond` up to `concurrency`. */
  readonly slotsAtFirst: number;
  readonly slotsAddedPerSecond: number;
  readonly rekognitionSeconds: number;
  /** The workflow's other tasks: the slot is held for them, Rekognition is not. */
  readonly otherSeconds: number;
  /** Attempts of the workflow's Analyze task, the first included. */
  readonly attempts: number;
  /** Full jitter: the n-th pause is uniform between 0 and `pauseSeconds` times `backoff` to the n. */
  readonly pauseSeconds: number;
  readonly backoff: number;
  readonly maximumPauseSeconds: number;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  readonly seed: number;
  /** What other clients send meanwhile. */
  readonly others?: readonly Flow[];
  /** Whether messages carry their client and a client without a time to come starts at once; as without, by default. */
  readonly isFair?: boolean;
  /** How AWS's page is read where messages carry their client. */
  readonly reading?: FairReading;
}

export interface BurstResult {
  /** Seconds from the first arrival to the last picture in its place (or dead-lettered). */
  readonly drainSeconds: number;
  /** What no control could beat: pictures over transactions a second. */
  readonly floorSeconds: number;
  readonly calls: number;
  readonly completed: number;
  readonly deadLettered: number;
  /** Seconds from arrival to its place of each client's completed pictures. */
  readonly took: ReadonlyMap<string, readonly number[]>;
}

/** A 32-bit generator with a public-domain recurrence (Marsaglia's xorshift): reproducible on every machine. */
function randomSource(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Message extends Waiting {
  readonly receives: number;
  readonly surplusSeconds: number | undefined;
}

type Event =
  | { readonly kind: 'visible'; readonly message: Message }
  | { readonly kind: 'call'; readonly message: Message; readonly attempt: number }
  | { readonly kind: 'done'; readonly message: Message }
  | { readonly kind: 'slot' };

/**
 * Discrete-event simulation of intake's control: queue → at most `concurrency` slots → starts one after another →
 * Rekognition's token bucket, with the workflow's retries inside a slot and the queue's redelivery outside. Service
 * times vary by ±20 %. The queue is fair as AWS documents it (see FairQueue), or not at all.
 */
export function simulateBurst(parameters: BurstParameters): BurstResult {
  const random = randomSource(parameters.seed);
  const vary = (seconds: number) => seconds * (0.8 + 0.4 * random());
  const events = new EventQueue<Event>();
  const isFair = parameters.isFair ?? false;
  const queue = new FairQueue<Message>(isFair ? (parameters.reading ?? AS_WRITTEN) : undefined);
  const took = new Map<string, number[]>();
  /** The last start that a client took. */
  const lastStarts = new Map<string, number>();
  let busy = 0;
  let slots = Math.min(parameters.concurrency, parameters.slotsAtFirst);
  let now = 0;
  let nextStart = 0;
  let tokens = parameters.transactionsPerSecond;
  let refilledAt = 0;
  let calls = 0;
  let completed = 0;
  let deadLettered = 0;

  const takeToken = (): boolean => {
    const capacity = parameters.transactionsPerSecond;
    tokens = Math.min(capacity, tokens + (now - refilledAt) * capacity);
    refilledAt = now;
    calls += 1;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  /** As pacedWorkflow does it: a client none of whose times is still to come starts at once. */
  const takeStart = (client: string): number => {
    const interval = 1 / parameters.startsPerSecond;
    const start = Math.max(now, nextStart);
    const isQuiet = isFair && (lastStarts.get(client) ?? -Infinity) < now - interval;
    lastStarts.set(client, start);
    nextStart = start + interval;
    return isQuiet ? now : start;
  };
  const fillSlots = (): void => {
    while (busy < slots) {
      const taken = queue.take(now);
      if (taken === undefined) return;
      const message = { ...taken, receives: taken.receives + 1 };
      busy += 1;
      if (message.surplusSeconds !== undefined) {
        events.push(now + vary(message.surplusSeconds), { kind: 'done', message });
        continue;
      }
      // Half of the other tasks' time is spent before the call: intake, claim, reading the picture.
      const ready = takeStart(message.client) + vary(parameters.otherSeconds / 2);
      events.push(ready, { kind: 'call', message, attempt: 1 });
    }
  };
  const call = (message: Message, attempt: number): void => {
    if (takeToken()) {
      const ready = now + vary(parameters.rekognitionSeconds) + vary(parameters.otherSeconds / 2);
      events.push(ready, { kind: 'done', message });
    } else if (attempt < parameters.attempts) {
      const pause = Math.min(
        parameters.maximumPauseSeconds,
        parameters.pauseSeconds * parameters.backoff ** (attempt - 1),
      );
      events.push(now + random() * pause, { kind: 'call', message, attempt: attempt + 1 });
    } else {
      busy -= 1;
      queue.release(message.client, now);
      if (message.receives >= parameters.maxReceiveCount) deadLettered += 1;
      else events.push(now + parameters.visibilitySeconds, { kind: 'visible', message });
    }
  };

  for (let added = 1; slots + added <= parameters.concurrency; added += 1) {
    events.push(added / parameters.slotsAddedPerSecond, { kind: 'slot' });
  }
  const burst: Flow = { ...parameters, client: BURST_CLIENT, beginsAt: 0 };
  for (const flow of [burst, ...(parameters.others ?? [])]) {
    for (let index = 0; index < flow.pictures; index += 1) {
      const arrivedAt = flow.beginsAt + index / flow.arrivalsPerSecond;
      const { client, surplusSeconds } = flow;
      const message = { client, arrivedAt, receives: 0, surplusSeconds };
      if (arrivedAt === 0) queue.add(message);
      else events.push(arrivedAt, { kind: 'visible', message });
    }
  }
  fillSlots();
  for (let next = events.pop(); next !== undefined; next = events.pop()) {
    now = next.at;
    switch (next.event.kind) {
      case 'visible':
        queue.add(next.event.message);
        break;
      case 'call':
        call(next.event.message, next.event.attempt);
        break;
      case 'slot':
        slots += 1;
        break;
      case 'done': {
        const { client, arrivedAt, surplusSeconds } = next.event.message;
        busy -= 1;
        queue.release(client, now);
        if (surplusSeconds !== undefined) break;
        completed += 1;
        const times = took.get(client) ?? [];
        times.push(now - arrivedAt);
        took.set(client, times);
        break;
      }
    }
    fillSlots();
  }
  return {
    drainSeconds: now,
    floorSeconds: parameters.pictures / parameters.transactionsPerSecond,
    calls,
    completed,
    deadLettered,
    took,
  };
}
