/** What the queue knows of a message. */
export interface Waiting {
  /** Its message group. */
  readonly client: string;
  /** Seconds. */
  readonly arrivedAt: number;
}

/**
 * What AWS leaves open of fair queues, read in one way. Its page calls its thresholds approximate, says "recent" without a
 * figure, and gives two ends of being noisy: shares like those of quiet groups, and a backlog that is used up (or nothing
 * sent for five minutes). What is said of our system has to hold for every reading.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export interface FairReading {
  /** A group is noisy by its share of what is in flight with so many of its own, or by its share of recent processing time. */
  readonly noisyShare: number;
  readonly noisyInFlight: number;
  /** The half-life of what is remembered, in seconds. */
  readonly recentSeconds: number;
  /** Seconds that a group has to be noisy before the queue knows. */
  readonly detectionSeconds: number;
  /** A backlog that is used up ends it at once, by either. */
  readonly quietAgain: 'by its shares' | 'by its backlog';
}

/** The page's figures as they stand. */
export const AS_WRITTEN: FairReading = {
  noisyShare: 0.1,
  noisyInFlight: 30,
  recentSeconds: 60,
  detectionSeconds: 0,
  quietAgain: 'by its shares',
};

/** Seconds without a message after which a group is quiet; the same page. */
const SILENCE_SECONDS = 300;

interface Group<T> {
  readonly messages: T[];
  /** Index of the first one that waits. */
  oldest: number;
  inFlight: number;
  /** Message-seconds in flight, which fade. */
  spent: number;
  lastSent: number;
  /** When its measures first were those of a noisy group, and still are. */
  noisyAt: number | undefined;
  /** The queue knows it as noisy. */
  isNoisy: boolean;
}

/** A standard queue as AWS documents it: quiet groups pass noisy ones, and of noisy ones that with the fewest in flight is first. */
export class FairQueue<T extends Waiting> {
  private readonly groups = new Map<string, Group<T>>();
  private seen = 0;

  /** @param reading undefined: messages carry no group, and the oldest is first */
  constructor(private readonly reading: FairReading | undefined) {}

  private group(client: string): Group<T> {
    const known = this.groups.get(client);
    if (known !== undefined) return known;
    const group: Group<T> = {
      messages: [],
      oldest: 0,
      inFlight: 0,
      spent: 0,
      lastSent: -Infinity,
      noisyAt: undefined,
      isNoisy: false,
    };
    this.groups.set(client, group);
    return group;
  }

  add(message: T): void {
    const group = this.group(message.client);
    group.messages.push(message);
    group.lastSent = Math.max(group.lastSent, message.arrivedAt);
  }

  /** Time passes: what each group has in flight counts for it. */
  private account(now: number): void {
    const passed = now - this.seen;
    const fade = 0.5 ** (passed / (this.reading?.recentSeconds ?? Infinity));
    for (const group of this.groups.values()) {
      const hasBacklog = group.oldest < group.messages.length;
      group.spent = hasBacklog ? group.spent * fade + group.inFlight * passed : 0;
    }
    this.seen = now;
  }

  /** Looks at a group anew: whether the queue knows it as noisy from now on. */
  private evaluate(
    group: Group<T>,
    total: { inFlight: number; spent: number },
    reading: FairReading,
    now: number,
  ): void {
    // A backlog that is used up makes a group quiet, whatever it took before.
    if (group.oldest === group.messages.length) {
      group.noisyAt = undefined;
      group.isNoisy = false;
      return;
    }
    const { noisyShare, noisyInFlight, detectionSeconds } = reading;
    const byCount = group.inFlight >= noisyInFlight && group.inFlight > noisyShare * total.inFlight;
    const byTime = group.spent > noisyShare * total.spent;
    if (byCount || byTime) group.noisyAt ??= now;
    else group.noisyAt = undefined;
    const isDetected = group.noisyAt !== undefined && now - group.noisyAt >= detectionSeconds;
    const isLoud = now - group.lastSent < SILENCE_SECONDS;
    group.isNoisy = isDetected || (reading.quietAgain === 'by its backlog' && group.isNoisy && isLoud);
  }

  private rank(group: Group<T>): number {
    return group.isNoisy ? 1 + group.inFlight : 0;
  }

  /** The next message, now in flight; undefined when none waits. */
  take(now: number): T | undefined {
    this.account(now);
    const total = { inFlight: 0, spent: 0 };
    for (const { inFlight, spent } of this.groups.values()) {
      total.inFlight += inFlight;
      total.spent += spent;
    }
    if (this.reading)
      for (const group of this.groups.values()) this.evaluate(group, total, this.reading, now);
    let best: { group: Group<T>; rank: number; message: T } | undefined;
    for (const group of this.groups.values()) {
      const message = group.messages[group.oldest];
      if (message === undefined) continue;
      const rank = this.rank(group);
      const isBefore =
        best === undefined ||
        rank < best.rank ||
        (rank === best.rank && message.arrivedAt < best.message.arrivedAt);
      if (isBefore) best = { group, rank, message };
    }
    if (best === undefined) return undefined;
    best.group.oldest += 1;
    best.group.inFlight += 1;
    return best.message;
  }

  /** A message of the client was worked off, or came back. */
  release(client: string, now: number): void {
    this.account(now);
    this.group(client).inFlight -= 1;
  }
}
