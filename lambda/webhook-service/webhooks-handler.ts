import { MalformedEventError } from '../domain/errors';
import { CLIENT_DIMENSION } from '../domain/metrics';
import { type WebhookAttempt, webhookRoundSchema } from '../domain/webhook-run';
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
    const parsed = webhookRoundSchema.safeParse(event);
    if (!parsed.success) {
      const error = new MalformedEventError(
        parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
      );
      telemetry.error('malformed', error);
      throw error;
    }
    const { clientId, round } = parsed.data;
    try {
      const { attempts, told, failed, givenUp, disabledFor } = await nextWebhooks(ports, parsed.data);
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
