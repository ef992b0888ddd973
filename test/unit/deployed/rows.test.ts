import type { EvaluatedStack } from '../../../compliance/assembly/model';
import type { Ask, Aspect, ExpectedRegion, ExpectedResource } from '../../../compliance/deployed/aspect';
import { evaluateAccount } from '../../../compliance/deployed/evaluate-account';
import { evaluateResources, observeResource } from '../../../compliance/deployed/evaluate-resources';
import { evaluateDrift, evaluateStack } from '../../../compliance/deployed/evaluate-stacks';
import { LIVE_CHECKS } from '../../../compliance/deployed/live/checks';
import type { DeployedStack } from '../../../compliance/deployed/stacks';
import { type VerdictRow, verdictRowSchema } from '../../../compliance/verdict-row';

const NOW = new Date('2026-11-29T12:00:00Z');
const clock = () => NOW;
const place = { account: '111122223333', region: 'us-east-1', connection: {} };
const observed = { account: place.account, region: place.region, at: NOW.toISOString() };
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const resource = (type: string, properties: Record<string, unknown> = {}): ExpectedResource => ({
  stack: 'serverlessapp-dev-test',
  logicalId: 'Evaluated',
  type,
  place,
  physicalId: 'evaluated-id',
  properties,
});
const regionOf = (...resources: ExpectedResource[]): ExpectedRegion => ({
  place,
  resources,
  everywhere: resources,
});
const error = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const told = (rows: readonly VerdictRow[]): string[] =>
  rows.map(({ verdict, message }) => `${verdict}: ${message}`);

describe('a setting', () => {
  const call = { name: 's3:GetBucketPolicy', actions: ['s3:GetBucketPolicy'] };
  const aspect = (read: Aspect['read']): Aspect => ({
    rule: 'bucket-policy',
    title: 'A title.',
    controls: [],
    types: ['AWS::S3::Bucket'],
    calls: [call],
    properties: ['Closed'],
    read,
  });
  const evaluate = async (read: Aspect['read']) => {
    const region = regionOf(resource('AWS::S3::Bucket', { Closed: true }));
    const rows = await evaluateResources(region, () => () => Promise.reject(new Error('not asked')), clock, [
      aspect(read),
    ]);
    for (const row of rows) expect(() => verdictRowSchema.parse(row)).not.toThrow();
    return told(rows);
  };

  test('as expected passes', async () =>
    expect(await evaluate(() => Promise.resolve({ Closed: true }))).toEqual([
      'compliant: Closed: as expected',
    ]));
  test('that is otherwise is told with both', async () =>
    expect(await evaluate(() => Promise.resolve({ Closed: false }))).toEqual([
      'non-compliant: Closed: expected true, in the account nothing',
    ]));
  test('of what is gone is a finding', async () =>
    expect(await evaluate(() => Promise.resolve(undefined))).toEqual([
      'non-compliant: It is not in the account any more.',
    ]));
  test('that could not be asked is an error with the permission, never a pass', async () =>
    expect(await evaluate(() => Promise.reject(error('AccessDenied', 'no')))).toEqual([
      'error: Could not ask: the caller may not ask (s3:GetBucketPolicy)',
    ]));
  test('that a policy of the organisation refuses says so', async () =>
    expect(
      (
        await evaluate(() =>
          Promise.reject(error('AccessDenied', 'explicit deny in a service control policy')),
        )
      ).join(),
    ).toContain('a service control policy refuses s3:GetBucketPolicy'));
});

