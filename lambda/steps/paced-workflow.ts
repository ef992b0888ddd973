import type { Clock, StartSchedule, Workflow } from '../domain/ports';

export interface Pace {
  readonly schedule: StartSchedule;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Over all slots together. */
  readonly startsPerSecond: number;
  readonly longestWaitSeconds: number;
}

/** A schedule is begun by one of those who find it idle; the others follow. */
const ROUNDS = 3;

async function takeStart({ schedule, clock, startsPerSecond, longestWaitSeconds }: Pace): Promise<number> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = clock();
    const request = { now, latest: now + longestWaitSeconds * 1000, interval: 1000 / startsPerSecond };
    const start = await schedule.follow(request);
    if (start !== undefined) return start;
    if (await schedule.begin(request)) return now;
  }
  // Times pass faster than they are taken: there is nobody to wait for.
  return clock();
}

/**
 * Starts executions at most so many a second, evenly, however many slots there are and however long they take: what
 * Rekognition admits is neither exceeded nor left unused. Nobody waits while fewer are started than may be.
 */
export const pacedWorkflow = (workflow: Workflow, pace: Pace): Workflow => ({
  run: async (state) => {
    const start = await takeStart(pace);
    await pace.sleep(Math.max(0, start - pace.clock()));
    return await workflow.run(state);
  },
});
