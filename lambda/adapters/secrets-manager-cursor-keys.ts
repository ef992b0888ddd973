import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CursorKeys } from '../domain/ports';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call, errorName } from './service-errors';

export const secretsManagerClient = (limits: CallLimits): SecretsManagerClient =>
  new SecretsManagerClient(clientConfiguration(limits));

export class SecretsManagerCursorKeys implements CursorKeys {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string,
  ) {}

  async read(version: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string | undefined> {
    try {
      const answer = await call('secretsmanager:GetSecretValue', () =>
        this.client.send(new GetSecretValueCommand({ SecretId: this.secretId, VersionStage: version })),
      );
      return answer.SecretString;
    } catch (error) {
      if (errorName(error) === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}
