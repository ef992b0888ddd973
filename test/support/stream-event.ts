import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { DetectionRecord } from '../../lambda/domain/detection-record';

const text = (S: string) => ({ S });

/** What a table's stream tells of a record that changed from another status, or whose review was told to be over. */
export function streamEvent(
  record: DetectionRecord,
  change: { readonly version: string; readonly at: number; readonly before?: string },
): DynamoDBStreamEvent {
  const optional = Object.fromEntries(
    (['DetectedAnimal', 'QuarantineReason', 'CompletedAt'] as const).flatMap((name) => {
      const value = record[name];
      return value === undefined ? [] : [[name, text(value)]];
    }),
  );
  const image = (status: string) => ({
    ImageID: text(record.ImageID),
    ClientID: text(record.ClientID),
    ProcessingStatus: text(status),
    Timestamp: text(record.Timestamp),
  });
  const { ReviewDecision: decision, ReviewAnnouncedAt: announced } = record;
  const reviewed = decision !== undefined &&
    announced !== undefined && {
      ReviewDecision: {
        M: { outcome: text(decision.outcome), decidedBy: text(decision.decidedBy), at: text(decision.at) },
      },
      ReviewAnnouncedAt: text(announced),
    };
  const dynamodb = {
    SequenceNumber: change.version,
    ApproximateCreationDateTime: change.at / 1000,
    OldImage: image(change.before ?? 'processing'),
    NewImage: { ...image(record.ProcessingStatus), ...optional, ...reviewed },
  };
  return { Records: [{ eventName: 'MODIFY', dynamodb }] } as unknown as DynamoDBStreamEvent;
}
