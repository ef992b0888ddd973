import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { TestSystem } from './test-system';

const SECONDS = 4;

/** Runs a case while the deployed queue gives messages back after seconds, not minutes. */
export async function withQuickRedelivery(system: TestSystem, action: () => Promise<void>): Promise<void> {
  const { sqs } = system.aws.clients;
  const QueueUrl = system.queueUrl(system.aws.names.intakeQueue);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const set = (VisibilityTimeout: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  await set(String(SECONDS));
  try {
    await action();
  } finally {
    await set(Attributes?.VisibilityTimeout ?? '');
  }
}

/** A message comes back after its holder's lease; here it comes sooner, so the lease has to end as well. */
export async function letLeaseRunOut({ aws }: TestSystem, imageId: string): Promise<void> {
  await aws.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: aws.names.detectionLogsTable,
      Key: { ImageID: { S: imageId } },
      ConditionExpression: 'attribute_exists(ImageID)',
      UpdateExpression: 'SET LeaseUntil = :past',
      ExpressionAttributeValues: { ':past': { N: '1' } },
    }),
  );
}
