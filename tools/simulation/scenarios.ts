import { BOUNDS } from '../../lambda/domain/bounds';
import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES, type StageConfig } from '../../lib/config/schema';
import { intakeConcurrency } from '../../lib/constructs/processing/intake-concurrency';
import { BACKOFF_RATE, THROTTLED } from '../../lib/constructs/processing/retries';
import { visibilitySeconds } from '../../lib/constructs/processing/time-limits';
import { AS_WRITTEN, type FairReading } from './fair-queue';
import {
  BURST_CLIENT,
  type BurstParameters,
  type BurstResult,
  type Flow,
  simulateBurst,
} from './simulate-burst';

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

const VISITOR = 'visitor';

/** A client that sends a picture now and then, for ten minutes. */
const visits: Flow = { client: VISITOR, pictures: 100, arrivalsPerSecond: 1 / 6, beginsAt: 30 };

/** How long a slot is held by a post that nobody claims: intake reads what there is, and deletes the version. */
export const SURPLUS_SECONDS = 0.1;

/** One form, posted as often as a fast line can for as long as it lives. Each post is claimed by nobody: intake's reads, a deletion. */
const surplus = (client: string): Flow => ({
  client,
  pictures: 100 * BOUNDS.formSeconds,
  arrivalsPerSecond: 100,
  beginsAt: 0,
  surplusSeconds: SURPLUS_SECONDS,
});

export interface Flood {
  readonly name: string;
  readonly alone: BurstParameters;
  readonly flooded: BurstParameters;
}

/** A whole hour's pictures of the largest plan at once, and one form over and over, beside a client that sends little. */
function floodsOf(config: StageConfig): Flood[] {
  const pictures = Math.max(...config.plans.map(({ picturesPerHour }) => picturesPerHour));
  const parameters = { ...atOnce, ...deployed(config), isFair: true };
  const flood = { ...parameters, pictures, others: [surplus(BURST_CLIENT), visits] };
  return atAnyPace(
    `${config.stage}: ${pictures} pictures and ${surplus('').pictures} posts of a form`,
    flood,
  ).map(({ name, parameters: flooded }) => ({
    name,
    flooded,
    alone: { ...flooded, pictures: 0, others: [visits] },
  }));
}

/** What has to leave other clients alone. */
export const FLOODS: readonly Flood[] = STAGE_NAMES.flatMap((stage) => floodsOf(loadStageConfig(stage)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Every way to read what AWS leaves open that we could think of, and worse figures than it names. */
export const READINGS: readonly (FairReading & { readonly name: string })[] = [
  { name: 'as written', ...AS_WRITTEN },
  { name: 'quiet again when its backlog is used up', ...AS_WRITTEN, quietAgain: 'by its backlog' },
  { name: 'noisy from a fifth and 60 in flight', ...AS_WRITTEN, noisyShare: 0.2, noisyInFlight: 60 },
  { name: 'noisy from a third and 100 in flight', ...AS_WRITTEN, noisyShare: 0.33, noisyInFlight: 100 },
  { name: 'known as noisy after 20 seconds', ...AS_WRITTEN, detectionSeconds: 20 },
  { name: 'recent: ten seconds', ...AS_WRITTEN, recentSeconds: 10 },
  { name: 'recent: ten minutes', ...AS_WRITTEN, recentSeconds: 600 },
  {
    name: 'all of the worse at once',
    ...{ noisyShare: 0.33, noisyInFlight: 100, recentSeconds: 600, detectionSeconds: 20 },
    quietAgain: 'by its backlog',
  },
];

/** How much longer the visitor's pictures take beside a flood: on average, and the slowest against the slowest. */
export function delayOfQuietClient({ alone, flooded }: Flood): {
  mean: number;
  slowest: number;
  seconds: number;
} {
  const [quiet, beside] = [alone, flooded].map((each) => simulateBurst(each).took.get(VISITOR) ?? []) as [
    readonly number[],
    readonly number[],
  ];
  return {
    mean: mean(beside) / mean(quiet),
    slowest: Math.max(...beside) / Math.max(...quiet),
    seconds: Math.max(...beside),
  };
}

/** Arrivals slower than the quota set their own floor. */
export const drainOverFloor = (
  { pictures, arrivalsPerSecond }: BurstParameters,
  { drainSeconds, floorSeconds }: BurstResult,
): number => drainSeconds / Math.max(floorSeconds, pictures / arrivalsPerSecond);
