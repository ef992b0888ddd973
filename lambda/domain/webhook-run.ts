import * as z from 'zod';
import { imageIdSchema } from './detection-record';

/** Names an attempt when its outcome comes back. */
const attemptTokenSchema = z.object({ imageId: imageIdSchema, version: z.string() });

/** What the workflow hands over: first nothing, then what became of the attempts of the round before. */
export const webhookRoundSchema = z.object({
  clientId: z.string(),
  /** The execution: it alone has the client's endpoint while it runs. */
  run: z.string().min(1),
  round: z.int().nonnegative(),
  outcomes: z.array(
    z.object({
      token: attemptTokenSchema,
      status: z.int().optional(),
      error: z.string().optional(),
    }),
  ),
});
export type WebhookRound = z.infer<typeof webhookRoundSchema>;

/** One message for the workflow to send as it is. */
export interface WebhookAttempt {
  readonly token: z.infer<typeof attemptTokenSchema>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
