import type { DetectionRecord, ErasureEntry } from '../../../lambda/domain/detection-record';
import type {
  Claim,
  Completion,
  Holder,
  LoggedDecision,
  NewObject,
  Quarantine,
  ReviewedMove,
  ReviewWrite,
  WebhookMark,
} from '../../../lambda/domain/ports';
import type { AwsState } from '../../support/in-memory-aws';
import type { FunctionId } from '../../../lambda/functions';
import type { Mutant } from './mutant';

const APPLIED = { applied: true, value: undefined };

const reordered = (name: string, until: string, answer: unknown, owner?: FunctionId): Mutant => ({
  putOff: (call) =>
    call.name === name && (owner === undefined || call.function === owner) ? { until, answer } : undefined,
});

type Parameters1 = readonly unknown[];
const replaced = (
  name: string,
  by: (state: AwsState, parameters: Parameters1, run: () => Promise<unknown>) => unknown,
  owner?: FunctionId,
): Mutant => ({
  replace: (call, run, state) =>
    call.name === name && (owner === undefined || call.function === owner)
      ? Promise.resolve(by(state, call.parameters, run))
      : undefined,
});

/** Writes attributes whatever stands there, or does not. */
function writeRecord(state: AwsState, id: string, attributes: Partial<DetectionRecord>): DetectionRecord {
  const record = { ...state.records.get(id), ImageID: id, ...attributes } as DetectionRecord;
  state.records.set(id, record);
  return record;
}

const without = (value: unknown, ...names: string[]): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
    : value;

const claimAnyway = (state: AwsState, claim: Claim): unknown => ({
  applied: true,
  value: writeRecord(state, claim.imageId, {
    ProcessingStatus: 'processing',
    StatusTimestamp: `processing#${claim.timestamp}`,
    SourceVersionID: claim.versionId,
    LeaseOwner: claim.leaseOwner,
    LeaseUntil: claim.leaseUntil,
    ExpiresAt: claim.expiresAt,
  }),
});

const completeAnyway = (state: AwsState, { imageId, timestamp }: Holder, completion: Completion): unknown => {
  const { announcementDue, ...attributes } = completion;
  writeRecord(state, imageId, {
    ...attributes,
    ProcessingStatus: 'completed',
    StatusTimestamp: `completed#${timestamp}`,
    ...(announcementDue && { AnnouncementDue: true }),
  });
  return APPLIED;
};

/** Steps in another order: each was once a plausible way to write it. */
const REORDERED: Readonly<Record<string, Mutant>> = {
  'decision after the copy': reordered('log.logDecision', 'pictures.putNew', APPLIED),
  'decision after the record moved': reordered('log.logDecision', 'log.complete', APPLIED),
  'copy after the record moved': reordered('pictures.putNew', 'log.complete', 'created', 'organise'),
  'copy after the source is deleted': reordered(
    'pictures.putNew',
    'pictures.deleteVersion',
    'created',
    'organise',
  ),
  'record after the source is deleted': reordered('log.complete', 'pictures.deleteVersion', APPLIED),
  'quarantine copy after the record moved': reordered(
    'pictures.putNew',
    'log.quarantine',
    'created',
    'organise',
  ),
  'quarantine record after the source is deleted': reordered(
    'log.quarantine',
    'pictures.deleteVersion',
    APPLIED,
  ),
  'message after it is marked announced': reordered('reviews.publish', 'log.markAnnounced', undefined),
  'ledger after the record is removed': reordered('ledger.add', 'log.remove', undefined),
  'ledger after the first version is deleted': reordered('ledger.add', 'pictures.deleteVersion', undefined),
  'erased record after its versions': reordered('log.remove', 'pictures.deleteVersion', undefined, 'erase'),
  'later version deleted before it is copied': reordered(
    'pictures.putNew',
    'pictures.deleteVersion',
    'created',
    'intake',
  ),
  'later version deleted before it is listed': reordered(
    'log.addLaterVersion',
    'pictures.deleteVersion',
    APPLIED,
  ),
  'later version listed before it is copied': reordered(
    'pictures.putNew',
    'log.addLaterVersion',
    'created',
    'intake',
  ),
  'reviewed copy after the record moved': reordered(
    'pictures.putNew',
    'reviewLog.move',
    'created',
    'settleReviews',
  ),
  'reviewed source deleted before the record moved': reordered(
    'reviewLog.move',
    'pictures.deleteVersion',
    APPLIED,
  ),
  'end of a review told after it is closed': reordered(
    'reviews.publishDecision',
    'reviewLog.close',
    undefined,
  ),
  'mark of a reviewed copy after the copy': reordered(
    'reviewLog.beginSettling',
    'pictures.putNew',
    undefined,
  ),
  'uploaded picture before its record': reordered('log.createUnlessErased', 'pictures.putNew', APPLIED),
};

