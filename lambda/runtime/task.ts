import type * as z from 'zod';
import { MalformedEventError } from '../domain/errors';
import type { Telemetry } from './telemetry';

/**
 * Makes a step a task of the state machine: the state is checked, the outcome logged, and an error leaves under its own
 * name, by which Step Functions retries and catches.
 * @throws MalformedEventError for a state that no schema version has; whatever the step throws
 */
export const taskHandler =
  <Schema extends z.ZodType<{ imageId: string }>, Result>(
    telemetry: Telemetry,
    schema: Schema,
    step: (state: z.output<Schema>) => Promise<Result>,
  ) =>
  async (event: unknown): Promise<Result> => {
    const parsed = schema.safeParse(event);
    if (!parsed.success) {
      const error = new MalformedEventError(
        parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
      );
      telemetry.error('malformed', error);
      throw error;
    }
    const { imageId } = parsed.data;
    try {
      const result = await step(parsed.data);
      telemetry.info('done', { imageId });
      return result;
    } catch (error) {
      telemetry.error('failed', error, { imageId });
      throw error;
    }
  };
