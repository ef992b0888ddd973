import { BackupClient, StartBackupJobCommand, StopBackupJobCommand } from '@aws-sdk/client-backup';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  GetMetricStatisticsCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateSampleFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  type ContactContext,
  eventually,
  type Exercise,
  judged,
  notShown,
  type Seen,
  settingsOf,
} from './exercise';

const REASON = 'first contact: shows that the action of the alarm reaches its topic';

async function alarmsOf(context: ContactContext): Promise<string[]> {
  const client = new CloudWatchClient(settingsOf(context));
  const all: string[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: `${context.names.prefix}-`, AlarmTypes: ['MetricAlarm'] },
  ))
    // A composite's state follows its members and cannot be set.
    for (const { AlarmName, AlarmActions = [], ActionsEnabled } of MetricAlarms)
      if (AlarmName !== undefined && ActionsEnabled === true && AlarmActions.length > 0) all.push(AlarmName);
  return all;
}

/** Sets an alarm off and reads in its history what became of its action. */
async function setOff(context: ContactContext, AlarmName: string): Promise<'told' | 'not told'> {
  const client = new CloudWatchClient(settingsOf(context));
  const since = context.now();
  await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: REASON }));
  const told = await eventually(
    { ...context, patienceMilliseconds: Math.min(60_000, context.patienceMilliseconds) },
    async () => {
      const { AlarmHistoryItems = [] } = await client.send(
        new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'Action', StartDate: since }),
      );
      return AlarmHistoryItems.some(({ HistorySummary = '' }) =>
        HistorySummary.startsWith('Successfully executed action'),
      )
        ? true
        : undefined;
    },
  );
  await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: REASON }));
  return told === true ? 'told' : 'not told';
}

/** Whether a rule handed an event on since then, and nothing of it failed. */
async function handedOn(context: ContactContext, rule: string, since: Date): Promise<Seen> {
  const client = new CloudWatchClient(settingsOf(context));
  const sum = async (MetricName: string): Promise<number> => {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Events',
        MetricName,
        Dimensions: [{ Name: 'RuleName', Value: context.names.of(rule) }],
        StartTime: since,
        EndTime: new Date(context.now().getTime() + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const invoked = await eventually(context, async () => (await sum('Invocations')) || undefined);
  const failed = await sum('FailedInvocations');
  return judged(
    invoked !== undefined && failed === 0,
    `the rule ${context.names.of(rule)} handed on ${invoked ?? 0} events, ${failed} of them failed`,
  );
}

const NO_EVENTS_OF_SERVICES =
  'it sends no events of its services to EventBridge, and keeps no metrics of rules';

/** Every way by which somebody is alerted. */
export const ALERTS: readonly Exercise[] = [
  {
    id: 'alarm-actions',
    edge: 'CloudWatch alarm → SNS alert topic, under its key',
    contracts: [],
    expected: 'the action of every alarm succeeds',
    does: 'sets every metric alarm of the stage off by hand, and back; each sends a message to the alert addresses',
    cost: 'nothing; about as many mails as there are alarms',
    run: async (context) => {
      const alarms = await alarmsOf(context);
      if (alarms.length === 0) return judged(false, 'there is no alarm with an action');
      // Where the first shows nothing of its action, no other will.
      const [first = '', ...others] = alarms;
      const silent: string[] = [];
      if ((await setOff(context, first)) === 'not told') {
        if (context.embedded)
          return notShown(
            `${alarms.length} alarms; it sets their state and keeps no history of their actions`,
          );
        silent.push(first);
      }
      for (const alarm of others) if ((await setOff(context, alarm)) === 'not told') silent.push(alarm);
      return judged(
        silent.length === 0,
        `${alarms.length - silent.length} of ${alarms.length} told${silent.length === 0 ? '' : `; silent: ${silent.join(', ')}`}`,
      );
    },
    mark: { name: 'SetAlarmState' },
  },
  {
    id: 'event-backup-job-failed',
    edge: 'AWS Backup → EventBridge rule → SNS alert topic',
    contracts: ['event-rule-publishes-to-topic'],
    expected: 'the rule hands on one event, without a failure',
    does: 'starts a backup of the erasure ledger and stops it at once',
    cost: 'below 0.01 $',
    needsAws: NO_EVENTS_OF_SERVICES,
    mark: { name: 'StopBackupJob' },
    run: async (context) => {
      const { names } = context;
      const client = new BackupClient(settingsOf(context));
      const since = context.now();
      const { BackupJobId } = await client.send(
        new StartBackupJobCommand({
          BackupVaultName: names.backupVault,
          ResourceArn: names.tableArn(names.erasureLedgerTable),
          IamRoleArn: names.roleArn('backup'),
          Lifecycle: { DeleteAfterDays: 7 },
        }),
      );
      await client.send(new StopBackupJobCommand({ BackupJobId }));
      return handedOn(context, 'backup-job-failed', since);
    },
  },
  {
    id: 'event-key-rotation-failed',
    edge: 'Step Functions → EventBridge rule → SNS alert topic',
    contracts: ['event-rule-publishes-to-topic'],
    expected: 'the rule hands on one event, without a failure',
    does: 'starts the rotation of the cursor key and stops it at once; the key in use stays good',
    cost: 'below 0.01 $',
    needsAws: NO_EVENTS_OF_SERVICES,
    mark: { name: 'StopExecution' },
    run: async (context) => {
      const { names } = context;
      const { Target } = await new SchedulerClient(settingsOf(context)).send(
        new GetScheduleCommand({ GroupName: names.scheduleGroup, Name: names.cursorKeyRotation }),
      );
      const client = new SFNClient(settingsOf(context));
      const since = context.now();
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn: Target?.Arn, input: Target?.Input ?? '{}' }),
      );
      await client.send(new StopExecutionCommand({ executionArn, cause: REASON }));
      return handedOn(context, 'key-rotation-failed', since);
    },
  },
  {
    id: 'event-threat-found',
    edge: 'GuardDuty → EventBridge rule → SNS alert topic',
    contracts: ['event-rule-publishes-to-topic'],
    expected: 'the rule hands on one event, without a failure',
    does: 'has GuardDuty make one sample finding, marked as such; archive it afterwards',
    cost: 'nothing',
    needsAws: NO_EVENTS_OF_SERVICES,
    mark: { name: 'CreateSampleFindings' },
    run: async (context) => {
      const client = new GuardDutyClient(settingsOf(context));
      const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}));
      if (DetectorId === undefined) return notShown('the account has no detector; the organisation runs it');
      const since = context.now();
      await client.send(
        new CreateSampleFindingsCommand({
          DetectorId,
          FindingTypes: ['Policy:S3/BucketAnonymousAccessGranted'],
        }),
      );
      return handedOn(context, 'threat-found', since);
    },
  },
];
