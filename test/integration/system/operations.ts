import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { OperationsContext } from '../../../bin/operations/context';
import { OPERATIONS } from '../../../bin/operations/operations';
import { contextAs } from '../../../bin/rehearsal/run-as';
import { findDiscrepancies } from '../../../bin/operations/reconcile';
import { stuckPictures } from '../../../bin/operations/stuck';
import { type GetSystem, record, somePicture, untilStatus, uploadInline } from './test-system';

/** The operators' tools, each under the role that may use it; redrive stands with the dead letters in workflow.ts. */
export function describeOperations(system: GetSystem): void {
  const lines: string[] = [];
  const contexts = new Map<string, OperationsContext>();

  /** A tool's context as a person with the policy of one of the people's roles. */
  const as = async (role: 'operator' | 'data-steward', confirmed: boolean): Promise<OperationsContext> => {
    const known = contexts.get(role);
    if (known !== undefined) return { ...known, confirmed };
    const context = await contextAs(system().aws, role, (line) => lines.push(line));
    contexts.set(role, context);
    return { ...context, confirmed };
  };

  const completed = async (): Promise<string> => {
    const imageId = await uploadInline(system().demo, await somePicture());
    await untilStatus(system().demo, imageId, 'completed');
    return imageId;
  };
  const item = async (imageId: string) => {
    const { clients, names } = system().aws;
    const Key = { ImageID: { S: imageId } };
    const { Item } = await clients.dynamodb.send(
      new GetItemCommand({ TableName: names.detectionLogsTable, Key }),
    );
    return Item;
  };
  const forget = async (imageId: string) => {
    const { clients, names } = system().aws;
    const Key = { ImageID: { S: imageId } };
    await clients.dynamodb.send(new DeleteItemCommand({ TableName: names.detectionLogsTable, Key }));
  };
  const keysOf = async (imageId: string): Promise<string[]> => {
    const { clients, names } = system().aws;
    const { Versions = [] } = await clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: names.pictureBucket }),
    );
    return Versions.flatMap(({ Key }) => (Key?.includes(imageId) === true ? [Key] : []));
  };
  const put = async (key: string) => {
    const { clients, names } = system().aws;
    await clients.s3.send(
      new PutObjectCommand({ Bucket: names.pictureBucket, Key: key, Body: await somePicture() }),
    );
  };

  describe('operator tools', () => {
    beforeEach(() => (lines.length = 0));

    it('stuck lists what failed and whose lease ran out, not what is at work', async () => {
      const { clients, names } = system().aws;
      const finished = await item(await completed());
      const store = async (status: string, leaseUntil: number): Promise<string> => {
        const imageId = randomUUID();
        await clients.dynamodb.send(
          new PutItemCommand({
            TableName: names.detectionLogsTable,
            Item: {
              ...finished,
              ImageID: { S: imageId },
              ProcessingStatus: { S: status },
              StatusTimestamp: { S: `${status}#2025-01-01T00:00:00Z` },
              LeaseUntil: { N: String(leaseUntil) },
            },
          }),
        );
        return imageId;
      };
      const failed = await store('failed', 1);
      const overdue = await store('processing', Date.now() - 600_000);
      const atWork = await store('processing', Date.now() + 600_000);
      const operator = await as('operator', false);
      const found = new Map((await stuckPictures(operator)).map((picture) => [picture.imageId, picture]));
      expect(found.get(failed)).toEqual({ imageId: failed, clientId: 'demo', status: 'failed' });
      expect(found.get(overdue)).toMatchObject({ status: 'processing', overdueMinutes: 10 });
      expect(found.has(atWork)).toBe(false);
      expect(await OPERATIONS.stuck.run(operator)).toBe(false);
      for (const imageId of [failed, overdue, atWork]) await forget(imageId);
      expect((await stuckPictures(operator)).filter(({ imageId }) => imageId === failed)).toEqual([]);
    });

    it('replay-erasures erases again what a restore brought back, and nothing else', async () => {
      const { clients, names } = system().aws;
      const [erased, kept] = [await completed(), await completed()];
      const restored = await item(erased);
      await clients.dynamodb.send(
        new PutItemCommand({
          TableName: names.erasureLedgerTable,
          Item: {
            ImageID: { S: erased },
            ErasedAt: { S: '2025-01-01T00:00:00Z' },
            SchemaVersion: { N: '1' },
          },
        }),
      );
      expect(restored).toBeDefined();
      await OPERATIONS['replay-erasures'].run(await as('data-steward', false));
      expect(lines.join('\n')).toMatch(`${erased}  would be erased again: a record, 1 object versions`);
      expect(await item(erased)).toBeDefined();
      await OPERATIONS['replay-erasures'].run(await as('data-steward', true));
      expect(await item(erased)).toBeUndefined();
      expect(await keysOf(erased)).toEqual([]);
      expect((await record(system().demo, kept)).ProcessingStatus).toBe('completed');
      lines.length = 0;
      await OPERATIONS['replay-erasures'].run(await as('data-steward', false));
      expect(lines.at(-1)).toMatch(/^0 of/);
    });

    it('reconcile tells every kind of disagreement, and repairs what is safe to', async () => {
      const [stray, lost, unrecorded] = [await completed(), await completed(), await completed()];
      await put(`cats/${stray}.jpg`);
      await forget(unrecorded);
      const context = await as('data-steward', false);
      for (const { key, versionId } of (await context.pictures.listVersions(`others/${lost}.`)).versions)
        await context.pictures.deleteVersion(key, versionId);
      const ours = async () =>
        (await findDiscrepancies(context))
          .filter(({ imageId }) => [stray, lost, unrecorded].includes(imageId))
          .map(({ kind, imageId, repair }) => [imageId, kind, repair !== undefined])
          .sort();
      expect(await ours()).toEqual(
        [
          [stray, 'wrong-folder', true],
          [lost, 'missing', false],
          [unrecorded, 'orphan', false],
        ].sort(),
      );
      expect(await OPERATIONS.reconcile.run({ ...context, confirmed: true })).toBe(false);
      expect(await keysOf(stray)).toEqual([`others/${stray}.jpg`]);
      expect((await ours()).map(([imageId]) => imageId)).toEqual([lost, unrecorded].sort());
    });

    it("is not for another's role", async () => {
      await expect(OPERATIONS.redrive.run(await as('data-steward', true))).rejects.toThrow(
        /AccessDenied|not authorized/i,
      );
      await expect(OPERATIONS.reconcile.run(await as('operator', true))).rejects.toThrow(
        /AccessDenied|not authorized/i,
      );
    });
  });
}
