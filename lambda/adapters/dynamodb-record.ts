import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type DetectionRecord, detectionRecordSchema } from '../domain/detection-record';

/** @throws ZodError when the item has a shape that no schema version has. */
export const parseRecord = (item: unknown): DetectionRecord => detectionRecordSchema.parse(item);

/** An item as it comes over the wire. */
export const unmarshallRecord = (item: Record<string, AttributeValue>): DetectionRecord =>
  parseRecord(unmarshall(item));
