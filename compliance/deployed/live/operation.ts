import { BackupClient, GetBackupPlanCommand, ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { CloudTrailClient, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConfigServiceClient,
  DescribeComplianceByConfigRuleCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeDeliveryChannelStatusCommand,
} from '@aws-sdk/client-config-service';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { callsOf } from '../../../tools/aws/read-call';
import { each, type LiveCheck, named, nameIn, ofType } from '../aspect';
import { allPages } from '../ask';
import { parsed } from '../compare';
import { BACKUP, EVIDENCE, SECRETS, WATCHING } from '../controls';

const getTrailStatus = callsOf(CloudTrailClient, 'cloudtrail')(GetTrailStatusCommand);
const config = callsOf(ConfigServiceClient, 'config');
const recorderStatus = config(DescribeConfigurationRecorderStatusCommand);
const channelStatus = config(DescribeDeliveryChannelStatusCommand);
const compliance = config(DescribeComplianceByConfigRuleCommand);
const backup = callsOf(BackupClient, 'backup');
const getPlan = backup(GetBackupPlanCommand);
const listJobs = backup(ListBackupJobsCommand);
const describeAlarms = callsOf(CloudWatchClient, 'cloudwatch')(DescribeAlarmsCommand);
const listSubscriptions = callsOf(SNSClient, 'sns')(ListSubscriptionsByTopicCommand);
const describeSecret = callsOf(SecretsManagerClient, 'secretsmanager')(DescribeSecretCommand);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const hoursAgo = (then: Date, now: Date): string =>
  `${Math.round((now.getTime() - then.getTime()) / HOUR)} h ago`;

/** CloudTrail delivers about every five minutes, and a digest every hour: a day without either is a fault. */
const MOST_SINCE_DELIVERY = DAY;

/** Whether what watches, records, keeps and tells does so today. */
export const OPERATION_CHECKS: readonly LiveCheck[] = [
  {
    rule: 'trail-delivers',
    title: 'The trail is logging and delivers its files and digests.',
    controls: EVIDENCE,
    remedy:
      'See the delivery error; start the trail again (aws cloudtrail start-logging) and find out who stopped it.',
    calls: [getTrailStatus],
    look: (ask, region, now) =>
      each(ofType(region, 'AWS::CloudTrail::Trail'), async (trail) => {
        const status = await ask(getTrailStatus, {
          Name: nameIn(trail, 'TrailName'),
        });
        const { IsLogging, LatestDeliveryTime, LatestDeliveryError, LatestDigestDeliveryError } = status;
        const late =
          LatestDeliveryTime === undefined ||
          now.getTime() - LatestDeliveryTime.getTime() > MOST_SINCE_DELIVERY;
        return {
          ...named(trail),
          problems: [
            ...(IsLogging === true ? [] : ['it does not log']),
            ...(late
              ? [
                  LatestDeliveryTime === undefined
                    ? 'it has never delivered'
                    : `its last delivery was ${hoursAgo(LatestDeliveryTime, now)}`,
                ]
              : []),
            ...[LatestDeliveryError, LatestDigestDeliveryError].flatMap((error) =>
              error === undefined || error === '' ? [] : [`its last delivery failed: ${error}`],
            ),
          ],
          seen: `logging; last delivery ${LatestDeliveryTime === undefined ? '' : hoursAgo(LatestDeliveryTime, now)}`,
        };
      }),
  },
  {
    rule: 'config-records',
    title: 'AWS Config records, and delivers what it recorded.',
    controls: EVIDENCE,
    remedy:
      'Start the recorder (aws configservice start-configuration-recorder); see the error of the delivery.',
    calls: [recorderStatus, channelStatus],
    look: async (ask, region) => {
      if (ofType(region, 'AWS::Config::ConfigRule').length === 0) return [];
      const { ConfigurationRecordersStatus: recorders = [] } = await ask(recorderStatus, {});
      const { DeliveryChannelsStatus: channels = [] } = await ask(channelStatus, {});
      const failed = channels.flatMap(({ name = '', configHistoryDeliveryInfo: history }) =>
        history?.lastStatus === 'Failure'
          ? [`${name} could not deliver: ${history.lastErrorMessage ?? ''}`]
          : [],
      );
      return [
        {
          resource: recorders.map(({ name = '' }) => name).join(', ') || 'recorder',
          resourceType: 'AWS::Config::ConfigurationRecorder',
          problems: [
            ...(recorders.length === 0 ? ['there is no recorder'] : []),
            ...(channels.length === 0 ? ['there is no delivery channel'] : []),
            ...recorders.flatMap(({ name = '', recording, lastStatus, lastErrorMessage = '' }) => [
              ...(recording === true ? [] : [`${name} does not record`]),
              ...(lastStatus === 'Failure' ? [`${name} failed: ${lastErrorMessage}`] : []),
            ]),
            ...failed,
          ],
          seen: 'recording and delivering',
        },
      ];
    },
  },
  {
    rule: 'config-compliance',
    title: 'AWS Config finds every resource compliant with the rules of the templates.',
    controls: WATCHING,
    remedy: 'See the resources in AWS Config (aws configservice get-compliance-details-by-config-rule).',
    calls: [compliance],
    look: async (ask, region) => {
      const rules = ofType(region, 'AWS::Config::ConfigRule');
      if (rules.length === 0) return [];
      const all = await allPages(
        (NextToken) => ask(compliance, { NextToken }),
        ({ ComplianceByConfigRules }) => ComplianceByConfigRules,
        ({ NextToken }) => NextToken,
      );
      return rules.map((rule) => {
        const name = nameIn(rule, 'ConfigRuleName');
        const found = all.find(({ ConfigRuleName }) => ConfigRuleName === name)?.Compliance;
        const count = found?.ComplianceContributorCount;
        return {
          ...named(rule),
          problems:
            found?.ComplianceType === 'NON_COMPLIANT'
              ? [
                  `${name}: ${count?.CappedCount ?? 'some'}${count?.CapExceeded === true ? ' or more' : ''} resources are not compliant`,
                ]
              : [],
          seen: found?.ComplianceType ?? 'not evaluated yet',
        };
      });
    },
  },
  {
    rule: 'backup-succeeds',
    title: 'Every store that a backup plan names was backed up in the last two days.',
    controls: BACKUP,
    remedy: 'See the message of the job in AWS Backup; start one by hand (policies/runbooks/recovery.md).',
    calls: [getPlan, listJobs],
    look: async (ask, region, now) => {
      const plans = ofType(region, 'AWS::Backup::BackupPlan');
      const selections = ofType(region, 'AWS::Backup::BackupSelection');
      return (
        await Promise.all(
          selections.map(async (selection) => {
            const plan = plans.find(({ physicalId }) => physicalId === selection.properties['BackupPlanId']);
            const { CreationDate } = await ask(getPlan, { BackupPlanId: String(plan?.physicalId) });
            const isDue = CreationDate === undefined || now.getTime() - CreationDate.getTime() > 2 * DAY;
            const { Resources = [] } = selection.properties['BackupSelection'] as { Resources?: string[] };
            return Promise.all(
              Resources.map(async (ByResourceArn) => {
                const jobs = await allPages(
                  (NextToken) => ask(listJobs, { ByResourceArn, NextToken }),
                  ({ BackupJobs }) => BackupJobs,
                  ({ NextToken }) => NextToken,
                );
                const times = jobs.flatMap(({ State, CompletionDate }) =>
                  State === 'COMPLETED' && CompletionDate !== undefined ? [CompletionDate] : [],
                );
                const last = times.sort((a, b) => b.getTime() - a.getTime())[0];
                const late = last === undefined ? isDue : now.getTime() - last.getTime() > 2 * DAY;
                const failed = jobs.find(({ State }) => State === 'FAILED' || State === 'ABORTED');
                return {
                  ...named(selection),
                  problems: late
                    ? [
                        `${ByResourceArn}: ${last === undefined ? 'never backed up' : `last backed up ${hoursAgo(last, now)}`}${failed?.StatusMessage === undefined ? '' : `; ${failed.StatusMessage}`}`,
                      ]
                    : [],
                  seen: `${ByResourceArn}: ${last === undefined ? 'the first backup is not due yet' : `backed up ${hoursAgo(last, now)}`}`,
                };
              }),
            );
          }),
        )
      ).flat();
    },
  },
  {
    rule: 'alarm-quiet',
    title: 'No alarm has gone off.',
    controls: WATCHING,
    remedy: 'Follow the alarm’s runbook (policies/runbooks/alerts.md).',
    calls: [describeAlarms],
    look: async (ask, region) => {
      const alarms = [
        ...ofType(region, 'AWS::CloudWatch::Alarm'),
        ...ofType(region, 'AWS::CloudWatch::CompositeAlarm'),
      ];
      const names = new Map(alarms.map((alarm) => [alarm.properties['AlarmName'], alarm]));
      if (alarms.length === 0) return [];
      const found = await allPages(
        (NextToken) =>
          ask(describeAlarms, {
            StateValue: 'ALARM',
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            NextToken,
          }),
        ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
        ({ NextToken }) => NextToken,
      );
      const gone = found.flatMap(({ AlarmName, StateReason = '', StateValue }) => {
        const alarm = names.get(AlarmName);
        return alarm === undefined || StateValue !== 'ALARM' ? [] : [{ alarm, StateReason }];
      });
      return [
        ...gone.map(({ alarm, StateReason }) => ({
          ...named(alarm),
          problems: [`it has gone off: ${StateReason}`],
          seen: '',
        })),
        {
          resource: `${alarms.length - gone.length} alarms`,
          resourceType: 'AWS::CloudWatch::Alarm',
          problems: [],
          seen: 'have not gone off',
        },
      ];
    },
  },
  {
    rule: 'subscription-confirmed',
    title: 'Every address that alerts and reviews go to was confirmed.',
    controls: WATCHING,
    remedy: 'Follow the link in the confirmation mail of the address.',
    calls: [listSubscriptions],
    look: (ask, region) =>
      each(ofType(region, 'AWS::SNS::Topic'), async (topic) => {
        const all = await allPages(
          (NextToken) => ask(listSubscriptions, { TopicArn: topic.physicalId, NextToken }),
          ({ Subscriptions }) => Subscriptions,
          ({ NextToken }) => NextToken,
        );
        const pending = all.filter(({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:'));
        return {
          ...named(topic),
          problems: [
            ...(all.length === 0 ? ['nobody is subscribed'] : []),
            ...pending.map(({ Endpoint = '' }) => `${Endpoint} was not confirmed`),
          ],
          seen: `${all.length} confirmed`,
        };
      }),
  },
  {
    rule: 'secret-rotated',
    title: 'Every secret that a schedule rotates was changed within its period.',
    controls: SECRETS,
    remedy: 'See the last execution of the rotation, and start it by hand.',
    calls: [describeSecret],
    look: (ask, region, now) =>
      Promise.all(
        ofType(region, 'AWS::Scheduler::Schedule').flatMap((schedule) => {
          const days = Number(
            /^rate\((\d+) days?\)$/.exec(String(schedule.properties['ScheduleExpression']))?.[1],
          );
          const { Input = '{}' } = schedule.properties['Target'] as { Input?: string };
          const { secretId } = parsed(Input) as { secretId?: string };
          if (secretId === undefined || Number.isNaN(days)) return [];
          return [
            ask(describeSecret, { SecretId: secretId }).then(({ LastChangedDate, CreatedDate }) => {
              const changed = LastChangedDate ?? CreatedDate;
              const isLate = changed === undefined || now.getTime() - changed.getTime() > (days + 2) * DAY;
              const when = changed === undefined ? 'never' : changed.toISOString().slice(0, 10);
              return {
                ...named(schedule),
                problems: isLate
                  ? [`${secretId} was last changed ${when}; it is due every ${days} days`]
                  : [],
                seen: `${secretId} was last changed ${when}, due every ${days} days`,
              };
            }),
          ];
        }),
      ),
  },
];
