/*
 * `npm run bench [-- NAME …] [--rounds N] [--accept]`: every ratio of docs/performance.md in one table. Exit 1 when one
 * is worse than what recorded.json holds by more than noise; --accept writes what was measured there.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '../../tools/terminal/table';
import { measureBursts } from './measures/bursts';
import { measureCosts } from './measures/costs';
import { measureFunctions } from './measures/functions';
import { measureHostileMemory } from './measures/hostile-memory';
import { measureSynthesis } from './measures/synthesis';
import { isLoss, type Measure, type Measured } from './ratio';
import { readRecorded, record } from './recorded';

const MEASURES: Readonly<Record<string, Measure>> = {
  functions: measureFunctions,
  bursts: measureBursts,
  'hostile-memory': measureHostileMemory,
  costs: measureCosts,
  synthesis: measureSynthesis,
};
const EXIT_LOSS = 1;
const EXIT_USAGE = 2;

const figure = (value: number | undefined): string => value?.toFixed(3) ?? '–';

/** Recorded targets that are missed stay visible, but are no loss: a loss is a change. */
function verdictOn({ median, most }: Measured): string {
  if (most === undefined) return '';
  return median <= most ? 'met' : 'missed';
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '7' }, accept: { type: 'boolean', default: false } },
  });
  const names = positionals.length === 0 ? Object.keys(MEASURES) : positionals;
  const unknown = names.filter((name) => MEASURES[name] === undefined);
  const rounds = Number(values.rounds);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(`npm run bench -- [${Object.keys(MEASURES).join('|')}] … [--rounds N] [--accept]`);
    return EXIT_USAGE;
  }
  const recorded = readRecorded();
  const measured: Measured[] = [];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    measured.push(...((await MEASURES[name]?.(rounds)) ?? []));
  }
  const losses = measured.filter((now) => {
    const before = recorded.get(now.what);
    return before !== undefined && isLoss(before, now);
  });
  const rows = measured.map((now) => [
    now.what,
    figure(now.median),
    now.low === now.high ? '' : `${figure(now.low)}–${figure(now.high)}`,
    figure(recorded.get(now.what)?.median),
    figure(now.most),
    losses.includes(now) ? 'LOSS' : verdictOn(now),
    now.note ?? '',
  ]);
  const header = ['what', 'now', 'quarters', 'recorded', 'at most', 'verdict', ''];
  for (const line of formatTable(header, rows, 110)) console.log(line);
  if (values.accept) record(measured);
  for (const { what } of losses) console.error(`worse than noise explains: ${what}`);
  return losses.length > 0 && !values.accept ? EXIT_LOSS : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = EXIT_USAGE;
  },
);
