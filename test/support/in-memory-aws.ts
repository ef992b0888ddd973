import { BOUNDS } from '../../lambda/domain/bounds';
import { beginsToWait, type DetectionRecord, type ErasureEntry } from '../../lambda/domain/detection-record';
import { sha256 } from '../../lambda/domain/digest';
import type {
  Conditional,
  DetectedLabels,
  DetectionLog,
  ErasureLedger,
  Holder,
  LabelDetector,
  NewObject,
  ObjectVersion,
  PictureStore,
  RecordPage,
  ReviewPublisher,
  StartRequest,
  StartSchedule,
  TakenStart,
  UploadCounter,
  WaitSlot,
  WaitSlots,
  WebhookMark,
} from '../../lambda/domain/ports';
import type { EndpointHealth } from '../../lambda/domain/webhook-endpoint';
import { sourceIndex } from './in-memory-listing';

interface StoredVersion {
  readonly versionId: string;
  readonly lastModified: number;
  readonly isDeleteMarker: boolean;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly sha256: string;
}

/** Everything that AWS would keep. Plain data: the crash explorer clones it at every branch. */
export interface AwsState {
  now: number;
  nextId: number;
  /** Per key, oldest version first. */
  objects: Map<string, StoredVersion[]>;
  records: Map<string, DetectionRecord>;
  /** By image id. */
  ledger: Map<string, ErasureEntry>;
  reviews: string[];
  /** Image ids whose review was told to be over. */
  decisions: string[];
  /** Marks of reviewed pictures that are being brought to their places: image id → since. */
  settling: Map<string, string>;
  /** What clients are to be told: image id → its mark. */
  webhookMarks: Map<string, WebhookMark & { queue?: string; due: string }>;
  /** Client → who has its endpoint, and how it fares. */
  endpoints: Map<string, { heldBy: string; heldUntil: number; health: EndpointHealth }>;
  /** What clients' receivers were sent: image id and id of the message. */
  received: string[];
  paidCalls: string[];
  /** Client and hour → uploads. */
  uploads: Map<string, number>;
  /** Client → the ends of its waits, by slot. */
  waits: Map<string, (number | undefined)[]>;
  /** The first start of a workflow that nobody has taken. */
  nextStart?: number;
  /** Client → the last start that it took. */
  lastStarts: Map<string, number>;
}

export const emptyState = (now = Date.parse('2025-08-04T11:42:00Z')): AwsState => ({
  now,
  nextId: 1,
  objects: new Map(),
  records: new Map(),
  ledger: new Map(),
  uploads: new Map(),
  lastStarts: new Map(),
  waits: new Map(),
  reviews: [],
  decisions: [],
  settling: new Map(),
  webhookMarks: new Map(),
  endpoints: new Map(),
  received: [],
  paidCalls: [],
});

export const cloneState = (state: AwsState): AwsState => structuredClone(state);

const without = (record: DetectionRecord, attribute: keyof DetectionRecord): DetectionRecord =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== attribute)) as DetectionRecord;

const applied = { applied: true, value: undefined } as const;

/** S3 with versions, for one bucket. */
export class InMemoryPictures implements PictureStore {
  readonly bucket = 'pictures';
  constructor(private readonly state: () => AwsState) {}

  private current(key: string): StoredVersion | undefined {
    const newest = this.state().objects.get(key)?.at(-1);
    return newest?.isDeleteMarker === true ? undefined : newest;
  }

  /** What a client's form does: a new version whether or not there is one. */
  post(key: string, bytes: Uint8Array, contentType = 'image/jpeg'): string {
    const state = this.state();
    const versionId = `v${state.nextId++}`;
    const version = {
      versionId,
      lastModified: state.now,
      isDeleteMarker: false,
      bytes,
      contentType,
      sha256: sha256(bytes),
    };
    state.objects.set(key, [...(state.objects.get(key) ?? []), version]);
    return versionId;
  }

