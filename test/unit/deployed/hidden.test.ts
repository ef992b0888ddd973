import type { Ask, ExpectedRegion, ExpectedResource } from '../../../compliance/deployed/aspect';
import { evaluateResources, observeResource } from '../../../compliance/deployed/evaluate-resources';
import { LIVE_CHECKS } from '../../../compliance/deployed/live/checks';
import { ASPECTS } from '../../../compliance/deployed/readers/aspects';

/** What the emulators do not keep, with answers in the form of the API's own pages. */
const place = { account: '111122223333', region: 'us-east-1', connection: {} };
const clock = () => new Date('2026-11-29T12:00:00Z');
const resource = (
  type: string,
  properties: Record<string, unknown> = {},
  physicalId = 'evaluated-id',
): ExpectedResource => ({
  stack: 'serverlessapp-dev-test',
  logicalId: 'Evaluated',
  type,
  place,
  physicalId,
  properties,
});
type Answers = Readonly<Record<string, unknown>>;

const asking = (answers: Answers): Ask =>
  (({ name }: { name: string }, input: unknown) => {
    const answer = answers[name];
    if (answer === undefined) return Promise.reject(new Error(`nobody answers ${name}`));
    const said = typeof answer === 'function' ? (answer as (input: unknown) => unknown)(input) : answer;
    return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
  }) as Ask;

async function told(rule: string, answers: Answers, ...resources: ExpectedResource[]): Promise<string[]> {
  const region: ExpectedRegion = { place, resources, everywhere: resources };
  const ask = asking(answers);
  const check = LIVE_CHECKS.find((each) => each.rule === rule);
  const rows = check
    ? await observeResource(check, region, () => ask, clock)
    : await evaluateResources(
        region,
        () => ask,
        clock,
        ASPECTS.filter((aspect) => aspect.rule === rule),
      );
  return rows.map(({ verdict, message }) => `${verdict}: ${message}`);
}

/** What is named of an account that has this, with what was evaluated of it and of others. */
async function strangers(
  answers: Answers,
  resources: ExpectedResource[],
  { beside = [], regions = [] }: { beside?: ExpectedResource[]; regions?: Answers[] } = {},
): Promise<string[]> {
  const check = LIVE_CHECKS.find((each) => each.rule === 'account-unevaluated');
  if (check === undefined) throw new Error();
  const rows = await observeResource(
    check,
    { place, resources, everywhere: [...resources, ...beside] },
    () => asking({ ...NOTHING, ...answers }),
    clock,
    regions.map((other) => () => asking({ ...NOTHING, ...other })),
  );
  return rows.flatMap(({ verdict, resource: name }) =>
    verdict === 'compliant' ? [] : [`${verdict}: ${name}`],
  );
}

/** Of an account in which there is nothing. */
const NOTHING: Answers = {
  'iam:ListRoles': {},
  'iam:ListUsers': {},
  'iam:ListOpenIDConnectProviders': {},
  'iam:ListSAMLProviders': {},
  'cloudformation:ListStackResources': Object.assign(new Error('Stack with id CDKToolkit does not exist'), {
    name: 'ValidationError',
  }),
  'lambda:ListFunctions': {},
  'lambda:ListEventSourceMappings': {},
  'events:ListRules': {},
  'scheduler:ListSchedules': {},
  'states:ListStateMachines': {},
  'apigateway:GetRestApis': {},
  'cloudtrail:DescribeTrails': {},
  'backup:ListBackupPlans': {},
  'codepipeline:ListPipelines': {},
  'codebuild:ListProjects': {},
};
const bootstrapped = (...names: string[]): Answers => ({
  'cloudformation:ListStackResources': {
    StackResourceSummaries: names.map((name) => ({
      LogicalResourceId: 'Role',
      ResourceType: 'AWS::IAM::Role',
      PhysicalResourceId: name,
    })),
  },
});
const roles = (...names: string[]): Answers => ({
  'iam:ListRoles': { Roles: names.map((RoleName) => ({ RoleName, Path: '/' })) },
});

