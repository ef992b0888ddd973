import { actionsOf, defineService, READ_AND_WRITE } from '../service-definition';

export const sns = defineService({
  name: 'sns',
  endpoint: 'interface',
  carries: actionsOf('sns'),
  arnOf: (resource, names) => (resource === 'topic:review' ? names.topicArn(names.reviewTopic) : undefined),
  placeholders: (names) => ({ ReviewTopic: names.topicArn(names.reviewTopic) }),
  key: {
    sid: 'UseMessagingKeyThroughTopics',
    page: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse',
    domain: 'messaging',
    through: () => ['sns'],
    actions: () => READ_AND_WRITE,
  },
  networkActivity: false,
  billing: {},
});
