import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { fetchedRepository } from '../support/fetched-repository';
import { evaluatePicture, type Outcome, OUTCOMES } from './evaluate-picture';
import { readCorpus } from './read-corpus';
import { PICTURE_SOURCES } from './sources';
import { type CorpusCounts, COSTS, type Miss, MOST_REFUSED, page, sizeOf, sumOf } from './report';
import { type Timed, timeWorstCases } from './time-cases';

const PAGE = 'docs/pictures.md';
/** Neither is a fault: decoders disagree about such files. */
const TOLD_ONLY: ReadonlySet<Outcome> = new Set(['refusedByUsAndOneDecoder']);

async function evaluateCorpora(
  from: string | undefined,
): Promise<{ counts: CorpusCounts[]; misses: Miss[] }> {
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'pictures-'));
  const counts: CorpusCounts[] = [];
  const misses: Miss[] = [];
  try {
    for (const source of PICTURE_SOURCES) {
      const folder = fetchedRepository(source, from);
      if (!existsSync(folder)) throw new Error(`${folder} is not there`);
      const corpus = source.name;
      const files = await readCorpus(folder, scratch);
      const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
      for (const { file, ...evaluated } of files) {
        for (const [outcome, detail] of evaluatePicture(evaluated)) {
          outcomes[outcome] += 1;
          misses.push({ corpus, file, outcome, detail });
          console.log(`${corpus}: ${outcome} ${file}: ${detail}`);
        }
      }
      counts.push({ corpus, inScope: files.length, outcomes });
      console.log(`${corpus}: ${files.length} in scope, ${JSON.stringify(outcomes)}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { counts, misses };
}

/** What is not as promised. */
function broken(counts: readonly CorpusCounts[], timed: readonly Timed[]): string[] {
  const wrong = OUTCOMES.filter((outcome) => outcome !== 'refused' && !TOLD_ONLY.has(outcome)).filter(
    (outcome) => sumOf(counts, outcome) > 0,
  );
  const costly = timed.filter(
    ({ isOrdinary, passes, growth = 0 }) =>
      passes > (isOrdinary ? COSTS.ordinary : COSTS.worst) || growth > COSTS.growth,
  );
  return [
    ...(sumOf(counts, 'refused') > MOST_REFUSED * sizeOf(counts) ? ['too many are refused'] : []),
    ...wrong.map((outcome) => `${outcome}: ${sumOf(counts, outcome)}`),
    ...costly.map(
      ({ name, passes, growth }) =>
        `${name}: ${passes.toFixed(1)} readings of every byte, × ${String(growth)}`,
    ),
  ];
}

/** Public corpora of pictures against two decoders, and the costliest pictures timed; 1 when a promise is broken. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      write: { type: 'boolean', default: false },
      // Without the corpora: fetches nothing, writes nothing.
      'costs-only': { type: 'boolean', default: false },
    },
  });
  const { counts, misses } = values['costs-only']
    ? { counts: [], misses: [] }
    : await evaluateCorpora(values.from);
  const timed = await timeWorstCases();
  for (const { name, cost, passes } of timed.slice(0, 10))
    console.log(`${name}: ${cost.toFixed(1)} ms a MB, ${passes.toFixed(1)} readings`);
  const faults = broken(counts, timed);
  for (const fault of faults) console.log(`broken promise: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  if (values.write && !values['costs-only'])
    writeFileSync(path.join(PROJECT_ROOT, PAGE), await page(counts, misses, timed));
}

void main();