/** Conditions left out of conditional writes. */
const UNCONDITIONAL: Readonly<Record<string, Mutant>> = {
  'claims whatever the record says': replaced('log.claim', (state, [claim]) =>
    claimAnyway(state, claim as Claim),
  ),
  'claims while another holds it': replaced('log.claim', async (state, [parameter], run) => {
    const claim = parameter as Claim;
    const record = state.records.get(claim.imageId);
    return record?.ProcessingStatus === 'processing' ? claimAnyway(state, claim) : await run();
  }),
  'claims another version than the first': replaced('log.claim', async (state, [parameter], run) => {
    const claim = parameter as Claim;
    const record = state.records.get(claim.imageId);
    if (record !== undefined) state.records.set(claim.imageId, without(record, 'SourceVersionID') as never);
    return await run();
  }),
  'claims without writing it': replaced('log.claim', (state, [parameter]) => ({
    applied: true,
    value: state.records.get((parameter as Claim).imageId),
  })),
  'decides without holding the claim, or again': replaced('log.logDecision', (state, [holder, decision]) => {
    writeRecord(state, (holder as Holder).imageId, decision as LoggedDecision);
    return APPLIED;
  }),
  'completes a record that another moved': replaced(
    'log.complete',
    async (state, [holder, completion], run) =>
      state.records.has((holder as Holder).imageId)
        ? completeAnyway(state, holder as Holder, completion as Completion)
        : await run(),
  ),
  'completes a record that is gone': replaced('log.complete', (state, [holder, completion]) =>
    completeAnyway(state, holder as Holder, completion as Completion),
  ),
  'quarantines a record that is gone': replaced('log.quarantine', (state, [holder, quarantine]) => {
    writeRecord(state, (holder as Holder).imageId, {
      ...(quarantine as Quarantine),
      ProcessingStatus: 'quarantined',
    });
    return APPLIED;
  }),
  'marks failed what another finished': replaced('log.markFailed', (state, [holder]) => {
    writeRecord(state, (holder as Holder).imageId, { ProcessingStatus: 'failed' });
    return APPLIED;
  }),
  'marks announced what is gone': replaced('log.markAnnounced', (state, [id, at]) => {
    const record = writeRecord(state, id as string, { AnnouncedAt: at as string });
    state.records.set(record.ImageID, without(record, 'AnnouncementDue') as never);
    return APPLIED;
  }),
  'lists a later version of what is gone': replaced('log.addLaterVersion', (state, [id, key]) => {
    const listed = state.records.get(id as string)?.LaterVersions ?? [];
    writeRecord(state, id as string, { LaterVersions: [...listed, key as string] });
    return APPLIED;
  }),
  'copies over what is there': replaced('pictures.putNew', (state, [parameter]) => {
    const { key, bytes, contentType, sha256 } = parameter as NewObject;
    const version = {
      versionId: `v${state.nextId++}`,
      lastModified: state.now,
      isDeleteMarker: false,
      bytes,
      contentType,
      sha256,
    };
    state.objects.set(key, [...(state.objects.get(key) ?? []), version]);
    return 'created';
  }),
  'creates a record over the one that is there': replaced('log.createUnlessErased', (state, [record]) => {
    state.records.set((record as DetectionRecord).ImageID, record as DetectionRecord);
    return APPLIED;
  }),
  'creates a record for what was erased': replaced('log.createUnlessErased', async (state, [record], run) => {
    const { ImageID } = record as DetectionRecord;
    if (state.records.has(ImageID)) return await run();
    state.records.set(ImageID, record as DetectionRecord);
    return APPLIED;
  }),
};

const decideAnyway = (state: AwsState, [id, version, write]: Parameters1): unknown => {
  const { votes, decision } = write as ReviewWrite;
  writeRecord(state, id as string, {
    ReviewVersion: (version as number) + 1,
    ReviewVotes: [...votes],
    ...(decision && { ReviewDecision: decision, ReviewQueue: 'decided' }),
  });
  return APPLIED;
};

