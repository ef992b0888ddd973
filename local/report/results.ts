import type { ImageView } from '../../lambda/domain/api-schemas';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import type { ResultRow } from '../../tools/client/result-row';
import { formatTable } from '../../tools/terminal/table';

/** `s3://bucket/cats/ID.jpg` → `cats/`. */
const folderOf = (location: string | null): string =>
  location === null ? '' : (/^s3:\/\/[^/]+\/(.*\/)/.exec(location)?.[1] ?? location);
const percent = (value: number | null | undefined): string =>
  typeof value === 'number' ? `${value.toFixed(1)} %` : '';

export const resultTable = (rows: readonly ResultRow[]): string[] =>
  formatTable(
    ['file', 'status', 'category', 'confidence', 'why', 'where', 'ms'],
    rows.map((row) => [
      row.file,
      row.status,
      row.category ?? '',
      percent(row.confidence),
      row.reason,
      folderOf(row.s3Location),
      String(row.milliseconds),
    ]),
  );

/** A message names the image alone; which file it was, whoever sent it knows. */
export const reviewTable = (messages: readonly ReviewMessage[], sent: readonly ResultRow[]): string[] =>
  formatTable(
    ['file', 'image', 'why', 'candidates'],
    messages.map(({ imageId, reason, candidates }) => [
      sent.find((row) => row.imageId === imageId)?.file ?? '',
      imageId,
      reason,
      candidates.map(({ category, confidence }) => `${category} ${percent(confidence)}`).join(', '),
    ]),
  );

export const recordTable = (records: readonly ImageView[]): string[] =>
  formatTable(
    [
      'ImageID',
      'DetectedAnimal',
      'ConfidenceScore',
      'Timestamp',
      'ProcessingStatus',
      'FileSize',
      'ImageFormat',
    ],
    records.map((record) => [
      record.ImageID,
      record.DetectedAnimal ?? '',
      percent(record.ConfidenceScore),
      record.Timestamp,
      record.ProcessingStatus,
      String(record.FileSize),
      record.ImageFormat,
    ]),
  );
