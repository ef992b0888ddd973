import { CLIENT_DIMENSION } from '../domain/metrics';
import { type WebhookAttempt, webhookRoundSchema } from '../domain/webhook-run';
import { parseEvent } from '../runtime/task';
import type { Telemetry } from '../runtime/telemetry';
import { nextWebhooks, type NextWebhooksPorts } from '../steps/next-webhooks';

export interface WebhooksDependencies {
  readonly ports: NextWebhooksPorts;
  readonly telemetry: Telemetry;
}

/** One round of the workflow that tells a client; see `nextWebhooks`. @throws MalformedEventError */
export const webhooksHandler =
  ({ ports, telemetry }: WebhooksDependencies) =>
  async (event: unknown): Promise<{ attempts: readonly WebhookAttempt[] }> => {
    const input = parseEvent(telemetry, webhookRoundSchema, event);
    const { clientId, round } = input;
    try {
      const { attempts, told, failed, givenUp, disabledFor } = await nextWebhooks(ports, input);
      const client = { [CLIENT_DIMENSION]: clientId };
      if (round === 0)
        telemetry.measure('webhookEndpointDisabled', disabledFor === undefined ? 0 : 1, client);
      if (told > 0) telemetry.measure('webhooksTold', told, client);
      if (failed > 0) telemetry.measure('webhooksFailed', failed, client);
      if (givenUp > 0) telemetry.measure('webhooksGivenUp', givenUp, client);
      telemetry.info('told', { clientId, round, begun: attempts.length, told, failed, givenUp, disabledFor });
      return { attempts };
    } catch (error) {
      telemetry.error('failed', error, { clientId, round });
      throw error;
    }
  };
