import * as fc from 'fast-check';
import type { StartSchedule, Workflow } from '../../../lambda/domain/ports';
import { pacedWorkflow } from '../../../lambda/steps/paced-workflow';
import { InMemoryStartSchedule } from '../../support/in-memory-aws';

/** Time passes only while somebody sleeps; whoever sleeps shortest wakes first. */
class Simulation {
  now = 0;
  private readonly sleepers: { at: number; wake: () => void }[] = [];

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.sleepers.push({ at: this.now + milliseconds, wake }));

  async run(programs: readonly Promise<void>[]): Promise<void> {
    const running = new Set(programs);
    for (const program of programs) void program.then(() => running.delete(program));
    for (;;) {
      // Whatever goes on without sleeping goes on first.
      await new Promise(setImmediate);
      if (running.size === 0) return;
      this.sleepers.sort((a, b) => a.at - b.at);
      const next = this.sleepers.shift();
      if (next === undefined) throw new Error('nobody sleeps and nobody ends');
      this.now = next.at;
      next.wake();
    }
  }
}

function paced(startsPerSecond: number, schedule?: StartSchedule, workflowMilliseconds = () => 0) {
  const simulation = new Simulation();
  const state: { nextStart?: number; lastStarts: Map<string, number> } = { lastStarts: new Map() };
  const starts: number[] = [];
  const workflow: Workflow = {
    run: async () => {
      starts.push(simulation.now);
      await simulation.sleep(workflowMilliseconds());
      return { status: 'SUCCEEDED' };
    },
  };
  const pacedOne = pacedWorkflow(workflow, {
    schedule: schedule ?? new InMemoryStartSchedule(() => state),
    clock: () => simulation.now,
    sleep: simulation.sleep,
    startsPerSecond,
    longestWaitSeconds: 60,
  });
  return { simulation, state, starts, run: (clientId = 'a') => pacedOne.run({}, clientId) };
}

/** Milliseconds by which sums of fractions may miss. */
const ROUNDING = 1e-6;

describe('paced workflow', () => {
  it('never starts sooner after another than the rate allows, whatever slots there are and however long they take', async () => {
    const any = fc.record({
      rate: fc.integer({ min: 1, max: 50 }),
      slots: fc.array(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 5 }), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(any, async ({ rate, slots }) => {
        const { simulation, starts, run } = paced(rate);
        const slot = async (pauses: readonly number[]) => {
          for (const pause of pauses) {
            await run();
            await simulation.sleep(pause);
          }
        };
        await simulation.run(slots.map(slot));
        expect(starts).toHaveLength(slots.flat().length);
        starts.slice(1).forEach((at, index) => {
          expect(at - (starts[index] ?? 0)).toBeGreaterThanOrEqual(1000 / rate - ROUNDING);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('leaves nothing of the rate unused while somebody is there to start', async () => {
    const { simulation, starts, run } = paced(5, undefined, () => 2000);
    const slot = async () => {
      for (let picture = 0; picture < 4; picture += 1) await run();
    };
    await simulation.run(Array.from({ length: 16 }, slot));
    expect(starts).toHaveLength(64);
    expect(starts.at(-1)).toBeCloseTo(63 * 200);
  });

  it('makes nobody wait for the flood of another client, and exceeds the rate by one start of each', async () => {
    const ofOthers = ['b', 'c'];
    const { simulation, starts, run } = paced(5, undefined, () => 200);
    const waits: number[] = [];
    const flood = async () => {
      for (let picture = 0; picture < 20; picture += 1) await run('a');
    };
    const visit = async (client: string) => {
      for (let picture = 0; picture < 5; picture += 1) {
        await simulation.sleep(9000);
        const asked = simulation.now;
        await run(client);
        waits.push(simulation.now - 200 - asked);
      }
    };
    await simulation.run([...Array.from({ length: 16 }, flood), ...ofOthers.map(visit)]);
    expect(waits).toEqual(Array.from({ length: 10 }, () => 0));
    // Every start took a time of its own, so that all take no less than they would one after another.
    expect(starts).toHaveLength(330);
    expect(starts.at(-1)).toBeGreaterThanOrEqual(200 * (330 - 1) - ROUNDING);
    for (const [index, at] of starts.entries()) {
      const within = starts.slice(index).filter((other) => other < at + 1000 - ROUNDING).length;
      expect(within).toBeLessThanOrEqual(5 + ofOthers.length);
    }
  });

  it('lets a client that sends as much as another take turns with it', async () => {
    const { simulation, run } = paced(5, undefined, () => 200);
    const done = { a: 0, b: 0 };
    const flood = async (client: 'a' | 'b') => {
      while (simulation.now < 60_000) {
        await run(client);
        done[client] += 1;
      }
    };
    const slots = (client: 'a' | 'b') => Array.from({ length: 8 }, () => flood(client));
    await simulation.run([...slots('a'), ...slots('b')]);
    expect(done.a / done.b).toBeGreaterThan(0.8);
    expect(done.a / done.b).toBeLessThan(1.25);
  });

  it('starts a lone picture at once, after whatever pause', async () => {
    const { simulation, starts, run } = paced(5);
    await simulation.run([run().then(() => simulation.sleep(10_000))]);
    await simulation.run([run().then(() => undefined)]);
    expect(starts).toEqual([0, 10_000]);
  });

  it.each([
    ['far ahead, by a clock that was wrong', 1e12],
    ['behind', -1],
  ])('begins anew when the schedule is %s', async (_, nextStart) => {
    const { simulation, state, starts, run } = paced(5);
    state.nextStart = nextStart;
    await simulation.run([run().then(() => undefined), run().then(() => undefined)]);
    expect(starts).toEqual([0, 200]);
  });

  it('starts without a turn when none can be had, and not at all when the schedule cannot be asked', async () => {
    const refusing = { follow: () => Promise.resolve(undefined), begin: () => Promise.resolve(false) };
    const { simulation, starts, run } = paced(5, refusing);
    await simulation.run([run().then(() => undefined)]);
    expect(starts).toEqual([0]);
    const away = { ...refusing, follow: () => Promise.reject(new Error('away')) };
    const other = paced(5, away);
    await expect(other.run()).rejects.toThrow('away');
    expect(other.starts).toEqual([]);
  });
});
