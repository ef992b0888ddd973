import * as fc from 'fast-check';
import {
  compareWithRunning,
  readRestored,
  type RestorableRecord,
  type RestorePlace,
} from '../../../bin/operations/restore/restored-record';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { folderOfCategory } from '../../../lambda/domain/picture-keys';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const TIME = '2026-01-01T00:00:00Z';
const place: RestorePlace = {
  bucket: 'pictures-here',
  ownBuckets: ['pictures-here', 'pictures-there'],
  clients: ['demo', 'partner'],
  now: NOW,
};
const ID = '00000000-0000-4000-8000-000000000001';
const completed: DetectionRecord = {
  ImageID: ID,
  DetectedAnimal: 'dog',
  ConfidenceScore: 97,
  Timestamp: TIME,
  S3Location: `s3://pictures-here/dogs/${ID}.jpg`,
  ProcessingStatus: 'completed',
  FileSize: 3,
  ImageFormat: 'jpg',
  SchemaVersion: 1,
  ClientID: 'demo',
  FileName: 'rex.jpg',
  AnimalTimestamp: `dog#${TIME}`,
  StatusTimestamp: `completed#${TIME}`,
  SourceVersionID: 'v1',
  LeaseOwner: 'message-1',
  LeaseUntil: NOW - 1,
  StoredSHA256: 'stored',
  OriginalSHA256: 'original',
  CompletedAt: TIME,
  ExpiresAt: NOW / 1000 + 1,
};
const atWork: DetectionRecord = {
  ...completed,
  ProcessingStatus: 'processing',
  StatusTimestamp: `processing#${TIME}`,
  S3Location: `s3://pictures-here/input/${ID}.demo.jpg`,
};

const restorable = (item: unknown): RestorableRecord => {
  const read = readRestored(item, place);
  if ('refused' in read) throw new Error(`${read.refused}: ${read.why}`);
  return read;
};

describe('a restored record', () => {
  it('Given it is finished, then it comes back as it was, with its picture and those put aside', () => {
    const later = `quarantine/${ID}.0123456789abcdef.jpg`;
    const item = { ...completed, LaterVersions: [later] };
    expect(readRestored(item, place)).toEqual({
      record: item,
      pictures: [{ key: `dogs/${ID}.jpg`, sha256: 'stored' }, { key: later }],
      isUnfinished: false,
    });
  });
  it('Given it names the bucket of the other region, then it names the one it goes to', () => {
    const there = { ...completed, S3Location: `s3://pictures-there/dogs/${ID}.jpg` };
    expect(restorable(there).record).toEqual(completed);
  });
  it.each(['processing', 'failed'] as const)(
    'Given it was %s, then it begins again without the claim of a version that is gone, and keeps its decision',
    (ProcessingStatus) => {
      const { record, pictures, isUnfinished } = restorable({
        ...atWork,
        ProcessingStatus,
        FailureReason: 'DependencyUnavailable',
      });
      const { SourceVersionID: _v, LeaseOwner: _o, LeaseUntil: _l, ...rest } = atWork;
      expect(_v !== undefined && _o !== undefined && _l !== undefined).toBe(true);
      expect(record).toEqual({
        ...rest,
        ProcessingStatus: 'pending',
        StatusTimestamp: `pending#${TIME}`,
      });
      expect(pictures).toEqual([{ key: `input/${ID}.demo.jpg`, sha256: 'original' }]);
      expect(isUnfinished).toBe(true);
    },
  );
  it.each<[string, string, unknown]>([
    ['invalid', 'a field of the wrong type', { ...completed, FileSize: 'three' }],
    ['invalid', 'an attribute that we do not know', { ...completed, Owner: 'me' }],
    ['invalid', 'no id', { ...completed, ImageID: '../etc/passwd' }],
    ['invalid', 'a picture of another id', { ...completed, S3Location: `s3://pictures-here/dogs/x.jpg` }],
    ['invalid', 'a folder that its decision does not lead to', { ...completed, DetectedAnimal: 'cat' }],
    ['invalid', 'a finished record without a decision', { ...completed, DetectedAnimal: undefined }],
    ['invalid', 'a put-aside picture elsewhere', { ...completed, LaterVersions: ['dogs/other.jpg'] }],
    ['invalid', 'nothing at all', null],
    ['foreign', 'a bucket that is not ours', { ...completed, S3Location: `s3://theirs/dogs/${ID}.jpg` }],
    ['foreign', 'a client that is not ours', { ...completed, ClientID: 'stranger' }],
    ['expired', 'a life that is over', { ...completed, ExpiresAt: NOW / 1000 }],
  ])('is refused as %s: %s', (refused, _what, item) => {
    expect(readRestored(item, place)).toMatchObject({ refused });
  });
});