const ALARM = resource('AWS::CloudWatch::Alarm', { AlarmName: 'serverlessapp-dev-alarm' });
const DETECTOR = resource('AWS::GuardDuty::Detector', {}, 'd-1');
const ANALYZER = resource('AWS::AccessAnalyzer::Analyzer', { AnalyzerName: 'analyzer' });
const HUB = resource('AWS::SecurityHub::Hub');
const GROUP = resource('AWS::Logs::LogGroup', {}, 'group');
const BUCKET = resource('AWS::S3::Bucket', {}, 'pictures');
const RULE = resource('AWS::Config::ConfigRule', { ConfigRuleName: 'rule' });
const FUNCTION = resource('AWS::Lambda::Function', {}, 'query');
const VERSION = resource(
  'AWS::Lambda::Version',
  { FunctionName: 'query' },
  'arn:aws:lambda:us-east-1:111122223333:function:query:7',
);
const KEY = resource('AWS::KMS::Key', {}, 'k-1');
const QUERY_ROLE = resource('AWS::IAM::Role', {}, 'query-role');

const guard = (more: Answers): Answers => ({
  'guardduty:ListFilters': { FilterNames: [] },
  'guardduty:ListIPSets': { IpSetIds: [] },
  'guardduty:ListTrustedEntitySets': { TrustedEntitySetIds: [] },
  ...more,
});
const bucket = (more: Answers): Answers => ({
  's3:GetBucketWebsite': Object.assign(new Error(), { name: 'NoSuchWebsiteConfiguration' }),
  's3:GetBucketReplication': Object.assign(new Error(), { name: 'ReplicationConfigurationNotFoundError' }),
  's3:GetBucketNotificationConfiguration': {},
  's3:GetBucketCors': Object.assign(new Error(), { name: 'NoSuchCORSConfiguration' }),
  's3:ListBucketInventoryConfigurations': { IsTruncated: false },
  's3:ListBucketAnalyticsConfigurations': { IsTruncated: false },
  ...more,
});
/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeComplianceByConfigRule.html */
const compliance = (ComplianceType: string) => ({
  'config:DescribeComplianceByConfigRule': {
    ComplianceByConfigRules: [
      {
        ConfigRuleName: 'rule',
        Compliance: { ComplianceType, ComplianceContributorCount: { CappedCount: 3 } },
      },
    ],
  },
});
const grant = (GranteePrincipal: string) => ({
  'kms:ListGrants': { Grants: [{ GrantId: 'g-1', GranteePrincipal, Operations: ['Decrypt'] }] },
});
const policyOf = (...statements: object[]) => ({
  'lambda:GetPolicy': { Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) },
});
const noPolicy = {
  'lambda:GetPolicy': Object.assign(new Error(), { name: 'ResourceNotFoundException' }),
};
const hashes = (latest: string, published: string) => ({
  'lambda:GetFunctionConfiguration': ({ Qualifier }: { Qualifier?: string }) => ({
    CodeSha256: Qualifier === undefined ? latest : published,
  }),
});
const NETWORK = resource('AWS::EC2::VPC', {}, 'vpc-1');
const FLOW_LOG = resource('AWS::EC2::FlowLog', {}, 'fl-1');
const network = (more: Answers): Answers => ({
  ...Object.fromEntries(
    [
      ...['InternetGateways', 'EgressOnlyInternetGateways', 'NatGateways', 'VpcPeeringConnections'],
      ...['VpcEndpoints', 'SecurityGroups', 'NetworkInterfaces', 'Vpcs', 'FlowLogs'],
    ].map((kind) => [`ec2:Describe${kind}`, {}]),
  ),
  ...more,
});
const TABLE = resource(
  'AWS::DynamoDB::GlobalTable',
  { Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: {} }] },
  'detection-logs',
);
const tableOf = (more: object): Answers => ({
  'dynamodb:DescribeTable': { Table: { TableName: 'detection-logs', ...more } },
  'dynamodb:DescribeKinesisStreamingDestination': {},
});
const states = (StateValue: string) => ({
  'cloudwatch:DescribeAlarms': {
    MetricAlarms: [{ AlarmName: 'serverlessapp-dev-alarm', StateValue, StateReason: 'Threshold Crossed' }],
  },
});

