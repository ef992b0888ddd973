import { BOUNDS } from '../../../lambda/domain/bounds';
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
