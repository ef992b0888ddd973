import type * as z from 'zod';
import { MalformedEventError } from '../domain/errors';
import type { Telemetry } from './telemetry';

/**
 * An event as its schema has it; one that is not is logged.
 * @throws MalformedEventError that names the bad fields, not their values
 */
export function parseEvent<Schema extends z.ZodType>(
  telemetry: Telemetry,
  schema: Schema,
  event: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const error = new MalformedEventError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
  );
  telemetry.error('malformed', error);
  throw error;
}

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
    const state = parseEvent(telemetry, schema, event);
    const { imageId } = state;
    try {
      const result = await step(state);
      telemetry.info('done', { imageId });
      return result;
    } catch (error) {
      telemetry.error('failed', error, { imageId });
      throw error;
    }
  };
