import { BOUNDS } from '../../lambda/domain/bounds';
import { loadStageConfig } from '../../lib/config/load';
import type { StageConfig } from '../../lib/config/schema';
import { intakeConcurrency } from '../../lib/constructs/processing/intake-concurrency';
import { BACKOFF_RATE, THROTTLED } from '../../lib/constructs/processing/retries';
import { visibilitySeconds } from '../../lib/constructs/processing/time-limits';
import type { BurstParameters, BurstResult } from './simulate-burst';

export const SEED = 20_250_804;
const REKOGNITION_SECONDS = 0.4;
/** How Lambda scales the polling of a queue. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const POLLER = { slotsAtFirst: 5, slotsAddedPerSecond: 300 / 60 };

/** A stage as it is deployed: every figure but Rekognition's latency comes from what the stacks are made of. */
const deployed = (config: StageConfig): Omit<BurstParameters, 'pictures' | 'arrivalsPerSecond'> => ({
  transactionsPerSecond: config.rekognitionTransactionsPerSecond,
  startsPerSecond: config.rekognitionTransactionsPerSecond,
  concurrency: intakeConcurrency(config),
  ...POLLER,
  rekognitionSeconds: REKOGNITION_SECONDS,
  otherSeconds: config.workflow.expectedSeconds - REKOGNITION_SECONDS,
  attempts: 1 + THROTTLED.maxAttempts,
  pauseSeconds: THROTTLED.intervalSeconds,
  backoff: BACKOFF_RATE,
  maximumPauseSeconds: BOUNDS.retryPauseSeconds,
  visibilitySeconds: visibilitySeconds(config),
  maxReceiveCount: config.workflow.maxReceiveCount,
  seed: SEED,
});

/** Every step of the workflow takes so many times as long as configured. */
const timesAsLong = (parameters: BurstParameters, factor: number): BurstParameters => ({
  ...parameters,
  rekognitionSeconds: parameters.rekognitionSeconds * factor,
  otherSeconds: parameters.otherSeconds * factor,
});

export interface Scenario {
  readonly name: string;
  readonly parameters: BurstParameters;
}

const atOnce = { arrivalsPerSecond: Infinity };
const dev = { pictures: 200, ...atOnce, ...deployed(loadStageConfig('dev')) };
const prod = { pictures: 10_000, ...atOnce, ...deployed(loadStageConfig('prod')) };
const million = { ...prod, pictures: 1_000_000 };

const atAnyPace = (name: string, parameters: BurstParameters): Scenario[] => [
  { name, parameters },
  { name: '  workflow 50 % slower than configured', parameters: timesAsLong(parameters, 1.5) },
  { name: '  workflow 50 % faster than configured', parameters: timesAsLong(parameters, 0.5) },
];

/** What has to meet the targets, whichever seed. */
export const DEPLOYED: readonly Scenario[] = [
  ...atAnyPace('dev: 200 pictures at 5 TPS', dev),
  ...atAnyPace('prod: 10,000 pictures at 50 TPS', prod),
  { name: 'prod: 1,000,000 pictures at 50 TPS', parameters: million },
];

/** What else may be, and what the control is for. */
export const OTHERS: readonly Scenario[] = [
  { name: 'a day of 1,000,000 (11.6/s)', parameters: { ...million, arrivalsPerSecond: 11.6 } },
  {
    name: 'quota of 5 TPS, set up for 50 (misconfigured)',
    parameters: { ...prod, transactionsPerSecond: 5 },
  },
  { name: 'slots alone, as many, starts not paced', parameters: { ...prod, startsPerSecond: Infinity } },
  {
    name: 'no control: 1000 slots, starts not paced',
    parameters: { ...prod, concurrency: 1000, startsPerSecond: Infinity },
  },
  {
    name: 'no control, no redelivery',
    parameters: { ...prod, concurrency: 1000, startsPerSecond: Infinity, maxReceiveCount: 1 },
  },
];

/** Arrivals slower than the quota set their own floor. */
export const drainOverFloor = (
  { pictures, arrivalsPerSecond }: BurstParameters,
  { drainSeconds, floorSeconds }: BurstResult,
): number => drainSeconds / Math.max(floorSeconds, pictures / arrivalsPerSecond);
