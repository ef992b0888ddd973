import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { randomUUID } from 'node:crypto';
import type { OperationsContext } from '../../../bin/operations/context';
import { objectsIn, type Observed, observe, recordsIn } from '../../../bin/rehearsal/observe';
import { restoreFromBackups, takeRecoveryPoint } from '../../../bin/rehearsal/recovery-point';
import { contextAs } from '../../../bin/rehearsal/run-as';
import { discardRestored } from '../../../bin/operations/restore/discard-restored';
import { mergeLedger } from '../../../bin/operations/restore/merge-ledger';
import { type MergeOptions, mergeAllRestored } from '../../../bin/operations/restore/merge-restored';
import { recoverPictures } from '../../../bin/operations/restore/recover-pictures';
import { replayErasures } from '../../../bin/operations/replay-erasures';
import { inputKey } from '../../../lambda/domain/picture-keys';
import { askForForm, type GetSystem, record, somePicture, untilStatus, uploadInline } from './test-system';

type Item = Readonly<Record<string, unknown>>;

const REFUSED = /AccessDenied|not authorized/i;

/** Everything but pictures on which people have decided: each minute's settlement moves those by itself. */
function withoutDecided({ records, objects }: Observed, decidedIn: Observed): Observed {
  const decided = new Set(
    [...decidedIn.records].filter(([, { ReviewQueue }]) => ReviewQueue === 'decided').map(([id]) => id),
  );
  const rest = <T>(found: ReadonlyMap<string, T>) => new Map([...found].filter(([id]) => !decided.has(id)));
  return { records: rest(records), objects: rest(objects) };
}

