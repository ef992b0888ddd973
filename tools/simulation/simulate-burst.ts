import { EventQueue } from './event-queue';

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
}

export interface BurstResult {
  /** Seconds from the first arrival to the last picture in its place (or dead-lettered). */
  readonly drainSeconds: number;
  /** What no control could beat: pictures over transactions a second. */
  readonly floorSeconds: number;
  readonly calls: number;
  readonly completed: number;
  readonly deadLettered: number;
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

type Event =
  | { readonly kind: 'visible'; readonly receives: number }
  | { readonly kind: 'call'; readonly receives: number; readonly attempt: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'slot' };

/**
 * Discrete-event simulation of intake's control: queue → at most `concurrency` slots → starts one after another →
 * Rekognition's token bucket, with the workflow's retries inside a slot and the queue's redelivery outside. Service
 * times vary by ±20 %.
 */
export function simulateBurst(parameters: BurstParameters): BurstResult {
  const random = randomSource(parameters.seed);
  const vary = (seconds: number) => seconds * (0.8 + 0.4 * random());
  const events = new EventQueue<Event>();
  /** Receive counts of the messages that wait for a slot, oldest first. */
  const waiting: number[] = [];
  let oldest = 0;
  let busy = 0;
  let slots = Math.min(parameters.concurrency, parameters.slotsAtFirst);
  let now = 0;
  let nextStart = 0;
  let tokens = parameters.transactionsPerSecond;
  let refilledAt = 0;
  let calls = 0;
  let completed = 0;
  let deadLettered = 0;
  let arrived = 0;

  const takeToken = (): boolean => {
    const capacity = parameters.transactionsPerSecond;
    tokens = Math.min(capacity, tokens + (now - refilledAt) * capacity);
    refilledAt = now;
    calls += 1;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const arrive = (): void => {
    if (arrived >= parameters.pictures) return;
    events.push(arrived / parameters.arrivalsPerSecond, { kind: 'visible', receives: 0 });
    arrived += 1;
  };
  const fillSlots = (): void => {
    while (busy < slots && oldest < waiting.length) {
      const receives = (waiting[oldest] ?? 0) + 1;
      oldest += 1;
      busy += 1;
      const start = Math.max(now, nextStart);
      nextStart = start + 1 / parameters.startsPerSecond;
      // Half of the other tasks' time is spent before the call: intake, claim, reading the picture.
      events.push(start + vary(parameters.otherSeconds / 2), { kind: 'call', receives, attempt: 1 });
    }
  };
  const call = (receives: number, attempt: number): void => {
    if (takeToken()) {
      events.push(now + vary(parameters.rekognitionSeconds) + vary(parameters.otherSeconds / 2), {
        kind: 'done',
      });
    } else if (attempt < parameters.attempts) {
      const pause = Math.min(
        parameters.maximumPauseSeconds,
        parameters.pauseSeconds * parameters.backoff ** (attempt - 1),
      );
      events.push(now + random() * pause, { kind: 'call', receives, attempt: attempt + 1 });
    } else {
      busy -= 1;
      if (receives >= parameters.maxReceiveCount) deadLettered += 1;
      else events.push(now + parameters.visibilitySeconds, { kind: 'visible', receives });
    }
  };

  for (let added = 1; slots + added <= parameters.concurrency; added += 1) {
    events.push(added / parameters.slotsAddedPerSecond, { kind: 'slot' });
  }
  if (parameters.arrivalsPerSecond === Infinity) {
    for (; arrived < parameters.pictures; arrived++) waiting.push(0);
    fillSlots();
  } else {
    arrive();
  }
  for (let next = events.pop(); next !== undefined; next = events.pop()) {
    now = next.at;
    switch (next.event.kind) {
      case 'visible':
        waiting.push(next.event.receives);
        if (next.event.receives === 0) arrive();
        break;
      case 'call':
        call(next.event.receives, next.event.attempt);
        break;
      case 'slot':
        slots += 1;
        break;
      case 'done':
        busy -= 1;
        completed += 1;
        break;
    }
    fillSlots();
  }
  return {
    drainSeconds: now,
    floorSeconds: parameters.pictures / parameters.transactionsPerSecond,
    calls,
    completed,
    deadLettered,
  };
}
