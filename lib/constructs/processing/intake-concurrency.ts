import type { FunctionId } from '../../../lambda/function-ids';
import type { StageConfig } from '../../config/schema';

/**
 * How many pictures are in the workflow at once: Rekognition's transactions a second times the seconds that a picture
 * holds its slot. More only earns throttling, fewer leaves capacity idle. An event source mapping takes 2 to 1000.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function intakeConcurrency(config: StageConfig): number {
  const slots = Math.ceil(config.rekognitionTransactionsPerSecond * config.workflow.expectedSeconds);
  return Math.min(1000, Math.max(2, slots));
}

/** A picture is in one task at a time; the shares overlap, so that a slow task does not starve. */
const TASK_SHARE = 0.5;

/**
 * Reserved concurrency: what each function may take from the account, and what nobody can take from it. An intake slot
 * is one invocation of intake and one of a task; the sum stays below what `npm run preflight` asks the account for.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function reservedConcurrency(config: StageConfig): Readonly<Record<FunctionId, number>> {
  const slots = intakeConcurrency(config);
  const task = Math.max(2, Math.ceil(slots * TASK_SHARE));
  return {
    // All that the API lets through at once: what it admits must find a function, or a 5xx stands where a 429 belongs.
    upload: config.api.uploadBurst,
    query: config.api.burst,
    intake: slots,
    analyze: slots,
    classifyAndLog: task,
    organise: task,
    notify: task,
    erase: 2,
    detectionStream: 5,
  };
}
