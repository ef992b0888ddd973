import { dig, listOf } from '../proofs/model/dig';
import { lineMetrics } from '../proofs/model/line-metrics';
import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';
import { metricsOfAlarm } from './alarm-metrics';
import { type Check, type CheckContext, isDelivery, isPrimary, type SetCheck, unless } from './check';
import { unrecorded } from './trail-records';

const LOGS = [
  'NIST-800-53-R5:au-2',
  'NIST-800-53-R5:au-12',
  'PCI-4.0:10.2.1',
  'HIPAA:164_312_b',
  'SOC2:cc_7_2',
];
const ALARMS = ['NIST-800-53-R5:si-4', 'PCI-4.0:10.4.1', 'SOC2:cc_7_2', 'SOC2:cc_7_3'];

const tells = (actions: readonly unknown[]): boolean =>
  actions.some((arn) => /^arn:aws:sns:[^:]+:\d{12}:serverlessapp-[a-z]+-alerts$/.test(String(arn)));

function trailProblems(trail: Resource, context: CheckContext): string[] {
  return [
    ...unless(trail.property('IsLogging') === true, 'it is not logging'),
    ...unless(trail.property('IsMultiRegionTrail') === true, 'it sees one region only'),
    ...unless(trail.property('IncludeGlobalServiceEvents') === true, 'it does not see global services'),
    ...unless(trail.property('EnableLogFileValidation') === true, 'its files are not validated'),
    ...unless(trail.has('CloudWatchLogsLogGroupArn'), 'no alarm can see its events'),
    ...unrecorded(trail, context),
  ];
}

function stageProblems(stage: Resource): string[] {
  const settings = listOf(stage.property('MethodSettings'));
  const all = settings.find((s) => dig(s, 'HttpMethod') === '*' && dig(s, 'ResourcePath') === '/*');
  return [
    ...unless(stage.has('AccessLogSetting'), 'it writes no access log'),
    ...unless(stage.property('TracingEnabled') === true, 'it sends no traces'),
    ...unless(['ERROR', 'INFO'].includes(String(dig(all, 'LoggingLevel'))), 'it writes no execution log'),
    ...unless(dig(all, 'MetricsEnabled') === true, 'it sends no metrics'),
    ...unless(
      settings.every((s) => dig(s, 'DataTraceEnabled') === false),
      'it logs whole requests, pictures included',
    ),
    ...unless(
      settings.every((s) => Number(dig(s, 'ThrottlingRateLimit')) > 0),
      'a route is not throttled',
    ),
  ];
}

/** Logs, traces and alarms of each resource. */
export const OBSERVATION_CHECKS: readonly Check[] = [
  {
    id: 'log-retention',
    title: 'Every log group has an expiry.',
    controls: ['NIST-800-53-R5:au-11', 'PCI-4.0:10.5.1', 'GDPR:article_5'],
    types: ['AWS::Logs::LogGroup'],
    evaluate: (r) => unless(Number(r.property('RetentionInDays')) > 0, 'its events never expire'),
  },
  {
    id: 'trail',
    title: 'The trail records everything, validates its files, and is watched.',
    controls: [...LOGS, 'NIST-800-53-R5:au-9', 'PCI-4.0:10.3.4'],
    types: ['AWS::CloudTrail::Trail'],
    evaluate: trailProblems,
  },
  {
    id: 'flow-log',
    title: 'Flow logs record accepted and rejected connections.',
    controls: LOGS,
    types: ['AWS::EC2::FlowLog'],
    evaluate: (r) => unless(r.text('TrafficType') === 'ALL', 'it records part of the connections only'),
  },
  {
    id: 'api-observed',
    title: 'The API logs, measures, traces and throttles every route, and never logs a request’s body.',
    controls: LOGS,
    types: ['AWS::ApiGateway::Stage'],
    evaluate: stageProblems,
  },
  {
    id: 'workflow-observed',
    title: 'State machines log every event without data, and send traces.',
    controls: LOGS,
    types: ['AWS::StepFunctions::StateMachine'],
    evaluate: (r) => {
      const logging = r.property('LoggingConfiguration');
      return [
        ...unless(dig(logging, 'Level') === 'ALL', 'it does not log every event'),
        ...unless(dig(logging, 'IncludeExecutionData') !== true, 'its log holds execution data'),
        ...unless(dig(r.property('TracingConfiguration'), 'Enabled') === true, 'it sends no traces'),
      ];
    },
  },
  {
    id: 'function-observed',
    title: 'Functions send traces and write to a log group of their own.',
    controls: LOGS,
    types: ['AWS::Lambda::Function'],
    evaluate: (r) => [
      ...unless(dig(r.property('TracingConfig'), 'Mode') === 'Active', 'it sends no traces'),
      ...unless(
        dig(r.property('LoggingConfig'), 'LogGroup') !== undefined,
        'it writes to a log group that Lambda makes, without key and expiry',
      ),
    ],
  },
  {
    id: 'bucket-access-log',
    title: 'Buckets log their requests.',
    controls: LOGS,
    types: ['AWS::S3::Bucket'],
    evaluate: (r) =>
      r.text('BucketName').includes('-access-logs-')
        ? undefined
        : unless(
            dig(r.property('LoggingConfiguration'), 'DestinationBucketName') !== undefined,
            'its requests are not logged',
          ),
  },
  {
    id: 'alarm-tells',
    title: 'Every alarm tells somebody.',
    controls: ALARMS,
    types: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    evaluate: (r) => [
      ...unless(tells(r.list('AlarmActions')), 'it tells nobody'),
      ...unless(r.property('ActionsEnabled') !== false, 'its actions are disabled'),
    ],
  },
  {
    id: 'event-rule-on',
    title: 'Event rules are enabled, in the region that waits as well, and keep what they cannot deliver.',
    controls: ALARMS,
    types: ['AWS::Events::Rule'],
    evaluate: (r) => [
      ...unless(
        r.optionalText('State') !== 'DISABLED',
        'it is disabled, and EventBridge keeps nothing for it',
      ),
      ...unless(r.list('Targets').length > 0, 'it has no target'),
      ...unless(
        r.list('Targets').every((target) => dig(target, 'DeadLetterConfig', 'Arn') !== undefined),
        'what it cannot deliver is lost',
      ),
    ],
  },
];

