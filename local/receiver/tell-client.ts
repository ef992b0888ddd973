import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as delay } from 'node:timers/promises';
import { toldClients } from '../../lib/config/schema';
import { takeRole } from '../client/take-role';
import { DeploymentError } from '../deployer/create-stack';
import type { EmbeddedAws } from '../embedded-aws';
import { clientSettings } from '../emulator/clients';

const POLL_MILLISECONDS = 50;

/** @throws DeploymentError for an execution that does not succeed */
async function execute({ clients, names }: EmbeddedAws, machine: string, input: object): Promise<void> {
  const { executionArn } = await clients.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: names.arn('states', `stateMachine:${machine}`),
      input: JSON.stringify(input),
    }),
  );
  for (;;) {
    const { status, error, cause } = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING')
      throw new DeploymentError(`${machine}: ${status} ${error ?? ''} ${cause ?? ''}`);
    await delay(POLL_MILLISECONDS);
  }
}

/** Replaces the secret of a client, as its schedule does, and hands it over as the data steward does. */
export async function rotateWebhookSecret(aws: EmbeddedAws, clientId: string): Promise<string> {
  const secretId = aws.names.webhookSecret(clientId);
  await execute(aws, aws.names.webhookSecretRotation, { secretId });
  const steward = new SecretsManagerClient({
    ...clientSettings(aws.emulator),
    credentials: await takeRole({ aws }, 'data-steward'),
  });
  const { SecretString = '' } = await steward.send(new GetSecretValueCommand({ SecretId: secretId }));
  return SecretString;
}

/** One run that tells a client, as its schedule starts it each minute. */
export async function tellClient(aws: EmbeddedAws, clientId: string): Promise<void> {
  const address = toldClients(aws.config).find(({ id }) => id === clientId)?.webhook.address;
  await execute(aws, aws.names.webhooks, { clientId, address, round: 0, outcomes: [] });
}
