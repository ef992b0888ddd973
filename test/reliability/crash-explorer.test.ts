import { IS_DEEP, SEED, seededRandom } from './depth';
import { type Exploration, explore } from './explorer/explore';
import { PLANTED_FAULTS } from './explorer/mutants';
import { DEEP_SCENARIOS, SCENARIOS, STORM } from './explorer/scenario';
import { walk } from './explorer/walk';

const MOST_STATES = IS_DEEP ? 1_500_000 : 60_000;
/** Of one deep scenario: the whole stays within ten minutes. */
const DEEP_SECONDS = 25;
const WALKS = IS_DEEP ? 2_000 : 150;

jest.setTimeout(IS_DEEP ? 600_000 : 60_000);

/** The real handlers and steps over in-memory AWS, whatever is killed when; see docs/requirements.md. */
describe('every picture ends once in one place with one true record', () => {
  const counts = { states: 0, steps: 0, ends: 0 };
  afterAll(() => {
    process.stdout.write(
      `Crash explorer: ${counts.states} states, ${counts.steps} steps, ${counts.ends} ends, seed ${SEED}\n`,
    );
  });

  const count = ({ states, steps, ends }: Exploration) => {
    counts.states += states;
    counts.steps += steps;
    counts.ends += ends;
  };

  test.each(SCENARIOS)('$name', async (scenario) => {
    const found = await explore(scenario, { mostStates: MOST_STATES });
    count(found);
    expect(found.violation).toBeUndefined();
    expect(found.ends).toBeGreaterThan(1);
  });

  if (IS_DEEP) {
    test.each(DEEP_SCENARIOS)('$name', async (scenario) => {
      const random = seededRandom(SEED);
      const found = await explore(scenario, { mostStates: MOST_STATES, mostSeconds: DEEP_SECONDS, random });
      count(found);
      const extent = found.isExhausted ? 'all' : 'some';
      process.stdout.write(`${scenario.name}: ${extent} ${found.states} states, ${found.ends} ends\n`);
      expect(found.violation).toBeUndefined();
    });
  }

  test(`everything at once, ${WALKS} times by chance`, async () => {
    const { steps, violation } = await walk(STORM, { walks: WALKS, random: seededRandom(SEED) });
    counts.steps += steps;
    expect(violation).toBeUndefined();
  });
});

describe('the explorer has teeth: it finds a program', () => {
  test.each(PLANTED_FAULTS)('whose fault is: $fault', async ({ foundIn, mutant }) => {
    const scenario = [...SCENARIOS, ...DEEP_SCENARIOS].find(({ name }) => name === foundIn);
    if (scenario === undefined) throw new Error(`no scenario ${foundIn}`);
    const { violation } = await explore(scenario, { mutant, mostStates: MOST_STATES });
    expect(violation?.what).toBeDefined();
    expect(violation?.trace.length).toBeGreaterThan(1);
  });
});
