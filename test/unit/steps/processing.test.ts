import { base } from '../../../lib/config/base';
import { PictureRejectedError, RekognitionThrottledError } from '../../../lambda/domain/errors';
import { apiEvent, InMemorySystem, label } from '../../support/in-memory-system';
import { jpegPicture } from '../../support/sample-pictures';

const SIZE_FORM = { fileName: 'rex.jpg', contentType: 'image/jpeg' };

async function submit(system: InMemorySystem, bytes: Buffer) {
  const body = { ...SIZE_FORM, size: bytes.length };
  const answer = await system.upload(apiEvent({ body }));
  const { imageId } = JSON.parse(answer.body) as { imageId: string };
  const key = `input/${imageId}.jpg`;
  return { imageId, key, versionId: system.pictures.post(key, bytes) };
}

describe('a picture on its way', () => {
  let picture: Buffer;
  let system: InMemorySystem;
  beforeAll(async () => (picture = await jpegPicture()));
  beforeEach(() => (system = new InMemorySystem()));

  const record = (imageId: string) => {
    const found = system.state.records.get(imageId);
    if (found === undefined) throw new Error('no record');
    return found;
  };

  test('a clear dog ends in dogs/, its source version is gone and its record complete', async () => {
    const { imageId, key, versionId } = await submit(system, picture);
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(system.pictures.keys()).toEqual([`dogs/${imageId}.jpg`]);
    expect(record(imageId)).toMatchObject({
      ImageID: imageId,
      DetectedAnimal: 'dog',
      ConfidenceScore: 97,
      ProcessingStatus: 'completed',
      StatusTimestamp: 'completed#2025-08-04T11:42:00Z',
      AnimalTimestamp: 'dog#2025-08-04T11:42:00Z',
      S3Location: `s3://pictures/dogs/${imageId}.jpg`,
      FileSize: picture.length,
      ImageFormat: 'jpg',
      Thresholds: base.thresholds,
      ModelVersion: '3.0',
      TopLabels: [label('Dog', 97)],
    });
    expect(record(imageId).AnnouncementDue).toBeUndefined();
    expect(system.state.reviews).toEqual([]);
    expect(system.state.paidCalls).toHaveLength(1);
  });

  test('an uncertain picture goes to review/ and is announced once', async () => {
    system.labels = [label('Dog', 70)];
    const { imageId, key, versionId } = await submit(system, picture);
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(system.pictures.keys()).toEqual([`review/${imageId}.jpg`]);
    expect(system.state.reviews).toEqual([imageId]);
    expect(record(imageId)).toMatchObject({
      DetectedAnimal: 'uncertain',
      AnnouncedAt: '2025-08-04T11:42:00Z',
    });
    expect(record(imageId).AnnouncementDue).toBeUndefined();
  });

  test('what is no picture is quarantined as it came, with its reason, unpaid', async () => {
    const text = Buffer.from('not a picture at all');
    const { imageId, key, versionId } = await submit(system, text);
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(system.pictures.keys()).toEqual([`quarantine/${imageId}.jpg`]);
    expect(system.pictures.bytes(`quarantine/${imageId}.jpg`)).toEqual(text);
    expect(record(imageId)).toMatchObject({
      ProcessingStatus: 'quarantined',
      QuarantineReason: 'not-a-picture',
    });
    expect(system.state.paidCalls).toEqual([]);
  });

  test('what the detector refuses is quarantined', async () => {
    system.detectorFault = new PictureRejectedError('refused-by-detector');
    const { imageId, key, versionId } = await submit(system, picture);
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(record(imageId).QuarantineReason).toBe('refused-by-detector');
  });

  test('what another version of the sniffer let pass is quarantined when it is stripped', async () => {
    const { imageId, key, versionId } = await submit(system, picture);
    system.around = async (call, run) => {
      // The file is good for Analyze, and broken for Organise.
      if (call.function === 'organise' && call.name === 'pictures.getVersion') {
        return Buffer.from('broken') as Awaited<ReturnType<typeof run>>;
      }
      return await run();
    };
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(record(imageId)).toMatchObject({
      ProcessingStatus: 'quarantined',
      S3Location: `s3://pictures/quarantine/${imageId}.jpg`,
    });
    expect(record(imageId).QuarantineReason).toBeDefined();
  });

  test('a fault that is not its own gives the message back, and the last receive marks it failed', async () => {
    system.detectorFault = new RekognitionThrottledError('slow down');
    const { imageId, key, versionId } = await submit(system, picture);
    expect(await system.deliver({ key, versionId, receive: 2 })).toBe(false);
    expect(record(imageId).ProcessingStatus).toBe('processing');
    system.leaseExpires();
    expect(await system.deliver({ key, versionId, receive: 3 })).toBe(false);
    expect(record(imageId)).toMatchObject({
      ProcessingStatus: 'failed',
      FailureReason: 'RekognitionThrottled',
    });
    expect(system.pictures.keys()).toEqual([key]);

    // A redrive is a new message.
    system.detectorFault = undefined;
    expect(await system.deliver({ id: 'message-2', key, versionId })).toBe(true);
    expect(record(imageId).ProcessingStatus).toBe('completed');
    expect(record(imageId).FailureReason).toBeUndefined();
  });

  test('a decision on record is not paid for again', async () => {
    const { imageId, key, versionId } = await submit(system, picture);
    let killed = false;
    system.around = async ({ name }, run) => {
      if (name === 'pictures.putNew' && !killed) {
        killed = true;
        throw new Error('killed');
      }
      return await run();
    };
    expect(await system.deliver({ key, versionId })).toBe(false);
    expect(record(imageId).DetectedAnimal).toBe('dog');
    system.labels = [label('Cat', 99)];
    system.leaseExpires();
    expect(await system.deliver({ key, versionId, receive: 2 })).toBe(true);
    expect(system.pictures.keys()).toEqual([`dogs/${imageId}.jpg`]);
    expect(system.state.paidCalls).toHaveLength(1);
  });

  test('a duplicate message is consumed while another holds the picture, its own is given back', async () => {
    const { imageId, key, versionId } = await submit(system, picture);
    system.detectorFault = new RekognitionThrottledError('slow down');
    await system.deliver({ id: 'first', key, versionId });
    system.detectorFault = undefined;
    expect(await system.deliver({ id: 'second', key, versionId })).toBe(true);
    expect(await system.deliver({ id: 'first', key, versionId, receive: 2 })).toBe(false);
    expect(record(imageId).ProcessingStatus).toBe('processing');
    system.leaseExpires();
    expect(await system.deliver({ id: 'first', key, versionId, receive: 3 })).toBe(true);
    expect(record(imageId).ProcessingStatus).toBe('completed');
  });

  test.each([true, false])(
    'a later version is put aside unpaid (event names the version: %s)',
    async (named) => {
      const { imageId, key, versionId } = await submit(system, picture);
      const other = Buffer.concat([picture, Buffer.from('later')]);
      const later = system.pictures.post(key, other);
      expect(await system.deliver({ key, ...(named && { versionId }) })).toBe(true);
      expect(await system.deliver({ id: 'second', key, ...(named && { versionId: later }) })).toBe(true);
      const [aside, ...rest] = record(imageId).LaterVersions ?? [];
      expect(rest).toEqual([]);
      expect(system.pictures.keys().sort()).toEqual([`dogs/${imageId}.jpg`, aside]);
      expect(system.pictures.bytes(aside ?? '')).toEqual(other);
      expect(system.state.paidCalls).toHaveLength(1);
    },
  );

  test('a second copy of a message, while the first one announces, is given back: reviewers are asked once', async () => {
    system.labels = [label('Dog', 70)];
    const { imageId, key, versionId } = await submit(system, picture);
    let second: boolean | undefined;
    system.around = async ({ name }, run) => {
      const result = await run();
      if (name === 'reviews.publish' && second === undefined) {
        second = true;
        second = await system.deliver({ key, versionId, receive: 2 });
      }
      return result;
    };
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(second).toBe(false);
    expect(system.state.reviews).toEqual([imageId]);
    expect(await system.deliver({ key, versionId, receive: 3 })).toBe(true);
    expect(system.state.reviews).toEqual([imageId]);
  });

  test('an erased picture whose event comes late is purged; one that nobody announced is given back', async () => {
    const { imageId, key, versionId } = await submit(system, picture);
    expect((await system.erase(apiEvent({ id: imageId }))).statusCode).toBe(204);
    expect(system.pictures.keys()).toEqual([]);
    const again = system.pictures.post(key, picture);
    expect(await system.deliver({ key, versionId })).toBe(true);
    expect(await system.deliver({ key, versionId: again })).toBe(true);
    expect(system.state.objects.size).toBe(0);

    const stranger = 'input/00000000-0000-4000-8000-000000000000.jpg';
    expect(await system.deliver({ key: stranger, versionId: system.pictures.post(stranger, picture) })).toBe(
      false,
    );
    expect(system.telemetry.errors.at(-1)).toMatchObject({ name: 'UnknownPicture' });
    expect(system.pictures.keys()).toEqual([stranger]);
  });

  test.each(['not json', '{}', '{"detail-type":"Object Deleted","detail":{"object":{"key":"input/x"}}}'])(
    'a message that is no event is given back: %s',
    async (body) => {
      expect((await system.deliverBody(body)).batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
      expect(system.telemetry.errors.at(-1)?.name).toBe('MalformedEvent');
    },
  );
});
