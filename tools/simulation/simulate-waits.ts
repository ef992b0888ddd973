import { BOUNDS } from '../../lambda/domain/bounds';
import type { DetectionRecord } from '../../lambda/domain/detection-record';
import type { WaitSlots } from '../../lambda/domain/ports';
import { awaitOutcome } from '../../lambda/steps/await-outcome';
import type { StageConfig } from '../../lib/config/schema';
import { reservedConcurrency } from '../../lib/constructs/functions/function-limits';
import { emptyState, InMemoryWaitSlots } from '../../test/support/in-memory-aws';
import { EventQueue } from './event-queue';

/** Of a read that does not wait. */
export const READ_SECONDS = 0.2;
const SECONDS = 60;

const record = (clientId: string) =>
  ({ ClientID: clientId, ProcessingStatus: 'processing', ExpiresAt: 1 }) as DetectionRecord;

export interface WaitOutcome {
  /** Invocations that found no free slot of the function, by client. */
  readonly throttled: Record<string, number>;
  readonly mostAtOnce: number;
}

/**
 * The function as Lambda runs it, one request a slot and no more slots than are reserved, with its own step on a clock of
 * its own: one client sends waits as fast as its plan lets, another reads.
 */
export async function simulateWaits(
  config: StageConfig,
  slotsOf: (slots: WaitSlots) => WaitSlots = (slots) => slots,
): Promise<WaitOutcome> {
  const reserved = reservedConcurrency(config).query;
  const state = emptyState(0);
  const events = new EventQueue<() => void>();
  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => events.push(state.now + milliseconds, resolve));
  const slots = slotsOf(new InMemoryWaitSlots(() => state));
  const throttled: Record<string, number> = { flooding: 0, reading: 0 };
  let busy = 0;
  let mostAtOnce = 0;

  const invoke = async (clientId: string, seconds: number): Promise<void> => {
    if (busy === reserved) {
      throttled[clientId] = (throttled[clientId] ?? 0) + 1;
      return;
    }
    busy += 1;
    mostAtOnce = Math.max(mostAtOnce, busy);
    await sleep(READ_SECONDS * 1000);
    const log = { get: () => Promise.resolve(record(clientId)) };
    if (seconds > 0)
      await awaitOutcome({ log, slots, clock: () => state.now, sleep }, clientId, 'i', seconds);
    busy -= 1;
  };
  const plan = Math.max(...config.plans.map(({ ratePerSecond }) => ratePerSecond));
  for (let tick = 0; tick < SECONDS * plan; tick += 1)
    events.push((tick * 1000) / plan, () => void invoke('flooding', BOUNDS.longestWaitSeconds));
  for (let tick = 0; tick < SECONDS * 10; tick += 1) events.push(tick * 100, () => void invoke('reading', 0));
  for (let next = events.pop(); next !== undefined; next = events.pop()) {
    state.now = Math.max(state.now, next.at);
    next.event();
    // All that follows without a pause belongs to this moment.
    await new Promise(setImmediate);
  }
  return { throttled, mostAtOnce };
}

/** What it would be if whoever waits took what is there. */
export const withoutPlaces = (): WaitSlots => ({
  read: () => Promise.resolve([undefined]),
  take: () => Promise.resolve(true),
  release: () => Promise.resolve(),
});
