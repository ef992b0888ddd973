import {
  DetectLabelsCommand,
  type DetectLabelsCommandInput,
  DetectTextCommand,
  RekognitionClient,
} from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { type RekognitionEndpoint, startRekognitionEndpoint } from '../../local/rekognition/endpoint';
import {
  type S3ObjectLoader,
  s3ObjectLoader,
  type S3ObjectReference,
} from '../../local/rekognition/s3-object-loader';
import { prepareSamples, type Sample } from '../../local/samples/prepare';
import { silentProgress } from '../../tools/setup/progress';
import { CACHE_DIRECTORY } from '../../tools/setup/project-paths';

const MEGABYTE = 1024 * 1024;
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const objects = new Map<string, Uint8Array>();
const asked: S3ObjectReference[] = [];

const loadObject: S3ObjectLoader = (reference, mostBytes) => {
  asked.push(reference);
  const bytes = objects.get(`${reference.key}@${reference.versionId ?? 'latest'}`);
  if (!bytes) return Promise.resolve('unreadable');
  return Promise.resolve(bytes.length > mostBytes ? 'too-large' : bytes);
};

let endpoint: RekognitionEndpoint;
let client: RekognitionClient;
let samples: Map<string, Sample>;

const detect = (input: DetectLabelsCommandInput) => client.send(new DetectLabelsCommand(input));
const detectBytes = (bytes: Uint8Array, rest: Omit<DetectLabelsCommandInput, 'Image'> = {}) =>
  detect({ Image: { Bytes: bytes }, ...rest });
const sample = (name: string) => {
  const { file } = samples.get(name) ?? {};
  if (!file) throw new Error(`no sample ${name}`);
  return readFile(file);
};
const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })
    .jpeg()
    .toBuffer();
const named = (name: string) => expect.objectContaining({ name }) as Error;

