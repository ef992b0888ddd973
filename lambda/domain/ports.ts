import type { DetectionRecord, ErasureEntry, Label } from './detection-record';
import type { ContentType } from './category';
import type { ReviewDecision, ReviewQueue, ReviewVote } from './review-record';
import type { EndpointHealth } from './webhook-endpoint';
import type { ReviewMessage, ReviewNotice } from './workflow-messages';

/*
 * What the steps need from the world. Each method is one AWS call: grants are derived from them and the crash explorer
 * kills before and after each. All throw DependencyError for faults that a retry may cure.
 */

/** Epoch milliseconds. */
export type Clock = () => number;
/** A fresh lower-case UUID. */
export type IdSource = () => string;

export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** Epoch milliseconds of its creation. */
  readonly lastModified: number;
  readonly isDeleteMarker: boolean;
}

export interface ObjectVersionPage {
  /** Newest first within a key, as S3 lists them. */
  readonly versions: readonly ObjectVersion[];
  readonly next?: { readonly key: string; readonly versionId: string };
}

export interface NewObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Base64; S3 verifies the received bytes against it. */
  readonly sha256: string;
}

export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The picture bucket. */
export interface PictureStore {
  readonly bucket: string;
  /** Stores bytes under a key that has no current object. */
  putNew(object: NewObject): Promise<'created' | 'exists'>;
  /** Base64 SHA-256 of the current object, or undefined when there is none. */
  digest(key: string): Promise<string | undefined>;
  /** The bytes of exactly this version, or undefined when it is gone. */
  getVersion(key: string, versionId: string): Promise<Uint8Array | undefined>;
  listVersions(prefix: string, after?: ObjectVersionPage['next']): Promise<ObjectVersionPage>;
  /** Deletes for good; a version that is gone already is success. */
  deleteVersion(key: string, versionId: string): Promise<void>;
  /** Signs a form that posts exactly these bytes to exactly this key; no call is made. */
  uploadForm(form: {
    key: string;
    contentType: ContentType;
    bytes: number;
    seconds: number;
  }): Promise<UploadForm>;
}

/** Ways for people to see a picture of the bucket. */
export interface PictureLinks {
  /** Signs a link to the current object of a key; no call is made. */
  sign(key: string, seconds: number): Promise<string>;
}

/** Outcome of a conditional write: `current` is the record that refused it, absent when there is none. */
export type Conditional<T> =
  | { readonly applied: true; readonly value: T }
  | { readonly applied: false; readonly current?: DetectionRecord };

/** Which record, and the time it keeps for life: the sort key of ByStatus is made of it. */
export interface RecordIdentity {
  readonly imageId: string;
  readonly timestamp: string;
}

export interface Claim extends RecordIdentity {
  readonly versionId: string;
  readonly leaseOwner: string;
  /** Epoch milliseconds: an earlier lease that ended before `now` may be taken over. */
  readonly now: number;
  readonly leaseUntil: number;
  /** TTL from now on, epoch seconds. */
  readonly expiresAt: number;
}

/** Proof that a worker still holds the claim it writes under. */
export interface Holder extends RecordIdentity {
  readonly leaseOwner: string;
}

export type LoggedDecision = Required<
  Pick<
    DetectionRecord,
    | 'DetectedAnimal'
    | 'ConfidenceScore'
    | 'AnimalTimestamp'
    | 'Decision'
    | 'Thresholds'
    | 'ModelVersion'
    | 'TopLabels'
    | 'Width'
    | 'Height'
    | 'OriginalSHA256'
  >
>;

export type Completion = Required<
  Pick<DetectionRecord, 'S3Location' | 'CompletedAt' | 'StoredSHA256' | 'ExpiresAt'>
> & { readonly announcementDue: boolean };

export type Quarantine = Required<
  Pick<DetectionRecord, 'S3Location' | 'CompletedAt' | 'StoredSHA256' | 'ExpiresAt' | 'QuarantineReason'>
>;