test.each<[string, string, Answers, ExpectedResource[]]>([
  ['no mute rule', 'alarms-not-muted', { 'cloudwatch:ListAlarmMuteRules': {} }, [ALARM]],
  [
    'one that is over',
    'alarms-not-muted',
    {
      'cloudwatch:ListAlarmMuteRules': {
        AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: 'arn:mute', Status: 'EXPIRED' }],
      },
    },
    [ALARM],
  ],
  ['an alarm at rest', 'alarm-quiet', { 'cloudwatch:DescribeAlarms': { MetricAlarms: [] } }, [ALARM]],
  ['no filter', 'threats-not-hidden', guard({}), [DETECTOR]],
  [
    'a network with its own flow log',
    'network-no-way-out',
    network({ 'ec2:DescribeFlowLogs': { FlowLogs: [{ FlowLogId: 'fl-1', ResourceId: 'vpc-1' }] } }),
    [NETWORK, FLOW_LOG],
  ],
  [
    'a table whose own region is told as a replica',
    'table-outlets',
    tableOf({ Replicas: [{ RegionName: 'us-east-1' }] }),
    [TABLE],
  ],
  [
    'a filter that marks',
    'threats-not-hidden',
    guard({ 'guardduty:ListFilters': { FilterNames: ['f'] }, 'guardduty:GetFilter': { Action: 'NOOP' } }),
    [DETECTOR],
  ],
  [
    'no archive rule',
    'external-access-not-hidden',
    { 'access-analyzer:ListArchiveRules': { archiveRules: [] } },
    [ANALYZER],
  ],
  ['no automation', 'findings-not-hidden', { 'securityhub:ListAutomationRules': {} }, [HUB]],
  ['no policy over logs', 'logs-stay-here', { 'logs:DescribeAccountPolicies': {} }, [GROUP]],
  ['no list of keys', 'bucket-outlets', bucket({}), [BUCKET]],
  ['a rule that is kept', 'config-compliance', compliance('COMPLIANT'), [RULE]],
  ['a version that nobody is let in by', 'function-callers', noPolicy, [VERSION]],
  ['code as published', 'function-code', hashes('a', 'a'), [VERSION]],
  ['a grant to a service', 'key-grants', grant('dynamodb.us-east-1.amazonaws.com'), [KEY]],
  [
    'a grant to an evaluated role',
    'key-grants',
    grant('arn:aws:iam::111122223333:role/query-role'),
    [KEY, QUERY_ROLE],
  ],
])('%s passes', async (_what, rule, answers, resources) =>
  expect(await told(rule, answers, ...resources)).toEqual([expect.stringMatching(/^compliant: /)]),
);

