import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ToldClient, toldClients } from '../../lib/config/schema';
import { isError } from '../../tools/aws/why-not-answered';
import { actionNeeded, type Check, type CheckContext, clientSettings, type Outcome, ready } from './check';

async function secretOf(context: CheckContext, { id }: ToldClient): Promise<Outcome> {
  const { names } = context;
  const SecretId = names.webhookSecret(id);
  try {
    const { VersionIdsToStages = {} } = await new SecretsManagerClient(clientSettings(context)).send(
      new DescribeSecretCommand({ SecretId }),
    );
    return Object.values(VersionIdsToStages).flat().includes('AWSCURRENT')
      ? ready(`${id}: there is one, to be handed over by the data steward`)
      : actionNeeded(
          `${id}: ${SecretId} is empty, so nothing is signed`,
          `a security administrator: aws stepfunctions start-execution --region ${names.region} --state-machine-arn ${names.arn('states', `stateMachine:${names.webhookSecretRotation}`)} --input '{"secretId":"${SecretId}"}'`,
        );
  } catch (error) {
    if (isError(error, 'ResourceNotFound'))
      return ready(`${id}: the deployment makes it, and its first rotation follows at once`);
    throw error;
  }
}

/** Each region signs with secrets of its own: one that is empty where the application takes over is found too late. */
export const webhookSecretCheck: Check = {
  title: 'Secrets that sign webhooks',
  permissions: ['secretsmanager:DescribeSecret'],
  run: (context) => {
    const told = toldClients(context.config);
    return told.length === 0
      ? Promise.resolve([ready('no client is told')])
      : Promise.all(told.map((client) => secretOf(context, client)));
  },
};
