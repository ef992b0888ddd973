import type { AwsCall } from '../../lambda/aws-calls';
import { type FunctionId, functionDefinition } from '../../lambda/functions';
import { DETECTION_LOGS } from '../../lambda/domain/detection-record';
import { intakeConcurrency } from '../../lib/constructs/processing/intake-concurrency';
import type { BillingUnit } from '../../lib/network/service-definition';
import { serviceOf } from '../../lib/network/services';
import { PORT_CALLS } from '../../test/support/port-calls';
import type { PortCall } from '../../test/support/in-memory-system';
import { at, ofType, type SynthesizedStage } from '../../test/support/synthesized-stage';
import type { PictureRun } from './picture-run';
import { PRICES, type PriceName } from './prices';

/** `detection` is Rekognition itself; `processing` and `audit` are the rest that grows with pictures. */
export type CostGroup = 'detection' | 'processing' | 'audit' | 'storage';

export interface CostLine {
  readonly group: CostGroup;
  readonly what: string;
  readonly price: PriceName;
  /** Units a picture. */
  readonly units: number;
}

/** US dollars a million pictures. */
export const perMillion = ({ price, units }: CostLine): number => 1_000_000 * units * PRICES[price].usd;

/** The same of all lines of these groups together. */
export const sumPerMillion = (lines: readonly CostLine[], ...groups: CostGroup[]): number =>
  lines.filter(({ group }) => groups.includes(group)).reduce((sum, line) => sum + perMillion(line), 0);

/** What no template says, besides the seconds that the functions' definitions assume. */
export const ASSUMED = {
  pictureMegabytes: 0.5,
  /** Lines of functions, API, firewall, flow and DNS logs. */
  logKilobytes: 12,
  /** One event of the trail, as its log group takes it in. */
  trailEventKilobytes: 1.6,
} as const;

/** Execution memory is billed in steps of 64 MB. */
const EXECUTION_GIGABYTES = 64 / 1024;
/** Sent by EventBridge, received, deleted. */
const QUEUE_REQUESTS = 3;
const GIGABYTE_IN_KILOBYTES = 1_000_000;

/** The first action of a port call is the one that AWS bills; what follows it is only authorized. */
export const actionsOf = ({ name, parameters }: PortCall): AwsCall['action'][] => {
  const actions = PORT_CALLS[name]?.(...(parameters as never[]));
  if (actions === undefined) throw new Error(`no row for ${name}`);
  return actions.map(({ action }) => action);
};

export const gigabytesOf = (stage: SynthesizedStage, id: FunctionId): number => {
  const made = ofType(stage, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties['FunctionName'] === stage.names.function(id),
  );
  const megabytes = Number(made?.Properties['MemorySize']);
  if (!(megabytes > 0)) throw new Error(`The templates have no function ${id}.`);
  return megabytes / 1024;
};

/** What AWS bills for a call of this action, by the service's definition. */
export function billedAs(action: AwsCall['action']): BillingUnit {
  const unit = serviceOf(action)?.billing[action];
  if (unit === undefined) throw new Error(`no price for ${action}`);
  return unit;
}
/** A picture's record changes its status in these, and with it its place in one index: a delete more. */
const CHANGES_STATUS = ['log.claim', 'log.complete'];

/** Write units of one call: the item and each index that holds all of it, by the kilobyte; a transaction doubles the item. */
function writeUnits(call: PortCall, recordKilobytes: number): number {
  const [action] = actionsOf(call);
  if (action === undefined || billedAs(action) !== 'writeUnit') return 0;
  // One small item that no index holds.
  if (/^(schedule|counter)\./.test(call.name)) return 1;
  // What is decided at once never stands in the index of reviews, and no record in that of what is to be told.
  const indexes = Object.keys(DETECTION_LOGS.indexes).filter(
    (name) => name !== 'byReview' && name !== 'byWebhook',
  ).length;
  // Before the decision the item is small, and not yet in the index of animals.
  if (call.name === 'log.createUnlessErased') return 2 + 2 + (indexes - 1);
  const kilobytes = call.name === 'log.claim' ? 1 : Math.ceil(recordKilobytes);
  return kilobytes * (1 + indexes + (CHANGES_STATUS.includes(call.name) ? 1 : 0));
}

/** Which events the trail of the stage takes in. */
export const trailSelectors = (stage: SynthesizedStage): string =>
  JSON.stringify(
    ofType(stage, 'AWS::CloudTrail::Trail').map(({ Properties }) => at(Properties, 'AdvancedEventSelectors')),
  );

