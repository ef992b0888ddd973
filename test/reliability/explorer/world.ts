import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import type { AwsState } from '../../support/in-memory-aws';
import type { Answer, Point } from './programs';

/** One message in the queue, until it is consumed. `away`: given back or its receiver died; time brings it back. */
export interface Message {
  readonly id: string;
  readonly key: string;
  readonly versionId: string;
  readonly receives: number;
  readonly status: 'visible' | 'in-flight' | 'away' | 'dead';
}

/** One of the scenario's decisions, on the version that the person saw. */
export interface SentDecision {
  readonly decision: number;
  readonly version: number;
}

/** A function or an execution that is under way. */
export interface Process {
  /** Unique, and the same whichever interleaving started it. */
  readonly name: string;
  readonly kind: 'intake' | 'workflow' | 'erase' | 'upload' | 'decide' | 'sweep' | 'stream' | 'tell';
  readonly point: Point;
  /** Intake: the messages that it received. */
  readonly messages: readonly string[];
  /** Workflow: the intake and the call of it that wait for this execution. */
  readonly caller?: { readonly name: string; readonly call: number };
  /** Workflow: its input. */
  readonly about?: string;
  /** Stream: which change it reads. */
  readonly change?: { readonly imageId: string; readonly state: string };
  /** Decide: what was sent. */
  readonly sent?: SentDecision;
  /** Calls that a mutant put off, until when. */
  readonly putOff: readonly { readonly until: string; readonly run: () => Promise<unknown> }[];
  /** They are due now; the program then gets the answer that it waits for. */
  readonly due?:
    | {
        readonly runs: readonly (() => Promise<unknown>)[];
        readonly call: number;
        readonly answer: Answer;
      }
    | undefined;
}

/** What may still go wrong on a path; each use takes one away. */
export interface Budget {
  /** A process dies before or after a call. */
  readonly kills: number;
  /** A service fails before or after it did what it was asked. */
  readonly faults: number;
  /** The queue delivers a message again while it is in flight. */
  readonly repeats: number;
  /** A message comes back before the lease of its picture ran out. */
  readonly early: number;
  /** Time passes, and leases run out, though processes still work. */
  readonly zombies: number;
  /** The client posts to the same key again. */
  readonly posts: number;
  /** A data steward, or a client, asks to erase the picture. */
  readonly erasures: number;
  /** Days pass, and reviews run out of time. */
  readonly days: number;
  /** A receiver refuses a message, or takes it and does not say so. */
  readonly refusals: number;
}

export interface World {
  readonly aws: AwsState;
  readonly messages: readonly Message[];
  readonly processes: readonly Process[];
  readonly budget: Budget;
  readonly redrives: number;
  /** Erased, but whoever asked has no 204 yet and will ask again. */
  readonly owesErasure: boolean;
  /** The client has no answer yet and will send again. */
  readonly owesUpload: boolean;
  /** Of the scenario's decisions: how many people sent, */
  readonly begunDecisions: number;
  /** those without an answer, who will send again, */
  readonly owedDecisions: readonly SentDecision[];
  /** and those that were answered with 200, or refused. */
  readonly takenDecisions: readonly number[];
  readonly refusedDecisions: readonly number[];
  /** A review that was over ended anew, otherwise. */
  readonly decidedAgain: boolean;
  /** The detector was paid for a picture whose decision was on record. */
  readonly paidForNothing: boolean;
  /** Reviewers were asked though the record said that they had been. */
  readonly announcedAgain: boolean;
  /** What the stream told last of each picture. */
  readonly streamed: Readonly<Record<string, string>>;
  /** Runs that tell the client, so far. */
  readonly runs: number;
  /** Ids of the messages that could be made of the pictures as they were. */
  readonly tellable: readonly string[];
  /** Attempts to tell of a picture at one and the same time. */
  readonly attemptsAtOnce: readonly string[];
  /** The client got no answer and sent no more. */
  readonly gaveUp: boolean;
}

export const cloneAws = (state: AwsState): AwsState => ({
  ...state,
  objects: new Map(state.objects),
  records: new Map(state.records),
  ledger: new Map(state.ledger),
  uploads: new Map(state.uploads),
  lastStarts: new Map(state.lastStarts),
  reviews: [...state.reviews],
  decisions: [...state.decisions],
  settling: new Map(state.settling),
  webhookMarks: new Map(state.webhookMarks),
  endpoints: new Map(state.endpoints),
  received: [...state.received],
  paidCalls: [...state.paidCalls],
});

/** Attributes that only tell when something was done; nothing depends on them. */
const TIMES = new Set(['CompletedAt', 'AnnouncedAt', 'ExpiresAt', 'ReviewedAt', 'ReviewAnnouncedAt']);

/** Of each record what it says but its lease, which time ends: nobody changes a record, so each is put into words once. */
const saidByRecord = new WeakMap<DetectionRecord, string>();
function said(record: DetectionRecord): string {
  const found = saidByRecord.get(record);
  if (found !== undefined) return found;
  const text = JSON.stringify(
    Object.entries(record)
      .filter(([name]) => name !== 'LeaseUntil')
      .map(([name, value]) => [name, TIMES.has(name) ? 'set' : value])
      .sort(),
  );
  saidByRecord.set(record, text);
  return text;
}

/** Two worlds with the same identity have the same future. */
export function identityOf({ aws, messages, processes, budget, ...rest }: World): string {
  const records = [...aws.records].map(([id, record]) => [
    id,
    said(record),
    record.LeaseUntil === undefined ? 'none' : record.LeaseUntil >= aws.now,
  ]);
  const objects = [...aws.objects]
    .map(([key, versions]) => [key, versions.map(({ versionId, sha256 }) => [versionId, sha256])])
    .sort();
  const running = processes
    .map(({ name, point, putOff, due }) => `${name}:${point.id}:${putOff.length}:${due?.call}`)
    .sort();
  const queue = messages
    .map(({ id, receives, status, versionId }) => `${id}:${versionId}:${receives}:${status}`)
    .sort();
  return JSON.stringify([
    records,
    objects,
    [...aws.ledger.keys()],
    aws.reviews.length,
    aws.decisions.length,
    [...aws.settling.keys()],
    [...aws.webhookMarks.values()].map(({ due, ...mark }) => [mark, Date.parse(due) <= aws.now]),
    [...aws.endpoints].map(([id, { heldBy, heldUntil, health }]) => [
      id,
      heldUntil > aws.now && heldBy,
      health.failingSince !== undefined,
      health.disabledFor,
    ]),
    aws.received,
    aws.paidCalls.length,
    running,
    queue,
    budget,
    rest,
  ]);
}
