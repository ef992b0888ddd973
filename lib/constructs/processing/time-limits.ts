import type { StageConfig } from '../../config/schema';
import { longestStartWaitSeconds } from './intake-concurrency';

/*
 * One order of patience, innermost first, in seconds: a task's function < the task (both in lambda/domain/bounds.ts) < the
 * workflow < intake's socket to Step Functions < intake < the queue's visibility. Whoever waits longer always sees the
 * answer of whoever waits less.
 */

/** Intake waits for its turn, runs the workflow synchronously, and needs time before and after it. */
export const intakeTimeoutSeconds = (config: StageConfig): number =>
  longestStartWaitSeconds(config) + config.workflow.timeoutSeconds + 30;

/** Six times the function's timeout. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const visibilitySeconds = (config: StageConfig): number => 6 * intakeTimeoutSeconds(config);

/** How long one holder of a claim may work before another may take it over. */
export const leaseSeconds = (config: StageConfig): number => intakeTimeoutSeconds(config) + 30;