  /** The keys that have a current object. */
  keys(): string[] {
    return [...this.state().objects.keys()].filter((key) => this.current(key) !== undefined).sort();
  }

  bytes(key: string): Uint8Array | undefined {
    return this.current(key)?.bytes;
  }

  putNew(object: NewObject): Promise<'created' | 'exists'> {
    if (object.sha256 !== sha256(object.bytes)) return Promise.reject(new Error('BadDigest'));
    if (this.current(object.key) !== undefined) return Promise.resolve('exists');
    this.post(object.key, object.bytes, object.contentType);
    return Promise.resolve('created');
  }

  digest(key: string): Promise<string | undefined> {
    return Promise.resolve(this.current(key)?.sha256);
  }

  getVersion(key: string, versionId: string): Promise<Uint8Array | undefined> {
    const version = this.state()
      .objects.get(key)
      ?.find((candidate) => candidate.versionId === versionId);
    return Promise.resolve(version?.isDeleteMarker === false ? version.bytes : undefined);
  }

  listVersions(prefix: string): Promise<{ versions: ObjectVersion[] }> {
    const versions = [...this.state().objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, stored]) =>
        stored
          .map(({ versionId, lastModified, isDeleteMarker }) => ({
            key,
            versionId,
            lastModified,
            isDeleteMarker,
          }))
          .reverse(),
      );
    return Promise.resolve({ versions });
  }

  deleteVersion(key: string, versionId: string): Promise<void> {
    const { objects } = this.state();
    const left = (objects.get(key) ?? []).filter((version) => version.versionId !== versionId);
    if (left.length > 0) objects.set(key, left);
    else objects.delete(key);
    return Promise.resolve();
  }

  uploadForm(form: Parameters<PictureStore['uploadForm']>[0]) {
    return Promise.resolve({
      url: 'https://pictures.s3.us-east-1.amazonaws.com/',
      fields: { key: form.key, 'Content-Type': form.contentType, size: `${form.bytes}` },
    });
  }
}

/** DynamoDB's conditional writes, as the adapter states them. */
export class InMemoryDetectionLog implements DetectionLog {
  constructor(private readonly state: () => AwsState) {}

  private write<T>(
    imageId: string,
    condition: (record: DetectionRecord) => boolean,
    change: (record: DetectionRecord) => DetectionRecord,
    answer: (record: DetectionRecord) => T,
  ): Promise<Conditional<T>> {
    const { records } = this.state();
    const current = records.get(imageId);
    if (current === undefined) return Promise.resolve({ applied: false });
    if (!condition(current)) return Promise.resolve({ applied: false, current });
    const next = change(current);
    records.set(imageId, next);
    return Promise.resolve({ applied: true, value: answer(next) });
  }

  private update(
    imageId: string,
    condition: (record: DetectionRecord) => boolean,
    change: (record: DetectionRecord) => DetectionRecord,
  ): Promise<Conditional<undefined>> {
    return this.write(imageId, condition, change, () => undefined);
  }

  private readonly isHeld =
    ({ leaseOwner }: Holder) =>
    (record: DetectionRecord): boolean =>
      record.ProcessingStatus === 'processing' && record.LeaseOwner === leaseOwner;

  create(record: DetectionRecord): Promise<Conditional<undefined>> {
    const { records } = this.state();
    const current = records.get(record.ImageID);
    if (current !== undefined) return Promise.resolve({ applied: false, current });
    records.set(record.ImageID, record);
    return Promise.resolve(applied);
  }

  createUnlessErased(record: DetectionRecord): Promise<Conditional<undefined>> {
    const current = this.state().records.get(record.ImageID);
    if (current === undefined && this.state().ledger.has(record.ImageID)) {
      return Promise.resolve({ applied: false });
    }
    return this.create(record);
  }

  get(imageId: string): Promise<DetectionRecord | undefined> {
    return Promise.resolve(this.state().records.get(imageId));
  }

  query(query: Parameters<DetectionLog['query']>[0]): Promise<RecordPage> {
    return Promise.resolve(sourceIndex([...this.state().records.values()], query));
  }

