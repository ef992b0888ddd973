import { BOUNDS } from '../../lambda/domain/bounds';
import { at, ofType, type SynthesizedStage } from '../../test/support/synthesized-stage';
import type { PriceName } from './prices';

/** Next, IsAnyToSend and Done, and the one that starts. */
const TRANSITIONS_OF_AN_EMPTY_RUN = 4;
/** Post; and of a full round Next, IsAnyToSend and Send, which 40 messages share. */
const TRANSITIONS_OF_A_MESSAGE = 1 + 3 / BOUNDS.webhooksAtOnce;
const MINUTES_A_MONTH = 730 * 60;

/** Schedules that start the telling of a client. */
const toldClients = (stage: SynthesizedStage): number =>
  ofType(stage, 'AWS::Scheduler::Schedule').filter(
    ({ Properties }) =>
      Properties['ScheduleExpression'] === 'rate(1 minute)' &&
      String(at(Properties, 'Target', 'Arn')).endsWith(stage.names.webhooks),
  ).length;

/** What the runs of a month cost that find nothing to tell: units of state transitions. */
export const idleTransitions = (stage: SynthesizedStage): number =>
  toldClients(stage) * MINUTES_A_MONTH * TRANSITIONS_OF_AN_EMPTY_RUN;

export interface TellingCost {
  readonly what: string;
  readonly price: PriceName;
  /** Units a message that is taken at once. */
  readonly units: number;
}

/** What one more picture costs whose client is told; its own calls, the index of what is to be told included. */
export const TELLING_COSTS: readonly TellingCost[] = [
  { what: 'Step Functions: transitions', price: 'transition', units: TRANSITIONS_OF_A_MESSAGE },
  // Marked, counted and ended: three writes of the item, and in the index one put, one move (two) and one delete.
  { what: 'DynamoDB: writes, index included', price: 'writeUnit', units: 3 + 4 },
  // The record, strongly consistent; a share of the query.
  { what: 'DynamoDB: reads', price: 'readUnit', units: 2 },
];
