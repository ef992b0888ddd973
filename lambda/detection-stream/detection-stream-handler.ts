import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { CATEGORY_DIMENSION, CLIENT_DIMENSION, OUTCOME_DIMENSION, REASON_DIMENSION } from '../domain/metrics';
import { type RecordChange, recordChange } from '../domain/record-change';
import type { Telemetry } from '../runtime/telemetry';

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
 * Counts what happens to pictures, from the table's stream, so that each counts once whatever was retried. Needs old and
 * new images. A shard is in order: the first record that cannot be read is named, and the stream goes on from there.
 */
export const detectionStreamHandler =
  (telemetry: Telemetry) =>
  (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of event.Records) {
      try {
        const change = recordChange(record);
        if (change !== undefined) {
          measure(telemetry, change);
          telemetry.info(change.kind, { imageId: change.imageId });
        }
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber ?? '';
        telemetry.error('unreadable stream record', error, { sequenceNumber: itemIdentifier });
        return Promise.resolve({ batchItemFailures: [{ itemIdentifier }] });
      }
    }
    return Promise.resolve({ batchItemFailures: [] });
  };
