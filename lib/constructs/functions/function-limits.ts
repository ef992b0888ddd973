import type { PerStage, StageLimits } from '../../../lambda/function-definition';
import { FUNCTION_IDS, type FunctionId, functionDefinition } from '../../../lambda/functions';
import type { StageConfig } from '../../config/schema';
import { intakeConcurrency } from '../processing/intake-concurrency';
import { intakeTimeoutSeconds } from '../processing/time-limits';

const limitsOf = (config: StageConfig): StageLimits => ({
  requestsAtOnce: config.api.burst,
  uploadsAtOnce: config.api.uploadBurst,
  clients: config.clients.length,
  pictureSlots: intakeConcurrency(config),
  pictureSeconds: intakeTimeoutSeconds(config),
});

const inStage = (figure: PerStage, config: StageConfig): number =>
  typeof figure === 'number' ? figure : figure(limitsOf(config));

/** How long a function may take before Lambda stops it. */
export const timeoutSeconds = (id: FunctionId, config: StageConfig): number =>
  inStage(functionDefinition(id).timeoutSeconds, config);

/**
 * Reserved concurrency: what each function may take from the account, and what nobody can take from it. The sum stays
 * below what `npm run preflight` asks the account for.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const reservedConcurrency = (config: StageConfig): Readonly<Record<FunctionId, number>> =>
  Object.fromEntries(
    FUNCTION_IDS.map((id) => [id, inStage(functionDefinition(id).concurrency, config)]),
  ) as Record<FunctionId, number>;