beforeAll(async () => {
  const prepared = await prepareSamples(CACHE_DIRECTORY, silentProgress);
  samples = new Map(prepared.map((entry) => [entry.file.replace(/^.*\//, ''), entry]));
  endpoint = await startRekognitionEndpoint({ loadObject });
  client = new RekognitionClient({
    region: 'us-east-1',
    endpoint: endpoint.url,
    credentials,
    maxAttempts: 1,
  });
}, 60_000);

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

describe('labels of the sample pictures', () => {
  const scores = async (name: string) => {
    const { Labels } = await detectBytes(await sample(name), { MinConfidence: 45 });
    const of = (label: string) => Labels?.find(({ Name }) => Name === label)?.Confidence ?? 0;
    return { cat: of('Cat'), dog: of('Dog') };
  };

  test('a cat is surely a cat and no dog', async () => {
    const { cat, dog } = await scores('cat.jpg');
    expect(cat).toBeGreaterThan(90);
    expect(dog).toBe(0);
  });

  test.each(['dog.jpg', 'dog-with-person.jpg'])('%s is surely a dog and no cat', async (name) => {
    const { cat, dog } = await scores(name);
    expect(dog).toBeGreaterThan(90);
    expect(cat).toBe(0);
  });

  test('neither is neither', async () => {
    expect(await scores('pizza.jpg')).toEqual({ cat: 0, dog: 0 });
  });

  test('both are both, too close to call', async () => {
    const { cat, dog } = await scores('cat-and-dog.jpg');
    expect(Math.min(cat, dog)).toBeGreaterThan(60);
    expect(Math.abs(cat - dog)).toBeLessThan(15);
  });

  test('a dog on its side is no more than likely', async () => {
    const { dog } = await scores('dog-sideways.jpg');
    expect(dog).toBeGreaterThan(60);
    expect(dog).toBeLessThan(90);
  });
});

describe('the answer', () => {
  test('has Rekognition’s shape and says that the model is a local one', async () => {
    const answer = await detectBytes(await sample('cat.jpg'), { MinConfidence: 90 });
    const cat = answer.Labels?.find(({ Name }) => Name === 'Cat');
    expect(answer.LabelModelVersion).toMatch(/^local-/);
    expect(answer.OrientationCorrection).toBeUndefined();
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(cat?.Parents).toContainEqual({ Name: 'Animal' });
    expect(cat?.Categories).toEqual([{ Name: 'Animals and Pets' }]);
    expect(cat?.Instances?.[0]?.BoundingBox?.Width).toBeGreaterThan(0.2);
  });

  test('leaves out what is less sure than 55 percent unless asked otherwise', async () => {
    const picture = await sample('dog.jpg');
    const all = (await detectBytes(picture, { MinConfidence: 0 })).Labels ?? [];
    const usual = (await detectBytes(picture)).Labels ?? [];
    expect(all.some(({ Confidence }) => (Confidence ?? 0) < 55)).toBe(true);
    expect(usual).toEqual(all.filter(({ Confidence }) => (Confidence ?? 0) >= 55));
  });

  test('obeys MaxLabels', async () => {
    expect((await detectBytes(await sample('dog.jpg'), { MaxLabels: 2 })).Labels).toHaveLength(2);
  });

  test('obeys the filters of the settings', async () => {
    const settings = { GeneralLabels: { LabelInclusionFilters: ['Dog'] } };
    const { Labels } = await detectBytes(await sample('dog.jpg'), { Settings: settings });
    expect(Labels?.map(({ Name }) => Name)).toEqual(['Dog']);
  });

  test('does not depend on how the camera was held', async () => {
    const turned = await sharp(await sample('dog.jpg'))
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer();
    const { Labels } = await detectBytes(turned, { MinConfidence: 90 });
    expect(Labels?.map(({ Name }) => Name)).toContain('Dog');
  });
});

describe('pictures that are refused', () => {
  test.each([
    ['a text', () => sample('text.jpg')],
    ['a truncated picture', () => sample('truncated.jpg')],
    [
      'a GIF',
      async () =>
        sharp(await sample('cat.jpg'))
          .gif()
          .toBuffer(),
    ],
    [
      'an SVG',
      () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>')),
    ],
    ['a JPEG’s first bytes and nothing else', () => Promise.resolve(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))],
  ])('%s: InvalidImageFormatException', async (_name, make) => {
    await expect(detectBytes(await make())).rejects.toEqual(named('InvalidImageFormatException'));
  });

  test.each([
    [79, 80],
    [80, 79],
  ])('%d × %d pixels: InvalidParameterException', async (width, height) => {
    await expect(detectBytes(await blank(width, height))).rejects.toEqual(named('InvalidParameterException'));
  });

  test.each([
    [10_001, 80],
    [80, 10_001],
  ])('%d × %d pixels: ImageTooLargeException', async (width, height) => {
    await expect(detectBytes(await blank(width, height))).rejects.toEqual(named('ImageTooLargeException'));
  });

  test('a bomb that claims 60,000 × 60,000 pixels is not even unpacked: ImageTooLargeException', async () => {
    const png = await sharp(await blank(80, 80))
      .png()
      .toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(detectBytes(png)).rejects.toEqual(named('ImageTooLargeException'));
  });

  test.each([
    [80, 80],
    [10_000, 80],
  ])('but %d × %d pixels are answered', async (width, height) => {
    await expect(detectBytes(await blank(width, height))).resolves.toHaveProperty('Labels');
  });

  test('no bytes, or more than 5 MB of them: ValidationException', async () => {
    await expect(detectBytes(new Uint8Array())).rejects.toEqual(named('ValidationException'));
    await expect(detectBytes(new Uint8Array(5 * MEGABYTE + 1))).rejects.toEqual(named('ValidationException'));
    await expect(detectBytes(new Uint8Array(5 * MEGABYTE))).rejects.toEqual(
      named('InvalidImageFormatException'),
    );
  });

  test('and the endpoint goes on answering', async () => {
    await expect(detectBytes(await sample('cat.jpg'))).resolves.toHaveProperty('Labels');
  });
});

describe('pictures in S3', () => {
  const detectObject = (Name: string, Version?: string) =>
    detect({ Image: { S3Object: { Bucket: 'pictures', Name, ...(Version ? { Version } : {}) } } });

  test('are read in the version that is asked for', async () => {
    objects.set('input/a.png@2', await sample('large-cat.png'));
    const { Labels } = await detectObject('input/a.png', '2');
    expect(Labels?.[0]?.Name).toBe('Cat');
    expect(asked.at(-1)).toEqual({ bucket: 'pictures', key: 'input/a.png', versionId: '2' });
  });

  test('that cannot be read: InvalidS3ObjectException', async () => {
    await expect(detectObject('input/a.png', '1')).rejects.toEqual(named('InvalidS3ObjectException'));
  });

  test('of more than 15 MB: ImageTooLargeException', async () => {
    objects.set('huge@latest', new Uint8Array(15 * MEGABYTE + 1));
    await expect(detectObject('huge')).rejects.toEqual(named('ImageTooLargeException'));
  });
});

describe('requests that are refused', () => {
  test.each<[string, DetectLabelsCommandInput, string]>([
    ['no picture', { Image: {} }, 'InvalidParameterException'],
    ['no Image', { Image: undefined }, 'ValidationException'],
    [
      'two pictures',
      { Image: { Bytes: new Uint8Array(9), S3Object: { Bucket: 'pictures', Name: 'a' } } },
      'InvalidParameterException',
    ],
    [
      'a confidence above 100',
      { Image: { Bytes: new Uint8Array(9) }, MinConfidence: 101 },
      'ValidationException',
    ],
    ['fewer than no labels', { Image: { Bytes: new Uint8Array(9) }, MaxLabels: -1 }, 'ValidationException'],
    [
      'a feature that this endpoint has not',
      { Image: { Bytes: new Uint8Array(9) }, Features: ['IMAGE_PROPERTIES'] },
      'InvalidParameterException',
    ],
  ])('%s: %s', async (_name, input, error) => {
    await expect(detect(input)).rejects.toEqual(named(error));
  });

  test('another operation: UnknownOperationException', async () => {
    const request = new DetectTextCommand({ Image: { Bytes: new Uint8Array(9) } });
    await expect(client.send(request)).rejects.toEqual(named('UnknownOperationException'));
  });

  test.each([
    [
      'no signature',
      { 'x-amz-target': 'RekognitionService.DetectLabels' },
      'MissingAuthenticationTokenException',
    ],
    ['no target', { authorization: 'AWS4-HMAC-SHA256 x' }, 'UnknownOperationException'],
    [
      'another service',
      { 'x-amz-target': 'Other.DetectLabels', authorization: 'AWS4-HMAC-SHA256 x' },
      'UnknownOperationException',
    ],
    [
      'no JSON',
      { 'x-amz-target': 'RekognitionService.DetectLabels', authorization: 'AWS4-HMAC-SHA256 x' },
      'SerializationException',
    ],
  ])('%s', async (_name, headers: Record<string, string>, error) => {
    const response = await fetch(endpoint.url, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe(error);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({ __type: error });
  });
});

describe('rate and faults', () => {
  afterEach(() => endpoint.setTransactionsPerSecond(Infinity));

  test('more than the rate is throttled, and counted', async () => {
    const picture = await blank(80, 80);
    const before = endpoint.counters.throttled;
    endpoint.setTransactionsPerSecond(1);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => detectBytes(picture)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const { reason } of refused) expect(reason).toEqual(named('ThrottlingException'));
    expect(endpoint.counters.throttled - before).toBe(refused.length);
  });

  test('the SDK gets over a fault that ends', async () => {
    const patient = new RekognitionClient({
      region: 'us-east-1',
      endpoint: endpoint.url,
      credentials,
      maxAttempts: 3,
    });
    const { calls, succeeded } = endpoint.counters;
    endpoint.failNext('InternalServerError', 2);
    const input = { Image: { Bytes: await blank(80, 80) } };
    await expect(patient.send(new DetectLabelsCommand(input))).resolves.toMatchObject({
      $metadata: { attempts: 3 },
    });
    expect(endpoint.counters).toMatchObject({ calls: calls + 3, succeeded: succeeded + 1 });
    patient.destroy();
  });

  test('a fault fails as many calls as it was asked to', async () => {
    endpoint.failNext('ProvisionedThroughputExceededException');
    const picture = await blank(80, 80);
    await expect(detectBytes(picture)).rejects.toEqual(named('ProvisionedThroughputExceededException'));
    await expect(detectBytes(picture)).resolves.toHaveProperty('Labels');
  });
});

describe('the loader over S3', () => {
  const urls: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    urls.push(url);
    const status = url.includes('absent') ? 404 : url.includes('failing') ? 500 : 200;
    const body = status === 200 ? '12345' : '<Error><Code>Refused</Code></Error>';
    response.writeHead(status, { 'content-length': body.length }).end(body);
  });
  let s3: S3Client;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    s3 = new S3Client({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
    });
  });

  afterAll(async () => {
    s3.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const load = (key: string, mostBytes: number, versionId?: string) =>
    s3ObjectLoader(s3)({ bucket: 'pictures', key, versionId }, mostBytes);

  test('asks for the version', async () => {
    expect(Buffer.from(await load('input/a.jpg', 5, 'v2')).toString()).toBe('12345');
    expect(urls.at(-1)).toContain('versionId=v2');
  });

  test('tells unreadable, too large and failing apart', async () => {
    expect(await load('a.jpg', 4)).toBe('too-large');
    expect(await load('absent.jpg', 5)).toBe('unreadable');
    await expect(load('failing.jpg', 5)).rejects.toEqual(named('Refused'));
  });
});
