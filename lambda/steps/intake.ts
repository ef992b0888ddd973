import { isFinalStatus } from '../domain/category';
import type { DetectionRecord } from '../domain/detection-record';
import {
  LeaseLostError,
  PictureMissingError,
  UnknownPictureError,
  WorkflowFailedError,
} from '../domain/errors';
import { parseObjectCreated } from '../domain/object-created-event';
import { parseInputKey } from '../domain/picture-keys';
import type { ClientWorkflow, Clock, DetectionLog, ErasureLedger, PictureStore } from '../domain/ports';
import { expiryAfter } from '../domain/time';
import { allVersions, purge } from './purge';
import { putAside } from './put-aside';
import { workflowState } from './workflow-state';

export interface IntakePorts {
  readonly pictures: PictureStore;
  readonly log: Pick<DetectionLog, 'get' | 'claim' | 'markFailed' | 'addLaterVersion'>;
  readonly ledger: Pick<ErasureLedger, 'has'>;
  readonly workflow: ClientWorkflow;
  readonly clock: Clock;
  readonly leaseSeconds: number;
  readonly maxReceiveCount: number;
  readonly recordDays: number;
  /** Told when a failure could not be put on record; the message goes to the dead-letter queue either way. */
  readonly report: (error: unknown) => void;
  /** Told whose form brought something after its picture. */
  readonly laterVersion: (clientId: string) => void;
}

export interface IntakeMessage {
  readonly messageId: string;
  /** 1 at the first receive. */
  readonly receiveCount: number;
  readonly body: string;
}

/** `duplicate`: another message has the picture. `finished`: it was in its place, and what was left is done. */
export type IntakeOutcome = 'processed' | 'finished' | 'duplicate' | 'later-version' | 'purged';

interface Arrival {
  readonly imageId: string;
  readonly key: string;
  readonly versionId: string;
}

/** A claim can be lost to a concurrent message; what that one wrote is then settled with, once or twice. */
const ROUNDS = 3;

async function runWorkflow(
  ports: IntakePorts,
  record: DetectionRecord,
  { key, versionId }: Arrival,
  leaseOwner: string,
): Promise<void> {
  const result = await ports.workflow.run(
    workflowState(record, { key, versionId, leaseOwner }),
    record.ClientID,
  );
  if (result.status !== 'SUCCEEDED') throw new WorkflowFailedError(result.error ?? result.status);
}

/** @throws UnknownPictureError when the id was neither given out nor erased */
async function purgeErased(ports: IntakePorts, imageId: string): Promise<IntakeOutcome> {
  if (!(await ports.ledger.has(imageId))) throw new UnknownPictureError(imageId);
  await purge(ports.pictures, imageId);
  return 'purged';
}

async function finish(
  ports: IntakePorts,
  record: DetectionRecord,
  arrival: Arrival,
  messageId: string,
): Promise<IntakeOutcome> {
  await ports.pictures.deleteVersion(arrival.key, arrival.versionId);
  if (record.AnnouncementDue === true) await runWorkflow(ports, record, arrival, messageId);
  return 'finished';
}

async function settle(
  ports: IntakePorts,
  message: IntakeMessage,
  arrival: Arrival,
  first: DetectionRecord,
): Promise<IntakeOutcome> {
  let record = first;
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = ports.clock();
    const isSame = record.LeaseOwner === message.messageId;
    const isLive = record.LeaseUntil !== undefined && record.LeaseUntil >= now;
    if (record.SourceVersionID !== undefined && record.SourceVersionID !== arrival.versionId) {
      ports.laterVersion(record.ClientID);
      return await putAside(ports, { ...arrival, record });
    }
    // The holder's own message comes back should it die, so a second message for the same picture has nothing to do.
    if (isLive && !isSame && record.ProcessingStatus !== 'failed') return 'duplicate';
    // A second copy of the same message, while the first is at work: what is due, that one does.
    const isAtWork = record.ProcessingStatus === 'processing' || record.AnnouncementDue === true;
    if (isLive && isAtWork) throw new LeaseLostError(arrival.imageId);
    if (isFinalStatus(record.ProcessingStatus))
      return await finish(ports, record, arrival, message.messageId);
    const claimed = await ports.log.claim({
      imageId: arrival.imageId,
      timestamp: record.Timestamp,
      versionId: arrival.versionId,
      leaseOwner: message.messageId,
      now,
      leaseUntil: now + ports.leaseSeconds * 1000,
      expiresAt: expiryAfter(now, ports.recordDays),
    });
    if (claimed.applied) {
      await runWorkflow(ports, claimed.value, arrival, message.messageId);
      return 'processed';
    }
    if (claimed.current === undefined) return await purgeErased(ports, arrival.imageId);
    record = claimed.current;
  }
  throw new LeaseLostError(arrival.imageId);
}

/** The version to take, after every other one of the key was put aside. Only for events that name none. */
async function chooseVersion(
  ports: IntakePorts,
  record: DetectionRecord,
  imageId: string,
  key: string,
): Promise<string> {
  const versions = (await allVersions(ports.pictures, key)).filter((version) => !version.isDeleteMarker);
  const chosen = record.SourceVersionID ?? versions.at(-1)?.versionId;
  if (chosen === undefined) throw new PictureMissingError(imageId);
  for (const { versionId } of versions) {
    if (versionId === chosen) continue;
    ports.laterVersion(record.ClientID);
    await putAside(ports, { imageId, key, versionId, record });
  }
  return chosen;
}

async function markFailed(
  ports: IntakePorts,
  message: IntakeMessage,
  record: DetectionRecord,
  error: unknown,
): Promise<void> {
  const now = ports.clock();
  const reason =
    error instanceof WorkflowFailedError ? error.failure : error instanceof Error ? error.name : 'Unknown';
  const holder = {
    imageId: record.ImageID,
    timestamp: record.Timestamp,
    leaseOwner: message.messageId,
  };
  try {
    await ports.log.markFailed(holder, { reason, now, expiresAt: expiryAfter(now, ports.recordDays) });
  } catch (failure) {
    ports.report(failure);
  }
}

/**
 * Takes in one message: claims the picture, runs the workflow to its end, and reads whether it succeeded. At the last
 * receive a picture that failed is marked so; the message goes to the dead-letter queue, and a redrive starts it again.
 * @throws whatever must give the message back
 */
export async function intake(ports: IntakePorts, message: IntakeMessage): Promise<IntakeOutcome> {
  const { key, versionId } = parseObjectCreated(message.body);
  const parts = parseInputKey(key);
  if (parts === undefined) throw new UnknownPictureError('not a key of ours');
  const { imageId, clientId } = parts;
  const record = await ports.log.get(imageId);
  if (record === undefined) return await purgeErased(ports, imageId);
  // Else somebody's message would count as another client's.
  if (clientId !== undefined && clientId !== record.ClientID)
    throw new UnknownPictureError('the key of another client');
  try {
    const chosen = versionId ?? (await chooseVersion(ports, record, imageId, key));
    return await settle(ports, message, { imageId, key, versionId: chosen }, record);
  } catch (error) {
    // While a worker still holds the picture, it is not for this delivery to say how that ends.
    const isLast = message.receiveCount >= ports.maxReceiveCount && !(error instanceof LeaseLostError);
    if (isLast) await markFailed(ports, message, record, error);
    throw error;
  }
}
