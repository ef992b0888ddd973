import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { RootClients } from '../emulator/clients';

/** A queue that receives what a topic sends, as a person's mailbox would. */
export class TopicInbox<Message> {
  private constructor(
    private readonly clients: RootClients,
    private readonly queueUrl: string,
    private readonly parse: (body: string) => Message | undefined,
  ) {}

  /**
   * @param name - of the queue
   * @param parse - makes a message of its body; undefined for one that is of no interest
   */
  static async subscribe<Message>(
    clients: RootClients,
    topicArn: string,
    { name, parse }: { name: string; parse: (body: string) => Message | undefined },
  ): Promise<TopicInbox<Message>> {
    const queueArn = topicArn.replace(':sns:', ':sqs:').replace(/[^:]+$/, name);
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
        },
      ],
    };
    const { QueueUrl = '' } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { Policy: JSON.stringify(policy) } }),
    );
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    return new TopicInbox(clients, QueueUrl, parse);
  }

  /** Takes the messages that have come; waits up to `waitSeconds` for the first. */
  async take(waitSeconds = 0): Promise<Message[]> {
    const taken: Message[] = [];
    for (let wait = waitSeconds; ; wait = 0) {
      const { Messages = [] } = await this.clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: wait,
        }),
      );
      if (Messages.length === 0) return taken;
      taken.push(...Messages.flatMap(({ Body = '' }) => this.parse(Body) ?? []));
      await this.clients.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
  }
}