const record = fc
  .record({
    id: fc.uuid(),
    status: fc.constantFrom('pending', 'processing', 'completed', 'quarantined', 'failed'),
    animal: fc.constantFrom('cat', 'dog', 'other', 'uncertain'),
    bucket: fc.constantFrom('pictures-here', 'pictures-there', 'theirs'),
    client: fc.constantFrom('demo', 'partner', 'stranger'),
    expires: fc.integer({ min: NOW / 1000 - 5, max: NOW / 1000 + 5 }),
    folder: fc.constantFrom(undefined, 'cats', 'input', 'elsewhere'),
  })
  .map(({ id, status, animal, bucket, client, expires, folder }): DetectionRecord => {
    const own =
      status === 'completed' ? folderOfCategory(animal) : status === 'quarantined' ? 'quarantine' : 'input';
    return {
      ...completed,
      ImageID: id,
      ProcessingStatus: status,
      DetectedAnimal: animal,
      S3Location: `s3://${bucket}/${folder ?? own}/${id}.jpg`,
      ClientID: client,
      ExpiresAt: expires,
    };
  });

describe('whatever a restored table holds', () => {
  it('is read without an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (item) => {
        expect(['invalid', 'foreign', 'expired']).toContain(
          (readRestored(item, place) as { refused: string }).refused,
        );
      }),
    );
  });
  it('comes into our bucket, for our clients, for as long as it may live, under its own key; or not at all', () => {
    fc.assert(
      fc.property(record, (item) => {
        const read = readRestored(item, place);
        if ('refused' in read) {
          const isOurs =
            place.ownBuckets.some((bucket) => item.S3Location.startsWith(`s3://${bucket}/`)) &&
            place.clients.includes(item.ClientID) &&
            item.ExpiresAt * 1000 > NOW &&
            !item.S3Location.includes('elsewhere');
          // What is ours is refused only when it stands in a folder that is not its own.
          if (isOurs) expect(read).toMatchObject({ refused: 'invalid' });
          return;
        }
        expect(read.record.S3Location).toMatch(
          new RegExp(`^s3://pictures-here/[a-z]+/${item.ImageID}\\.jpg$`),
        );
        expect(place.clients).toContain(read.record.ClientID);
        expect(read.record.ExpiresAt * 1000).toBeGreaterThan(NOW);
        expect(read.pictures.every(({ key }) => key.includes(item.ImageID))).toBe(true);
      }),
    );
  });
  it('reads the same again once it is in its place', () => {
    fc.assert(
      fc.property(record, (item) => {
        const read = readRestored(item, place);
        if (!('refused' in read)) expect(readRestored(read.record, place)).toEqual(read);
      }),
    );
  });
});

describe('beside the running record', () => {
  const compare = (restored: DetectionRecord, running: DetectionRecord) =>
    compareWithRunning(restorable(restored), running, NOW);
  it('is the same, whatever was announced or put aside since', () => {
    expect(
      compare(
        { ...completed, AnnouncementDue: true },
        { ...completed, AnnouncedAt: TIME, LaterVersions: [`quarantine/${ID}.a.jpg`] },
      ),
    ).toBe('same');
  });
  it('is older when the picture went on', () => {
    expect(compare(atWork, completed)).toBe('newer');
  });
  it('is older when somebody works on the picture, up to the end of the lease', () => {
    expect(compare(completed, { ...atWork, LeaseUntil: NOW })).toBe('newer');
    expect(compare(completed, { ...atWork, LeaseUntil: NOW - 1 })).toBe('differs');
  });
  it('differs in anything else that a finished record says', () => {
    const changed = fc.constantFrom<Partial<DetectionRecord>>(
      { DetectedAnimal: 'cat' },
      { ConfidenceScore: 1 },
      { S3Location: `s3://pictures-here/cats/${ID}.jpg` },
      { ClientID: 'partner' },
      { StoredSHA256: 'another' },
      { ExpiresAt: completed.ExpiresAt + 1 },
      { ProcessingStatus: 'failed' },
    );
    fc.assert(
      fc.property(changed, (change) => {
        expect(compare(completed, { ...completed, ...change })).toBe('differs');
      }),
    );
  });
  it('is never one that may be overwritten when it was not finished itself', () => {
    fc.assert(
      fc.property(record, (running) => {
        expect(['same', 'newer']).toContain(compare(atWork, running));
      }),
    );
  });
});
