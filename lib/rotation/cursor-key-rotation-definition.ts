import type { Names } from '../names';

const RETRY = [
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2, JitterStrategy: 'FULL' },
];

/**
 * The state machine that replaces the key that signs listing cursors. The functions accept the current and the previous
 * version, so cursors that clients hold stay good until the rotation after.
 */
export const cursorKeyRotationDefinition = (names: Names): object => ({
  Comment: 'Replaces the key that signs listing cursors',
  QueryLanguage: 'JSONata',
  StartAt: 'MakeKey',
  States: {
    MakeKey: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:secretsmanager:getRandomPassword',
      Arguments: { PasswordLength: 64, ExcludePunctuation: true },
      TimeoutSeconds: 60,
      Retry: RETRY,
      Output: { key: '{% $states.result.RandomPassword %}' },
      Next: 'Store',
    },
    Store: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:secretsmanager:putSecretValue',
      Arguments: {
        SecretId: names.cursorSecret,
        ClientRequestToken: '{% $uuid() %}',
        SecretString: '{% $states.input.key %}',
      },
      TimeoutSeconds: 60,
      Retry: RETRY,
      Output: {},
      End: true,
    },
  },
});
