import { loadStageConfig } from '../../../lib/config/load';
import { intakeConcurrency } from '../../../lib/constructs/processing/intake-concurrency';
import { type BurstParameters, simulateBurst } from './simulate-burst';

const SEED = 20_250_804;
const prod = loadStageConfig('prod');
const slots = intakeConcurrency(prod);
const REKOGNITION_SECONDS = 0.4;

const production: Omit<BurstParameters, 'pictures' | 'arrivalsPerSecond'> = {
  transactionsPerSecond: prod.rekognitionTransactionsPerSecond,
  concurrency: slots,
  rekognitionSeconds: REKOGNITION_SECONDS,
  otherSeconds: prod.workflow.expectedSeconds - REKOGNITION_SECONDS,
  attempts: 5,
  pauseSeconds: 1,
  backoff: 2,
  maximumPauseSeconds: 8,
  visibilitySeconds: 6 * (prod.workflow.timeoutSeconds + 15),
  maxReceiveCount: prod.workflow.maxReceiveCount,
  seed: SEED,
};

interface Scenario {
  readonly name: string;
  readonly parameters: BurstParameters;
}

const burst = (name: string, change: Partial<BurstParameters>): Scenario => ({
  name,
  parameters: { pictures: 10_000, arrivalsPerSecond: Infinity, ...production, ...change },
});

const SCENARIOS: readonly Scenario[] = [
  burst('as configured, 200 pictures at 5 TPS', { pictures: 200, transactionsPerSecond: 5, concurrency: 10 }),
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