/** Faults of the reviews. */
const OF_REVIEWS: Readonly<Record<string, Mutant>> = {
  'decides a review whatever stands there': replaced('reviewLog.write', decideAnyway),
  'moves a reviewed record that is gone': replaced('reviewLog.move', (state, [id, move]) => {
    writeRecord(state, id as string, move as ReviewedMove);
    return APPLIED;
  }),
  'closes the review of a record that is gone': replaced('reviewLog.close', (state, [id, at]) => {
    const record = writeRecord(state, id as string, { ReviewAnnouncedAt: at as string });
    state.records.set(record.ImageID, without(record, 'ReviewQueue') as never);
    return APPLIED;
  }),
  'settles without a mark': replaced('reviewLog.beginSettling', () => undefined),
  'leaves what was copied for an erased review': replaced(
    'pictures.listVersions',
    (state, [prefix], run) =>
      [...state.records.keys()].some((id) => (prefix as string).includes(id)) ? run() : { versions: [] },
    'settleReviews',
  ),
  'leaves the picture in review': replaced('pictures.deleteVersion', () => undefined, 'settleReviews'),
  'does not know a decision of the same person again': replaced(
    'log.get',
    async (_, __, run) => {
      const record = (await run()) as DetectionRecord | undefined;
      const votes = record?.ReviewVotes?.map((vote) => ({ ...vote, reviewer: 'somebody' }));
      return votes === undefined ? record : { ...record, ReviewVotes: votes };
    },
    'reviews',
  ),
  'lets time decide what people have decided': replaced('reviewLog.write', decideAnyway, 'settleReviews'),
};

/** Faults of telling clients. */
const OF_WEBHOOKS: Readonly<Record<string, Mutant>> = {
  'sends without counting the attempt first': replaced('webhooks.begin', () => true),
  'ends what is to be told before it is sent': replaced('webhooks.begin', async (state, [mark], run) => {
    const begun = await run();
    const { imageId } = mark as WebhookMark;
    state.webhookMarks.set(imageId, without(state.webhookMarks.get(imageId), 'queue') as never);
    return begun;
  }),
  'ends what a later change set anew': replaced('webhooks.end', (state, [mark]) => {
    const { imageId } = mark as WebhookMark;
    state.webhookMarks.set(imageId, without(state.webhookMarks.get(imageId), 'queue') as never);
  }),
  'marks a picture once only': replaced('webhooks.mark', (state, [mark], run) =>
    state.webhookMarks.has((mark as WebhookMark).imageId) ? undefined : run(),
  ),
  'tells of what was erased': replaced(
    'log.get',
    async (_, [id], run) =>
      (await run()) ?? {
        ImageID: id,
        ClientID: 'demo',
        ProcessingStatus: 'completed',
        DetectedAnimal: 'dog',
        CompletedAt: '2000-01-01T00:00:00Z',
      },
    'webhooks',
  ),
  'takes a stream record for noted that was not': replaced('webhooks.mark', () => undefined),
};

/** What makes a repeat harmless, left out. */
const NOT_IDEMPOTENT: Readonly<Record<string, Mutant>> = {
  'looks again though the decision is on record': replaced('log.claim', async (_, __, run) => {
    const claimed = (await run()) as { applied: boolean; value: unknown };
    return claimed.applied ? { ...claimed, value: without(claimed.value, 'Decision') } : claimed;
  }),
  'forgets what is still to be announced': replaced(
    'log.get',
    async (_, __, run) => without(await run(), 'AnnouncementDue'),
    'intake',
  ),
  'announces without looking whether it is due': replaced(
    'log.get',
    async (_, __, run) => ({ ...((await run()) as object), AnnouncementDue: true }),
    'notify',
  ),
  'takes its own earlier copy for a stranger': replaced('pictures.digest', () => 'another'),
  'leaves the source of a finished picture': replaced('pictures.deleteVersion', () => undefined, 'organise'),
  'leaves what an erased picture had copied': replaced(
    'pictures.listVersions',
    () => ({ versions: [] }),
    'organise',
  ),
  'does not ask the ledger about an unknown picture': replaced('ledger.has', () => false, 'intake'),
  'forgets whose picture was erased': replaced('ledger.add', async (state, [entry], run) => {
    await run();
    const { ImageID } = entry as ErasureEntry;
    state.ledger.set(ImageID, without(state.ledger.get(ImageID), 'ClientID') as ErasureEntry);
  }),
  'does not ask the ledger whose picture it was': replaced('ledger.owner', () => undefined),
  "takes every picture for the caller's own": replaced(
    'log.get',
    async (_, __, run) => {
      const record = await run();
      return record === undefined ? undefined : { ...(record as object), ClientID: 'partner' };
    },
    'erase',
  ),
  'consumes the message whatever became of it': { consumesEverything: true },
  'takes an execution that ended for one that succeeded': {
    workflowAnswer: () => ({ kind: 'value', value: { status: 'SUCCEEDED' } }),
  },
};

