import type { DetectionRecord } from '../../lambda/domain/detection-record';
import { uploadAnswerSchema } from '../../lambda/domain/api-schemas';
import { apiEvent, InMemorySystem, label, type PortCall } from '../../test/support/in-memory-system';
import { jpegPicture } from '../../test/support/sample-pictures';

/** What one picture made the real handlers do. */
export interface PictureRun {
  readonly calls: readonly PortCall[];
  /** The record at its end. */
  readonly record: DetectionRecord;
}

/** Rekognition answers about so many labels for a photograph of an animal. */
const LABELS = ['Dog', 'Canine', 'Animal', 'Mammal', 'Pet', 'Puppy', 'Grass', 'Outdoors'];

/** One picture the usual way: sent inside the request, decided, moved, and read once. */
export async function runOnePicture(): Promise<PictureRun> {
  const system = new InMemorySystem();
  system.labels = LABELS.map((name, index) => label(name, 98 - index, ['Animal', 'Mammal']));
  const calls: PortCall[] = [];
  system.around = (call, run) => {
    calls.push(call);
    return run();
  };
  const image = (await jpegPicture()).toString('base64');
  const answer = await system.upload(
    apiEvent({ body: { fileName: 'a.jpg', contentType: 'image/jpeg', image } }),
  );
  const { imageId } = uploadAnswerSchema.parse(JSON.parse(answer.body));
  const key = system.pictures.keys().find((each) => each.includes(imageId)) ?? '';
  const [version] = (await system.pictures.listVersions(key)).versions;
  await system.deliver({ key, ...(version && { versionId: version.versionId }) });
  await system.query(apiEvent({ id: imageId }));
  const record = system.state.records.get(imageId);
  if (record?.ProcessingStatus !== 'completed') throw new Error('The picture did not reach its place.');
  return { calls, record };
}