test.each<[string, string, Answers, ExpectedResource[], string]>([
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmMuteRuleSummary.html
  [
    'a mute rule',
    'alarms-not-muted',
    {
      'cloudwatch:ListAlarmMuteRules': {
        AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: 'arn:mute', Status: 'SCHEDULED' }],
      },
    },
    [ALARM],
    'arn:mute is SCHEDULED',
  ],
  [
    'an alarm that has gone off',
    'alarm-quiet',
    states('ALARM'),
    [ALARM],
    'it has gone off: Threshold Crossed',
  ],
  // https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFilter.html
  [
    'a filter that archives',
    'threats-not-hidden',
    guard({
      'guardduty:ListFilters': { FilterNames: ['quiet'] },
      'guardduty:GetFilter': { Name: 'quiet', Action: 'ARCHIVE' },
    }),
    [DETECTOR],
    'filter quiet archives',
  ],
  [
    'addresses that are trusted',
    'threats-not-hidden',
    guard({ 'guardduty:ListIPSets': { IpSetIds: ['ip-1'] } }),
    [DETECTOR],
    'list ip-1 is trusted',
  ],
  [
    'entities that are trusted',
    'threats-not-hidden',
    guard({ 'guardduty:ListTrustedEntitySets': { TrustedEntitySetIds: ['te-1'] } }),
    [DETECTOR],
    'list te-1 is trusted',
  ],
  // https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListArchiveRules.html
  [
    'an archive rule',
    'external-access-not-hidden',
    { 'access-analyzer:ListArchiveRules': { archiveRules: [{ ruleName: 'quiet', filter: {} }] } },
    [ANALYZER],
    'rule quiet archives',
  ],
  // https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_ListAutomationRules.html
  [
    'an automation',
    'findings-not-hidden',
    {
      'securityhub:ListAutomationRules': {
        AutomationRulesMetadata: [{ RuleName: 'quiet', RuleArn: 'arn:rule', RuleStatus: 'ENABLED' }],
      },
    },
    [HUB],
    'automation quiet',
  ],
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html
  [
    'a policy over logs',
    'logs-stay-here',
    {
      'logs:DescribeAccountPolicies': {
        accountPolicies: [{ policyName: 'copy', policyDocument: '{"DestinationArn":"arn:elsewhere"}' }],
      },
    },
    [GROUP],
    'arn:elsewhere',
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html
  [
    'a list of keys',
    'bucket-outlets',
    bucket({
      's3:ListBucketInventoryConfigurations': {
        InventoryConfigurationList: [{ Id: 'all-keys', IsEnabled: true }],
      },
    }),
    [BUCKET],
    'Reports: expected nothing, in the account ["all-keys"]',
  ],
  [
    'a list in its second page',
    'bucket-outlets',
    bucket({
      's3:ListBucketAnalyticsConfigurations': ({ ContinuationToken }: { ContinuationToken?: string }) =>
        ContinuationToken === undefined
          ? { NextContinuationToken: 'more' }
          : { AnalyticsConfigurationList: [{ Id: 'usage' }] },
    }),
    [BUCKET],
    'usage',
  ],
  [
    'a rule that is broken',
    'config-compliance',
    compliance('NON_COMPLIANT'),
    [RULE],
    'rule: 3 resources are not compliant',
  ],
  [
    'a version that somebody is let in by',
    'function-callers',
    policyOf({ Action: 'lambda:InvokeFunction', Principal: { AWS: 'arn:aws:iam::999900001111:root' } }),
    [VERSION],
    '999900001111',
  ],
  [
    'code that waits for the next release',
    'function-code',
    hashes('b', 'a'),
    [VERSION],
    'CodeSha256: expected as published, in the account b, published a',
  ],
  [
    'a grant to a stranger',
    'key-grants',
    grant('arn:aws:iam::999900001111:role/reader'),
    [KEY],
    'lets arn:aws:iam::999900001111:role/reader Decrypt',
  ],
  [
    'a grant to a namesake of an evaluated role',
    'key-grants',
    grant('arn:aws:iam::999900001111:role/query-role'),
    [KEY, QUERY_ROLE],
    '999900001111',
  ],
  [
    'a grant to a role of services elsewhere',
    'key-grants',
    grant('arn:aws:iam::999900001111:role/aws-service-role/x/y'),
    [KEY],
    '999900001111',
  ],
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
  [
    'a flow log to somebody',
    'network-no-way-out',
    network({
      'ec2:DescribeFlowLogs': {
        FlowLogs: [
          { FlowLogId: 'fl-1', ResourceId: 'vpc-1', LogGroupName: 'ours' },
          { FlowLogId: 'fl-2', ResourceId: 'vpc-1', LogDestination: 'arn:aws:s3:::elsewhere' },
        ],
      },
    }),
    [NETWORK, FLOW_LOG],
    'flow log fl-2 to arn:aws:s3:::elsewhere, which no template has',
  ],
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html
  [
    'a table that is kept in another region, too',
    'table-outlets',
    tableOf({ Replicas: [{ RegionName: 'us-west-2', ReplicaStatus: 'ACTIVE' }] }),
    [TABLE],
    'Replicas: expected nothing, in the account ["us-west-2"]',
  ],
  [
    'a version more',
    'function-qualifiers',
    {
      'lambda:ListAliases': {},
      'lambda:ListVersionsByFunction': {
        Versions: [{ Version: '$LATEST' }, { Version: '7' }, { Version: '8' }],
      },
    },
    [FUNCTION, VERSION],
    'Versions: expected nothing, in the account 8',
  ],
])('%s is named', async (_what, rule, answers, resources, problem) => {
  const found = await told(rule, answers, ...resources);
  expect(found.join()).toMatch(/^non-compliant: /);
  expect(found.join()).toContain(problem);
});