/** Which part of a client's records to list. */
export interface RecordQuery {
  readonly clientId: string;
  readonly animal?: string | undefined;
  readonly status?: string | undefined;
  readonly reference?: string | undefined;
  readonly fileName?: string | undefined;
  /** Which comes first; the newest when left out. */
  readonly order?: 'newest' | 'oldest';
  /** Inclusive, `2025-08-04T11:42:00Z`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly startKey?: Readonly<Record<string, string>> | undefined;
}

export interface RecordPage {
  readonly records: readonly DetectionRecord[];
  readonly lastKey?: Readonly<Record<string, string>>;
}

/** The DetectionLogs table. Reads are strongly consistent, but for lists. */
export interface DetectionLog {
  /** Stores a record for an id that has none. */
  create(record: DetectionRecord): Promise<Conditional<undefined>>;
  /** The same in one transaction with the ledger: an id that was erased is refused without a `current`. */
  createUnlessErased(record: DetectionRecord): Promise<Conditional<undefined>>;
  get(imageId: string): Promise<DetectionRecord | undefined>;
  query(query: RecordQuery): Promise<RecordPage>;
  /** Takes the picture for one worker: pending, failed, or a lease that ran out; and no other version claimed before. */
  claim(claim: Claim): Promise<Conditional<DetectionRecord>>;
  /** Written once, by the holder of the claim. */
  logDecision(holder: Holder, decision: LoggedDecision): Promise<Conditional<undefined>>;
  /** Moves the record to its folder and notes what must still be announced. */
  complete(holder: Holder, completion: Completion): Promise<Conditional<undefined>>;
  quarantine(holder: Holder, quarantine: Quarantine): Promise<Conditional<undefined>>;
  /** Retries are exhausted. Refused when someone else holds the claim or the picture has reached its place. */
  markFailed(
    holder: Holder,
    failure: { reason: string; now: number; expiresAt: number },
  ): Promise<Conditional<undefined>>;
  /** Refused for a key that is listed, and when BOUNDS.laterVersions are. */
  addLaterVersion(imageId: string, key: string): Promise<Conditional<undefined>>;
  markAnnounced(imageId: string, announcedAt: string): Promise<Conditional<undefined>>;
  /** A record that is gone already is success. */
  remove(imageId: string): Promise<void>;
}

/** What waits, oldest first. */
export interface WaitingQuery {
  readonly limit: number;
  /** Only what waits since then or longer; `2025-08-04T11:42:00Z`. */
  readonly until?: string | undefined;
  readonly startKey?: Readonly<Record<string, string>> | undefined;
}

export interface UnsettledPage {
  readonly imageIds: readonly string[];
  readonly lastKey?: Readonly<Record<string, string>>;
}

export interface ReviewWrite {
  /** Since when the picture waits, for records that do not say. */
  readonly since: string;
  readonly votes: readonly ReviewVote[];
  readonly decision?: ReviewDecision | undefined;
}

/** What the record says once a reviewed picture is in its place. */
export type ReviewedMove = Required<
  Pick<DetectionRecord, 'S3Location' | 'ReviewedAt' | 'ExpiresAt' | 'ProcessingStatus' | 'StatusTimestamp'>
> &
  Partial<Pick<DetectionRecord, 'DetectedAnimal' | 'AnimalTimestamp'>>;

/** The reviews of the DetectionLogs table. Lists come from an index, which is a little late. */
export interface ReviewLog {
  waiting(query: WaitingQuery): Promise<RecordPage>;
  /** The pictures that are decided but not settled, or that a worker began to settle. */
  unsettled(
    queue: Exclude<ReviewQueue, 'waiting'>,
    startKey?: UnsettledPage['lastKey'],
  ): Promise<UnsettledPage>;
  /** Refused unless the review is open and of this version, which it raises. */
  write(imageId: string, version: number, write: ReviewWrite): Promise<Conditional<undefined>>;
  /** Marks that a copy may come to be, so that it is found again whatever becomes of the record. */
  beginSettling(imageId: string, since: string): Promise<void>;
  /** Refused when it was moved already. */
  move(imageId: string, move: ReviewedMove): Promise<Conditional<undefined>>;
  /** Nothing is left to do for this review. */
  close(imageId: string, announcedAt: string): Promise<Conditional<undefined>>;
  /** Takes the mark away. @param expiresAt TTL of what is left of it, epoch seconds */
  endSettling(imageId: string, expiresAt: number): Promise<void>;
}

/** The ledger of erased pictures; it only grows. */
export interface ErasureLedger {
  has(imageId: string): Promise<boolean>;
  /** Whose picture it was; undefined when it is not in the ledger, or its entry names nobody. */
  owner(imageId: string): Promise<string | undefined>;
  /** Keeps the first entry of an id. */
  add(entry: ErasureEntry): Promise<void>;
}

export interface DetectedLabels {
  readonly labels: readonly Label[];
  readonly modelVersion: string;
}

export interface LabelDetector {
  /**
   * @throws RefusedByDetectorError when the detector cannot read this picture: the picture's own fault.
   * @throws ThrottledError, DependencyError for what a retry may cure.
   */
  detect(
    picture: { bytes: Uint8Array } | { bucket: string; key: string; versionId: string },
    minimumConfidence: number,
  ): Promise<DetectedLabels>;
}

export interface ClientRegistry {
  /** The client that holds an API key, or undefined when nobody does. */
  clientOfKey(apiKeyId: string): Promise<string | undefined>;
}

/** How much each client has asked for within the hour. */
export interface UploadCounter {
  /**
   * Counts one upload of a client's, unless the hour already has as many.
   * @param hour `2025-08-04T11`
   * @param expiresAt when nobody asks any more, epoch seconds
   */
  count(upload: { clientId: string; hour: string; most: number; expiresAt: number }): Promise<boolean>;
}

/** One of the places that a client has for requests that wait. */
export interface WaitSlot {
  readonly clientId: string;
  /** From 0 to BOUNDS.waitsAtOnce - 1. */
  readonly slot: number;
  /** Epoch milliseconds after which it is free, whoever holds it. */
  readonly until: number;
}

/** How many requests of each client wait. */
export interface WaitSlots {
  /** Until when each slot is taken, by its number; 0 or nothing for one that never was. */
  read(clientId: string): Promise<readonly (number | undefined)[]>;
  /** Takes a slot that is free at `now`; false when somebody else was faster. */
  take(slot: WaitSlot & { readonly now: number }): Promise<boolean>;
  /** Gives back a slot, unless it has passed to somebody else. */
  release(slot: WaitSlot): Promise<void>;
}

export interface ThresholdSource {
  /** The parameter's text, or undefined when there is none. */
  read(): Promise<string | undefined>;
}

export interface CursorKeys {
  /** A version's secret, or undefined when there is no such version (before the first rotation). */
  read(version: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string | undefined>;
}

export interface WorkflowResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface Workflow {
  /** Runs one execution to its end. That it answered says nothing: read `status`. */
  run(state: unknown): Promise<WorkflowResult>;
}

/** A workflow that is started in a client's turn. */
export interface ClientWorkflow {
  run(state: unknown, clientId: string): Promise<WorkflowResult>;
}

/** When a start is wanted, all times in epoch milliseconds. */
export interface StartRequest {
  readonly clientId: string;
  readonly now: number;
  /** A schedule that reaches beyond it is broken, by a clock that was wrong, and begins anew. */
  readonly latest: number;
  /** Between two starts; may be a fraction. */
  readonly interval: number;
}

export interface TakenStart {
  readonly start: number;
  /** The time that the same client took before; undefined when it never took one. */
  readonly previous: number | undefined;
}

/** The times at which workflows start, one after another, whichever slot starts them. */
export interface StartSchedule {
  /** Takes the next free time; undefined when that lies outside `now` to `latest`, or there is none. */
  follow(request: StartRequest): Promise<TakenStart | undefined>;
  /** Takes `now`; false when others begin meanwhile, so that there is a time to follow. */
  begin(request: StartRequest): Promise<boolean>;
}

export interface ReviewPublisher {
  publish(message: ReviewMessage): Promise<void>;
  publishDecision(notice: ReviewNotice): Promise<void>;
}

/** That a client is to be told of an image; what of, the record says when it is told. */
export interface WebhookMark {
  readonly imageId: string;
  /** Of the change that set it: a later change sets it anew, and what was begun for this one does not end that. */
  readonly version: string;
  readonly changedAt: string;
  /** Attempts that were begun. */
  readonly attempts: number;
}

/** A run's hold on the endpoint of a client, all times in epoch milliseconds. */
export interface EndpointHold {
  readonly clientId: string;
  readonly run: string;
  readonly now: number;
  readonly until: number;
}

/** What clients are to be told, and how their endpoints fare. Lists come from an index, which is a little late. */
export interface WebhookLog {
  /** Sets or renews the mark of an image. @param expiresAt TTL, epoch seconds */
  mark(mark: Omit<WebhookMark, 'attempts'> & { clientId: string; expiresAt: number }): Promise<void>;
  /** Whose time has come, the oldest first. @param until `2025-08-04T11:42:00Z` */
  due(clientId: string, until: string, limit: number): Promise<readonly WebhookMark[]>;
  /** Counts an attempt before it is made, and says when the next would be; false for a mark that changed. */
  begin(mark: WebhookMark, next: string): Promise<boolean>;
  /** Nothing more is to be told for this version of the mark. @param expiresAt TTL of what is left, epoch seconds */
  end(mark: Pick<WebhookMark, 'imageId' | 'version'>, expiresAt: number): Promise<void>;
  /** It stays findable as given up, and is told no more. */
  giveUp(mark: WebhookMark, clientId: string): Promise<void>;
  /** Takes or renews the endpoint for one run; undefined when another run has it. */
  hold(hold: EndpointHold): Promise<EndpointHealth | undefined>;
  /** Gives the endpoint back, unless another run has it. */
  release(hold: Pick<EndpointHold, 'clientId' | 'run'>): Promise<void>;
  writeHealth(clientId: string, health: EndpointHealth): Promise<void>;
}

export interface WebhookSecrets {
  /** A version's secret and when it was made, or undefined when there is no such version. */
  read(
    clientId: string,
    version: 'AWSCURRENT' | 'AWSPREVIOUS',
  ): Promise<{ readonly secret: string; readonly madeAt: number } | undefined>;
}
