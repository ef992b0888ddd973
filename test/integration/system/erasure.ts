import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { STEWARD_IMAGE } from '../../../lambda/domain/api-routes';
import { type ApiClient, type HttpAnswer, send } from '../../../tools/client/api-client';
import { type Credentials, signRequest } from '../../../tools/client/sign-request';
import { takeRole } from '../../../local/client/take-role';
import {
  askForForm,
  eventually,
  type GetSystem,
  problem,
  somePicture,
  untilStatus,
  uploadInline,
} from './test-system';

export function describeErasure(system: GetSystem): void {
  /** Versions and delete markers of the picture, wherever they stand. */
  const versionsOf = async (imageId: string) => {
    const { clients, names } = system().aws;
    const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: names.pictureBucket }),
    );
    return [...Versions, ...DeleteMarkers].filter(({ Key }) => Key?.includes(imageId));
  };
  const erase = async (imageId: string, credentials?: Credentials): Promise<HttpAnswer> => {
    const { apiUrl, config, emulator } = system().aws;
    const url = `${apiUrl}${STEWARD_IMAGE.replace('{id}', imageId)}`;
    const request = { method: 'DELETE' };
    return send(
      url,
      emulator.agent,
      credentials ? await signRequest(url, request, { region: config.region, credentials }) : request,
    );
  };

  describe('erasure', () => {
    it("of anybody's picture is not for API keys, nor for people who may not", async () => {
      const imageId = await uploadInline(system().demo, await somePicture());
      await untilStatus(system().demo, imageId, 'completed');
      const path = STEWARD_IMAGE.replace('{id}', imageId);
      expect((await system().demo.call(path, { method: 'DELETE' })).status).toBe(401);
      expect((await erase(imageId)).status).toBe(401);
      expect((await erase(imageId, await takeRole(system(), 'auditor'))).status).toBe(403);
      const steward = await takeRole(system(), 'data-steward');
      const forged = { ...steward, secretAccessKey: `${steward.secretAccessKey}x` };
      expect((await erase(imageId, forged)).status).toBe(401);
      expect((await system().demo.call(`/images/${imageId}`)).status).toBe(200);
    });

    it('by a data steward removes every version and the record, and leaves the ledger entry', async () => {
      const imageId = await uploadInline(system().demo, await somePicture());
      await untilStatus(system().demo, imageId, 'completed');
      const steward = await takeRole(system(), 'data-steward');
      expect((await erase(imageId, steward)).status).toBe(204);
      expect((await system().demo.call(`/images/${imageId}`)).status).toBe(404);
      expect(await versionsOf(imageId)).toEqual([]);
      const { clients, names } = system().aws;
      const { Item } = await clients.dynamodb.send(
        new GetItemCommand({ TableName: names.erasureLedgerTable, Key: { ImageID: { S: imageId } } }),
      );
      expect(Item?.['ErasedAt']?.S).toMatch(/Z$/);
      expect((await erase(imageId, steward)).status).toBe(204);
      const unknown = await erase(randomUUID(), steward);
      expect([unknown.status, problem(unknown).code]).toEqual([404, 'not-found']);
    });

    it('by its client removes what is its own and nothing else, and answers the same again', async () => {
      const imageId = await uploadInline(system().demo, await somePicture());
      await untilStatus(system().demo, imageId, 'completed');
      const eraseAs = (client: ApiClient) => client.call(`/images/${imageId}`, { method: 'DELETE' });
      const refused = await eraseAs(system().partner);
      expect([refused.status, problem(refused).code]).toEqual([404, 'not-found']);
      expect((await system().demo.call(`/images/${imageId}`)).status).toBe(200);
      expect((await eraseAs(system().demo)).status).toBe(204);
      expect((await system().demo.call(`/images/${imageId}`)).status).toBe(404);
      expect(await versionsOf(imageId)).toEqual([]);
      expect((await eraseAs(system().demo)).status).toBe(204);
      expect((await eraseAs(system().partner)).status).toBe(404);
    });

    it('of a picture that is still to come holds when it comes', async () => {
      const bytes = await somePicture();
      const { imageId, upload } = await askForForm(system().demo, bytes.length);
      expect((await erase(imageId, await takeRole(system(), 'data-steward'))).status).toBe(204);
      expect((await system().demo.postForm(upload, bytes)).status).toBe(204);
      await eventually(async () => {
        const left = await versionsOf(imageId);
        return left.length === 0 ? true : undefined;
      }, 'the late picture is purged');
      expect((await system().demo.call(`/images/${imageId}`)).status).toBe(404);
    });
  });
}