/** Whether the trail of the stage takes in a call, by its event selectors. */
const isOnTrail = (action: string, selectors: string): boolean =>
  (action.startsWith('s3:') && selectors.includes('"AWS::S3::Object"')) ||
  (action.startsWith('dynamodb:') && selectors.includes('"AWS::DynamoDB::Table"')) ||
  (action.startsWith('sns:') && selectors.includes('"AWS::SNS::Topic"'));
const isThroughEndpointOnTrail = (action: string, selectors: string): boolean =>
  selectors.includes('"NetworkActivity"') &&
  selectors.includes(`"${action.split(':')[0] ?? ''}.amazonaws.com"`);

/** Events that the trail takes in of calls, and of so many invocations that made them. */
export function trailEventsOf(selectors: string, actions: readonly string[], invocations: number): number {
  return (
    (selectors.includes('"AWS::Lambda::Function"') ? invocations : 0) +
    actions.filter((action) => isOnTrail(action, selectors)).length +
    actions.filter((action) => isThroughEndpointOnTrail(action, selectors)).length
  );
}

/**
 * Everything that a million more pictures add to the bill: calls counted by running one through the real handlers,
 * memory, tracing and trail read from the templates, the rest from {@link ASSUMED}.
 * @throws Error when a call has no price
 */
export function pictureCosts(stage: SynthesizedStage, { calls, record }: PictureRun): CostLine[] {
  const actions = calls.flatMap((call) => actionsOf(call).slice(0, 1));
  const units = actions.map(billedAs);
  const count = (unit: BillingUnit) => units.filter((each) => each === unit).length;
  const kilobytes = Buffer.byteLength(JSON.stringify(record)) / 1024;
  const { rekognitionTransactionsPerSecond, workflow } = stage.config;
  const { expectedSeconds } = workflow;
  // While pictures queue every slot is held from one start to its next: the dearest case, as it waits for its turn.
  const heldSeconds = intakeConcurrency(stage.config) / rekognitionTransactionsPerSecond;
  // Whoever called something, and the reader of the stream, which calls nothing.
  const onTheWay = [...new Set([...calls.map((call) => call.function), 'detectionStream' as const])];
  const secondsOf = (id: FunctionId): number => {
    const seconds = id === 'intake' ? heldSeconds : functionDefinition(id).assumedSeconds;
    if (seconds === undefined) throw new Error(`The definition of ${id} says no assumedSeconds.`);
    return seconds;
  };

  const trailEvents = trailEventsOf(trailSelectors(stage), actions, onTheWay.length);

  const line = (group: CostGroup, what: string, price: PriceName, units: number): CostLine => ({
    group,
    what,
    price,
    units,
  });
  return [
    line('detection', 'Rekognition', 'image', count('image')),
    line('processing', 'API Gateway: an upload, a read', 'apiRequest', 2),
    line('processing', 'WAF', 'firewallRequest', 2),
    line('processing', 'Lambda: invocations', 'invocation', onTheWay.length),
    ...onTheWay.map((id) =>
      line(
        'processing',
        `Lambda: ${id}, ${secondsOf(id)} s`,
        'gigabyteSecond',
        gigabytesOf(stage, id) * secondsOf(id),
      ),
    ),
    line('processing', 'Step Functions: executions', 'execution', count('execution')),
    line(
      'processing',
      'Step Functions: duration',
      'executionGigabyteSecond',
      EXECUTION_GIGABYTES * expectedSeconds,
    ),
    line('processing', 'S3: writes and lists', 'objectWrite', count('objectWrite')),
    line('processing', 'S3: reads', 'objectRead', count('objectRead')),
    line('processing', 'EventBridge', 'objectEvent', 1),
    line('processing', 'SQS', 'queueRequest', QUEUE_REQUESTS),
    line(
      'processing',
      'DynamoDB: writes, indexes included',
      'writeUnit',
      calls.reduce((sum, call) => sum + writeUnits(call, kilobytes), 0),
    ),
    line('processing', 'DynamoDB: reads', 'readUnit', count('readUnit')),
    line('processing', 'Endpoint of Rekognition', 'endpointGigabyte', ASSUMED.pictureMegabytes / 1000),
    line('processing', 'CloudWatch: logs', 'logGigabyte', ASSUMED.logKilobytes / GIGABYTE_IN_KILOBYTES),
    line('audit', 'CloudTrail: data and network events', 'trailEvent', trailEvents),
    line(
      'audit',
      'CloudWatch: the trail, watched',
      'logGigabyte',
      (trailEvents * ASSUMED.trailEventKilobytes) / GIGABYTE_IN_KILOBYTES,
    ),
    line(
      'storage',
      `S3: kept ${stage.config.retention.classifiedPicture} days`,
      'storedGigabyteMonth',
      (ASSUMED.pictureMegabytes / 1000) * (stage.config.retention.classifiedPicture / 30.4),
    ),
  ];
}
