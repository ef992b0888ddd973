import { parseArgs } from 'node:util';
import { loadStageConfig } from '../../lib/config/load';
import { synthesize } from '../../test/support/synthesized-stage';
import { actCosts, clientActs, costOf } from '../../tools/cost/client-costs';
import { type CostGroup, pictureCosts, perMillion, sumPerMillion } from '../../tools/cost/picture-costs';
import { runOnePicture } from '../../tools/cost/picture-run';
import { PRICES } from '../../tools/cost/prices';
import { TELLING_COSTS } from '../../tools/cost/telling-costs';
import { monthly, standingCosts } from '../../tools/cost/standing-costs';

const { values } = parseArgs({ options: { stage: { type: 'string', default: 'prod' } } });

const usd = (amount: number): string => `${amount.toFixed(2).padStart(9)} $`;
const row = (what: string, amount: number, detail: string): string =>
  `  ${what.padEnd(42)}${usd(amount)}  ${detail}`;
/** Enough digits for prices of a millionth. */
const plain = (value: number): string => String(Number(value.toPrecision(4)));

async function main(): Promise<void> {
  const stage = synthesize(loadStageConfig(values.stage));
  const lines = pictureCosts(stage, await runOnePicture());
  const sumOf = (...groups: CostGroup[]) => sumPerMillion(lines, ...groups);
  const detection = sumOf('detection');
  console.log(`What stage ${stage.config.stage} costs, from its templates, at list prices of us-east-1\n`);
  console.log('A million pictures a month, each uploaded, decided and read once:');
  for (const line of lines) {
    const { unit } = PRICES[line.price];
    console.log(row(line.what, perMillion(line), `${plain(line.units)} × ${unit}`));
  }
  console.log('');
  for (const [what, ...groups] of [
    ['processing', 'processing'],
    ['audit trail', 'audit'],
    ['both', 'processing', 'audit'],
  ] as const) {
    const sum = sumOf(...groups);
    console.log(row(what, sum, `${(sum / detection).toFixed(3)} × Rekognition`));
  }
  console.log('\nOne client, one hour, at most (plan, pictures an hour; waits):');
  const everything = sumOf('detection', 'processing', 'audit') / 1_000_000;
  for (const { id, picturesPerHour } of stage.config.plans)
    console.log(row(id, picturesPerHour * everything, `${picturesPerHour} × picture`));
  const acts = await clientActs();
  for (const act of acts)
    if (act.perHour !== undefined)
      console.log(row(act.what, act.perHour * costOf(stage, act), `${act.perHour} × ${act.what}`));
  for (const act of acts) {
    console.log(`\nA million times ${act.what}:`);
    for (const { what, price, units } of actCosts(stage, act))
      console.log(
        row(what, units * PRICES[price].usd * 1_000_000, `${plain(units)} × ${PRICES[price].unit}`),
      );
    console.log(row('together', costOf(stage, act) * 1_000_000, 'processing and audit trail'));
  }
  console.log('\nA million pictures told by webhooks, besides:');
  for (const { what, price, units } of TELLING_COSTS)
    console.log(row(what, units * PRICES[price].usd * 1_000_000, `${plain(units)} × ${PRICES[price].unit}`));
  console.log('\nA month without pictures:');
  const standing = standingCosts(stage);
  for (const cost of standing) {
    console.log(
      row(
        cost.what,
        monthly(cost),
        `${cost.count}${cost.lowered === undefined ? '' : `; lower: ${cost.lowered}`}`,
      ),
    );
  }
  console.log(
    row(
      'together',
      standing.reduce((sum, cost) => sum + monthly(cost), 0),
      '',
    ),
  );
  console.log(
    '\nLeft out: AWS Config, GuardDuty, backups and data transfer, which AWS bills by use. Seconds (definitions of the functions) and sizes (tools/cost/picture-costs.ts) are assumptions.',
  );
}

void main();