/** Alerts that exist wherever pictures are processed, by the id in the alarm's name. */
const REQUIRED_ALARMS = [
  'api-latency',
  'api-server-errors',
  'dns-blocked',
  'executions-failed',
  'intake-dead-letters',
  'calls-refused',
  'dead-letters-refused',
  'oldest-message-age',
  'rule-invocations-failed',
  'undelivered-events',
];
/** Those on the trail, which sees both regions from the primary region. */
const REQUIRED_TRAIL_ALARMS = [
  'access-denied-spike',
  'bucket-policy-changed',
  'endpoint-access-denied',
  'endpoint-changed',
  'iam-changed',
  'key-disabled-or-deleted',
  'key-policy-changed',
  'network-changed',
  'picture-copied-by-others',
  'picture-read-by-others',
  'review-links-refused',
  'root-used',
  'schedule-changed',
  'security-group-changed',
  'sign-in-without-mfa',
  'trail-changed',
];

/** A stage's alarm by its id: `release-executions-failed` is not `executions-failed`. */
const OUR_ALARM = /^serverlessapp-[a-z]+-(.+)$/;

const sources = (set: TemplateSet, type: string, property: string): string[] =>
  set.resources(type).map((resource) => resource.text(property));

/** Functions whose log no filter looks into for calls that AWS refuses. */
function unfilteredLogs(set: TemplateSet): string[] {
  const filtered = set
    .resources('AWS::Logs::MetricFilter')
    .filter((filter) =>
      filter.list('MetricTransformations').some((t) => dig(t, 'MetricName') === 'calls-refused'),
    )
    .map((filter) => filter.text('LogGroupName'));
  return set
    .resources('AWS::Lambda::Function')
    .filter((fn) => !filtered.includes(String(dig(fn.property('LoggingConfig'), 'LogGroup'))))
    .map((fn) => `no filter counts the refused calls of ${fn.path}`);
}

/** What has to be there at all. */
export const OBSERVATION_SET_CHECKS: readonly SetCheck[] = [
  {
    id: 'required-alarms',
    title: 'The alerts that always exist do exist.',
    controls: ALARMS,
    evaluate: (context) => {
      if (isDelivery(context)) return undefined;
      const names = sources(context.set, 'AWS::CloudWatch::Alarm', 'AlarmName');
      return [...REQUIRED_ALARMS, ...(isPrimary(context) ? REQUIRED_TRAIL_ALARMS : [])]
        .filter((required) => !names.some((name) => OUR_ALARM.exec(name)?.[1] === required))
        .map((required) => `there is no alarm "${required}"`);
    },
  },
  {
    id: 'alarm-sources',
    title:
      'Every alarm on a metric of ours has the filter that makes the metric; of refused calls, one over each function’s log.',
    controls: ALARMS,
    evaluate: ({ set }) => {
      const made = lineMetrics(set);
      const ourNamespaces = new Set([...made.keys()].map((name) => name.split(' ')[0]));
      const unmade = set.resources('AWS::CloudWatch::Alarm').flatMap((alarm) =>
        metricsOfAlarm(alarm)
          .filter((metric) => ourNamespaces.has(metric.split(' ')[0]) && !made.has(metric))
          .map((metric) => `nothing makes the metric ${metric} of ${alarm.text('AlarmName')}`),
      );
      return [...unmade, ...unfilteredLogs(set)];
    },
  },
  {
    id: 'network-observed',
    title: 'Every VPC has flow logs and resolver query logs.',
    controls: LOGS,
    evaluate: ({ set }) =>
      set
        .resources('AWS::EC2::VPC')
        .flatMap((vpc) => [
          ...unless(
            sources(set, 'AWS::EC2::FlowLog', 'ResourceId').includes(vpc.path),
            `${vpc.path} has no flow log`,
          ),
          ...unless(
            sources(
              set,
              'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
              'ResourceId',
            ).includes(vpc.path),
            `${vpc.path} has no resolver query log`,
          ),
        ]),
  },
  {
    id: 'trail-exists',
    title: 'There is a trail, in the account of the pipeline too.',
    controls: LOGS,
    evaluate: (context) =>
      isPrimary(context) || isDelivery(context)
        ? unless(context.set.resources('AWS::CloudTrail::Trail').length > 0, 'there is no trail')
        : undefined,
  },
];
