import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ReviewPublisher } from '../domain/ports';
import type { ReviewMessage } from '../domain/workflow-messages';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call } from './service-errors';

export const snsClient = (limits: CallLimits): SNSClient => new SNSClient(clientConfiguration(limits));

export class SnsReviewPublisher implements ReviewPublisher {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  async publish(message: ReviewMessage): Promise<void> {
    await call('sns:Publish', () =>
      this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          Subject: 'A picture needs review',
          Message: JSON.stringify(message),
          MessageAttributes: { reason: { DataType: 'String', StringValue: message.reason } },
        }),
      ),
    );
  }
}
