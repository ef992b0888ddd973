import type { AwsCall } from '../../../lambda/aws-calls';
import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../../lambda/functions';
import { apiEvent, InMemorySystem, label, reviewerEvent, stewardEvent } from '../../support/in-memory-system';
import { tellClient } from '../../support/webhook-receiver';
import { PORT_CALLS } from '../../support/port-calls';
import { jpegPicture } from '../../support/sample-pictures';

const spelled = ({ action, resource }: AwsCall) => `${action} on ${resource}`;

/** A system that keeps, per function, what its port calls must be allowed to do. */
function recording() {
  const system = new InMemorySystem();
  const made = new Map<FunctionId, Set<string>>(FUNCTION_IDS.map((id) => [id, new Set()]));
  system.around = (call, run) => {
    const calls = PORT_CALLS[call.name];
    if (calls === undefined) throw new Error(`no row for ${call.name}`);
    for (const each of calls(...(call.parameters as never[]))) made.get(call.function)?.add(spelled(each));
    return run();
  };
  return { system, made };
}

/** Every way that a picture can go. */
async function everyWay(system: InMemorySystem): Promise<void> {
  const picture = await jpegPicture();
  const submit = async (headers: Record<string, string> = {}, bytes = picture) => {
    const body = { fileName: 'a.jpg', contentType: 'image/jpeg', size: bytes.length };
    const { imageId } = JSON.parse((await system.upload(apiEvent({ body, headers }))).body) as {
      imageId: string;
    };
    const key = `input/${imageId}.jpg`;
    return { imageId, key, versionId: system.pictures.post(key, bytes) };
  };
  const inline = { fileName: 'a.jpg', contentType: 'image/jpeg', image: picture.toString('base64') };
  await system.upload(apiEvent({ body: inline, headers: { 'Idempotency-Key': 'once' } }));
  await system.query(apiEvent({ query: { limit: ['1'] } }));
  await system.query(apiEvent({ id: (await submit()).imageId, query: { wait: ['1'] } }));

  for (const labels of [[label('Cat', 99)], [label('Dog', 99)], [], [label('Dog', 70)]]) {
    system.labels = labels;
    const { imageId, key } = await submit();
    await system.deliver({ key });
    // An equal copy that is there already, as after a kill.
    const again = await submit();
    const [folder = ''] = system.pictures.keys().filter((each) => each.includes(imageId));
    system.pictures.post(folder.replace(imageId, again.imageId), system.pictures.bytes(folder) ?? picture);
    await system.deliver({ key: again.key, versionId: again.versionId });
    await system.query(apiEvent({ id: imageId }));
    // A later version.
    await system.deliver({ id: 'later', key, versionId: system.pictures.post(key, picture) });
    await erasedInFlight(system, await submit());
    // Erased, and then its event again.
    await system.erase(stewardEvent(imageId));
    await system.deliver({ key, versionId: system.pictures.post(key, picture) });
  }
  const text = Buffer.from('no picture');
  const rejected = await submit({}, text);
  system.pictures.post(rejected.key.replace('input/', 'quarantine/'), text);
  await system.deliver({ key: rejected.key, versionId: rejected.versionId });
  await erasedInFlight(system, await submit({}, text));
  await system.erase(apiEvent({ id: rejected.imageId }));
  await reviewed(system, submit);
  await told(system, submit);
  await purgedEverywhere(system, picture);
  await sourceGone(system, await submit());
}

/** A message that is taken, one that is given up, and an endpoint that is gone. */
async function told(
  system: InMemorySystem,
  submit: () => Promise<{ imageId: string; key: string; versionId: string }>,
): Promise<void> {
  system.labels = [label('Cat', 99)];
  const { imageId, key, versionId } = await submit();
  await system.deliver({ id: imageId, key, versionId });
  const record = system.state.records.get(imageId);
  await system.streamed(imageId);
  const mark = system.state.webhookMarks.get(imageId);
  expect({ record: record?.ClientID, mark: mark?.queue }).toEqual({ record: 'demo', mark: 'demo' });
  await tellClient(system, () => 200);
  await system.streamed(imageId);
  const again = system.state.webhookMarks.get(imageId);
  if (again) system.state.webhookMarks.set(imageId, { ...again, attempts: 8 });
  await tellClient(system, () => 200);
  await system.streamed(imageId);
  await tellClient(system, () => 410);
}

