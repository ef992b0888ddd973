import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ReviewPublisher } from '../domain/ports';
import type { ReviewMessage, ReviewNotice } from '../domain/workflow-messages';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call } from './service-errors';

export const snsClient = (limits: CallLimits): SNSClient => new SNSClient(clientConfiguration(limits));

export class SnsReviewPublisher implements ReviewPublisher {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  private async send(subject: string, message: object, name: string, value: string): Promise<void> {
    await call('sns:Publish', () =>
      this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          Subject: subject,
          Message: JSON.stringify(message),
          MessageAttributes: { [name]: { DataType: 'String', StringValue: value } },
        }),
      ),
    );
  }

  async publish(message: ReviewMessage): Promise<void> {
    await this.send('A picture needs review', message, 'reason', message.reason);
  }

  /** Carries another attribute than the question, so that a subscription can take one and leave the other. */
  async publishDecision(notice: ReviewNotice): Promise<void> {
    await this.send('A review is over', notice, 'outcome', notice.outcome);
  }
}
