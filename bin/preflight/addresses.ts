import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { actionNeeded, type Check, type CheckContext, clientSettings, type Outcome, ready } from './check';

async function ofTopic(context: CheckContext, topic: string): Promise<Outcome> {
  const client = new SNSClient(clientSettings(context));
  const pending: string[] = [];
  try {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn: context.names.topicArn(topic) },
    ))
      for (const { SubscriptionArn, Endpoint } of Subscriptions)
        if (SubscriptionArn === 'PendingConfirmation' && Endpoint !== undefined) pending.push(Endpoint);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return ready(`${topic} is not deployed yet; its addresses are confirmed after the first deployment`);
  }
  return pending.length === 0
    ? ready(`${topic}: no address is unconfirmed`)
    : actionNeeded(
        `${topic}: unconfirmed ${pending.join(', ')}`,
        'Follow the link in the confirmation mail of each address.',
      );
}

const isMissing = (error: unknown): boolean => error instanceof Error && error.name.startsWith('NotFound');

/** An unconfirmed address gets no alert. Before the first deployment there is nothing to confirm. */
export const subscriptionCheck: Check = {
  title: 'Alert addresses',
  permissions: ['sns:ListSubscriptionsByTopic'],
  run: (context) =>
    Promise.all(
      [context.names.alertTopic, context.names.reviewTopic].map((topic) => ofTopic(context, topic)),
    ),
};
