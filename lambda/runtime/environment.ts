import { baseEnvironmentSchema, ENVIRONMENT_SCHEMAS, type ParsedEnvironment } from '../environment';
import { ConfigurationUnusableError } from '../domain/errors';
import type { FunctionId } from '../function-ids';

/**
 * The function's environment, checked once when it starts.
 * @throws ConfigurationUnusableError that names the bad variables, not their values
 */
export function readEnvironment<Id extends FunctionId>(id: Id): ParsedEnvironment<Id> {
  const parsed = baseEnvironmentSchema.extend(ENVIRONMENT_SCHEMAS[id].shape).safeParse(process.env);
  if (parsed.success) return parsed.data as unknown as ParsedEnvironment<Id>;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationUnusableError(`environment of ${id}: ${faults.join('; ')}`);
}
