import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call, errorName } from './service-errors';

export const secretsManagerClient = (limits: CallLimits): SecretsManagerClient =>
  new SecretsManagerClient(clientConfiguration(limits));

/** A version of a secret, or undefined when there is none: before the first rotation. */
export async function secretVersion(
  client: SecretsManagerClient,
  secretId: string,
  version: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<GetSecretValueCommandOutput | undefined> {
  try {
    return await call('secretsmanager:GetSecretValue', () =>
      client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: version })),
    );
  } catch (error) {
    if (errorName(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
