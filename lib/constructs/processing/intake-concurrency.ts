import { BOUNDS } from '../../../lambda/domain/bounds';
import type { FunctionId } from '../../../lambda/function-ids';
import type { StageConfig } from '../../config/schema';

/**
 * How many pictures intake holds at once, in the workflow or waiting for its start: Rekognition's transactions a second
 * times the seconds that a picture holds its slot, with head-room. How many start a second is paced
 * (lambda/steps/paced-workflow.ts), so that more slots earn no throttling. An event source mapping takes 2 to 1000.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function intakeConcurrency(config: StageConfig): number {
  const { rekognitionTransactionsPerSecond, workflow } = config;
  const slots = Math.ceil(rekognitionTransactionsPerSecond * workflow.expectedSeconds * BOUNDS.slotHeadroom);
  return Math.min(1000, Math.max(2, slots));
}

/**
 * The longest that a slot may have to wait for its start: for every other slot, and for as many that died while they
 * waited.
 */
export const longestStartWaitSeconds = (config: StageConfig): number =>
  Math.ceil((2 * intakeConcurrency(config)) / config.rekognitionTransactionsPerSecond);

/**
 * What part of all slots may be in one task at once. Rekognition may be slow for all of them; the others take a
 * fraction of a second (`organise` most), several times which fits. Never less than what starts cold together.
 */
const TASK_SHARES = { analyze: 1, classifyAndLog: 0.1, organise: 0.25, notify: 0.1 };
const LEAST_OF_A_TASK = 5;

/**
 * Reserved concurrency: what each function may take from the account, and what nobody can take from it. An intake slot
 * is one invocation of intake and one of a task; the sum stays below what `npm run preflight` asks the account for.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function reservedConcurrency(config: StageConfig): Readonly<Record<FunctionId, number>> {
  const slots = intakeConcurrency(config);
  const task = (id: keyof typeof TASK_SHARES) =>
    Math.max(LEAST_OF_A_TASK, Math.ceil(slots * TASK_SHARES[id]));
  return {
    // All that the API lets through at once: what it admits must find a function, or a 5xx stands where a 429 belongs.
    upload: config.api.uploadBurst,
    query: config.api.burst,
    intake: slots,
    analyze: task('analyze'),
    classifyAndLog: task('classifyAndLog'),
    organise: task('organise'),
    notify: task('notify'),
    erase: BOUNDS.allErasuresAtOnce,
    detectionStream: 5,
  };
}
