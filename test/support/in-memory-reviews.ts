import type { DetectionRecord } from '../../lambda/domain/detection-record';
import type { Conditional, RecordPage, ReviewLog, UnsettledPage } from '../../lambda/domain/ports';
import type { AwsState } from './in-memory-aws';

const withoutQueue = (record: DetectionRecord): DetectionRecord =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'ReviewQueue')) as DetectionRecord;

/** The index ByReview and the conditions of a review's writes, as the adapter states them. */
export class InMemoryReviewLog implements ReviewLog {
  constructor(private readonly state: () => AwsState) {}

  private queue(queue: DetectionRecord['ReviewQueue']): DetectionRecord[] {
    return [...this.state().records.values()]
      .filter(({ ReviewQueue, ReviewSince }) => ReviewQueue === queue && ReviewSince !== undefined)
      .sort((a, b) => ((a.ReviewSince ?? '') + a.ImageID < (b.ReviewSince ?? '') + b.ImageID ? -1 : 1));
  }

  waiting({ limit, until = '9999', startKey }: Parameters<ReviewLog['waiting']>[0]): Promise<RecordPage> {
    const all = this.queue('waiting').filter(({ ReviewSince = '' }) => ReviewSince <= until);
    const begin =
      startKey === undefined ? 0 : all.findIndex(({ ImageID }) => ImageID === startKey['ImageID']) + 1;
    const records = all.slice(begin, begin + limit);
    const last = records.at(-1);
    return Promise.resolve(
      last === undefined || records.length < limit
        ? { records }
        : { records, lastKey: { ImageID: last.ImageID } },
    );
  }

  unsettled(queue: Parameters<ReviewLog['unsettled']>[0]): Promise<UnsettledPage> {
    const imageIds =
      queue === 'settling'
        ? [...this.state().settling.keys()].sort()
        : this.queue('decided').map(({ ImageID }) => ImageID);
    return Promise.resolve({ imageIds });
  }

  private update(
    imageId: string,
    condition: (record: DetectionRecord) => boolean,
    change: (record: DetectionRecord) => DetectionRecord,
  ): Promise<Conditional<undefined>> {
    const { records } = this.state();
    const current = records.get(imageId);
    if (current === undefined) return Promise.resolve({ applied: false });
    if (!condition(current)) return Promise.resolve({ applied: false, current });
    records.set(imageId, change(current));
    return Promise.resolve({ applied: true, value: undefined });
  }

  write(...[imageId, version, { since, votes, decision }]: Parameters<ReviewLog['write']>) {
    return this.update(
      imageId,
      ({ ProcessingStatus, DetectedAnimal, ReviewDecision, ReviewVersion = 1 }) =>
        ProcessingStatus === 'completed' &&
        DetectedAnimal === 'uncertain' &&
        ReviewDecision === undefined &&
        ReviewVersion === version,
      (record) => ({
        ...record,
        ReviewVersion: version + 1,
        ReviewVotes: [...votes],
        ReviewSince: since,
        ReviewQueue: decision ? 'decided' : 'waiting',
        ...(decision && { ReviewDecision: decision }),
      }),
    );
  }

  beginSettling(imageId: string, since: string): Promise<void> {
    this.state().settling.set(imageId, since);
    return Promise.resolve();
  }

  move(...[imageId, move]: Parameters<ReviewLog['move']>) {
    return this.update(
      imageId,
      ({ ReviewQueue, ReviewedAt }) => ReviewQueue === 'decided' && ReviewedAt === undefined,
      (record) => ({ ...record, ...move }),
    );
  }

  close(imageId: string, announcedAt: string) {
    return this.update(
      imageId,
      () => true,
      (record) => ({ ...withoutQueue(record), ReviewAnnouncedAt: announcedAt }),
    );
  }

  endSettling(imageId: string): Promise<void> {
    this.state().settling.delete(imageId);
    return Promise.resolve();
  }
}
