import type * as z from 'zod';
import { dev } from './dev';
import { prod } from './prod';
import { type StageConfig, STAGE_NAMES, stageConfigSchema } from './schema';
import { staging } from './staging';

const STAGES: Record<string, unknown> = { dev, staging, prod };

/** Thrown when a stage's configuration cannot be used; the message lists every path and reason. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const describeIssue = (issue: z.core.$ZodIssue): string =>
  `  ${issue.path.length > 0 ? issue.path.join('.') : '(whole)'}: ${issue.message}`;

/**
 * Checks a stage's values against the schema.
 * @throws ConfigurationError with every offending path and its reason.
 */
export function parseStageConfig(values: unknown, origin: string): StageConfig {
  const parsed = stageConfigSchema.safeParse(values);
  if (!parsed.success) {
    throw new ConfigurationError(
      `The configuration ${origin} is not valid:\n${parsed.error.issues.map(describeIssue).join('\n')}`,
    );
  }
  return parsed.data;
}

/**
 * The configuration of a stage by its name.
 * @throws ConfigurationError when there is no such stage, or its values are not valid.
 */
export function loadStageConfig(stage: string): StageConfig {
  const values = STAGES[stage];
  if (values === undefined) {
    throw new ConfigurationError(
      `There is no stage "${stage}". Choose one of: ${STAGE_NAMES.join(', ')}, as in -c stage=dev.`,
    );
  }
  return parseStageConfig(values, `lib/config/${stage}.ts`);
}
