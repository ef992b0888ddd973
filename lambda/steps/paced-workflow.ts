import type { ClientWorkflow, Clock, StartSchedule, Workflow } from '../domain/ports';

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

async function takeStart(
  { schedule, clock, startsPerSecond, longestWaitSeconds }: Pace,
  clientId: string,
): Promise<number> {
  const interval = 1000 / startsPerSecond;
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = clock();
    const request = { clientId, now, latest: now + longestWaitSeconds * 1000, interval };
    const taken = await schedule.follow(request);
    if (taken !== undefined) {
      const { start, previous } = taken;
      const isQuiet = previous === undefined || previous < now - interval;
      return isQuiet ? now : start;
    }
    if (await schedule.begin(request)) return now;
  }
  // Times pass faster than they are taken: there is nobody to wait for.
  return clock();
}

/**
 * Starts executions at most so many a second, evenly, however many slots there are and however long they take: what
 * Rekognition admits is neither exceeded nor left unused. Nobody waits while fewer are started than may be.
 *
 * A client none of whose times is still to come starts at once, ahead of what others have in their slots; the time that it
 * took passes unused. So the sum is the same, a flood makes nobody else wait, and the rate is exceeded by no more than one
 * start of each other client within the longest wait.
 */
export const pacedWorkflow = (workflow: Workflow, pace: Pace): ClientWorkflow => ({
  run: async (state, clientId) => {
    const start = await takeStart(pace, clientId);
    await pace.sleep(Math.max(0, start - pace.clock()));
    return await workflow.run(state);
  },
});
