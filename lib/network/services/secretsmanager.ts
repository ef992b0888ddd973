import { actionsOf, defineService, READ_ONLY } from '../service-definition';

export const secretsmanager = defineService({
  name: 'secretsmanager',
  endpoint: 'interface',
  carries: actionsOf('secretsmanager'),
  arnOf: (resource, names) => {
    switch (resource) {
      case 'secret:cursor':
        return names.secretArnPattern(names.cursorSecret);
      case 'secret:webhooks/*':
        return names.secretArnPattern(names.webhookSecret('*'));
      default:
        return undefined;
    }
  },
  placeholders: (names) => ({
    CursorSecret: names.secretArnPattern(names.cursorSecret),
    WebhookSecrets: names.secretArnPattern(names.webhookSecret('*')),
  }),
  key: {
    sid: 'UseSecretsKey',
    page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html',
    domain: 'secrets',
    through: () => ['secretsmanager'],
    actions: () => READ_ONLY,
  },
  networkActivity: true,
  billing: {},
});