/** What is brought back from restored stores and from older versions, under the role that may. */
export function describeRestore(system: GetSystem): void {
  const lines: string[] = [];
  const contexts = new Map<string, OperationsContext>();
  const as = async (purpose: string, confirmed = true): Promise<OperationsContext> => {
    const context =
      contexts.get(purpose) ?? (await contextAs(system().aws, purpose, (line) => lines.push(line)));
    contexts.set(purpose, context);
    return { ...context, confirmed };
  };
  const merge = async (
    images: readonly string[],
    { confirmed = true, ...options }: Partial<MergeOptions> & { confirmed?: boolean } = {},
    change: (context: OperationsContext) => Partial<OperationsContext> = () => ({}),
  ): Promise<Record<string, number>> => {
    const context = await as('break-glass', confirmed);
    const tally = await mergeAllRestored(
      { ...context, ...change(context) },
      { selection: { images }, replace: false, ...options },
    );
    return Object.fromEntries(tally);
  };

  const completed = async (): Promise<string> => {
    const imageId = await uploadInline(system().demo, await somePicture());
    await untilStatus(system().demo, imageId, 'completed');
    return imageId;
  };
  const put = (table: string, item: Item) =>
    system().aws.clients.dynamodb.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
  const forget = (table: string, imageId: string) =>
    system().aws.clients.dynamodb.send(
      new DeleteItemCommand({ TableName: table, Key: { ImageID: { S: imageId } } }),
    );
  const putRunning = (item: Item) => put(system().aws.names.detectionLogsTable, item);
  const putRestored = (item: Item) => put(system().aws.names.restoredDetectionLogsTable, item);
  const item = async (imageId: string): Promise<Item | undefined> =>
    (await recordsIn(system().aws, system().aws.names.detectionLogsTable)).get(imageId);
  const objects = async (imageId: string) =>
    (await objectsIn(system().aws, system().aws.names.pictureBucket)).get(imageId) ?? [];
  const keyOf = async (imageId: string): Promise<string> => (await objects(imageId))[0]?.key ?? '';
  const versionsOf = async (imageId: string) => {
    const { pictures } = await as('data-steward');
    const { versions } = await pictures.listVersions('');
    return versions.filter(({ key }) => key.includes(imageId));
  };
  /** Every version of it, without a marker: nothing of the picture is left. */
  const loseObject = async (imageId: string): Promise<void> => {
    const { pictures } = await as('data-steward');
    for (const { key, versionId } of await versionsOf(imageId)) await pictures.deleteVersion(key, versionId);
  };
  const lose = async (imageId: string): Promise<void> => {
    await forget(system().aws.names.detectionLogsTable, imageId);
    await loseObject(imageId);
  };
  /** Ledger, record, versions: as the erasure does it, also for a picture of which nothing is left at the moment. */
  const eraseNow = async (imageId: string): Promise<void> => {
    const entry = { ImageID: imageId, ErasedAt: '2026-01-01T00:00:00Z', SchemaVersion: 1 };
    await put(system().aws.names.erasureLedgerTable, entry);
    await lose(imageId);
  };
  /** Restored stores as of now. */
  const restore = async (): Promise<void> => {
    const { aws } = system();
    await discardRestored(await as('break-glass'));
    const point = await takeRecoveryPoint(aws);
    await restoreFromBackups(aws, point, () => false);
  };

  describe('a restore', () => {
    beforeEach(() => (lines.length = 0));

    it('changes nothing without --yes, and brings back exactly what is missing with it', async () => {
      const { aws } = system();
      const [lostAll, lostRecord, lostPicture, kept] = [
        await completed(),
        await completed(),
        await completed(),
        await completed(),
      ];
      const all = [lostAll, lostRecord, lostPicture, kept];
      const before = await observe(aws);
      await restore();
      await lose(lostAll);
      await forget(aws.names.detectionLogsTable, lostRecord);
      await loseObject(lostPicture);
      const damaged = await observe(aws);
      expect(await merge(all, { confirmed: false })).toEqual({ merged: 2, pictures: 1, present: 1 });
      expect(withoutDecided(await observe(aws), damaged)).toEqual(withoutDecided(damaged, damaged));
      expect(await merge(all)).toEqual({ merged: 2, pictures: 1, present: 1 });
      const after = await observe(aws);
      for (const imageId of all) {
        expect(after.records.get(imageId)).toEqual(before.records.get(imageId));
        expect(after.objects.get(imageId)).toEqual(before.objects.get(imageId));
      }
      expect(await merge(all)).toEqual({ present: 4 });
    });

    it('keeps what runs: a picture that went on, one that differs, one that stands there; replaces by choice', async () => {
      const { aws } = system();
      const [wentOn, differs, other] = [await completed(), await completed(), await completed()];
      const before = await observe(aws);
      await restore();
      const record = before.records.get(wentOn) ?? {};
      await putRestored({
        ...record,
        ProcessingStatus: 'processing',
        S3Location: `s3://${aws.names.pictureBucket}/input/${wentOn}.jpg`,
      });
      const wrong = { ...before.records.get(differs), ConfidenceScore: 1 };
      await putRunning(wrong);
      const key = await keyOf(other);
      await aws.clients.s3.send(
        new PutObjectCommand({ Bucket: aws.names.pictureBucket, Key: key, Body: 'another picture' }),
      );
      const standing = await observe(aws);
      const all = [wentOn, differs, other];
      expect(await merge(all)).toEqual({ newer: 1, differs: 1, 'no-picture': 1 });
      expect(withoutDecided(await observe(aws), standing)).toEqual(withoutDecided(standing, standing));
      expect(await merge(all, { replace: true })).toEqual({ newer: 1, replaced: 1, 'no-picture': 1 });
      expect(await item(differs)).toEqual(before.records.get(differs));
      expect(await item(wentOn)).toEqual(record);
    });

    it('does not replace a record that changed after it was read', async () => {
      const imageId = await completed();
      const right = (await item(imageId)) ?? {};
      await restore();
      await putRunning({ ...right, ConfidenceScore: 1 });
      const changedMeanwhile = { ...right, ConfidenceScore: 2 };
      const outcome = await merge([imageId], { replace: true }, ({ log }) => ({
        log: Object.assign(Object.create(log) as typeof log, {
          get: async (id: string) => {
            const read = await log.get(id);
            await putRunning(changedMeanwhile);
            return read;
          },
        }),
      }));
      expect(outcome).toEqual({ newer: 1 });
      expect(await item(imageId)).toEqual(changedMeanwhile);
      await expect(merge([], { replace: true })).rejects.toThrow(/say which/);
    });

    it('refuses what is not ours, not a record, or over', async () => {
      const { names } = system().aws;
      const own = await completed();
      const record = (await item(own)) ?? {};
      await restore();
      const stranger = (change: Item): Item => {
        const imageId = randomUUID();
        const S3Location = `s3://${names.pictureBucket}/others/${imageId}.jpg`;
        return { ...record, ImageID: imageId, S3Location, ...change };
      };
      const planted = [
        stranger({ ClientID: 'stranger' }),
        stranger({ S3Location: 's3://serverlessapp-prod-pictures-999999999999-us-east-1/others/x.jpg' }),
        stranger({ FileSize: 'large' }),
        stranger({ Surprise: true }),
        stranger({ ExpiresAt: 1 }),
      ];
      for (const item of planted) await putRestored(item);
      const ids = planted.map(({ ImageID }) => String(ImageID));
      expect(await merge(ids)).toEqual({ foreign: 2, invalid: 2, expired: 1 });
      const running = await recordsIn(system().aws, names.detectionLogsTable);
      expect(ids.filter((imageId) => running.has(imageId))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('foreign'))).toHaveLength(2);
    });

    it('takes only what is selected', async () => {
      const [mine, theirs] = [await completed(), await uploadInline(system().partner, await somePicture())];
      await untilStatus(system().partner, theirs, 'completed');
      await restore();
      for (const imageId of [mine, theirs]) await lose(imageId);
      const selection = { images: [mine, theirs], client: 'partner' };
      expect(await merge([], { selection })).toEqual({ merged: 1 });
      expect(await item(mine)).toBeUndefined();
      expect(await item(theirs)).toBeDefined();
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, '');
      expect(await merge([], { selection: { images: [], from: tomorrow } })).toEqual({});
      const today = { images: [], client: 'demo', to: tomorrow };
      expect((await merge([], { selection: today }))['merged']).toBe(1);
      expect(await item(mine)).toBeDefined();
      for (const wrong of [{ images: ['x'] }, { images: [], client: 'x' }, { images: [], from: 'x' }])
        await expect(merge([], { selection: wrong })).rejects.toThrow(/--(image|client|from) x/);
    });

    it('does not bring back what is in the ledger, before, while the record or while the picture is copied', async () => {
      const [before, atRecord, atPicture] = [await completed(), await completed(), await completed()];
      await restore();
      for (const imageId of [atRecord, atPicture]) await lose(imageId);
      await eraseNow(before);
      expect(await merge([before])).toEqual({ erased: 1 });
      const erasedAt =
        (moment: 'get' | 'createUnlessErased') =>
        ({ log }: OperationsContext): Partial<OperationsContext> => ({
          log: Object.assign(Object.create(log) as typeof log, {
            [moment]: async (argument: never) => {
              const answer = await log[moment](argument);
              await eraseNow(moment === 'get' ? atRecord : atPicture);
              return answer;
            },
          }),
        });
      expect(await merge([atRecord], {}, erasedAt('get'))).toEqual({ erased: 1 });
      expect(await merge([atPicture], {}, erasedAt('createUnlessErased'))).toEqual({ erased: 1 });
      for (const imageId of [before, atRecord, atPicture]) {
        expect(await item(imageId)).toBeUndefined();
        expect(await versionsOf(imageId)).toEqual([]);
      }
      expect(await merge([before, atRecord, atPicture])).toEqual({ erased: 3 });
    });

    it('killed half way and run again ends right', async () => {
      const images = [await completed(), await completed(), await completed()];
      const before = await observe(system().aws);
      await restore();
      for (const imageId of images) await lose(imageId);
      let copies = 0;
      const killedAtSecondCopy = ({ s3 }: OperationsContext): Partial<OperationsContext> => ({
        s3: Object.assign(Object.create(s3) as typeof s3, {
          send: (command: never) => {
            const isCopy = (command as object) instanceof CopyObjectCommand;
            copies += isCopy ? 1 : 0;
            return isCopy && copies === 2 ? Promise.reject(new Error('killed')) : s3.send(command);
          },
        }),
      });
      await expect(merge(images, {}, killedAtSecondCopy)).rejects.toThrow('killed');
      const halfWay = await Promise.all(images.map(objects));
      expect(halfWay.filter((found) => found.length > 0).length).toBeLessThan(images.length);
      await merge(images);
      const after = await observe(system().aws);
      for (const imageId of images) {
        expect(after.records.get(imageId)).toEqual(before.records.get(imageId));
        expect(after.objects.get(imageId)).toEqual(before.objects.get(imageId));
      }
    });

    it('keeps type and metadata of a picture, and takes none whose bytes are not those of its record', async () => {
      const { clients, names } = system().aws;
      const [whole, tampered] = [await completed(), await completed()];
      const keys = { whole: await keyOf(whole), tampered: await keyOf(tampered) };
      await restore();
      const Bucket = names.restoredPictureBucket;
      const { Body: stream } = await clients.s3.send(new GetObjectCommand({ Bucket, Key: keys.whole }));
      const Body = (await stream?.transformToByteArray()) ?? '';
      await clients.s3.send(
        new PutObjectCommand({
          Bucket,
          Key: keys.whole,
          Body,
          ContentType: 'image/jpeg',
          Metadata: { note: 'kept' },
        }),
      );
      await clients.s3.send(new PutObjectCommand({ Bucket, Key: keys.tampered, Body: 'not it' }));
      for (const imageId of [whole, tampered]) await lose(imageId);
      expect(await merge([whole, tampered])).toEqual({ merged: 1, damaged: 1 });
      const head = await clients.s3.send(
        new HeadObjectCommand({ Bucket: names.pictureBucket, Key: keys.whole }),
      );
      expect([head.ContentType, head.Metadata]).toEqual(['image/jpeg', { note: 'kept' }]);
      expect(await versionsOf(tampered)).toEqual([]);
      await lose(tampered);
    });

    it('starts a picture again that was on its way, and leaves out one that never came', async () => {
      const { aws } = system();
      const bytes = await somePicture();
      const { imageId } = await askForForm(system().demo, bytes.length);
      const { imageId: neverCame } = await askForForm(system().demo, bytes.length);
      await restore();
      await putRestored({
        ...(await restoredItem(imageId)),
        ProcessingStatus: 'processing',
        StatusTimestamp: 'processing#2025-01-01T00:00:00Z',
        SourceVersionID: 'a-version-of-the-lost-bucket',
        LeaseOwner: 'somebody',
        LeaseUntil: 1,
      });
      await aws.clients.s3.send(
        new PutObjectCommand({
          Bucket: aws.names.restoredPictureBucket,
          Key: inputKey(imageId, 'demo', 'jpg'),
          Body: bytes,
          ContentType: 'image/jpeg',
        }),
      );
      for (const id of [imageId, neverCame]) await forget(aws.names.detectionLogsTable, id);
      expect(await merge([imageId, neverCame])).toEqual({ merged: 1, 'no-picture': 1 });
      await untilStatus(system().demo, imageId, 'completed');
      expect((await objects(imageId)).map(({ key }) => key)).toEqual([`others/${imageId}.jpg`]);
      expect(await item(neverCame)).toBeUndefined();
    });

    it('adds the entries of a restored ledger to the running one and changes none', async () => {
      const { aws } = system();
      const { erasureLedgerTable, restoredErasureLedgerTable } = aws.names;
      const [lost, there] = [randomUUID(), randomUUID()];
      const entry = (imageId: string, time: string): Item => ({
        ImageID: imageId,
        ErasedAt: time,
        SchemaVersion: 1,
      });
      await restore();
      await put(restoredErasureLedgerTable, entry(lost, '2025-01-01T00:00:00Z'));
      await put(restoredErasureLedgerTable, entry(there, '2025-01-01T00:00:00Z'));
      await put(restoredErasureLedgerTable, { ImageID: 'not an id' });
      await put(erasureLedgerTable, entry(there, '2026-01-01T00:00:00Z'));
      const before = await recordsIn(aws, erasureLedgerTable);
      expect(await mergeLedger(await as('break-glass', false))).toEqual({ added: 1, invalid: 1 });
      expect(await recordsIn(aws, erasureLedgerTable)).toEqual(before);
      expect(await mergeLedger(await as('break-glass'))).toEqual({ added: 1, invalid: 1 });
      expect(await recordsIn(aws, erasureLedgerTable)).toEqual(
        new Map([...before, [lost, entry(lost, '2025-01-01T00:00:00Z')]]),
      );
      expect(await mergeLedger(await as('break-glass'))).toEqual({ added: 0, invalid: 1 });
    });

    it("is not for another's role, and the replay is not for break-glass", async () => {
      const imageId = await completed();
      await restore();
      const selection = { images: [imageId] };
      for (const purpose of ['data-steward', 'operator', 'auditor']) {
        const context = await as(purpose);
        await expect(mergeAllRestored(context, { selection, replace: false })).rejects.toThrow(REFUSED);
        await expect(mergeLedger(context)).rejects.toThrow(REFUSED);
        await expect(discardRestored(context)).rejects.toThrow(REFUSED);
      }
      await expect(replayErasures(await as('break-glass'))).rejects.toThrow(REFUSED);
      await discardRestored(await as('break-glass', false));
      expect(lines.filter((line) => line.includes('would be'))).toHaveLength(3);
      expect(await discardRestored(await as('break-glass'))).toBe(3);
      expect(await discardRestored(await as('break-glass'))).toBe(0);
    });
  });

  /** A record as the restored table holds it. */
  async function restoredItem(imageId: string): Promise<Item> {
    const { aws } = system();
    return (await recordsIn(aws, aws.names.restoredDetectionLogsTable)).get(imageId) ?? {};
  }

  describe('a picture by version', () => {
    beforeEach(() => (lines.length = 0));
    const recover = async (images: readonly string[], confirmed = true, purpose = 'break-glass') =>
      Object.fromEntries(await recoverPictures(await as(purpose, confirmed), { images }));
    const remove = async (Key: string) => {
      const { clients, names } = system().aws;
      await clients.s3.send(new DeleteObjectCommand({ Bucket: names.pictureBucket, Key }));
    };
    const overwrite = async (Key: string) => {
      const { clients, names } = system().aws;
      await clients.s3.send(new PutObjectCommand({ Bucket: names.pictureBucket, Key, Body: 'wrong' }));
    };

    it('comes back when it was deleted, overwritten, or both; told first', async () => {
      const [deleted, overwritten, both, fine] = [
        await completed(),
        await completed(),
        await completed(),
        await completed(),
      ];
      const images = [deleted, overwritten, both, fine];
      const before = await Promise.all(images.map(objects));
      await remove(await keyOf(deleted));
      await overwrite(await keyOf(overwritten));
      const key = await keyOf(both);
      await overwrite(key);
      await remove(key);
      const damaged = await Promise.all(images.map(objects));
      const outcome = { undeleted: 1, recovered: 2, present: 1 };
      expect(await recover(images, false)).toEqual(outcome);
      expect(await Promise.all(images.map(objects))).toEqual(damaged);
      expect(await recover(images)).toEqual(outcome);
      expect(await Promise.all(images.map(objects))).toEqual(before);
      // What was wrong stays as an older version, for who asks what happened.
      expect((await versionsOf(overwritten)).length).toBe(3);
      expect(await recover(images)).toEqual({ present: 4 });
      expect((await record(system().demo, deleted)).ProcessingStatus).toBe('completed');
    });

    it('stays away when it was erased, has no record, or no version is it', async () => {
      const [erased, unrecorded, lost] = [await completed(), await completed(), await completed()];
      await eraseNow(erased);
      await forget(system().aws.names.detectionLogsTable, unrecorded);
      const key = await keyOf(lost);
      await loseObject(lost);
      await overwrite(key);
      expect(await recover([erased, unrecorded, lost])).toEqual({
        erased: 1,
        'no-record': 1,
        'no-version': 1,
      });
      expect(await versionsOf(erased)).toEqual([]);
      await expect(recover([])).rejects.toThrow(/Name the pictures/);
      for (const imageId of [unrecorded, lost]) await lose(imageId);
    });

    it("is not for another's role", async () => {
      const imageId = await completed();
      await remove(await keyOf(imageId));
      for (const purpose of ['data-steward', 'operator', 'auditor'])
        await expect(recover([imageId], true, purpose)).rejects.toThrow(REFUSED);
      expect(await recover([imageId])).toEqual({ undeleted: 1 });
    });
  });
}
