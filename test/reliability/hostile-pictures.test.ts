import { FORMAT_OF_CONTENT_TYPE } from '../../lambda/domain/category';
import type { HostilePicture } from '../support/hostile/hostile-picture';
import { hostilePictures } from '../support/hostile-pictures';
import { apiEvent, InMemorySystem } from '../support/in-memory-system';

/** What an inline picture may weigh; what a form may be asked for. */
const INLINE_BYTES = 3 * 1024 * 1024;
const FORM_BYTES = 15 * 1024 * 1024;

jest.setTimeout(60_000);

/** The corpus of hostile files through the real handlers, from the request to the final folder. */
describe('every hostile file', () => {
  let corpus: HostilePicture[];
  let system: InMemorySystem;
  beforeAll(async () => (corpus = await hostilePictures()));
  beforeEach(() => (system = new InMemorySystem()));

  const reasonOf = (body: string): unknown => (JSON.parse(body) as { reason?: unknown }).reason;

  test('by form ends in its place with a typed reason, its message consumed', async () => {
    const faults: unknown[] = [];
    let ended = 0;
    for (const { name, fileName, contentType, bytes, expected } of corpus) {
      const answer = await system.upload(apiEvent({ body: { fileName, contentType, size: bytes.length } }));
      const isRefused = expected === 'invalid-body' || bytes.length === 0 || bytes.length > FORM_BYTES;
      if (answer.statusCode !== (isRefused ? 400 : 201)) faults.push([name, answer.statusCode]);
      if (answer.statusCode !== 201) continue;
      const { imageId } = JSON.parse(answer.body) as { imageId: string };
      const key = `input/${imageId}.${FORMAT_OF_CONTENT_TYPE[contentType]}`;
      const versionId = system.pictures.post(key, bytes, contentType);
      if (!(await system.deliver({ id: imageId, key, versionId }))) faults.push([name, 'given back']);
      const record = system.state.records.get(imageId);
      const result = record?.ProcessingStatus === 'completed' ? 'accepted' : record?.QuarantineReason;
      if (result !== expected) faults.push([name, result]);
      if (record?.FileName !== fileName) faults.push([name, 'another file name on record']);
      const keys = system.pictures.keys().filter((found) => found.includes(imageId));
      if (keys.length !== 1 || record?.S3Location !== `s3://pictures/${keys[0] ?? ''}`)
        faults.push([name, keys]);
      ended += 1;
    }
    expect(faults).toEqual([]);
    expect(ended).toBeGreaterThanOrEqual(60);
    expect(system.pictures.keys().filter((key) => !/^[a-z]+\/[0-9a-f-]{36}\.(jpg|png)$/.test(key))).toEqual(
      [],
    );
  });

  test('inside the request is taken or refused with its reason, and refused leaves nothing', async () => {
    const faults: unknown[] = [];
    const small = corpus.filter(({ bytes }) => bytes.length <= INLINE_BYTES);
    for (const { name, fileName, contentType, bytes, expected } of small) {
      const before = system.state.records.size;
      const body = { fileName, contentType, image: Buffer.from(bytes).toString('base64') };
      const answer = await system.upload(apiEvent({ body }));
      const status =
        expected === 'accepted' ? 202 : expected === 'invalid-body' || bytes.length === 0 ? 400 : 422;
      if (answer.statusCode !== status) faults.push([name, answer.statusCode, status]);
      if (status === 422 && reasonOf(answer.body) !== expected) faults.push([name, reasonOf(answer.body)]);
      if (status !== 202 && system.state.records.size !== before) faults.push([name, 'left a record']);
    }
    expect(faults).toEqual([]);
  });
});
