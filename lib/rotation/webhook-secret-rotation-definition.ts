import { makeAndStore } from './make-and-store';

/** What a schedule hands to an execution. */
export interface WebhookSecretRotationInput {
  readonly secretId: string;
}

/**
 * The state machine that replaces the secret which signs a client's messages: `whsec_` and the base64 of 48 random letters
 * and digits, 285 bits in 48 bytes; Standard Webhooks asks for 24 to 64 bytes. The secret before signs as well for a while.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export const webhookSecretRotationDefinition = (): object =>
  makeAndStore({
    comment: "Replaces the secret that signs a client's messages",
    length: 48,
    secretId: '{% $states.input.secretId %}',
    secret: "{% 'whsec_' & $base64encode($states.result.RandomPassword) %}",
  });
