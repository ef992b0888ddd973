import sharp from 'sharp';
import type { Label } from '../../../lambda/domain/detection-record';
import type { ExpiryOutcome, PersonOutcome } from '../../../lambda/domain/review-record';
import { label } from '../../support/in-memory-system';
import type { Budget } from './world';

/** What is explored: some pictures on their way, and what may go wrong. */
export interface Scenario {
  readonly name: string;
  readonly labels: readonly Label[];
  /** What the detector answers from the second call on; a new model version may change its mind. */
  readonly laterLabels?: readonly Label[];
  /** The bytes are no picture, which the sniffer sees. */
  readonly isRejected?: boolean;
  readonly pictures?: number;
  /** Messages for each arrival: S3 and EventBridge deliver at least once. */
  readonly events?: number;
  /** Whether the event names the version; the embedded AWS leaves it out. */
  readonly named?: boolean;
  /** Messages that one invocation may get. */
  readonly batch?: number;
  /** Receives before the dead-letter queue, from which it is redriven. */
  readonly receives?: number;
  /** The picture comes inside the request, under an Idempotency-Key, and is on its way only then. */
  readonly inline?: boolean;
  /** The pictures are in their folders already when things begin to go wrong. */
  readonly isFinished?: boolean;
  /** Who asks to erase: the data steward, when left out. What another client asks for must change nothing. */
  readonly erasedBy?: 'its client' | 'another client';
  /** What people decide of the first picture, each as soon as it waits and whatever the others do. */
  readonly decisions?: readonly { readonly reviewer: string; readonly outcome: PersonOutcome }[];
  /** How many of them must agree. */
  readonly people?: number;
  /** What becomes of a review that runs out of time: `other`, when left out. */
  readonly onExpiry?: ExpiryOutcome;
  /** How often the state machine tries a task. */
  readonly taskAttempts?: number;
  /** The client wants to be told. */
  readonly isTold?: boolean;
  readonly budget: Partial<Budget>;
}

export const NO_BUDGET: Budget = {
  kills: 0,
  faults: 0,
  repeats: 0,
  early: 0,
  zombies: 0,
  posts: 0,
  erasures: 0,
  days: 0,
  refusals: 0,
};

const CLEAR = [label('Dog', 97)];
const UNCERTAIN = [label('Dog', 70)];

/** Small pictures with metadata that must not survive: each step of the explorer hashes and strips them. */
export async function scenarioPicture(width: number): Promise<Uint8Array> {
  const canvas = { create: { width, height: 80, channels: 3, background: '#a37b4f' } } as const;
  return new Uint8Array(
    await sharp(canvas)
      .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer(),
  );
}

const told = { isTold: true, isFinished: true } as const;
const waiting = { labels: UNCERTAIN, isFinished: true } as const;
const anna = (outcome: PersonOutcome) => ({ reviewer: 'anna', outcome });
const ben = (outcome: PersonOutcome) => ({ reviewer: 'ben', outcome });

const named = (name: string, scenario: Omit<Scenario, 'name'>): Scenario => ({ name, ...scenario });

