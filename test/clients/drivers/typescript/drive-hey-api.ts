import { eraseAnyImage, eraseImage, listImages, readImage, uploadPicture } from './client';
import { createClient } from './client/client';
import type { ImageList, InlineUpload, ListImagesData } from './client/types.gen';
import {
  dataOf,
  given,
  picture,
  pictureBase64,
  postForm,
  refusal,
  submission,
  tell,
  untilFinal,
} from './scenario';

/** Drives the client that @hey-api/openapi-ts made. */
const clientWith = (key?: string) =>
  createClient({ baseUrl: given.apiUrl, ...(key !== undefined && { auth: key }) });
const client = clientWith(given.apiKey);
const inline = (image = pictureBase64): InlineUpload => ({
  fileName: 'katze im Garten.jpg',
  contentType: 'image/jpeg',
  image,
});

const sent = await uploadPicture({ client, body: inline() });
const repeat = () =>
  uploadPicture({ client, body: inline(), headers: { 'Idempotency-Key': given.idempotencyKey } });
const repeated = [dataOf(await repeat()).imageId, dataOf(await repeat()).imageId];
const announced = await uploadPicture({
  client,
  body: { fileName: 'cat.jpg', contentType: 'image/jpeg', size: picture.length },
});
const { imageId, upload } = dataOf(announced);
if (upload === undefined) throw new Error('no form');
const posted = await postForm(upload);

const read = (id: string) => readImage({ client, path: { id } });
const images = [
  await untilFinal(async () => (await read(dataOf(sent).imageId)).data),
  await untilFinal(async () => (await read(imageId)).data),
];

const path = { id: dataOf(sent).imageId };
const waited = await readImage({ client, path, query: { wait: 5 } });
const unchanged = await readImage({
  client,
  path,
  headers: { 'If-None-Match': waited.response?.headers.get('ETag') ?? '' },
});

const list = async (query: NonNullable<ListImagesData['query']>) =>
  dataOf(await listImages({ client, query }));
const ids = (page: ImageList) => page.items.map(({ ImageID }) => ImageID);
const listed: string[] = [];
let pages = 0;
for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages += 1) {
  const page = await list({ limit: 2, ...(cursor !== undefined && { cursor }) });
  listed.push(...ids(page));
  ({ cursor } = page);
}

const [first, second] = images;
if (first === undefined || second === undefined) throw new Error('no image');
tell({
  sent: submission(sent),
  repeated,
  announced: submission(announced),
  posted,
  images,
  waited: waited.response?.status,
  unchanged: unchanged.response?.status,
  listed,
  pages,
  inRange: ids(await list({ from: given.since, to: given.until, limit: 100 })),
  beforeRange: ids(await list({ to: given.since, limit: 100 })),
  ofCats: ids(await list({ animal: 'cat', status: 'completed', limit: 100 })),
  refused: {
    unknownImage: refusal(await read(given.unknownId)),
    badBase64: refusal(await uploadPicture({ client, body: inline('%%%%') })),
    noPicture: refusal(await uploadPicture({ client, body: inline('AAAA') })),
    badCursor: refusal(await listImages({ client, query: { cursor: 'x.y' } })),
    mediaType: refusal(
      await uploadPicture({
        client,
        body: inline(),
        headers: { 'Content-Type': 'application/vnd.api+json' },
      }),
    ),
    noKey: refusal(await listImages({ client: clientWith() })),
    exhausted: refusal(await listImages({ client: clientWith(given.exhaustedKey) })),
    stewardByKey: refusal(await eraseAnyImage({ client, path: { id: first.ImageID } })),
  },
  erased: (await eraseImage({ client, path: { id: second.ImageID } })).response?.status,
  erasedBySteward: (
    await eraseAnyImage({
      client: createClient({ baseUrl: given.apiUrl, headers: { ...given.erasure.headers } }),
      path: { id: given.erasure.imageId },
    })
  ).response?.status,
});
