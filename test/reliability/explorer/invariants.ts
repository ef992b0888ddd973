import { type DetectionRecord, detectionRecordSchema } from '../../../lambda/domain/detection-record';
import type { Folder } from '../../../lambda/domain/picture-keys';
import { reviewerId } from '../../../lambda/domain/review';
import type { ReviewDecision } from '../../../lambda/domain/review-record';
import { webhookMessage } from '../../../lambda/domain/webhook-event';
import type { Explorer } from './explorer';
import { NO_BUDGET } from './scenario';
import type { World } from './world';

const BUCKET = 's3://pictures/';

/** What happened on the way that a paid call or a review message may be repeated for. */
function misfortunes({ scenario }: Explorer, { budget }: World): number {
  const all = { ...NO_BUDGET, ...scenario.budget };
  return (
    all.kills -
    budget.kills +
    (all.faults - budget.faults) +
    (all.zombies - budget.zombies) +
    (all.refusals - budget.refusals)
  );
}

/** Whether the picture may be, or with its record was, decided uncertain. */
const isUncertain = ({ scenario }: Explorer, record?: DetectionRecord): boolean =>
  scenario.isRejected !== true &&
  (record?.Decision === undefined
    ? [...scenario.labels, ...(scenario.laterLabels ?? [])].some(({ confidence }) => confidence < 90)
    : record.Decision.category === 'uncertain');

/** How many messages for one picture there can be at once. */
const copies = ({ scenario }: Explorer): number => (scenario.events ?? 1) + (scenario.budget.repeats ?? 0);

/** What must hold at every moment. */
export function brokenNow(explorer: Explorer, world: World): string | undefined {
  const { aws } = world;
  for (const id of explorer.imageIds) {
    const record = aws.records.get(id);
    if (aws.ledger.has(id) && explorer.scenario.erasedBy === 'another client')
      return 'erased by who does not own it';
    if (aws.ledger.has(id) || (explorer.scenario.inline === true && record === undefined)) continue;
    if (record === undefined) return 'the record is gone';
    const versions = [...aws.objects].filter(([key]) => key.includes(id)).flatMap(([, stored]) => stored);
    const digests = new Set(versions.map(({ sha256 }) => sha256));
    const isHere = explorer.sent.some(({ posted, kept }) => digests.has(posted) || digests.has(kept));
    if (!isHere && !world.owesUpload && !world.gaveUp) return 'the picture is lost';
    const isDone = record.ProcessingStatus === 'completed' || record.ProcessingStatus === 'quarantined';
    if (isDone && !aws.objects.has(record.S3Location.slice(BUCKET.length)))
      return 'the record names an object that is not there';
    if (record.ProcessingStatus === 'completed' && record.DetectedAnimal === 'uncertain') {
      // Nobody is asked what somebody has decided.
      const isAsked = record.AnnouncementDue === true || aws.reviews.includes(id);
      if (!isAsked && record.ReviewDecision === undefined) return 'the review message is lost';
    }
  }
  const areZombies = world.budget.zombies < (explorer.scenario.budget.zombies ?? 0);
  if (world.paidForNothing && !areZombies) return 'paid though the decision was on record';
  const misfortune = misfortunes(explorer, world);
  if (world.announcedAgain && !areZombies && copies(explorer) === 1) return 'announced again';
  if (aws.paidCalls.length > explorer.imageIds.length * (1 + misfortune)) return 'paid too often';
  // Once; but after a kill each copy of the message that comes may find the announcement due.
  const most = isUncertain(explorer) ? 1 + misfortune * copies(explorer) : 0;
  if (aws.reviews.length > most * explorer.imageIds.length) return 'announced too often';
  const untold = brokenTelling(explorer, world, misfortune);
  if (untold !== undefined) return untold;
  if (world.decidedAgain) return 'a review that was over ended otherwise';
  if (aws.decisions.length > 1 + misfortune) return 'the end of a review told too often';
  return undefined;
}