  claim(claim: Parameters<DetectionLog['claim']>[0]): Promise<Conditional<DetectionRecord>> {
    return this.write(
      claim.imageId,
      ({ ProcessingStatus, LeaseUntil, SourceVersionID }) =>
        (ProcessingStatus === 'pending' ||
          ProcessingStatus === 'failed' ||
          (ProcessingStatus === 'processing' && LeaseUntil !== undefined && LeaseUntil < claim.now)) &&
        (SourceVersionID === undefined || SourceVersionID === claim.versionId),
      (record) => ({
        ...without(record, 'FailureReason'),
        ProcessingStatus: 'processing',
        StatusTimestamp: `processing#${claim.timestamp}`,
        SourceVersionID: claim.versionId,
        LeaseOwner: claim.leaseOwner,
        LeaseUntil: claim.leaseUntil,
        ExpiresAt: claim.expiresAt,
      }),
      (record) => record,
    );
  }

  logDecision(holder: Holder, decision: Parameters<DetectionLog['logDecision']>[1]) {
    return this.update(
      holder.imageId,
      (record) => this.isHeld(holder)(record) && record.Decision === undefined,
      (record) => ({ ...record, ...decision }),
    );
  }

  complete(holder: Holder, { announcementDue, ...completion }: Parameters<DetectionLog['complete']>[1]) {
    return this.update(holder.imageId, this.isHeld(holder), (record) => ({
      ...record,
      ...completion,
      ProcessingStatus: 'completed',
      StatusTimestamp: `completed#${holder.timestamp}`,
      ...(announcementDue && { AnnouncementDue: true, ...beginsToWait(completion.CompletedAt) }),
    }));
  }

  quarantine(holder: Holder, quarantine: Parameters<DetectionLog['quarantine']>[1]) {
    return this.update(holder.imageId, this.isHeld(holder), (record) => ({
      ...record,
      ...quarantine,
      ProcessingStatus: 'quarantined',
      StatusTimestamp: `quarantined#${holder.timestamp}`,
    }));
  }

  markFailed(holder: Holder, { reason, now, expiresAt }: Parameters<DetectionLog['markFailed']>[1]) {
    return this.update(
      holder.imageId,
      ({ ProcessingStatus, LeaseOwner, LeaseUntil }) =>
        ProcessingStatus === 'pending' ||
        (ProcessingStatus === 'processing' &&
          (LeaseOwner === holder.leaseOwner || (LeaseUntil !== undefined && LeaseUntil < now))),
      (record) => ({
        ...record,
        ProcessingStatus: 'failed',
        StatusTimestamp: `failed#${holder.timestamp}`,
        FailureReason: reason,
        ExpiresAt: expiresAt,
      }),
    );
  }

  addLaterVersion(imageId: string, key: string) {
    return this.update(
      imageId,
      ({ LaterVersions = [] }) => !LaterVersions.includes(key) && LaterVersions.length < BOUNDS.laterVersions,
      (record) => ({ ...record, LaterVersions: [...(record.LaterVersions ?? []), key] }),
    );
  }

  markAnnounced(imageId: string, announcedAt: string) {
    return this.update(
      imageId,
      () => true,
      (record) => ({ ...without(record, 'AnnouncementDue'), AnnouncedAt: announcedAt }),
    );
  }

  remove(imageId: string): Promise<void> {
    this.state().records.delete(imageId);
    return Promise.resolve();
  }
}

export class InMemoryLedger implements ErasureLedger {
  constructor(private readonly state: () => AwsState) {}

  has(imageId: string): Promise<boolean> {
    return Promise.resolve(this.state().ledger.has(imageId));
  }

  owner(imageId: string): Promise<string | undefined> {
    return Promise.resolve(this.state().ledger.get(imageId)?.ClientID);
  }

  add(entry: ErasureEntry): Promise<void> {
    const { ledger } = this.state();
    if (!ledger.has(entry.ImageID)) ledger.set(entry.ImageID, entry);
    return Promise.resolve();
  }
}

