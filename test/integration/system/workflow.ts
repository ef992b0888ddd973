import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { AttachRolePolicyCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readFile } from 'node:fs/promises';
import { operationsContext } from '../../../bin/operations/context';
import { redrive } from '../../../bin/operations/redrive';
import { clientSettings } from '../../../local/emulator/clients';
import { prepareSamples } from '../../../local/samples/prepare';
import { CACHE_DIRECTORY } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { letLeaseRunOut, withQuickRedelivery } from './quick-redelivery';
import { takeRole } from '../../../local/client/take-role';
import {
  eventually,
  type GetSystem,
  photograph,
  record,
  somePicture,
  untilStatus,
  uploadInline,
} from './test-system';

export const sample = async (name: string): Promise<Buffer> => {
  const samples = await prepareSamples(CACHE_DIRECTORY, silentProgress);
  return readFile(samples.find(({ file }) => file.endsWith(name))?.file ?? name);
};

export function describeWorkflow(system: GetSystem): void {
  it('a picture of both animals goes to review/, and a message to whoever subscribed', async () => {
    const imageId = await uploadInline(system().demo, await sample('cat-and-dog.jpg'));
    const view = await untilStatus(system().demo, imageId, 'completed');
    expect(view).toMatchObject({ DetectedAnimal: 'uncertain', DecisionReason: 'both-animals' });
    expect(view.S3Location).toMatch(/\/review\//);
    const message = await eventually(
      async () => (await system().inbox.take(1)).find((taken) => taken.imageId === imageId),
      'the review message',
    );
    expect(message).toMatchObject({ reason: 'both-animals', link: `/images/${imageId}` });
    expect(message.candidates.map(({ category }) => category).sort()).toEqual(['cat', 'dog']);
  });

  it('a passing fault of Rekognition is retried by the workflow, and the picture decided all the same', async () => {
    const { rekognition } = system().aws;
    const before = rekognition.counters.throttled;
    // More than the SDK itself tries again within one task.
    rekognition.failNext('ThrottlingException', 3);
    const imageId = await uploadInline(system().demo, await photograph('dog'));
    expect(await untilStatus(system().demo, imageId, 'completed', 'failed')).toMatchObject({
      ProcessingStatus: 'completed',
      DetectedAnimal: 'dog',
    });
    expect(rekognition.counters.throttled - before).toBe(3);
  });

  it('a grant taken from a role fails the picture to the dead-letter queue; given back, a redrive completes it', async () => {
    const { aws } = system();
    const { clients, names } = aws;
    const grant = {
      RoleName: names.functionRole('classifyAndLog'),
      PolicyArn: `arn:aws:iam::${aws.config.account}:policy/${names.function('classifyAndLog')}-calls`,
    };
    const deadLetters = system().queueUrl(names.intakeDeadLetterQueue);
    const depth = async (): Promise<number> => {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: deadLetters,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    };
    expect(await depth()).toBe(0);
    await withQuickRedelivery(system(), async () => {
      await clients.iam.send(new DetachRolePolicyCommand(grant));
      try {
        const imageId = await uploadInline(system().demo, await somePicture());
        await eventually(async () => {
          const { ProcessingStatus } = await record(system().demo, imageId);
          if (ProcessingStatus === 'processing') await letLeaseRunOut(system(), imageId);
          return ProcessingStatus === 'failed' ? true : undefined;
        }, 'the picture has failed');
        const { Item } = await clients.dynamodb.send(
          new GetItemCommand({
            TableName: names.detectionLogsTable,
            Key: { ImageID: { S: imageId } },
          }),
        );
        expect(Item?.['FailureReason']?.S).toMatch(/AccessDenied/);
        expect(Item?.['S3Location']?.S).toMatch(/\/input\//);
        await eventually(async () => ((await depth()) === 1 ? true : undefined), 'one dead letter');

        await clients.iam.send(new AttachRolePolicyCommand(grant));
        const sqs = new SQSClient({
          ...clientSettings(aws.emulator),
          credentials: await takeRole(system(), 'operator'),
        });
        const told: string[] = [];
        const print = (line: string) => void told.push(line);
        const context = { ...operationsContext('dev', true), sqs, print };
        expect(await redrive(context)).toBe(1);
        expect(told.join()).toContain(imageId);
        await untilStatus(system().demo, imageId, 'completed');
        expect(await depth()).toBe(0);
      } finally {
        await clients.iam.send(new AttachRolePolicyCommand(grant));
      }
    });
  });
}