describe('what works', () => {
  const look = async (
    rule: string,
    answers: Readonly<Record<string, unknown>>,
    ...resources: ExpectedResource[]
  ) => {
    const check = LIVE_CHECKS.find((each) => each.rule === rule);
    if (check === undefined) throw new Error(rule);
    const ask = (({ name }: { name: string }) =>
      answers[name] instanceof Error ? Promise.reject(answers[name]) : Promise.resolve(answers[name])) as Ask;
    return told(await observeResource(check, regionOf(...resources), () => ask, clock));
  };
  const TRAIL = resource('AWS::CloudTrail::Trail', { TrailName: 'trail' });
  const PLAN = { ...resource('AWS::Backup::BackupPlan'), physicalId: 'plan' };
  const SELECTION = resource('AWS::Backup::BackupSelection', {
    BackupPlanId: 'plan',
    BackupSelection: { Resources: ['arn:aws:s3:::pictures'] },
  });
  const SCHEDULE = resource('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(90 days)',
    Target: { Input: '{"secretId":"key"}' },
  });
  const jobs = (State: string, hours: number) => ({
    'backup:GetBackupPlan': { CreationDate: hoursAgo(1000) },
    'backup:ListBackupJobs': {
      BackupJobs: [{ State, CompletionDate: hoursAgo(hours), StatusMessage: 'why' }],
    },
  });
  const delivered = (more: object) => ({
    'cloudtrail:GetTrailStatus': { IsLogging: true, LatestDeliveryTime: hoursAgo(1), ...more },
  });
  const recording = (more: object) => ({
    'config:DescribeConfigurationRecorderStatus': {
      ConfigurationRecordersStatus: [{ name: 'r', recording: true, ...more }],
    },
    'config:DescribeDeliveryChannelStatus': { DeliveryChannelsStatus: [{ name: 'c' }] },
  });
  const subscribed = (SubscriptionArn: string) => ({
    'sns:ListSubscriptionsByTopic': { Subscriptions: [{ SubscriptionArn, Endpoint: 'a@example.com' }] },
  });
  const changed = (hours: number) => ({
    'secretsmanager:DescribeSecret': { LastChangedDate: hoursAgo(hours) },
  });
  const RULE = resource('AWS::Config::ConfigRule', { ConfigRuleName: 'rule' });
  const TOPIC = resource('AWS::SNS::Topic');

  test.each<[string, string, Readonly<Record<string, unknown>>, ExpectedResource[]]>([
    ['a trail that delivers', 'trail-delivers', delivered({}), [TRAIL]],
    ['a recorder that records', 'config-records', recording({}), [RULE]],
    ['a store that was backed up yesterday', 'backup-succeeds', jobs('COMPLETED', 20), [PLAN, SELECTION]],
    ['an address that was confirmed', 'subscription-confirmed', subscribed('arn:aws:sns:x'), [TOPIC]],
    ['a secret within its period', 'secret-rotated', changed(80 * 24), [SCHEDULE]],
  ])('%s passes', async (_what, rule, answers, resources) =>
    expect(await look(rule, answers, ...resources)).toEqual([expect.stringMatching(/^compliant: /)]),
  );

  test.each<[string, string, Readonly<Record<string, unknown>>, ExpectedResource[], string]>([
    ['a stopped trail', 'trail-delivers', delivered({ IsLogging: false }), [TRAIL], 'it does not log'],
    [
      'a trail that delivered two days ago',
      'trail-delivers',
      delivered({ LatestDeliveryTime: hoursAgo(48) }),
      [TRAIL],
      'its last delivery was 48 h ago',
    ],
    [
      'a trail whose delivery fails',
      'trail-delivers',
      delivered({ LatestDeliveryError: 'AccessDenied' }),
      [TRAIL],
      'failed: AccessDenied',
    ],
    ['a stopped recorder', 'config-records', recording({ recording: false }), [RULE], 'r does not record'],
    ['a backup that failed', 'backup-succeeds', jobs('FAILED', 1), [PLAN, SELECTION], 'never backed up; why'],
    ['a backup of last week', 'backup-succeeds', jobs('COMPLETED', 160), [PLAN, SELECTION], '160 h ago'],
    [
      'an address that was not confirmed',
      'subscription-confirmed',
      subscribed('PendingConfirmation'),
      [TOPIC],
      'a@example.com was not confirmed',
    ],
    [
      'a topic that nobody hears',
      'subscription-confirmed',
      { 'sns:ListSubscriptionsByTopic': {} },
      [TOPIC],
      'nobody is subscribed',
    ],
    ['a secret beyond its period', 'secret-rotated', changed(100 * 24), [SCHEDULE], 'due every 90 days'],
  ])('%s is a finding', async (_what, rule, answers, resources, problem) =>
    expect((await look(rule, answers, ...resources)).join()).toMatch(
      new RegExp(`^non-compliant: .*${problem}`),
    ),
  );

  test('that could not be asked is an error for that thing alone', async () =>
    expect(
      await look(
        'trail-delivers',
        { 'cloudtrail:GetTrailStatus': error('AccessDeniedException', '') },
        TRAIL,
      ),
    ).toEqual(['error: Could not ask: the caller may not ask (cloudtrail:GetTrailStatus)']));
});

