import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeResourcePoliciesCommand,
  DescribeSubscriptionFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, type Ask, besides, type ExpectedResource, nameIn } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { canonicalPolicy, parsed } from '../compare';
import { ACCESS, CHANGE, EXPOSURE, REST, RETENTION, WATCHING } from '../controls';

const logs = callsOf(CloudWatchLogsClient, 'logs');
const describeGroups = logs(DescribeLogGroupsCommand);
const describeFilters = logs(DescribeMetricFiltersCommand);
const describeSubscriptions = logs(DescribeSubscriptionFiltersCommand);
const describePolicies = logs(DescribeResourcePoliciesCommand);
const describeAlarms = callsOf(CloudWatchClient, 'cloudwatch')(DescribeAlarmsCommand);
const events = callsOf(EventBridgeClient, 'events');
const describeRule = events(DescribeRuleCommand);
const listTargets = events(ListTargetsByRuleCommand);
const getSchedule = callsOf(SchedulerClient, 'scheduler')(GetScheduleCommand);

/** All log groups of a region at once: one call for each would be throttled. */
const group = async (ask: Ask, { physicalId }: ExpectedResource) =>
  (
    await allPages(
      (nextToken) => ask(describeGroups, { nextToken, limit: 50 }),
      ({ logGroups }) => logGroups,
      ({ nextToken }) => nextToken,
    )
  ).find(({ logGroupName }) => logGroupName === physicalId);

const names = (resource: ExpectedResource): string => String(resource.properties['AlarmName']);
const AlarmTypes: ('MetricAlarm' | 'CompositeAlarm')[] = ['MetricAlarm', 'CompositeAlarm'];
const STAGE = /^serverlessapp-[a-z]+/;