/** Small enough to be exhausted within seconds; every kind of misfortune of the design is in one of them. */
export const SCENARIOS: readonly Scenario[] = [
  named('clear, killed twice', { labels: CLEAR, budget: { kills: 2 } }),
  named('its client told, killed twice', { ...told, labels: CLEAR, budget: { kills: 2 } }),
  named('its client told, who refuses twice, killed once', {
    ...told,
    labels: CLEAR,
    budget: { refusals: 2, kills: 1 },
  }),
  named('its client told while it is erased, killed once', {
    ...told,
    labels: CLEAR,
    budget: { erasures: 1, kills: 1 },
  }),
  named('its client told while a person decides', {
    ...told,
    labels: UNCERTAIN,
    decisions: [anna('cat')],
    budget: {},
  }),
  named('uncertain, killed twice', { labels: UNCERTAIN, budget: { kills: 2 } }),
  named('rejected, killed twice', { labels: CLEAR, isRejected: true, budget: { kills: 2 } }),
  named('uncertain, two events, killed once', { labels: UNCERTAIN, events: 2, budget: { kills: 1 } }),
  named('uncertain, delivered twice at once, killed once', {
    labels: UNCERTAIN,
    budget: { kills: 1, repeats: 1 },
  }),
  named('uncertain, back before its lease ran out, killed once', {
    labels: UNCERTAIN,
    budget: { kills: 1, early: 1 },
  }),
  named('uncertain, services fail before and after the deed', {
    labels: UNCERTAIN,
    taskAttempts: 2,
    budget: { faults: 2 },
  }),
  named('uncertain, dead-lettered at the first failure', {
    labels: UNCERTAIN,
    receives: 1,
    budget: { faults: 2, kills: 1 },
  }),
  named('rejected, two events, services fail', {
    labels: CLEAR,
    isRejected: true,
    events: 2,
    budget: { faults: 1 },
  }),
  named('uncertain, two workers after a lease ran out', { labels: UNCERTAIN, budget: { zombies: 1 } }),
  named('clear, then uncertain to the detector, two workers', {
    labels: CLEAR,
    laterLabels: UNCERTAIN,
    budget: { zombies: 1 },
  }),
  named('posted twice, in either order, killed once', { labels: CLEAR, budget: { posts: 1, kills: 1 } }),
  named('posted twice, events without version, killed once', {
    labels: CLEAR,
    named: false,
    budget: { posts: 1, kills: 1 },
  }),
  named('erased in flight, killed once', { labels: UNCERTAIN, budget: { erasures: 1, kills: 1 } }),
  named('finished, posted again and erased, killed once', {
    labels: CLEAR,
    isFinished: true,
    budget: { erasures: 1, posts: 1, kills: 1 },
  }),
  named('erased in flight by its client, killed once', {
    labels: UNCERTAIN,
    erasedBy: 'its client',
    budget: { erasures: 1, kills: 1 },
  }),
  named('finished, erased by its client, killed twice', {
    labels: CLEAR,
    isFinished: true,
    erasedBy: 'its client',
    budget: { erasures: 1, kills: 2 },
  }),
  named('another client asks to erase it, killed once', {
    labels: CLEAR,
    erasedBy: 'another client',
    budget: { erasures: 2, kills: 1 },
  }),
  named('rejected, erased in flight, killed once', {
    labels: CLEAR,
    isRejected: true,
    budget: { erasures: 1, kills: 1 },
  }),
  named('inside the request, sent again until answered, killed once', {
    labels: CLEAR,
    inline: true,
    budget: { kills: 1 },
  }),
  named('inside the request, erased', { labels: CLEAR, inline: true, budget: { erasures: 1 } }),
  named('decided by a person, killed twice', {
    ...waiting,
    decisions: [anna('dog')],
    budget: { kills: 2 },
  }),
  named('rejected by a person, services fail', {
    ...waiting,
    decisions: [anna('reject')],
    budget: { faults: 2 },
  }),
  named('two people decide otherwise at once, killed once', {
    ...waiting,
    decisions: [anna('dog'), ben('cat')],
    budget: { kills: 1 },
  }),
  named('two people must agree, and the second answers late, killed once', {
    ...waiting,
    decisions: [anna('other'), ben('other')],
    people: 2,
    budget: { kills: 1 },
  }),
  named('decided and erased at once, killed once', {
    ...waiting,
    decisions: [anna('cat')],
    budget: { erasures: 1, kills: 1 },
  }),
  named('decided by a person while time runs out, killed once', {
    ...waiting,
    decisions: [anna('dog')],
    budget: { days: 1, kills: 1 },
  }),
  named('time runs out and it stays, erased, killed once', {
    ...waiting,
    onExpiry: 'stays',
    budget: { days: 1, erasures: 1, kills: 1 },
  }),
  named('decided before the question was sent, killed once', {
    labels: UNCERTAIN,
    decisions: [anna('dog')],
    budget: { kills: 1 },
  }),
  named('two pictures in one batch, a service fails', {
    labels: CLEAR,
    pictures: 2,
    batch: 2,
    budget: { faults: 1 },
  }),
];

/** The same with more misfortune; minutes. */
export const DEEP_SCENARIOS: readonly Scenario[] = [
  named('its client told while a person decides, killed once', {
    ...told,
    labels: UNCERTAIN,
    decisions: [anna('cat')],
    budget: { kills: 1, refusals: 1 },
  }),
  named('uncertain, two events, killed three times', {
    labels: UNCERTAIN,
    events: 2,
    budget: { kills: 3 },
  }),
  named('uncertain, killed twice, delivered twice at once, early', {
    labels: UNCERTAIN,
    budget: { kills: 2, repeats: 1, early: 1 },
  }),
  named('uncertain, two events, two workers, killed once', {
    labels: UNCERTAIN,
    events: 2,
    budget: { kills: 1, zombies: 1 },
  }),
  named('uncertain, faults and kills', {
    labels: UNCERTAIN,
    taskAttempts: 2,
    budget: { faults: 2, kills: 1 },
  }),
  named('clear, then uncertain to the detector, two workers, killed once', {
    labels: CLEAR,
    laterLabels: UNCERTAIN,
    budget: { zombies: 1, kills: 1 },
  }),
  named('posted three times, killed once', { labels: UNCERTAIN, budget: { posts: 2, kills: 1 } }),
  named('erased in flight while posted again', { labels: CLEAR, budget: { erasures: 1, posts: 1 } }),
  named('inside the request, erased, killed once', {
    labels: UNCERTAIN,
    inline: true,
    budget: { erasures: 1, kills: 1 },
  }),
  named('decided and erased at once, killed twice', {
    ...waiting,
    decisions: [anna('cat')],
    budget: { erasures: 1, kills: 2 },
  }),
  named('three people, two must agree, erased, killed once', {
    ...waiting,
    decisions: [anna('cat'), ben('dog'), { reviewer: 'cleo', outcome: 'cat' }],
    people: 2,
    budget: { erasures: 1, kills: 1 },
  }),
  named('two pictures in one batch, killed and failing', {
    labels: UNCERTAIN,
    pictures: 2,
    batch: 2,
    budget: { faults: 1, kills: 1 },
  }),
];

/** Everything at once: too large to exhaust, so it is walked at random. */
export const STORM: Scenario = named('everything at once', {
  labels: UNCERTAIN,
  pictures: 2,
  events: 2,
  batch: 2,
  taskAttempts: 2,
  decisions: [anna('dog'), ben('reject')],
  budget: { kills: 3, faults: 3, repeats: 2, early: 1, zombies: 1, posts: 2, erasures: 1, days: 1 },
});
