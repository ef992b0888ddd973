import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { StartExecutionCommand, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { Webhook } from 'standardwebhooks';
import { OPERATIONS } from '../../../bin/operations/operations';
import { redriveWebhooks } from '../../../bin/operations/redrive-webhooks';
import { contextAs } from '../../../bin/rehearsal/run-as';
import { rotateWebhookSecret, tellClient } from '../../../local/receiver/tell-client';
import { eventually, type GetSystem, problem, somePicture, untilStatus, uploadInline } from './test-system';

export function describeWebhooks(system: GetSystem): void {
  const key = (imageId: string) => ({
    TableName: system().aws.names.detectionLogsTable,
    Key: { ImageID: { S: `webhook#${imageId}` } },
  });
  const markOf = async (imageId: string) =>
    (await system().aws.clients.dynamodb.send(new GetItemCommand(key(imageId)))).Item;
  const endpoint = () => key('endpoint#demo');
  /** A picture of the demo client's that is decided and noted, and not told. */
  const noted = async (): Promise<string> => {
    const imageId = await uploadInline(system().demo, await somePicture());
    await untilStatus(system().demo, imageId, 'completed');
    await eventually(
      async () => ((await markOf(imageId))?.['WebhookQueue'] === undefined ? undefined : true),
      `the stream notes ${imageId}`,
    );
    return imageId;
  };
  const cameOf = (imageId: string) =>
    system().aws.receiver.received.filter(({ body }) => body.includes(imageId));
  const tell = () => tellClient(system().aws, 'demo');
  const makeDue = (imageId: string) =>
    system().aws.clients.dynamodb.send(
      new UpdateItemCommand({
        ...key(imageId),
        UpdateExpression: 'SET WebhookDue = :now',
        ExpressionAttributeValues: { ':now': { S: '2026-01-01T00:00:00Z' } },
      }),
    );
  let secret = '';

  describe('a client that wants to be told', () => {
    beforeAll(async () => {
      secret = await rotateWebhookSecret(system().aws, 'demo');
      system().aws.receiver.trust(secret);
    });
    afterEach(async () => {
      system().aws.receiver.misbehaviour = undefined;
      await system().aws.clients.dynamodb.send(new DeleteItemCommand(endpoint()));
    });

    it('is told once, by a message that the reference library verifies', async () => {
      const imageId = await noted();
      await tell();
      await tell();
      const [message, ...more] = cameOf(imageId);
      expect(more).toEqual([]);
      expect(message?.headers['transfer-encoding']).toBe('chunked');
      const event = new Webhook(secret).verify(
        message?.body ?? '',
        message?.headers as Record<string, string>,
      );
      expect(event).toEqual({
        type: 'image.completed',
        timestamp: expect.any(String) as string,
        data: { imageId, link: `/images/${imageId}`, category: 'other' },
      });
      expect(message?.event).toEqual(event);
      expect((await markOf(imageId))?.['WebhookQueue']).toBeUndefined();
    });

    it('is told by both secrets while one replaces the other', async () => {
      const imageId = await noted();
      const before = secret;
      secret = await rotateWebhookSecret(system().aws, 'demo');
      expect(secret).not.toBe(before);
      await tell();
      const [message] = cameOf(imageId);
      const headers = message?.headers as Record<string, string>;
      for (const each of [before, secret])
        expect(() => new Webhook(each).verify(message?.body ?? '', headers)).not.toThrow();
      system().aws.receiver.trust(secret);
    });

    it('is not told of what was erased', async () => {
      const imageId = await noted();
      expect((await system().demo.call(`/images/${imageId}`, { method: 'DELETE' })).status).toBe(204);
      await tell();
      expect(cameOf(imageId)).toEqual([]);
    });

    it.each([
      ['answers 500', { status: 500 }],
      ['redirects', { status: 302, headers: { location: 'https://receiver.example.com/elsewhere' } }],
    ])('and whose receiver %s is told later, under the same id', async (_what, misbehaviour) => {
      const imageId = await noted();
      system().aws.receiver.misbehaviour = misbehaviour;
      await tell();
      expect((await markOf(imageId))?.['Attempts']).toEqual({ N: '1' });
      await tell();
      expect(cameOf(imageId)).toHaveLength(1);
      system().aws.receiver.misbehaviour = undefined;
      await makeDue(imageId);
      await tell();
      const [first, second] = cameOf(imageId);
      expect([second?.id, second?.headers['user-agent']]).toEqual([
        first?.id,
        'Amazon|StepFunctions|HttpInvoke|us-east-1',
      ]);
    });

    it('and whose receiver hangs holds nobody up for longer than it may take to answer', async () => {
      const imageId = await noted();
      system().aws.receiver.misbehaviour = 'hang';
      const begin = Date.now();
      await tell();
      expect(Date.now() - begin).toBeLessThan(40_000);
      expect((await markOf(imageId))?.['WebhookQueue']).toEqual({ S: 'demo' });
      await makeDue(imageId);
      system().aws.receiver.misbehaviour = undefined;
      await tell();
    });

    it('and whose receiver is gone is told no more', async () => {
      const imageId = await noted();
      system().aws.receiver.misbehaviour = { status: 410 };
      await tell();
      system().aws.receiver.misbehaviour = undefined;
      await makeDue(imageId);
      await tell();
      expect(cameOf(imageId)).toHaveLength(1);
      const { Item } = await system().aws.clients.dynamodb.send(new GetItemCommand(endpoint()));
      expect(Item?.['DisabledFor']).toEqual({ S: 'gone' });
    });

    it('is told at the confirmed address alone, whatever the workflow is asked', async () => {
      const imageId = await noted();
      const { clients, names } = system().aws;
      const { executionArn } = await clients.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: names.webhooksArn,
          input: JSON.stringify({
            clientId: 'demo',
            address: 'https://receiver.example.com/another',
            round: 0,
            outcomes: [],
          }),
        }),
      );
      await eventually(async () => {
        const { status } = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'SUCCEEDED' ? true : undefined;
      }, 'the run ends');
      expect(cameOf(imageId)).toEqual([]);
      expect((await markOf(imageId))?.['Attempts']).toEqual({ N: '1' });
      await makeDue(imageId);
      await tell();
      expect(cameOf(imageId)).toHaveLength(1);
    });

    it('is told after all what was given up, when the operator gives it back and nobody else may', async () => {
      const [imageId, erased] = [await noted(), await noted()];
      const { clients } = system().aws;
      system().aws.receiver.misbehaviour = { status: 400 };
      await tell();
      // All attempts of a day are over, and the receiver took others meanwhile.
      await clients.dynamodb.send(new DeleteItemCommand(endpoint()));
      for (const id of [imageId, erased])
        await clients.dynamodb.send(
          new UpdateItemCommand({
            ...key(id),
            UpdateExpression: 'SET WebhookDue = :now, Attempts = :all',
            ExpressionAttributeValues: { ':now': { S: '2026-01-01T00:00:00Z' }, ':all': { N: '8' } },
          }),
        );
      system().aws.receiver.misbehaviour = undefined;
      await tell();
      expect((await markOf(imageId))?.['WebhookQueue']).toEqual({ S: 'given-up#demo' });
      await tell();
      const [before, beforeErased] = [cameOf(imageId), cameOf(erased)];
      expect((await system().demo.call(`/images/${erased}`, { method: 'DELETE' })).status).toBe(204);

      const lines: string[] = [];
      const as = (purpose: string) => contextAs(system().aws, purpose, (line) => lines.push(line));
      const selection = { client: 'demo', images: [imageId, erased] };
      const operator = await as('operator');
      expect(await redriveWebhooks(operator, selection)).toBe(2);
      expect((await markOf(imageId))?.['WebhookQueue']).toEqual({ S: 'given-up#demo' });
      for (const purpose of ['data-steward', 'auditor', 'reviewer'])
        await expect(redriveWebhooks({ ...(await as(purpose)), confirmed: true }, selection)).rejects.toThrow(
          /AccessDenied|not authorized/i,
        );
      expect(await redriveWebhooks({ ...operator, confirmed: true }, selection)).toBe(2);
      await tell();
      const [message, ...more] = cameOf(imageId).slice(before.length);
      expect([message?.id, more]).toEqual([before[0]?.id ?? message?.id, []]);
      expect(message?.event?.data.imageId).toBe(imageId);
      expect(cameOf(erased)).toHaveLength(beforeErased.length);
      expect((await markOf(imageId))?.['WebhookQueue']).toBeUndefined();
      await OPERATIONS['redrive-webhooks'].run(operator, { selection } as never);
      expect(lines.at(-1)).toBe('0 messages would be given back.');
    });

    it('is the only one whose pictures are noted', async () => {
      const imageId = await uploadInline(system().partner, await somePicture());
      await untilStatus(system().partner, imageId, 'completed');
      const demo = await noted();
      expect([await markOf(imageId), demo.length]).toEqual([undefined, 36]);
      expect(problem(await system().demo.call(`/images/${imageId}`)).code).toBe('not-found');
    });
  });
}
