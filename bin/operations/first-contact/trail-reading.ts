import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { type ContactContext, type Exercise, notShown, pause, type Seen, settingsOf } from './exercise';

/** An event in which AWS tells what it sends at an edge, and what of it is read. */
interface Reading {
  readonly contract: string;
  readonly edge: string;
  readonly event: string;
  /** What the event must hold, so that it is the one of this edge. */
  readonly holds: (context: ContactContext) => readonly string[];
}

const READINGS: readonly Reading[] = [
  {
    contract: 'trail-writes-to-log-group',
    edge: 'CloudTrail → its role',
    event: 'AssumeRole',
    holds: ({ names }) => ['cloudtrail.amazonaws.com', names.role('trail')],
  },
  {
    contract: 'guard-hook-takes-its-role',
    edge: 'CloudFormation hook → its role',
    event: 'AssumeRole',
    holds: ({ names }) => ['hooks.cloudformation.amazonaws.com', names.prefix],
  },
  {
    contract: 'backup-takes-its-role',
    edge: 'AWS Backup → its role',
    event: 'AssumeRole',
    holds: ({ names }) => ['backup.amazonaws.com', names.role('backup')],
  },
  {
    contract: 'backup-keeps-in-vault',
    edge: 'AWS Backup → the role of restores',
    event: 'AssumeRole',
    holds: ({ names }) => ['backup.amazonaws.com', names.role('restore')],
  },
  {
    contract: 'event-rule-publishes-to-topic',
    edge: 'EventBridge → key of the alert topic',
    event: 'GenerateDataKey',
    holds: ({ names }) => ['events.amazonaws.com', names.alertTopic],
  },
  {
    contract: 'event-rule-sends-to-queue',
    edge: 'EventBridge → key of the intake queue',
    event: 'GenerateDataKey',
    holds: () => ['events.amazonaws.com', 'aws:sqs:arn'],
  },
  {
    contract: 'function-takes-its-role',
    edge: 'Lambda → the role of a function',
    event: 'AssumeRole',
    holds: ({ names }) => ['lambda.amazonaws.com', names.prefix],
  },
  {
    contract: 'function-reads-its-environment',
    edge: 'Lambda → key of its variables',
    event: 'Decrypt',
    holds: () => ['aws:lambda:FunctionArn'],
  },
  {
    contract: 'mapping-polls-stream',
    edge: 'event source mapping → key of the table’s stream',
    event: 'Decrypt',
    holds: ({ names }) => ['dynamodb', names.detectionLogsTable],
  },
  {
    contract: 'gateway-log-role',
    edge: 'API Gateway → its log role',
    event: 'AssumeRole',
    holds: ({ names }) => ['apigateway.amazonaws.com', names.prefix],
  },
  {
    contract: 'workflow-version-under-key',
    edge: 'Step Functions → key of the workflow',
    event: 'Decrypt',
    holds: ({ names }) => ['aws:states:stateMachineArn', names.prefix],
  },
  {
    contract: 'workflow-writes-its-log',
    edge: 'log delivery → key of the workflow’s log',
    event: 'Decrypt',
    holds: () => ['delivery.logs.amazonaws.com'],
  },
  {
    contract: 'subscription-leaves-undelivered',
    edge: 'SNS → key of the failure queue',
    event: 'GenerateDataKey',
    holds: ({ names }) => ['sns.amazonaws.com', names.failureQueue],
  },
];

/** Pages of events that are looked through for one edge: CloudTrail answers two a second. */
const MOST_PAGES = 40;
const PAUSE_MILLISECONDS = 600;
/** CloudTrail keeps them so long. */
const DAYS = 90;

interface TrailEvent {
  readonly id: string;
  readonly text: string;
}

/** The newest event of a name that holds all of the texts. */
export async function findEvent(
  context: ContactContext,
  name: string,
  holds: readonly string[],
  since: Date,
): Promise<TrailEvent | undefined> {
  const client = new CloudTrailClient(settingsOf(context));
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    context.ended?.throwIfAborted();
    const answer = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
        StartTime: since,
        NextToken,
      }),
    );
    for (const { EventId, CloudTrailEvent: text = '' } of answer.Events ?? [])
      if (EventId !== undefined && holds.every((part) => text.includes(part))) return { id: EventId, text };
    ({ NextToken } = answer);
    if (NextToken === undefined) return undefined;
    if (!context.embedded) await pause(context, PAUSE_MILLISECONDS);
  }
  return undefined;
}

/** What a request told of itself, as far as the trail keeps it. */
function told(text: string): string {
  const keys = ['sourceArn', 'sourceAccount', 'encryptionContext', 'invokedBy', 'viaService'];
  const found = keys.flatMap((key) => {
    const value = new RegExp(`"${key}":\\s*(\\{[^}]*\\}|"[^"]*")`).exec(text)?.[1];
    return value === undefined ? [] : [`${key} ${value}`];
  });
  return found.length === 0 ? 'the event names no source' : found.join(', ');
}

async function read(
  context: ContactContext,
  { event, holds }: Reading,
): Promise<Seen & { eventId?: string }> {
  const since = new Date(context.now().getTime() - DAYS * 86_400_000);
  const found = await findEvent(context, event, holds(context), since);
  return found === undefined
    ? notShown(`the trail has no ${event} that holds ${holds(context).join(', ')}`)
    : { outcome: 'as expected', seen: told(found.text), eventId: found.id };
}

/** What AWS sends where its pages do not say: read in the events that the deployment and the other exercises left. */
export const TRAIL_READINGS: readonly Exercise[] = READINGS.map((reading) => ({
  id: `trail-${reading.contract}`,
  edge: reading.edge,
  contracts: [reading.contract],
  expected: `an event ${reading.event} that tells what was sent`,
  does: `looks for ${reading.event} in CloudTrail’s event history`,
  cost: 'nothing',
  needsAws: 'its services call each other without roles and keys, so that no such event is recorded',
  run: (context) => read(context, reading),
}));
