import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { WebhookSecrets } from '../domain/ports';
import { webhookSecretSchema } from '../domain/webhook-signature';
import { secretVersion } from './secrets-manager';

/** One secret for each client that is told, named `PREFIXCLIENT`. */
export class SecretsManagerWebhookSecrets implements WebhookSecrets {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly prefix: string,
  ) {}

  /** @throws ZodError for a secret that is none, whose value it does not name */
  async read(clientId: string, version: 'AWSCURRENT' | 'AWSPREVIOUS') {
    const answer = await secretVersion(this.client, `${this.prefix}${clientId}`, version);
    // The embedded AWS keeps an empty version of a secret that was made without a value.
    if (answer?.SecretString === undefined || answer.SecretString === '') return undefined;
    return {
      secret: webhookSecretSchema.parse(answer.SecretString),
      madeAt: answer.CreatedDate?.getTime() ?? 0,
    };
  }
}
