import { actionsOf, defineService, READ_ONLY } from '../service-definition';

export const secretsmanager = defineService({
  name: 'secretsmanager',
  endpoint: 'interface',
  carries: actionsOf('secretsmanager'),
  arnOf: (resource, names) =>
    resource === 'secret:cursor' ? names.secretArnPattern(names.cursorSecret) : undefined,
  placeholders: (names) => ({ CursorSecret: names.secretArnPattern(names.cursorSecret) }),
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
