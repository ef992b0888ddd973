import sharp from 'sharp';
import { FORMAT_OF_CONTENT_TYPE } from '../../../lambda/domain/category';
import { fileNameSchema } from '../../../lambda/domain/api-schemas';
import { sniffPicture } from '../../../lambda/domain/sniff-picture';
import { stripMetadata } from '../../../lambda/domain/strip-metadata';
import type { HostilePicture } from '../../support/hostile/hostile-picture';
import { hostilePictures } from '../../support/hostile-pictures';

let corpus: HostilePicture[];
beforeAll(async () => {
  corpus = await hostilePictures();
});

/** What the API and the sniffer together say to a file. */
function resultOf({ fileName, bytes, contentType }: HostilePicture): string {
  if (!fileNameSchema.safeParse(fileName).success) return 'invalid-body';
  const result = sniffPicture(bytes, FORMAT_OF_CONTENT_TYPE[contentType]);
  return result.accepted ? 'accepted' : result.reason;
}

describe('the corpus of hostile pictures', () => {
  test('has at least sixty files besides the names, each under its own name', () => {
    const names = corpus.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.startsWith('name: ')).length).toBeGreaterThanOrEqual(60);
  });

  test('every file gets exactly the result that is expected of it', () => {
    const results = corpus.map((picture) => [picture.name, resultOf(picture)]);
    expect(results).toEqual(corpus.map(({ name, expected }) => [name, expected]));
  });

  test('a decoder that shares no line with ours opens what is accepted, and not what is called malformed', async () => {
    // Where it is more patient: it shows what is there of a file, and passes segments and chunks that are out of place.
    const patient = [
      ...['segment of length 0', 'segment of length 1', 'a million empty comments', 'a million empty chunks'],
      ...['wrong checksum of the header', 'wrong checksum of the picture data', 'empty picture data'],
      ...['picture data in two places', 'palette behind the picture data', 'end chunk with data'],
    ];
    const opens = (bytes: Uint8Array): Promise<boolean> =>
      sharp(bytes, { failOn: 'none', limitInputPixels: false })
        .raw()
        .toBuffer()
        .then(
          () => true,
          () => false,
        );
    const evaluated = corpus.filter(
      ({ name, expected }) => ['accepted', 'malformed'].includes(expected) && !/^(name|bomb): /.test(name),
    );
    const others: string[] = [];
    for (const { name, bytes, expected } of evaluated)
      if ((await opens(bytes)) !== (expected === 'accepted')) others.push(name);
    expect(others.sort()).toEqual(patient.sort());
    expect(evaluated.length).toBeGreaterThan(90);
  });

  test('every accepted file can be stripped, and what is left is accepted too and strips to itself', () => {
    const sound = corpus.filter(({ expected }) => expected === 'accepted');
    const faults = sound.filter(({ bytes, contentType }) => {
      const format = FORMAT_OF_CONTENT_TYPE[contentType];
      const stripped = stripMetadata(bytes, format);
      return (
        !sniffPicture(stripped, format).accepted ||
        Buffer.compare(stripMetadata(stripped, format), stripped) !== 0 ||
        stripped.length > bytes.length + 64
      );
    });
    expect(faults.map(({ name }) => name)).toEqual([]);
  });
});
