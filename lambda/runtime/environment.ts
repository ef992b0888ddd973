import type * as z from 'zod';
import { ConfigurationUnusableError } from '../domain/errors';
import { type BaseEnvironment, baseEnvironmentSchema } from '../environment';
import type { FunctionDefinition } from '../function-definition';

type Parsed<Definition extends FunctionDefinition> = z.output<Definition['environment']> & BaseEnvironment;

/**
 * The function's environment, checked once when it starts.
 * @throws ConfigurationUnusableError that names the bad variables, not their values
 */
export function readEnvironment<Definition extends FunctionDefinition>({
  id,
  environment,
}: Definition): Parsed<Definition> {
  const parsed = baseEnvironmentSchema.extend(environment.shape).safeParse(process.env);
  if (parsed.success) return parsed.data as unknown as Parsed<Definition>;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationUnusableError(`environment of ${id}: ${faults.join('; ')}`);
}
