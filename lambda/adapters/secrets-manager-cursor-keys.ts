import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CursorKeys } from '../domain/ports';
import { secretVersion } from './secrets-manager';

export class SecretsManagerCursorKeys implements CursorKeys {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string,
  ) {}

  async read(version: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string | undefined> {
    return (await secretVersion(this.client, this.secretId, version))?.SecretString;
  }
}
