import createClient from 'openapi-fetch';
import type { components, paths } from './client/schema';
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

/** Drives openapi-fetch with the types that openapi-typescript made. */
const clientWith = (headers: Record<string, string>) =>
  createClient<paths>({ baseUrl: given.apiUrl, headers });
const client = clientWith({ 'x-api-key': given.apiKey });
const inline = (image = pictureBase64): components['schemas']['InlineUpload'] => ({
  fileName: 'katze im Garten.jpg',
  contentType: 'image/jpeg',
  image,
});

const sent = await client.POST('/upload', { body: inline() });
const repeat = () =>
  client.POST('/upload', {
    body: inline(),
    params: { header: { 'Idempotency-Key': given.idempotencyKey } },
  });
const repeated = [dataOf(await repeat()).imageId, dataOf(await repeat()).imageId];
const announced = await client.POST('/upload', {
  body: { fileName: 'cat.jpg', contentType: 'image/jpeg', size: picture.length },
});
const { imageId, upload } = dataOf(announced);
if (upload === undefined) throw new Error('no form');
const posted = await postForm(upload);

const read = (id: string) => client.GET('/images/{id}', { params: { path: { id } } });
const images = [
  await untilFinal(async () => (await read(dataOf(sent).imageId)).data),
  await untilFinal(async () => (await read(imageId)).data),
];

const path = { id: dataOf(sent).imageId };
const waited = await client.GET('/images/{id}', { params: { path, query: { wait: 5 } } });
const unchanged = await client.GET('/images/{id}', {
  params: { path, header: { 'If-None-Match': waited.response.headers.get('ETag') ?? '' } },
});

const list = async (query: NonNullable<paths['/images']['get']['parameters']['query']>) =>
  dataOf(await client.GET('/images', { params: { query } }));
const ids = (page: components['schemas']['ImageList']) => page.items.map(({ ImageID }) => ImageID);
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
  waited: waited.response.status,
  unchanged: unchanged.response.status,
  listed,
  pages,
  inRange: ids(await list({ from: given.since, to: given.until, limit: 100 })),
  beforeRange: ids(await list({ to: given.since, limit: 100 })),
  ofCats: ids(await list({ animal: 'cat', status: 'completed', limit: 100 })),
  refused: {
    unknownImage: refusal(await read(given.unknownId)),
    badBase64: refusal(await client.POST('/upload', { body: inline('%%%%') })),
    noPicture: refusal(await client.POST('/upload', { body: inline('AAAA') })),
    badCursor: refusal(await client.GET('/images', { params: { query: { cursor: 'x.y' } } })),
    mediaType: refusal(
      await client.POST('/upload', {
        body: inline(),
        headers: { 'Content-Type': 'application/vnd.api+json' },
      }),
    ),
    noKey: refusal(await clientWith({}).GET('/images')),
    exhausted: refusal(await clientWith({ 'x-api-key': given.exhaustedKey }).GET('/images')),
    stewardByKey: refusal(
      await client.DELETE('/stewardship/images/{id}', { params: { path: { id: first.ImageID } } }),
    ),
  },
  erased: (await client.DELETE('/images/{id}', { params: { path: { id: second.ImageID } } })).response.status,
  erasedBySteward: (
    await clientWith({ ...given.erasure.headers }).DELETE('/stewardship/images/{id}', {
      params: { path: { id: given.erasure.imageId } },
    })
  ).response.status,
});