/** The condition of the counter's update, as the adapter states it. */
export class InMemoryUploadCounter implements UploadCounter {
  constructor(private readonly state: () => AwsState) {}

  count({ clientId, hour, most }: Parameters<UploadCounter['count']>[0]): Promise<boolean> {
    const { uploads } = this.state();
    const key = `${clientId}#${hour}`;
    const count = uploads.get(key) ?? 0;
    if (count >= most) return Promise.resolve(false);
    uploads.set(key, count + 1);
    return Promise.resolve(true);
  }
}

/** The conditions of the slots' two updates, as the adapter states them. */
export class InMemoryWaitSlots implements WaitSlots {
  constructor(private readonly state: () => AwsState) {}

  read(clientId: string): Promise<readonly (number | undefined)[]> {
    const held = this.state().waits.get(clientId) ?? [];
    return Promise.resolve(Array.from({ length: BOUNDS.waitsAtOnce }, (_, slot) => held[slot]));
  }

  private write({ clientId, slot }: WaitSlot, until: number | undefined): void {
    const { waits } = this.state();
    const held = [...(waits.get(clientId) ?? [])];
    held[slot] = until;
    waits.set(clientId, held);
  }

  take(slot: WaitSlot & { readonly now: number }): Promise<boolean> {
    if ((this.state().waits.get(slot.clientId)?.[slot.slot] ?? 0) > slot.now) return Promise.resolve(false);
    this.write(slot, slot.until);
    return Promise.resolve(true);
  }

  release(slot: WaitSlot): Promise<void> {
    if (this.state().waits.get(slot.clientId)?.[slot.slot] === slot.until) this.write(slot, undefined);
    return Promise.resolve();
  }
}

/** The conditions of the schedule's two updates, as the adapter states them. */
export class InMemoryStartSchedule implements StartSchedule {
  constructor(private readonly state: () => Pick<AwsState, 'nextStart' | 'lastStarts'>) {}

  private free({ now, latest }: StartRequest): number | undefined {
    const { nextStart } = this.state();
    return nextStart !== undefined && nextStart >= now && nextStart <= latest ? nextStart : undefined;
  }

  follow(request: StartRequest): Promise<TakenStart | undefined> {
    const start = this.free(request);
    if (start === undefined) return Promise.resolve(undefined);
    const state = this.state();
    const previous = state.lastStarts.get(request.clientId);
    state.lastStarts.set(request.clientId, start);
    state.nextStart = start + request.interval;
    return Promise.resolve({ start, previous });
  }

  begin(request: StartRequest): Promise<boolean> {
    if (this.free(request) !== undefined) return Promise.resolve(false);
    this.state().lastStarts.set(request.clientId, request.now);
    this.state().nextStart = request.now + request.interval;
    return Promise.resolve(true);
  }
}

/** Counts what it is paid for; `answer` decides by the call's input. */
export class InMemoryDetector implements LabelDetector {
  constructor(
    private readonly state: () => AwsState,
    private readonly answer: (picture: Parameters<LabelDetector['detect']>[0]) => DetectedLabels,
  ) {}

  async detect(picture: Parameters<LabelDetector['detect']>[0]): Promise<DetectedLabels> {
    this.state().paidCalls.push('bytes' in picture ? sha256(picture.bytes) : picture.key);
    // Awaited, so that an answer that throws rejects.
    return await Promise.resolve(this.answer(picture));
  }
}

export class InMemoryReviews implements ReviewPublisher {
  constructor(private readonly state: () => AwsState) {}

  publish({ imageId }: Parameters<ReviewPublisher['publish']>[0]): Promise<void> {
    this.state().reviews.push(imageId);
    return Promise.resolve();
  }

  publishDecision({ imageId }: Parameters<ReviewPublisher['publishDecision']>[0]): Promise<void> {
    this.state().decisions.push(imageId);
    return Promise.resolve();
  }
}