test('what CDK and AWS themselves keep in an account is nobody’s; what has but their name is somebody’s', async () => {
  const all = [
    { RoleName: 'query-role', Path: '/' },
    { RoleName: 'AWSServiceRoleForBackup', Path: '/aws-service-role/backup.amazonaws.com/' },
    { RoleName: 'AWSReservedSSO_auditor', Path: '/aws-reserved/sso.amazonaws.com/' },
    { RoleName: 'OrganizationAccountAccessRole', Path: '/' },
    { RoleName: 'cdk-hnb659fds-deploy-role', Path: '/' },
    { RoleName: 'cdk-hnb659fds-another-role', Path: '/' },
    { RoleName: 'AWSServiceRoleForReports', Path: '/service-role/' },
  ];
  const found = await strangers(
    {
      ...bootstrapped('cdk-hnb659fds-deploy-role'),
      'iam:ListRoles': ({ Marker }: { Marker?: string }) =>
        Marker === undefined
          ? { Roles: all.slice(0, 3), IsTruncated: true, Marker: 'more' }
          : { Roles: all.slice(3) },
      'iam:ListOpenIDConnectProviders': {
        OpenIDConnectProviderList: [{ Arn: 'arn:aws:iam::111122223333:oidc-provider/example.com' }],
      },
      'iam:ListSAMLProviders': {
        SAMLProviderList: [
          { Arn: `arn:aws:iam::111122223333:saml-provider/AWSSSO_${'0a'.repeat(8)}_DO_NOT_DELETE` },
        ],
      },
      'lambda:ListEventSourceMappings': Object.assign(new Error('no'), { name: 'AccessDeniedException' }),
      'events:ListRules': {
        Rules: [{ Name: 'StepFunctionsGetEventsRule', ManagedBy: 'states.amazonaws.com' }],
      },
    },
    [QUERY_ROLE],
  );
  expect(found).toEqual([
    'non-compliant: cdk-hnb659fds-another-role',
    'non-compliant: AWSServiceRoleForReports',
    'non-compliant: arn:aws:iam::111122223333:oidc-provider/example.com',
    // One that may not be asked hides none of the others.
    'error: AWS::Lambda::EventSourceMapping',
  ]);
});

test('roles of the bootstrap are those of each region, as that region’s stack tells', async () => {
  const answers = { ...roles('cdk-us-east-1', 'cdk-us-west-2'), ...bootstrapped('cdk-us-east-1') };
  expect(await strangers(answers, [ALARM])).toEqual(['non-compliant: cdk-us-west-2']);
  expect(await strangers(answers, [ALARM], { regions: [{}, bootstrapped('cdk-us-west-2')] })).toEqual([]);
  // A region whose stack may not be told of is no reason to let its roles pass.
  const denied = {
    'cloudformation:ListStackResources': Object.assign(new Error(), { name: 'AccessDenied' }),
  };
  expect(await strangers(answers, [ALARM], { regions: [denied] })).toEqual(['error: AWS::IAM::Role']);
});