/** All alarms of a stage at once. */
async function alarm(ask: Ask, resource: ExpectedResource) {
  const AlarmNamePrefix = STAGE.exec(names(resource))?.[0] ?? names(resource);
  const all = await allPages(
    (NextToken) => ask(describeAlarms, { AlarmNamePrefix, AlarmTypes, NextToken }),
    ({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms],
    ({ NextToken }) => NextToken,
  );
  return all.find(({ AlarmName }) => AlarmName === names(resource));
}

/** A metric's part of an alarm; where none is written, the service answers with its own words for "none". */
const metrics = ({ Metrics }: MetricAlarm) =>
  Metrics?.map(({ MetricStat, ReturnData, ...rest }) => ({
    ...rest,
    MetricStat,
    // On unless it is said to be off.
    ReturnData: ReturnData ?? true,
  }));

export const OBSERVATION: readonly Aspect[] = [
  {
    rule: 'log-retention',
    title: 'The log is kept as long as its template says.',
    controls: RETENTION,
    types: ['AWS::Logs::LogGroup'],
    calls: [describeGroups],
    properties: ['RetentionInDays'],
    read: async (ask, resource) => {
      const found = await group(ask, resource);
      return found && { RetentionInDays: found.retentionInDays };
    },
  },
  {
    rule: 'log-encryption',
    title: 'The log is encrypted with the key that its template names.',
    controls: REST,
    types: ['AWS::Logs::LogGroup'],
    calls: [describeGroups],
    properties: ['KmsKeyId'],
    read: async (ask, resource) => {
      const found = await group(ask, resource);
      return found && { KmsKeyId: found.kmsKeyId };
    },
  },
  {
    rule: 'log-subscribers',
    title: 'The log is sent to the subscribers of the templates, and to nobody else.',
    controls: EXPOSURE,
    types: ['AWS::Logs::LogGroup'],
    calls: [describeSubscriptions],
    properties: ['Subscribers'],
    expected: ({ physicalId }, region) => ({
      Subscribers: besides(region, 'AWS::Logs::SubscriptionFilter', 'LogGroupName', physicalId).map(
        ({ properties }) => properties['DestinationArn'],
      ),
    }),
    read: async (ask, { physicalId: logGroupName }) => {
      const found = await undefinedWhenMissing(
        allPages(
          (nextToken) => ask(describeSubscriptions, { logGroupName, nextToken }),
          ({ subscriptionFilters }) => subscriptionFilters,
          ({ nextToken }) => nextToken,
        ),
        'ResourceNotFound',
      );
      return found && { Subscribers: found.map(({ destinationArn }) => destinationArn) };
    },
  },
  {
    rule: 'log-filter',
    title: 'The filter looks for what its template says.',
    controls: WATCHING,
    types: ['AWS::Logs::MetricFilter'],
    calls: [describeFilters],
    properties: ['FilterPattern', 'Metrics'],
    expected: ({ properties }) => ({
      FilterPattern: properties['FilterPattern'],
      Metrics: (properties['MetricTransformations'] as Record<string, unknown>[]).map(
        ({ MetricNamespace, MetricName, MetricValue, Unit = 'None' }) =>
          `${String(MetricNamespace)} ${String(MetricName)} ${String(MetricValue)} ${String(Unit)}`,
      ),
    }),
    read: async (ask, { properties, physicalId }) => {
      const logGroupName = String(properties['LogGroupName']);
      const found = await undefinedWhenMissing(
        allPages(
          (nextToken) => ask(describeFilters, { logGroupName, nextToken }),
          ({ metricFilters }) => metricFilters,
          ({ nextToken }) => nextToken,
        ),
        'ResourceNotFound',
      );
      const filter = found?.find(({ filterName }) => filterName === (properties['FilterName'] ?? physicalId));
      return (
        filter && {
          FilterPattern: filter.filterPattern,
          Metrics: filter.metricTransformations?.map(
            ({ metricNamespace = '', metricName = '', metricValue = '', unit = 'None' }) =>
              `${metricNamespace} ${metricName} ${metricValue} ${unit}`,
          ),
        }
      );
    },
  },
  {
    rule: 'log-delivery-policy',
    title: 'Services may write to the logs as the template says.',
    controls: ACCESS,
    types: ['AWS::Logs::ResourcePolicy'],
    calls: [describePolicies],
    properties: ['PolicyDocument'],
    expected: ({ properties }) => ({ PolicyDocument: canonicalPolicy(properties['PolicyDocument']) }),
    read: async (ask, { properties }) => {
      const all = await allPages(
        (nextToken) => ask(describePolicies, { nextToken }),
        ({ resourcePolicies }) => resourcePolicies,
        ({ nextToken }) => nextToken,
      );
      const found = all.find(({ policyName }) => policyName === properties['PolicyName']);
      return found && { PolicyDocument: canonicalPolicy(found.policyDocument) };
    },
  },
  {
    rule: 'alarm-settings',
    title: 'The alarm watches what its template says, and calls whom it names.',
    controls: WATCHING,
    types: ['AWS::CloudWatch::Alarm'],
    calls: [describeAlarms],
    properties: [
      'AlarmActions',
      'ActionsEnabled',
      'ComparisonOperator',
      'Threshold',
      'EvaluationPeriods',
      'DatapointsToAlarm',
      'Namespace',
      'MetricName',
      'Dimensions',
      'Period',
      'Statistic',
      'ExtendedStatistic',
      'Unit',
      'ThresholdMetricId',
      'TreatMissingData',
      'Metrics',
    ],
    defaults: { ActionsEnabled: true, TreatMissingData: 'missing' },
    expected: ({ properties }) => ({
      ActionsEnabled: true,
      TreatMissingData: 'missing',
      ...properties,
      Metrics: metrics(properties),
    }),
    read: async (ask, resource) => {
      const found = (await alarm(ask, resource)) as MetricAlarm | undefined;
      return (
        found && {
          ...found,
          TreatMissingData: found.TreatMissingData ?? 'missing',
          // A metric's own settings stand beside the list only where there is no list.
          Metrics: metrics(found),
        }
      );
    },
  },
  {
    rule: 'alarm-settings',
    title: 'The alarm watches what its template says, and calls whom it names.',
    controls: WATCHING,
    types: ['AWS::CloudWatch::CompositeAlarm'],
    calls: [describeAlarms],
    properties: ['AlarmActions', 'ActionsEnabled', 'AlarmRule', 'ActionsSuppressor'],
    defaults: { ActionsEnabled: true },
    read: async (ask, resource) =>
      (await alarm(ask, resource)) as Readonly<Record<string, unknown>> | undefined,
  },
  {
    rule: 'event-rule',
    title: 'The rule waits for what its template says, and tells whom it names.',
    controls: WATCHING,
    types: ['AWS::Events::Rule'],
    calls: [describeRule, listTargets],
    properties: ['EventPattern', 'ScheduleExpression', 'State', 'Targets'],
    defaults: { State: 'ENABLED' },
    read: async (ask, resource) => {
      const Name = nameIn(resource, 'Name');
      const rule = await undefinedWhenMissing(ask(describeRule, { Name }), 'ResourceNotFound');
      if (rule === undefined) return undefined;
      const targets = await allPages(
        (NextToken) => ask(listTargets, { Rule: Name, NextToken }),
        ({ Targets }) => Targets,
        ({ NextToken }) => NextToken,
      );
      return {
        EventPattern: rule.EventPattern === undefined ? undefined : parsed(rule.EventPattern),
        ScheduleExpression: rule.ScheduleExpression,
        State: rule.State,
        Targets: targets,
      };
    },
  },
  {
    rule: 'schedule-settings',
    title: 'The schedule starts what its template names, when it says.',
    controls: CHANGE,
    types: ['AWS::Scheduler::Schedule'],
    calls: [getSchedule],
    properties: ['ScheduleExpression', 'State', 'Target', 'KmsKeyArn', 'FlexibleTimeWindow'],
    defaults: { State: 'ENABLED' },
    read: async (ask, resource) =>
      (await undefinedWhenMissing(
        ask(getSchedule, {
          Name: nameIn(resource, 'Name'),
          ...(resource.properties['GroupName'] !== undefined && {
            GroupName: nameIn(resource, 'GroupName'),
          }),
        }),
        'ResourceNotFound',
      )) as Readonly<Record<string, unknown>> | undefined,
  },
];
