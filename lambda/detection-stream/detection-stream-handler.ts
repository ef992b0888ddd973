import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { CATEGORY_DIMENSION, CLIENT_DIMENSION, OUTCOME_DIMENSION, REASON_DIMENSION } from '../domain/metrics';
import { type RecordChange, recordChange } from '../domain/record-change';
import type { Telemetry } from '../runtime/telemetry';
import { markWebhook, type MarkWebhookPorts } from '../steps/mark-webhook';

export interface DetectionStreamDependencies {
  readonly ports: MarkWebhookPorts;
  readonly telemetry: Telemetry;
}

function measure(telemetry: Telemetry, change: RecordChange): void {
  switch (change.kind) {
    case 'uploaded':
      telemetry.measure('picturesUploaded', 1);
      telemetry.measure('clientUploads', 1, { [CLIENT_DIMENSION]: change.clientId });
      break;
    case 'classified':
      telemetry.measure('picturesClassified', 1, { [CATEGORY_DIMENSION]: change.category });
      telemetry.measure('confidence', change.confidence, { [CATEGORY_DIMENSION]: change.category });
      telemetry.measure('secondsToDecision', change.seconds);
      break;
    case 'rejected':
      telemetry.measure('picturesRejected', 1, { [REASON_DIMENSION]: change.reason });
      telemetry.measure('picturesRefused', 1, { [CLIENT_DIMENSION]: change.clientId });
      break;
    case 'reviewed':
      telemetry.measure('picturesReviewed', 1, { [OUTCOME_DIMENSION]: change.outcome });
      if (change.seconds !== undefined) telemetry.measure('secondsToReview', change.seconds);
      if (change.agrees !== undefined) telemetry.measure('reviewAgreement', change.agrees ? 100 : 0);
      break;
    case 'failed':
      telemetry.measure('picturesFailed', 1);
      break;
    case 'erased':
      telemetry.measure('picturesErased', 1);
      break;
  }
}

/**
 * Counts what happens to pictures, from the table's stream, so that each counts once whatever was retried, and notes
 * which clients are to be told. Needs old and new images. A shard is in order: the first record that cannot be read or
 * noted is named, and the stream goes on from there.
 */
export const detectionStreamHandler =
  ({ ports, telemetry }: DetectionStreamDependencies) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of event.Records) {
      const { SequenceNumber: itemIdentifier = '', ApproximateCreationDateTime: seconds = 0 } =
        record.dynamodb ?? {};
      try {
        const change = recordChange(record);
        if (change !== undefined) {
          // First: what is tried again must not count again.
          await markWebhook(ports, change, { version: itemIdentifier, at: seconds * 1000 });
          measure(telemetry, change);
          telemetry.info(change.kind, { imageId: change.imageId });
        }
      } catch (error) {
        telemetry.error('stream record not taken in', error, { sequenceNumber: itemIdentifier });
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  };