/** The scenario that finds each mutant soonest. */
const FOUND_IN: Readonly<Record<string, string>> = {
  'decision after the copy': 'clear, then uncertain to the detector, two workers',
  'decision after the record moved': 'clear, killed twice',
  'copy after the record moved': 'clear, killed twice',
  'copy after the source is deleted': 'clear, killed twice',
  'record after the source is deleted': 'clear, killed twice',
  'quarantine copy after the record moved': 'clear, killed twice',
  'quarantine record after the source is deleted': 'rejected, killed twice',
  'message after it is marked announced': 'uncertain, killed twice',
  'ledger after the record is removed': 'erased in flight, killed once',
  'ledger after the first version is deleted': 'erased in flight, killed once',
  'erased record after its versions': 'erased in flight, killed once',
  'later version deleted before it is copied': 'posted twice, in either order, killed once',
  'later version deleted before it is listed': 'posted twice, in either order, killed once',
  'later version listed before it is copied': 'finished, posted again and erased, killed once',
  'reviewed copy after the record moved': 'decided by a person, killed twice',
  'reviewed source deleted before the record moved': 'decided by a person, killed twice',
  'end of a review told after it is closed': 'decided by a person, killed twice',
  'mark of a reviewed copy after the copy': 'decided and erased at once, killed once',
  'decides a review whatever stands there': 'two people decide otherwise at once, killed once',
  'moves a reviewed record that is gone': 'decided and erased at once, killed once',
  'closes the review of a record that is gone': 'decided and erased at once, killed once',
  'settles without a mark': 'decided and erased at once, killed once',
  'leaves what was copied for an erased review': 'decided and erased at once, killed once',
  'leaves the picture in review': 'decided by a person, killed twice',
  'does not know a decision of the same person again':
    'two people must agree, and the second answers late, killed once',
  'lets time decide what people have decided': 'decided by a person while time runs out, killed once',
  'sends without counting the attempt first': 'its client told, who refuses twice, killed once',
  'ends what is to be told before it is sent': 'its client told, who refuses twice, killed once',
  'ends what a later change set anew': 'its client told while a person decides',
  'marks a picture once only': 'its client told while a person decides',
  'tells of what was erased': 'its client told while it is erased, killed once',
  'takes a stream record for noted that was not': 'its client told, killed twice',
  'uploaded picture before its record': 'inside the request, sent again until answered, killed once',
  'claims whatever the record says': 'uncertain, two events, killed once',
  'claims while another holds it': 'uncertain, delivered twice at once, killed once',
  'claims another version than the first': 'posted twice, events without version, killed once',
  'claims without writing it': 'clear, killed twice',
  'decides without holding the claim, or again': 'clear, then uncertain to the detector, two workers',
  'completes a record that another moved': 'clear, then uncertain to the detector, two workers, killed once',
  'completes a record that is gone': 'inside the request, erased',
  'quarantines a record that is gone': 'rejected, erased in flight, killed once',
  'marks failed what another finished': 'uncertain, dead-lettered at the first failure',
  'marks announced what is gone': 'erased in flight, killed once',
  'lists a later version of what is gone': 'posted twice, in either order, killed once',
  'copies over what is there': 'clear, killed twice',
  'creates a record over the one that is there': 'inside the request, sent again until answered, killed once',
  'creates a record for what was erased': 'inside the request, erased, killed once',
  'looks again though the decision is on record': 'clear, killed twice',
  'forgets what is still to be announced': 'uncertain, killed twice',
  'announces without looking whether it is due': 'uncertain, services fail before and after the deed',
  'takes its own earlier copy for a stranger': 'clear, killed twice',
  'leaves the source of a finished picture': 'clear, killed twice',
  'leaves what an erased picture had copied': 'inside the request, erased',
  'does not ask the ledger about an unknown picture': 'erased in flight, killed once',
  'forgets whose picture was erased': 'erased in flight by its client, killed once',
  'does not ask the ledger whose picture it was': 'finished, erased by its client, killed twice',
  "takes every picture for the caller's own": 'another client asks to erase it, killed once',
  'consumes the message whatever became of it': 'clear, killed twice',
  'takes an execution that ended for one that succeeded': 'clear, killed twice',
};

export interface PlantedFault {
  readonly fault: string;
  readonly mutant: Mutant;
  readonly foundIn: string;
}

/** @throws when a fault has no scenario that finds it */
export const PLANTED_FAULTS: readonly PlantedFault[] = Object.entries({
  ...REORDERED,
  ...UNCONDITIONAL,
  ...NOT_IDEMPOTENT,
  ...OF_REVIEWS,
  ...OF_WEBHOOKS,
}).map(([fault, mutant]) => {
  const foundIn = FOUND_IN[fault];
  if (foundIn === undefined) throw new Error(`no scenario finds: ${fault}`);
  return { fault, mutant, foundIn };
});