/** Every outcome of a review, with a copy that is there already, and an erasure while it is brought to its place. */
async function reviewed(
  system: InMemorySystem,
  submit: () => Promise<{ imageId: string; key: string; versionId: string }>,
) {
  system.labels = [label('Dog', 70)];
  const waiting = async () => {
    const { imageId, key, versionId } = await submit();
    await system.deliver({ id: imageId, key, versionId });
    return imageId;
  };
  await system.review(reviewerEvent({ query: { limit: ['1'] } }));
  for (const [outcome, folder] of Object.entries({
    cat: 'cats',
    dog: 'dogs',
    other: 'others',
    reject: 'quarantine',
  })) {
    const id = await waiting();
    await system.review(reviewerEvent({ query: { limit: ['1'] } }));
    await system.review(reviewerEvent({ id }));
    system.pictures.post(`${folder}/${id}.jpg`, system.pictures.bytes(`review/${id}.jpg`) ?? Buffer.from(''));
    await system.review(reviewerEvent({ id, decision: { outcome, reason: 'plain-to-see', version: 1 } }));
    await system.settleReviews();
    expect(system.pictures.keys()).toContain(`${folder}/${id}.jpg`);
    await system.erase(stewardEvent(id));
    expect((await system.review(reviewerEvent({ id }))).statusCode).toBe(410);
    const gone = await waiting();
    await system.review(
      reviewerEvent({ id: gone, decision: { outcome, reason: 'plain-to-see', version: 1 } }),
    );
    const recordingAround = system.around;
    system.around = async (call, run) => {
      if (call.name === 'reviewLog.move') await system.log.remove(gone);
      return await recordingAround(call, run);
    };
    await system.settleReviews();
    system.around = recordingAround;
  }
  // A mark whose picture was erased: what there may be of it goes, wherever it is.
  const erased = '00000000-0000-4000-8000-000000000001';
  for (const folder of ['input', 'cats', 'dogs', 'others', 'review', 'quarantine'])
    system.pictures.post(`${folder}/${erased}.jpg`, Buffer.from('left'));
  system.state.settling.set(erased, '2025-08-04T11:42:00Z');
  await system.settleReviews();
  expect(system.pictures.keys().filter((key) => key.includes(erased))).toEqual([]);
}

/** The source version goes between Analyze and Organise. */
async function sourceGone(system: InMemorySystem, { key, versionId }: { key: string; versionId: string }) {
  const recordingAround = system.around;
  system.around = async (call, run) => {
    if (call.name === 'log.logDecision') await system.pictures.deleteVersion(key, versionId);
    return await recordingAround(call, run);
  };
  expect(await system.deliver({ id: 'source-gone', key, versionId })).toBe(false);
  system.around = recordingAround;
}

/** The record goes while Organise is about to write it. */
async function erasedInFlight(
  system: InMemorySystem,
  picture: { imageId: string; key: string; versionId: string },
) {
  const recordingAround = system.around;
  system.around = async (call, run) => {
    if (call.name === 'log.complete' || call.name === 'log.quarantine') {
      await system.ledger.add({
        ImageID: picture.imageId,
        ErasedAt: '2025-08-04T11:42:00Z',
        SchemaVersion: 1,
      });
      await system.log.remove(picture.imageId);
    }
    return await recordingAround(call, run);
  };
  await system.deliver({ id: picture.imageId, key: picture.key, versionId: picture.versionId });
  system.around = recordingAround;
}

/** An erased id with a version in every folder: what intake and erase must be able to take away. */
async function purgedEverywhere(system: InMemorySystem, picture: Buffer): Promise<void> {
  const imageId = '00000000-0000-4000-8000-000000000000';
  const fill = () => {
    for (const folder of ['input', 'cats', 'dogs', 'others', 'review', 'quarantine']) {
      system.pictures.post(`${folder}/${imageId}.jpg`, picture);
    }
  };
  fill();
  await system.erase(stewardEvent(imageId));
  fill();
  await system.deliver({ key: `input/${imageId}.jpg` });
}

test('each function makes exactly the AWS calls that it declares', async () => {
  const { system, made } = recording();
  await everyWay(system);
  for (const id of FUNCTION_IDS) {
    const declared = FUNCTION_CALLS[id].map(spelled).sort();
    expect({ id, calls: [...(made.get(id) ?? [])].sort() }).toEqual({ id, calls: declared });
  }
});
