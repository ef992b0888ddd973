import { RETRY } from './retry';

export interface MadeSecret {
  readonly comment: string;
  /** Letters and digits that Secrets Manager draws: just below six bits each. */
  readonly length: number;
  readonly secretId: string;
  /** What is stored, as an expression over the drawn `$states.result.RandomPassword`. */
  readonly secret: string;
}

/** A state machine that draws a secret and stores it as the new version; functions accept or use the one before as well. */
export const makeAndStore = ({ comment, length, secretId, secret }: MadeSecret): object => ({
  Comment: comment,
  QueryLanguage: 'JSONata',
  StartAt: 'MakeKey',
  States: {
    MakeKey: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:secretsmanager:getRandomPassword',
      Arguments: { PasswordLength: length, ExcludePunctuation: true },
      TimeoutSeconds: 60,
      Retry: RETRY,
      Output: { secretId, key: secret },
      Next: 'Store',
    },
    Store: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:secretsmanager:putSecretValue',
      Arguments: {
        SecretId: '{% $states.input.secretId %}',
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