describe('a stack', () => {
  const template = { Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Topic: { Type: 'AWS::SNS::Topic' } } };
  const text = JSON.stringify(template);
  const evaluated = {
    name: 'serverlessapp-dev-test',
    terminationProtection: true,
    resources: Object.keys(template.Resources).map((logicalId) => ({ logicalId })),
  } as unknown as EvaluatedStack;
  const deployed = (more: object = {}, body = text, ids = ['Bucket', 'Topic']): DeployedStack => ({
    stack: {
      StackStatus: 'UPDATE_COMPLETE',
      EnableTerminationProtection: true,
      ...more,
    } as DeployedStack['stack'],
    template: body,
    resources: ids.map((logicalId) => ({ logicalId, physicalId: logicalId, type: 'AWS::S3::Bucket' })),
  });
  const findings = (stack: DeployedStack | undefined): string =>
    told(
      evaluateStack(evaluated, text, stack, observed).filter(({ verdict }) => verdict !== 'compliant'),
    ).join();

  test('as expected passes, written otherwise with the same content too', () => {
    expect(findings(deployed())).toBe('');
    expect(findings(deployed({}, JSON.stringify(template, undefined, 2)))).toBe('');
  });

  test.each<[string, DeployedStack | undefined, string]>([
    ['that is not there', undefined, 'no such stack'],
    ['whose release was taken back', deployed({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }), 'taken back'],
    ['that lost its protection', deployed({ EnableTerminationProtection: false }), 'not protected'],
    [
      'with another template',
      deployed({}, JSON.stringify({ Resources: { ...template.Resources, More: {} } })),
      'only deployed: More',
    ],
    ['that lost a resource', deployed({}, text, ['Bucket']), 'missing: Topic'],
  ])('%s is a finding', (_what, stack, problem) => expect(findings(stack)).toContain(problem));

  test('that CloudFormation could not compare is an error; what it found is told by property', () => {
    expect(
      told(evaluateDrift('s', { status: 'DETECTION_FAILED', reason: 'denied', resources: [] }, observed)),
    ).toEqual([
      'error: Could not ask: CloudFormation could not compare the stack (DETECTION_FAILED): denied',
    ]);
    const rows = evaluateDrift(
      's',
      {
        status: 'DRIFTED',
        reason: undefined,
        resources: [
          {
            LogicalResourceId: 'Bucket',
            ResourceType: 'AWS::S3::Bucket',
            StackResourceDriftStatus: 'MODIFIED',
            PropertyDifferences: [
              {
                PropertyPath: '/VersioningConfiguration/Status',
                ExpectedValue: 'Enabled',
                ActualValue: 'Suspended',
                DifferenceType: 'NOT_EQUAL',
              },
            ],
          },
        ] as never,
      },
      observed,
    );
    expect(told(rows)[0]).toBe(
      'non-compliant: VersioningConfiguration.Status: template Enabled, in the account Suspended',
    );
  });

  test('of an account to which there is no way is an error row', async () => {
    const assembly = {
      directory: '.',
      notRead: [],
      stacks: [
        {
          ...evaluated,
          stackName: evaluated.name,
          environment: 'aws://111122223333/us-east-1',
          templateFile: '',
          template: { Resources: {} },
          resources: [],
          loops: [],
          acknowledgements: [],
        },
      ],
    };
    const { rows } = await evaluateAccount({ assembly, clock, connect: () => ({ why: 'no credentials' }) });
    expect(told(rows)).toEqual(['error: Could not ask 111122223333/us-east-1: no credentials']);
  });
});
