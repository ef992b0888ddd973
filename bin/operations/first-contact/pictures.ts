import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { classifyPicture } from '../../../tools/client/classify-picture';
import { type ContactContext, type Exercise, evaluated, type Seen, type TrailMark } from './exercise';

const PHOTOGRAPHS = path.join(PROJECT_ROOT, 'local', 'samples', 'pictures');

/** Sends one picture and waits for its end. */
async function send(
  { api, patienceMilliseconds }: ContactContext,
  name: string,
  bytes: Uint8Array,
  expected: { readonly status: string; readonly category?: string },
): Promise<Seen & { mark?: TrailMark }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'first-contact-'));
  try {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    const row = await classifyPicture(api, { name, path: file }, patienceMilliseconds);
    const right =
      row.status === expected.status &&
      (expected.category === undefined || row.category === expected.category);
    return {
      ...evaluated(
        right,
        `${row.status}${row.category === null ? '' : `, ${row.category}`}${row.reason === '' ? '' : `: ${row.reason}`} in ${row.milliseconds} ms`,
      ),
      ...(row.imageId !== null && { mark: { name: 'StartSyncExecution', holds: row.imageId } }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PICTURE_COST = 'one picture: Rekognition 0.001 $';
const photograph = (name: 'cat' | 'dog' | 'pizza', category: string): Exercise => ({
  id: `picture-${name}`,
  edge: `client → API → S3 → EventBridge → SQS → intake → workflow → Rekognition: ${name}`,
  contracts: [],
  expected: `completed, ${category}`,
  does: `sends the photograph of a ${name} through the API`,
  cost: PICTURE_COST,
  run: async (context) =>
    send(context, `${name}.jpg`, await readFile(path.join(PHOTOGRAPHS, `${name}.jpg`)), {
      status: 'completed',
      category,
    }),
});

/** Above it Rekognition takes a picture from S3 only, not as bytes. https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const MOST_BYTES_INLINE = 5 * 1024 * 1024;

/** Noise, which no encoder makes small. */
const largePicture = (): Promise<Buffer> =>
  sharp({
    create: {
      width: 2400,
      height: 2400,
      channels: 3,
      background: { r: 90, g: 120, b: 90 },
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 98 })
    .toBuffer();

/** A picture of each outcome, and of each way to Rekognition. */
export const PICTURES: readonly Exercise[] = [
  photograph('cat', 'cat'),
  photograph('dog', 'dog'),
  photograph('pizza', 'other'),
  {
    id: 'picture-broken',
    edge: 'workflow → S3 quarantine/',
    contracts: [],
    expected: 'quarantined or refused, with a reason',
    does: 'sends a JPEG that ends in its middle',
    cost: 'nothing',
    run: async (context) => {
      const whole = await readFile(path.join(PHOTOGRAPHS, 'cat.jpg'));
      const bytes = whole.subarray(0, whole.length / 2);
      const quarantined = await send(context, 'broken.jpg', bytes, { status: 'quarantined' });
      return quarantined.outcome === 'otherwise' && quarantined.seen.startsWith('rejected')
        ? { ...quarantined, outcome: 'as expected' }
        : quarantined;
    },
  },
  {
    id: 'picture-large',
    edge: 'client → S3 by a presigned form; Rekognition → S3 (S3Object), with the key of the bucket',
    contracts: [],
    expected: 'completed',
    does: 'makes a picture of more than 5 MB, asks for a form, posts it to S3',
    cost: PICTURE_COST,
    run: async (context) => {
      const bytes = await largePicture();
      if (bytes.length <= MOST_BYTES_INLINE) throw new RangeError(`Only ${bytes.length} bytes.`);
      return send(context, 'large.jpg', bytes, { status: 'completed' });
    },
  },
];
