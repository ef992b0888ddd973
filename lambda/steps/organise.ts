import {
  type ImageFormat,
  isFinalStatus,
  rejectionReasonSchema,
  type RejectionReason,
} from '../domain/category';
import type { DetectionRecord } from '../domain/detection-record';
import {
  LeaseLostError,
  MalformedEventError,
  PictureMissingError,
  PictureRejectedError,
} from '../domain/errors';
import { PictureFault } from '../domain/picture-fault';
import { folderOfCategory, pictureKey, s3Location } from '../domain/picture-keys';
import type { Clock, Conditional, DetectionLog, PictureStore } from '../domain/ports';
import { stripMetadata } from '../domain/strip-metadata';
import { expiryAfter, toTimestamp } from '../domain/time';
import {
  type Decided,
  type Organised,
  type OrganiseInput,
  type Quarantined,
  type Rejected,
  type WorkflowInput,
  workflowInputSchema,
} from '../domain/workflow-messages';
import { CONTENT_TYPE, putCopy, QUARANTINE_CONTENT_TYPE, removeCopies } from './copy-picture';

export interface OrganisePorts {
  readonly pictures: Pick<
    PictureStore,
    'bucket' | 'getVersion' | 'putNew' | 'digest' | 'listVersions' | 'deleteVersion'
  >;
  readonly log: Pick<DetectionLog, 'get' | 'complete' | 'quarantine'>;
  readonly clock: Clock;
  readonly days: { readonly classified: number; readonly review: number; readonly quarantine: number };
}

interface Outcome {
  readonly status: Organised['status'];
  readonly announce: boolean;
}

/** The reason inside Step Functions' `Cause`: Lambda's error object, whose message is PictureRejectedError's. */
function reasonOf({ error }: Rejected): RejectionReason {
  try {
    const { errorMessage } = JSON.parse(error.Cause) as { errorMessage: string };
    return rejectionReasonSchema.parse((JSON.parse(errorMessage) as { reason: unknown }).reason);
  } catch (cause) {
    throw new MalformedEventError(`the cause of ${error.Error} holds no reason`, { cause });
  }
}

/** @throws PictureRejectedError when the structure is broken, though Analyze let it pass: another version of the code did. */
function strip(source: Uint8Array, format: ImageFormat): Uint8Array {
  try {
    return stripMetadata(source, format);
  } catch (error) {
    throw error instanceof PictureFault ? new PictureRejectedError(error.reason) : error;
  }
}

/** What the record says of this picture, when a write or a read found that it is not ours to do any more. */
function outcomeOnRecord(state: WorkflowInput, record: DetectionRecord | undefined): Outcome | undefined {
  if (record === undefined) return { status: 'erased', announce: false };
  if (record.SourceVersionID !== state.versionId) return undefined;
  if (isFinalStatus(record.ProcessingStatus)) {
    return { status: record.ProcessingStatus, announce: record.AnnouncementDue === true };
  }
  return undefined;
}

interface Move {
  readonly key: string;
  readonly contentType: string;
  readonly content: (source: Uint8Array) => Uint8Array;
  readonly announce: boolean;
  readonly record: (digest: string) => Promise<Conditional<undefined>>;
}

/** Copy, then the record, then the source: killed anywhere, the same steps again end in the same place. */
async function move(
  ports: OrganisePorts,
  state: WorkflowInput,
  status: Outcome['status'],
  to: Move,
): Promise<Outcome> {
  const source = await ports.pictures.getVersion(state.key, state.versionId);
  let outcome: Outcome | undefined;
  if (source === undefined) {
    outcome = outcomeOnRecord(state, await ports.log.get(state.imageId));
    if (outcome === undefined) throw new PictureMissingError(state.imageId);
  } else {
    const digest = await putCopy(ports.pictures, to.key, to.content(source), to.contentType);
    const written = await to.record(digest);
    outcome = written.applied ? { status, announce: to.announce } : outcomeOnRecord(state, written.current);
    if (outcome === undefined) throw new LeaseLostError(state.imageId);
  }
  // Erased in flight: nothing of it may stay, neither our copy nor the source.
  if (outcome.status === 'erased') await removeCopies(ports.pictures, to.key);
  if (source !== undefined) await ports.pictures.deleteVersion(state.key, state.versionId);
  return outcome;
}

async function classified(ports: OrganisePorts, state: Decided): Promise<Outcome> {
  const { category } = state.decision;
  const announce = category === 'uncertain';
  const key = pictureKey(folderOfCategory(category), state.imageId, state.declaredFormat);
  return await move(ports, state, 'completed', {
    key,
    contentType: CONTENT_TYPE[state.declaredFormat],
    content: (source) => strip(source, state.declaredFormat),
    announce,
    record: (digest) =>
      ports.log.complete(state, {
        S3Location: s3Location(ports.pictures.bucket, key),
        CompletedAt: toTimestamp(ports.clock()),
        StoredSHA256: digest,
        ExpiresAt: expiryAfter(ports.clock(), announce ? ports.days.review : ports.days.classified),
        announcementDue: announce,
      }),
  });
}

async function quarantined(
  ports: OrganisePorts,
  state: WorkflowInput,
  reason: RejectionReason,
): Promise<Outcome> {
  const key = pictureKey('quarantine', state.imageId, state.declaredFormat);
  return await move(ports, state, 'quarantined', {
    key,
    contentType: QUARANTINE_CONTENT_TYPE,
    content: (source) => source,
    announce: false,
    record: (digest) =>
      ports.log.quarantine(state, {
        S3Location: s3Location(ports.pictures.bucket, key),
        CompletedAt: toTimestamp(ports.clock()),
        StoredSHA256: digest,
        ExpiresAt: expiryAfter(ports.clock(), ports.days.quarantine),
        QuarantineReason: reason,
      }),
  });
}

/**
 * Brings a decided picture into its folder, a rejected one into quarantine. One that is there already passes.
 * @throws LeaseLostError, PictureMissingError, CopyConflictError
 */
export async function organise(ports: OrganisePorts, state: OrganiseInput): Promise<Organised | Quarantined> {
  if ('status' in state) return state;
  if (!('error' in state)) return { ...state, ...(await classified(ports, state)) };
  const quarantineReason = reasonOf(state);
  const input = workflowInputSchema.parse(state);
  return { ...input, quarantineReason, ...(await quarantined(ports, input, quarantineReason)) };
}
