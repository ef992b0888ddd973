import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetUsagePlansCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { send } from '../../../tools/client/api-client';
import {
  askForForm,
  type GetSystem,
  inlineBody,
  problem,
  somePicture,
  untilStatus,
  uploadInline,
} from './test-system';

export function describeAccess(system: GetSystem): void {
  describe('access', () => {
    it('without a key, or with one that nobody issued, is refused', async () => {
      const { apiUrl, emulator } = system().aws;
      const none = await send(`${apiUrl}/images`, emulator.agent);
      expect([none.status, problem(none).code]).toEqual([401, 'unauthenticated']);
      const unknown = await system().clientWithKey('no-such-key-0123456789').call('/images');
      expect([unknown.status, problem(unknown).code]).toEqual([401, 'unauthenticated']);
    });

    it('with a valid key that belongs to no client is refused by the application', async () => {
      const { aws } = system();
      const { apiGateway } = aws.clients;
      const { id = '', value = '' } = await apiGateway.send(
        new CreateApiKeyCommand({ name: `stray-${randomUUID()}`, enabled: true }),
      );
      const { items: plans = [] } = await apiGateway.send(new GetUsagePlansCommand({}));
      await apiGateway.send(
        new CreateUsagePlanKeyCommand({ usagePlanId: plans[0]?.id, keyId: id, keyType: 'API_KEY' }),
      );
      await aws.refreshApiKeys();
      const answer = await system().clientWithKey(value).call('/images');
      expect(answer.status).toBe(403);
      expect(problem(answer).code).toBe('unknown-client');
    });

    it('to what does not exist, by whoever holds a key, is 404 or 405 and no matter of credentials', async () => {
      const { demo } = system();
      for (const [method, path, status, code] of [
        ['GET', '/', 404, 'not-found'],
        ['GET', '/image', 404, 'not-found'],
        ['GET', `/images/${randomUUID()}/labels`, 404, 'not-found'],
        ['GET', '/upload', 405, 'method-not-allowed'],
        ['POST', '/images', 405, 'method-not-allowed'],
        ['PUT', `/images/${randomUUID()}`, 405, 'method-not-allowed'],
      ] as const) {
        const answer = await demo.call(path, { method });
        expect([method, path, answer.status, problem(answer).code]).toEqual([method, path, status, code]);
      }
      const { apiUrl, emulator } = system().aws;
      expect((await send(`${apiUrl}/image`, emulator.agent)).status).toBe(401);
    });

    it("to another client's image answers as if there were none", async () => {
      const imageId = await uploadInline(system().demo, await somePicture());
      await untilStatus(system().demo, imageId, 'completed');
      const [others, missing] = [
        await system().partner.call(`/images/${imageId}`),
        await system().partner.call(`/images/${randomUUID()}`),
      ];
      expect([others.status, missing.status]).toEqual([404, 404]);
      expect(problem(others)).toEqual({ ...problem(missing), requestId: problem(others).requestId });
    });

    it('faster than the usage plan allows is throttled', async () => {
      const { apiGateway } = system().aws.clients;
      const { items: plans = [] } = await apiGateway.send(new GetUsagePlansCommand({}));
      const plan = plans.find(({ name }) => name === system().aws.names.of('plan-standard'));
      expect(plan?.throttle).toEqual({ rateLimit: 10, burstLimit: 20 });
      // A slow machine does not reach the plan's own rate.
      const setRate = (rate: number, burst: number) =>
        apiGateway.send(
          new UpdateUsagePlanCommand({
            usagePlanId: plan?.id,
            patchOperations: [
              { op: 'replace', path: '/throttle/rateLimit', value: String(rate) },
              { op: 'replace', path: '/throttle/burstLimit', value: String(burst) },
            ],
          }),
        );
      await setRate(1, 2);
      try {
        const answers = await Promise.all(
          Array.from({ length: 12 }, () => system().partner.call('/images?limit=1')),
        );
        const statuses = new Set(answers.map(({ status }) => status));
        expect([...statuses].sort()).toEqual([200, 429]);
        const throttled = answers.find(({ status }) => status === 429);
        expect(throttled && problem(throttled).code).toBe('too-many-requests');
        expect((await system().demo.call('/images?limit=1')).status).toBe(200);
      } finally {
        await setRate(10, 20);
      }
    });
  });

  describe('a malformed request', () => {
    it.each([
      ['no JSON', 'not json'],
      ['no object', '[]'],
      ['neither image nor size', '{"fileName":"a.jpg","contentType":"image/jpeg"}'],
      ['an unknown field', '{"fileName":"a.jpg","contentType":"image/jpeg","size":5,"extra":1}'],
      ['a type that is no picture', '{"fileName":"a.gif","contentType":"image/gif","size":5}'],
      ['a path as its name', '{"fileName":"../a.jpg","contentType":"image/jpeg","size":5}'],
      ['broken base64', '{"fileName":"a.jpg","contentType":"image/jpeg","image":"%%%%"}'],
    ])('with %s is a problem document', async (_, body) => {
      const answer = await system().demo.call('/upload', { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(problem(answer).status).toBe(400);
    });

    it('under an id that is none', async () => {
      const answer = await system().demo.call('/images/not-an-id');
      expect(answer.status).toBe(400);
      expect(problem(answer).code).toBe('invalid-path');
    });
  });

  describe('an upload form', () => {
    const refusedCode = (text: string): string | undefined => /<Code>([^<]+)<\/Code>/.exec(text)?.[1];

    it('takes exactly the size, type, key and policy that were signed', async () => {
      const bytes = await somePicture();
      const { upload } = await askForForm(system().demo, bytes.length);
      const { url, fields } = upload;
      const post = (changed: Record<string, string>, file: Uint8Array = bytes) =>
        system().demo.postForm({ url, fields: { ...fields, ...changed } }, file);
      const larger = await post({}, Buffer.concat([bytes, Buffer.alloc(1)]));
      expect([larger.status, refusedCode(larger.text)]).toEqual([400, 'EntityTooLarge']);
      const smaller = await post({}, bytes.subarray(0, 10));
      expect([smaller.status, refusedCode(smaller.text)]).toEqual([400, 'EntityTooSmall']);
      const signature = await post({ 'X-Amz-Signature': '0'.repeat(64) });
      expect([signature.status, refusedCode(signature.text)]).toEqual([403, 'SignatureDoesNotMatch']);
      for (const changed of [{ key: `input/${randomUUID()}.jpg` }, { 'Content-Type': 'text/html' }]) {
        const answer = await post(changed);
        expect([changed, answer.status, refusedCode(answer.text)]).toEqual([changed, 403, 'AccessDenied']);
      }
      expect((await post({})).status).toBe(204);
    });

    it('with another policy than the signed one is refused', async () => {
      const bytes = await somePicture();
      const { upload } = await askForForm(system().demo, bytes.length);
      const policy = JSON.parse(Buffer.from(upload.fields['Policy'] ?? '', 'base64').toString()) as object;
      const longer = { ...policy, expiration: '2099-01-01T00:00:00Z' };
      const Policy = Buffer.from(JSON.stringify(longer)).toString('base64');
      const answer = await system().demo.postForm(
        { url: upload.url, fields: { ...upload.fields, Policy } },
        bytes,
      );
      expect([answer.status, refusedCode(answer.text)]).toEqual([403, 'SignatureDoesNotMatch']);
    });

    it('that has expired is refused, however well it was signed', async () => {
      const bytes = await somePicture();
      const { aws } = system();
      const form = (seconds: number) =>
        createPresignedPost(aws.clients.s3, {
          Bucket: aws.names.pictureBucket,
          Key: `input/${randomUUID()}.jpg`,
          Expires: seconds,
        });
      const [valid, expired] = [await form(60), await form(1)];
      await delay(2000);
      expect((await system().demo.postForm(valid, bytes)).status).toBe(204);
      const answer = await system().demo.postForm(expired, bytes);
      expect([answer.status, refusedCode(answer.text)]).toEqual([403, 'AccessDenied']);
      expect(answer.text).toMatch(/expired/i);
    });
  });

  it('a body with an unknown field inside a picture request gives out no id', async () => {
    const body = JSON.stringify({
      ...(JSON.parse(inlineBody(await somePicture())) as object),
      clientId: 'partner',
    });
    const answer = await system().demo.call('/upload', { method: 'POST', body });
    expect(answer.status).toBe(400);
  });
}
