import type { EventMatcher } from '../../../../compliance/rules/proofs/signals/event-matcher';
import { proveSignals } from '../../../../compliance/rules/proofs/signals/prove-signals';

/** Nothing here asks what a pattern matches. */
const NO_MATCHER: EventMatcher = (questions) => questions.map(() => false);

const findings = (Resources: object, region = 'us-east-1') =>
  proveSignals(
    [
      {
        stackName: 'serverlessapp-dev-monitoring',
        account: '111122223333',
        region,
        template: { Resources },
      },
    ],
    NO_MATCHER,
  ).result.rows.filter(({ verdict }) => verdict !== 'compliant');
const said = (Resources: object, rule: string, region?: string) =>
  findings(Resources, region)
    .filter((row) => row.rule === rule)
    .map(({ message, remedy }) => `${message} | ${remedy ?? ''}`);

const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } };
const alarm = (properties: object) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: 'q' }],
    Statistic: 'Maximum',
    TreatMissingData: 'notBreaching',
    ...properties,
  },
});

describe('what no list knows is a finding that says what to add', () => {
  test('a good alarm is none', () => expect(findings({ queue, alarm: alarm({}) })).toEqual([]));
  test.each<[string, object, RegExp]>([
    ['a metric', { MetricName: 'AgeOfOldest' }, /no list has the metric AWS\/SQS AgeOfOldest.*metrics\.json/],
    [
      'a dimension',
      { Dimensions: [{ Name: 'Queue', Value: 'q' }] },
      /not sent by \[Queue\], only by \[QueueName\]/,
    ],
    ['a resource', { Dimensions: [{ Name: 'QueueName', Value: 'r' }] }, /nothing in us-east-1 is called r/],
    ['a statistic', { Statistic: 'p99' }, /p99 says nothing/],
    ['a unit', { Unit: 'Count' }, /is in Seconds, not in Count/],
  ])('%s', (_what, properties, message) => {
    expect(said({ queue, alarm: alarm(properties) }, 'signal-metric-exists')).toEqual([
      expect.stringMatching(message),
    ]);
  });
  test('silence that keeps an alarm standing', () => {
    expect(said({ queue, alarm: alarm({ TreatMissingData: undefined }) }, 'signal-missing-data')).toEqual([
      expect.stringContaining('missing data is treated as missing'),
    ]);
  });
  test('a metric that may be missing in an expression', () => {
    const stat = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/DynamoDB', MetricName, Dimensions: [{ Name: 'TableName', Value: 't' }] },
        Stat: 'Sum',
        Period: 300,
      },
    });
    const sum = (Expression: string) => ({
      table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 't' } },
      alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          Metrics: [
            { Id: 'e', Expression },
            stat('r', 'ReadThrottleEvents'),
            stat('w', 'WriteThrottleEvents'),
          ],
          TreatMissingData: 'notBreaching',
        },
      },
    });
    expect(findings(sum('FILL(r, 0) + FILL(w, 0)'))).toEqual([]);
    expect(said(sum('FILL(r, 0) + w'), 'signal-missing-data')).toEqual([
      expect.stringContaining('WriteThrottleEvents (w) is sent only when not zero'),
    ]);
  });
  test.each<[string, unknown, RegExp]>([
    ['a renamed metric', ['AWS/SQS', 'AgeOfOldest', 'QueueName', 'q'], /no list has the metric/],
    [
      'a renamed dimension',
      ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Queue', 'q'],
      /not sent by \[Queue\]/,
    ],
    [
      'a metric of another region',
      ['AWS/Billing', 'EstimatedCharges', 'Currency', 'USD'],
      /is in us-east-1 only/,
    ],
    ['a metric written by reference', ['.', '.', '.', 'q'], /cannot read the metric/],
  ])('a dashboard with %s', (_what, row, message) => {
    const dashboard = (metrics: unknown[]) => ({
      queue,
      board: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardBody: JSON.stringify({ widgets: [{ properties: { stat: 'Maximum', metrics } }] }),
        },
      },
    });
    const good = ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', 'q'];
    expect(findings(dashboard([good, [{ expression: 'm1 * 2' }]]))).toEqual([]);
    expect(said(dashboard([good, row]), 'signal-dashboard-metric-exists', 'us-west-2')).toEqual([
      expect.stringMatching(message),
    ]);
  });
  test('a rule without a sample, whose failures nobody watches', () => {
    const rule = {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'serverlessapp-dev-new',
        EventPattern: { source: ['aws.new'], 'detail-type': ['News'] },
      },
    };
    expect(said({ rule }, 'signal-event-pattern')).toEqual([
      expect.stringMatching(
        /no sample event for the rule serverlessapp-dev-new \(aws\.new, News\).*events\.json/,
      ),
    ]);
    expect(said({ rule }, 'signal-delivery-watched')).toEqual([
      expect.stringContaining('no alarm watches its FailedInvocations'),
    ]);
  });
  describe('an alarm over lines that a filter counts', () => {
    const filter = (transformation: object = {}) => ({
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        FilterPattern: '{ $.firewall_rule_action = "BLOCK" }',
        MetricTransformations: [
          { MetricNamespace: 'n', MetricName: 'm', MetricValue: '1', Unit: 'Count', ...transformation },
        ],
      },
    });
    const base = {
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    };
    const one = { ...base, Namespace: 'n', MetricName: 'm', Statistic: 'Maximum', Unit: 'Count' };
    const stat = (Id: string, Stat: string, rest: object = {}) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 300, Stat, Unit: 'Count', ...rest },
    });
    const many = (Expression: string, stats = [stat('least', 'Minimum'), stat('counted', 'Sum')]) => ({
      ...base,
      Threshold: 20,
      Metrics: [{ Id: 'e', Expression }, ...stats],
    });
    const lowered = (properties: object, transformation?: object) =>
      said(
        {
          filter: filter(transformation),
          alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: properties },
        },
        'signal-not-lowered',
      );

    test.each<[string, object]>([
      ['one line, by the maximum', one],
      ['above none', { ...one, ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 }],
      ['many lines, unless one is below zero', many('IF(least < 0, 20, counted)')],
    ])('%s, is not lowered, and nothing is missing in it', (_what, properties) => {
      expect(lowered(properties)).toEqual([]);
      const alarms = { filter: filter(), alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: properties } };
      expect(said(alarms, 'signal-missing-data')).toEqual([]);
      expect(said(alarms, 'signal-metric-exists')).toEqual([]);
    });
    test.each<[string, object, RegExp]>([
      ['a sum', { ...one, Statistic: 'Sum' }, /below zero lowers its Sum.*counted-lines\.ts/],
      ['an average', { ...one, Statistic: 'Average' }, /lowers its Average/],
      ['a count of samples', { ...one, Statistic: 'SampleCount' }, /lowers its SampleCount/],
      ['a maximum that no line reaches', { ...one, Threshold: 2 }, /does not reach its threshold/],
      [
        'silence by more lines',
        { ...one, ComparisonOperator: 'LessThanThreshold' },
        /does not reach its threshold/,
      ],
      [
        'samples of every unit',
        { ...one, Unit: undefined },
        /at every unit of n m, whose filters write Count/,
      ],
      ['a bare sum', many('counted'), /may lower counted:/],
      ['another bound', many('IF(least < -9, 20, counted)'), /may lower IF\(least < -9/],
      ['a value that is no alarm', many('IF(least < 0, 19, counted)'), /takes the value 19/],
      ['no expression of two', many('IF(least < 0, 20, counted)', [stat('counted', 'Sum')]), /may lower/],
      [
        'the least of another statistic',
        many('IF(least < 0, 20, counted)', [stat('least', 'Average'), stat('counted', 'Sum')]),
        /may lower/,
      ],
      [
        'the least of another metric',
        many('IF(least < 0, 20, counted)', [
          stat('least', 'Minimum', { Metric: { Namespace: 'n', MetricName: 'other' } }),
          stat('counted', 'Sum'),
        ]),
        /may lower/,
      ],
      [
        'a sum of every unit',
        many('IF(least < 0, 20, counted)', [
          stat('least', 'Minimum'),
          stat('counted', 'Sum', { Unit: undefined }),
        ]),
        /at every unit/,
      ],
    ])('%s is found', (_what, properties, message) => {
      expect(lowered(properties)).toEqual([expect.stringMatching(message)]);
    });
    test.each<[string, object, RegExp]>([
      ['adds what a line says', { MetricValue: '$.bytes' }, /adds \$\.bytes for a line/],
      ['names no unit', { Unit: undefined }, /at Count of n m, whose filters write None/],
    ])('a filter that %s is found', (_what, transformation, message) => {
      expect(lowered(one, transformation)).toEqual([expect.stringMatching(message)]);
    });
    test('an alarm over a metric of AWS is not asked', () => {
      expect(said({ queue, alarm: alarm({}) }, 'signal-not-lowered')).toEqual([]);
    });
  });
  test('a filter without a sample, and one that cannot be read', () => {
    const filter = (MetricName: string, FilterPattern: string) => ({
      Type: 'AWS::Logs::MetricFilter',
      Properties: { FilterPattern, MetricTransformations: [{ MetricName, MetricNamespace: 'n' }] },
    });
    expect(said({ filter: filter('new', '{ $.a = 1 }') }, 'signal-log-filter')).toEqual([
      expect.stringMatching(/no sample line for the metric new.*log-lines\.json/),
    ]);
    expect(said({ filter: filter('dns-blocked', 'BLOCK') }, 'signal-log-filter')).toEqual([
      expect.stringContaining('"BLOCK" is neither a JSON nor a space-delimited pattern'),
    ]);
  });
});
