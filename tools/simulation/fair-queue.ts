/** What the queue knows of a message. */
export interface Waiting {
  /** Its message group. */
  readonly client: string;
  /** Seconds. */
  readonly arrivedAt: number;
}

/**
 * When a group is noisy: its share of what is in flight with so many of its own, or its share of recent processing time.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
/** AWS says "recent" and no more: the half-life of what is remembered, in seconds. */
const RECENT_SECONDS = 60;

interface Group<T> {
  readonly messages: T[];
  /** Index of the first one that waits. */
  oldest: number;
  inFlight: number;
  /** Message-seconds in flight, which fade. */
  spent: number;
}

/** A standard queue as AWS documents it: quiet groups pass noisy ones, and of noisy ones that with the fewest in flight is first. */
export class FairQueue<T extends Waiting> {
  private readonly groups = new Map<string, Group<T>>();
  private seen = 0;

  /** @param isFair false: messages carry no group, and the oldest is first */
  constructor(private readonly isFair: boolean) {}

  private group(client: string): Group<T> {
    const known = this.groups.get(client);
    if (known !== undefined) return known;
    const group: Group<T> = { messages: [], oldest: 0, inFlight: 0, spent: 0 };
    this.groups.set(client, group);
    return group;
  }

  add(message: T): void {
    this.group(message.client).messages.push(message);
  }

  /** Time passes: what each group has in flight counts for it. */
  private account(now: number): void {
    const passed = now - this.seen;
    const fade = 0.5 ** (passed / RECENT_SECONDS);
    for (const group of this.groups.values()) group.spent = group.spent * fade + group.inFlight * passed;
    this.seen = now;
  }

  private rank(group: Group<T>, total: { inFlight: number; spent: number }): number {
    if (!this.isFair) return 0;
    const byCount = group.inFlight >= NOISY_IN_FLIGHT && group.inFlight > NOISY_SHARE * total.inFlight;
    const byTime = group.spent > NOISY_SHARE * total.spent;
    return byCount || byTime ? 1 + group.inFlight : 0;
  }

  /** The next message, now in flight; undefined when none waits. */
  take(now: number): T | undefined {
    this.account(now);
    const total = { inFlight: 0, spent: 0 };
    for (const { inFlight, spent } of this.groups.values()) {
      total.inFlight += inFlight;
      total.spent += spent;
    }
    let best: { group: Group<T>; rank: number; message: T } | undefined;
    for (const group of this.groups.values()) {
      const message = group.messages[group.oldest];
      if (message === undefined) continue;
      const rank = this.rank(group, total);
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