/** What a client may not be told, and not so often. */
function brokenTelling(explorer: Explorer, world: World, misfortune: number): string | undefined {
  const { received } = world.aws;
  const times = new Map<string, number>();
  for (const each of received) {
    const [, id = ''] = each.split(' ');
    if (!world.tellable.includes(id)) return 'the client was told what never was';
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  // Once for each change that the stream tells of, since a message shows the picture as it stands by then.
  if (Math.max(0, ...times.values()) > world.tellable.length + misfortune)
    return 'the client was told too often';
  const all = { ...NO_BUDGET, ...explorer.scenario.budget };
  const kills = all.kills - world.budget.kills;
  const atOnce = new Map<string, number>();
  for (const each of world.attemptsAtOnce) atOnce.set(each, (atOnce.get(each) ?? 0) + 1);
  return Math.max(0, ...atOnce.values()) > 1 + kills ? 'tried again without a pause' : undefined;
}

const FOLDER_OF_OUTCOME: Record<ReviewDecision['outcome'], Folder> = {
  cat: 'cats',
  dog: 'dogs',
  other: 'others',
  reject: 'quarantine',
  undecided: 'review',
};

function brokenReview(explorer: Explorer, world: World, record: DetectionRecord) {
  const { aws, takenDecisions, refusedDecisions } = world;
  const votes = record.ReviewVotes ?? [];
  const isCounted = (decision: number): boolean => {
    const { reviewer, outcome } = explorer.scenario.decisions?.[decision] ?? {};
    return votes.some((vote) => vote.outcome === outcome && vote.reviewer === reviewerId(`:${reviewer}`));
  };
  if (record.ImageID === explorer.imageIds[0]) {
    if (!takenDecisions.every(isCounted)) return 'a decision that was taken is lost';
    if (refusedDecisions.some(isCounted)) return 'a decision that was refused counts';
  }
  if (new Set(votes.map(({ reviewer }) => reviewer)).size !== votes.length) return 'one person decided twice';
  if (record.ReviewDecision === undefined) return undefined;
  if (record.ReviewQueue !== undefined) return 'a review that is over still waits';
  if (record.ReviewAnnouncedAt === undefined || !aws.decisions.includes(record.ImageID))
    return 'the end of a review was not told';
  const { outcome, decidedBy } = record.ReviewDecision;
  const agreeing = votes.filter((vote) => vote.outcome === outcome).length;
  if (decidedBy === 'people' && agreeing < (explorer.scenario.people ?? 1)) return 'too few people agreed';
  const animal = outcome === 'reject' || outcome === 'undecided' ? 'uncertain' : outcome;
  if (record.DetectedAnimal !== animal) return `the record says ${record.DetectedAnimal} after the review`;
  return undefined;
}

function brokenPicture(explorer: Explorer, world: World, id: string): string | undefined {
  const { aws } = world;
  const objects = [...aws.objects].filter(([key]) => key.includes(id));
  const record = aws.records.get(id);
  if (aws.ledger.has(id)) {
    if (explorer.scenario.erasedBy !== undefined && aws.ledger.get(id)?.ClientID !== 'demo')
      return 'erased, but its owner could not ask again';
    if (record !== undefined) return 'erased, but the record is there';
    return objects.length === 0 ? undefined : `erased, but ${objects.map(([key]) => key).join()} is there`;
  }
  if (world.gaveUp && objects.length === 0 && (record?.ProcessingStatus ?? 'pending') === 'pending')
    return undefined;
  if (record === undefined) return 'no record';
  const parsed = detectionRecordSchema.safeParse(record);
  if (!parsed.success) return `the record is no record: ${parsed.error.message}`;
  const ended = record.ReviewDecision?.outcome;
  const status = explorer.scenario.isRejected === true || ended === 'reject' ? 'quarantined' : 'completed';
  if (record.ProcessingStatus !== status) return `ends ${record.ProcessingStatus}`;
  if (record.AnnouncementDue === true) return 'an announcement is still due';
  const isReview = isUncertain(explorer, record);
  if (isReview !== (record.AnnouncedAt !== undefined)) return 'what is on record of the review is wrong';
  if (isReview !== aws.reviews.includes(id) && ended === undefined)
    return 'a review message too few or too many';
  const review = brokenReview(explorer, world, record);
  if (review !== undefined) return review;
  const undisputed = status === 'quarantined' ? 'quarantine' : isReview ? 'review' : 'dogs';
  const folder = ended === undefined ? undisputed : FOLDER_OF_OUTCOME[ended];
  const key = `${folder}/${id}.jpg`;
  if (record.S3Location !== `${BUCKET}${key}`) return `the record says ${record.S3Location}`;
  const expected = [key, ...(record.LaterVersions ?? [])].sort();
  const found = objects.map(([name]) => name).sort();
  if (found.join() !== expected.join()) return `objects ${found.join()} instead of ${expected.join()}`;
  if (objects.some(([, versions]) => versions.length !== 1)) return 'more than one version of an object';
  const stored = aws.objects.get(key)?.[0]?.sha256;
  const sent = explorer.sent.find(({ posted, kept }) =>
    explorer.scenario.isRejected === true
      ? posted === stored
      : record.OriginalSHA256 === posted && kept === stored,
  );
  if (sent === undefined || record.StoredSHA256 !== stored) return 'not the bytes that were sent';
  return undefined;
}

/** What must hold when nobody works, nothing waits and nobody will ask again. */
export function brokenInTheEnd(explorer: Explorer, world: World): string | undefined {
  if (world.aws.settling.size > 0) return 'the mark of a settled review is there';
  if (explorer.scenario.isTold === true)
    for (const id of explorer.imageIds) {
      const record = world.aws.records.get(id);
      const message = record && webhookMessage(record, '2025-08-04T11:42:00Z');
      if (message && !world.aws.received.includes(`${id} ${message.id}`)) return 'the client was not told';
    }
  for (const id of explorer.imageIds) {
    const broken = brokenPicture(explorer, world, id);
    if (broken !== undefined) return broken;
  }
  return undefined;
}
