import type { DetectionRecord } from '../../lambda/domain/detection-record';
import type { RecordPage, RecordQuery } from '../../lambda/domain/ports';

/** A page through the index that the query names, as DynamoDB gives it: the limit counts before the filter. */
export function sourceIndex(records: readonly DetectionRecord[], query: RecordQuery): RecordPage {
  const {
    clientId,
    animal,
    status,
    reference,
    fileName,
    from = '0000',
    to = '9999',
    limit,
    startKey,
  } = query;
  const sortKey = (record: DetectionRecord): string | undefined =>
    reference !== undefined
      ? record.ReferenceTimestamp
      : animal !== undefined
        ? record.AnimalTimestamp
        : status !== undefined
          ? record.StatusTimestamp
          : record.Timestamp;
  const first = reference ?? animal ?? status;
  const prefix = first === undefined ? '' : `${first}#`;
  const inOrder = records
    .map((record) => ({ record, sort: sortKey(record) }))
    .filter(
      ({ record, sort }) =>
        record.ClientID === clientId &&
        sort !== undefined &&
        sort >= `${prefix}${from}` &&
        sort <= `${prefix}${to}`,
    )
    .sort((a, b) => ((a.sort ?? '') + a.record.ImageID < (b.sort ?? '') + b.record.ImageID ? 1 : -1));
  if (query.order === 'oldest') inOrder.reverse();
  const begin =
    startKey === undefined
      ? 0
      : inOrder.findIndex(({ record }) => record.ImageID === startKey['ImageID']) + 1;
  const read = inOrder.slice(begin, begin + limit).map(({ record }) => record);
  const matching = read.filter(
    (record) =>
      (status === undefined || record.ProcessingStatus === status) &&
      (animal === undefined || record.DetectedAnimal === animal) &&
      (fileName === undefined || record.FileName === fileName),
  );
  const last = read.at(-1);
  return read.length < limit || last === undefined
    ? { records: matching }
    : { records: matching, lastKey: { ClientID: clientId, ImageID: last.ImageID } };
}
