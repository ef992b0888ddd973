import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type ContactContext, eventually, type Exercise, evaluated, notShown, settingsOf } from './exercise';

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

/** Every way by which somebody is alerted. */
export const ALERTS: readonly Exercise[] = [
  {
    id: 'alarm-actions',
    edge: 'CloudWatch alarm → SNS alert topic, under its key',
    contracts: [],
    expected: 'the action of every alarm succeeds',
    does: 'sets every metric alarm of the stage off by hand, and back; each sends a message to the alert addresses',
    cost: 'nothing; about as many mails as there are alarms',
    cleanUp: async (context) => {
      const client = new CloudWatchClient(settingsOf(context));
      const ours: string[] = [];
      for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
        { client },
        { AlarmNamePrefix: `${context.names.prefix}-`, AlarmTypes: ['MetricAlarm'], StateValue: 'ALARM' },
      ))
        for (const { AlarmName, StateReason } of MetricAlarms)
          if (AlarmName !== undefined && StateReason === REASON) ours.push(AlarmName);
      for (const AlarmName of ours)
        await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: REASON }));
      return ours.map((name) => `alarm ${name} set back`);
    },
    run: async (context) => {
      const alarms = await alarmsOf(context);
      if (alarms.length === 0) return evaluated(false, 'there is no alarm with an action');
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
      return evaluated(
        silent.length === 0,
        `${alarms.length - silent.length} of ${alarms.length} told${silent.length === 0 ? '' : `; silent: ${silent.join(', ')}`}`,
      );
    },
    mark: { name: 'SetAlarmState' },
  },
];