test('a namesake of another account’s role, or of the other region’s function, is a stranger', async () => {
  const elsewhere = (of: ExpectedResource, where: object): ExpectedResource => ({
    ...of,
    place: { ...place, ...where },
  });
  const functions = { 'lambda:ListFunctions': { Functions: [{ FunctionName: 'query' }] } };
  const account = { account: '999900001111' };
  const region = { region: 'us-west-2' };
  expect(await strangers(roles('query-role'), [ALARM], { beside: [elsewhere(QUERY_ROLE, account)] })).toEqual(
    ['non-compliant: query-role'],
  );
  expect(await strangers(roles('query-role'), [ALARM], { beside: [elsewhere(QUERY_ROLE, region)] })).toEqual(
    [],
  );
  expect(await strangers(functions, [ALARM], { beside: [elsewhere(FUNCTION, region)] })).toEqual([
    'non-compliant: query',
  ]);
});

test('a schedule of the evaluated name in another group, and a rule of another bus’s name, are strangers', async () => {
  const schedule = resource('AWS::Scheduler::Schedule', { GroupName: 'rotations', Name: 'key' }, 'key');
  const schedules = (...groups: string[]) => ({
    'scheduler:ListSchedules': { Schedules: groups.map((GroupName) => ({ GroupName, Name: 'key' })) },
  });
  expect(await strangers(schedules('rotations'), [schedule])).toEqual([]);
  expect(await strangers(schedules('rotations', 'default'), [schedule])).toEqual([
    'non-compliant: default|key',
  ]);
  const rule = (physicalId: string) => resource('AWS::Events::Rule', {}, physicalId);
  const rules = { 'events:ListRules': { Rules: [{ Name: 'nightly' }] } };
  expect(await strangers(rules, [rule('nightly')])).toEqual([]);
  expect(await strangers(rules, [rule('other-bus|nightly')])).toEqual(['non-compliant: nightly']);
});

test('a trail of somebody’s is a stranger, one of the organisation’s is not', async () => {
  const trail = resource('AWS::CloudTrail::Trail', {}, 'serverlessapp-dev-trail');
  const trails = {
    'cloudtrail:DescribeTrails': {
      trailList: [
        { Name: 'serverlessapp-dev-trail', HomeRegion: 'us-east-1' },
        { Name: 'landing-zone', IsOrganizationTrail: true },
        { Name: 'copy', S3BucketName: 'elsewhere' },
      ],
    },
  };
  expect(await strangers(trails, [trail])).toEqual(['non-compliant: copy']);
});

test('what needs a role of ours is asked where the account has such a role, in either region', async () => {
  const made: Answers = {
    'backup:ListBackupPlans': {
      BackupPlansList: [{ BackupPlanId: 'ours' }, { BackupPlanId: 'copies-elsewhere' }],
    },
    'codepipeline:ListPipelines': { pipelines: [{ name: 'ours' }, { name: 'releases-more' }] },
    'codebuild:ListProjects': { projects: ['ours', 'builds-more'] },
  };
  const types = ['AWS::Backup::BackupPlan', 'AWS::CodePipeline::Pipeline', 'AWS::CodeBuild::Project'];
  const ours = types.map((type) => resource(type, {}, 'ours'));
  const more = ['copies-elsewhere', 'releases-more', 'builds-more'].map((name) => `non-compliant: ${name}`);
  expect(await strangers(made, ours)).toEqual(more);
  // Roles are of no region: what takes one may stand in the other.
  const beside = ours.map((of) => ({ ...of, place: { ...place, region: 'us-west-2' } }));
  expect(await strangers(made, [ALARM], { beside })).toHaveLength(6);
  expect(await strangers(made, [ALARM])).toEqual([]);
});
