import { loadStageConfig } from '../../../lib/config/load';
import type { StageConfig } from '../../../lib/config/schema';
import { intakeConcurrency } from '../../../lib/constructs/processing/intake-concurrency';
import { BACKOFF_RATE, MAXIMUM_PAUSE_SECONDS, THROTTLED } from '../../../lib/constructs/processing/retries';
import { visibilitySeconds } from '../../../lib/constructs/processing/time-limits';
import { type BurstParameters, simulateBurst } from './simulate-burst';

const SEED = 20_250_804;
const REKOGNITION_SECONDS = 0.4;
/** How Lambda scales the polling of a queue. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const POLLER = { slotsAtFirst: 5, slotsAddedPerSecond: 300 / 60 };

/** A stage as it is deployed: every figure but Rekognition's latency comes from what the stacks are made of. */
const deployed = (config: StageConfig): Omit<BurstParameters, 'pictures' | 'arrivalsPerSecond'> => ({
  transactionsPerSecond: config.rekognitionTransactionsPerSecond,
  concurrency: intakeConcurrency(config),
  ...POLLER,
  rekognitionSeconds: REKOGNITION_SECONDS,
  otherSeconds: config.workflow.expectedSeconds - REKOGNITION_SECONDS,
  attempts: 1 + THROTTLED.maxAttempts,
  pauseSeconds: THROTTLED.intervalSeconds,
  backoff: BACKOFF_RATE,
  maximumPauseSeconds: MAXIMUM_PAUSE_SECONDS,
  visibilitySeconds: visibilitySeconds(config),
  maxReceiveCount: config.workflow.maxReceiveCount,
  seed: SEED,
});
const prod = loadStageConfig('prod');
const production = deployed(prod);
const slots = production.concurrency;

interface Scenario {
  readonly name: string;
  readonly parameters: BurstParameters;
}

const burst = (name: string, change: Partial<BurstParameters>): Scenario => ({
  name,
  parameters: { pictures: 10_000, arrivalsPerSecond: Infinity, ...production, ...change },
});

const SCENARIOS: readonly Scenario[] = [
  burst('dev as configured, 200 pictures at 5 TPS', { pictures: 200, ...deployed(loadStageConfig('dev')) }),
  burst(`as configured (${slots} slots), 10,000 at once`, {}),
  burst('as configured, 1,000,000 at once', { pictures: 1_000_000 }),
  burst('as configured, a day of 1,000,000 (11.6/s)', { pictures: 1_000_000, arrivalsPerSecond: 11.6 }),
  burst('quota of 5 TPS, slots for 50 (misconfigured)', { transactionsPerSecond: 5 }),
  burst('sized by Rekognition latency alone', {
    concurrency: Math.ceil(prod.rekognitionTransactionsPerSecond * REKOGNITION_SECONDS),
  }),
  burst('workflow 50 % slower than configured', { otherSeconds: production.otherSeconds * 1.5 }),
  burst('no queue control: 1000 slots', { concurrency: 1000 }),
  burst('no queue control, no redelivery', { concurrency: 1000, maxReceiveCount: 1 }),
];

const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(46) : cell.padStart(13))).join('');

console.log(
  `Discrete-event simulation of bursts, seed ${SEED}; prod: ${production.transactionsPerSecond} TPS, ${slots} slots, workflow ${prod.workflow.expectedSeconds} s\n`,
);
console.log(row(['scenario', 'drain s', 'drain÷floor', 'calls/pict.', 'dead-lett. %']));
for (const { name, parameters } of SCENARIOS) {
  const result = simulateBurst(parameters);
  // Arrivals slower than the quota set their own floor.
  const floor = Math.max(result.floorSeconds, parameters.pictures / parameters.arrivalsPerSecond);
  console.log(
    row([
      name,
      result.drainSeconds.toFixed(0),
      (result.drainSeconds / floor).toFixed(3),
      (result.calls / parameters.pictures).toFixed(3),
      ((100 * result.deadLettered) / parameters.pictures).toFixed(1),
    ]),
  );
}
