import { PRIMARY_CHECKS, REGION_CHECKS } from '../../../bin/preflight/checks';
import { preflight, PreflightError } from '../../../bin/preflight/preflight';
import { loadStageConfig } from '../../../lib/config/load';
import { reservedConcurrency } from '../../../lib/constructs/functions/function-limits';
import { intakeConcurrency } from '../../../lib/constructs/processing/intake-concurrency';
import { Names } from '../../../lib/names';
import { LARGE_BODY_LABEL } from '../../../lib/edge/web-acl-rules';
import { type Answers, FakeAccount, fault, json, xml, xmlFault } from '../../support/fake-account';
import {
  attachedPolicies,
  endpointServices,
  policyVersion,
  quota,
  readyAccount,
  roleTrusting,
  stacks,
  subscriptions,
} from '../../support/ready-account';

const prod = loadStageConfig('prod');
const staging = loadStageConfig('staging');
const BOOTSTRAP = (region: string) =>
  `npx cdk bootstrap aws://777788889999/${region} --termination-protection --trust 222233334444 --cloudformation-execution-policies arn:aws:iam::777788889999:policy/serverlessapp-prod-deployment-data,arn:aws:iam::777788889999:policy/serverlessapp-prod-deployment-platform`;
const BOTH = ['us-east-1', 'us-west-2'];

async function run(changed: Answers = {}, config = prod) {
  const account = new FakeAccount({ ...readyAccount(config), ...changed });
  const lines: string[] = [];
  const clean = await preflight(config, (line) => lines.push(...line.split('\n')), account.connection);
  /** What it says besides `ok`, each with what to do. */
  const told = lines.flatMap((line, index) => {
    const [, mark, found] = /^(LACKING|UNKNOWN) +(.*)$/.exec(line) ?? [];
    return mark === undefined
      ? []
      : [[mark, found ?? '', lines[index + 1]?.replace(/^ +→ /, '') ?? ''] as const];
  });
  return { account, lines, clean, told };
}
/** What is said of the first region that is asked, and what to do. */
const first = async (changed: Answers, config = prod) => (await run(changed, config)).told[0];

describe('an account that lacks nothing', () => {
  it('is clean, and every line says so', async () => {
    const { lines, clean, told } = await run();
    expect(told).toEqual([]);
    expect(clean).toBe(true);
    const good = lines.filter((line) => line.startsWith('ok '));
    expect(lines.at(-1)).toBe(`${good.length} ready, 0 lacking, 0 not checked`);
    for (const [checks, times] of [
      [PRIMARY_CHECKS, 1],
      [REGION_CHECKS, 2],
    ] as const)
      for (const { title } of checks)
        expect(good.filter((line) => line.includes(`${title}: `)).length).toBeGreaterThanOrEqual(times);
    expect(lines).toContain('Account 777788889999, us-east-1');
    expect(lines).toContain('us-west-2, where the recovery application stands');
  });
  it('is asked in both regions what stands in both', async () => {
    const { account } = await run();
    const regionsOf = (name: string) => [
      ...new Set(account.asked.filter((one) => one.name === name).map(({ region }) => region)),
    ];
    for (const name of [
      'ssm:GetParameter',
      'ec2:DescribeVpcEndpointServices',
      'wafv2:CheckCapacity',
      'wafv2:DescribeManagedRuleGroup',
      'servicequotas:GetServiceQuota',
      'apigateway:/account',
      'sns:ListSubscriptionsByTopic',
      'inspector2:/status/batch/get',
    ])
      expect([name, regionsOf(name)]).toEqual([name, BOTH]);
    expect(regionsOf('securityhub:/accounts')).toEqual(['us-east-1']);
  });
});

describe('preflight, of regions,', () => {
  it('names those that are not opted in', async () => {
    const answer = { 'account:/getRegionOptStatus': json({ RegionOptStatus: 'DISABLED' }) };
    expect(await first(answer)).toEqual([
      'LACKING',
      'Regions: us-east-1: DISABLED',
      expect.stringMatching(
        /^in the management account.+enable-region --account-id \d{12} --region-name us-east-1$/,
      ) as string,
    ]);
  });
});

describe('preflight, of the bootstrap,', () => {
  it('says how to make one that is missing, in each region', async () => {
    const { told } = await run({
      'ssm:GetParameter': fault('ParameterNotFound'),
      'iam:ListAttachedRolePolicies': xmlFault('NoSuchEntity', 'gone', 404),
      'iam:GetRole': xmlFault('NoSuchEntity', 'gone', 404),
    });
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.flatMap((region) => [BOOTSTRAP(region), ...(Array(3).fill('the same as above') as string[])]),
    );
    expect(told[0]?.[1]).toBe('CDK bootstrap: not bootstrapped');
  });
  it('names one that is too old', async () => {
    expect(await first({ 'ssm:GetParameter': json({ Parameter: { Value: '5' } }) })).toEqual([
      'LACKING',
      'CDK bootstrap: version 5 is too old',
      BOOTSTRAP('us-east-1'),
    ]);
  });
  it('names AdministratorAccess where our policies should be', async () => {
    const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const [mark, found, next] =
      (await first({ 'iam:ListAttachedRolePolicies': attachedPolicies([administrator]) })) ?? [];
    expect([mark, next]).toEqual(['LACKING', BOOTSTRAP('us-east-1')]);
    expect(found).toContain(
      `has ${administrator}; lacks arn:aws:iam::777788889999:policy/serverlessapp-prod-deployment-data`,
    );
  });
  it('names one policy more than ours', async () => {
    const ours = ['deployment-data', 'deployment-platform', 'more'].map(
      (name) => `arn:aws:iam::777788889999:policy/serverlessapp-prod-${name}`,
    );
    const [mark, found] = (await first({ 'iam:ListAttachedRolePolicies': attachedPolicies(ours) })) ?? [];
    expect([mark, found]).toEqual(['LACKING', `CloudFormation's own role: has ${ours[2] ?? ''}`]);
  });
  it('says how to write policies that are not there, or say something else', async () => {
    const missing = (await first({ 'iam:GetPolicy': xmlFault('NoSuchEntity', 'gone', 404) })) ?? [];
    expect(missing[2]).toBe(
      'npm run preflight -- --stage prod --write-policies dist/bootstrap, then, as a security administrator: aws iam create-policy --policy-name serverlessapp-prod-deployment-data --policy-document file://dist/bootstrap/serverlessapp-prod-deployment-data.json',
    );
    const other = (await first({ 'iam:GetPolicyVersion': policyVersion({ Statement: [] }) })) ?? [];
    expect(other[1]).toMatch(/serverlessapp-prod-deployment-data says something else/);
    expect(other[2]).toContain(
      'aws iam create-policy-version --set-as-default --policy-arn arn:aws:iam::777788889999:policy/serverlessapp-prod-deployment-data',
    );
  });
  it.each([
    ['nobody', ['arn:aws:iam::777788889999:root'], /does not trust 222233334444/],
    [
      'a third account',
      ['arn:aws:iam::222233334444:root', 'arn:aws:iam::999999999999:root'],
      /also trusts 999999999999/,
    ],
    ['everybody', ['*'], /also trusts \*/],
  ])('names one that trusts %s', async (_who, principals, said) => {
    const [mark, found] = (await first({ 'iam:GetRole': roleTrusting(...principals) })) ?? [];
    expect(mark).toBe('LACKING');
    expect(found).toMatch(said);
  });
});

describe('preflight, of quotas,', () => {
  const only = (code: string, answer: ReturnType<typeof quota>): Answers => ({
    'servicequotas:GetServiceQuota': ({ QuotaCode }) => (QuotaCode === code ? answer : quota(10_000)),
  });
  const increase = (service: string, code: string, value: number, region: string) =>
    `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value} --region ${region}`;

  it('adds up all reservations of Lambda and what nobody may reserve', async () => {
    const reserved = Object.values(reservedConcurrency(prod)).reduce((sum, each) => sum + each, 0);
    expect(reserved).toBeGreaterThan(intakeConcurrency(prod));
    const { told } = await run(only('L-B99A9384', quota(reserved + 99)));
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.map((region) => increase('lambda', 'L-B99A9384', reserved + 100, region)),
    );
    expect((await run(only('L-B99A9384', quota(reserved + 100)))).clean).toBe(true);
  });
  it('asks as many calls of Rekognition as the stage starts', async () => {
    const { told } = await run(only('L-E29B542B', quota(49)));
    expect(told[0]?.[1]).toMatch(/^Quota of rekognition: 49, needed 50 /);
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.map((region) => increase('rekognition', 'L-E29B542B', 50, region)),
    );
  });
  it('counts the interface endpoints of a VPC', async () => {
    expect((await first(only('L-29B6F2EB', quota(4))))?.[1]).toMatch(/4, needed 5 interface endpoints/);
  });
  it('counts the VPCs that are there, and not this application’s own twice', async () => {
    const vpcs = (...applications: string[]): Answers => ({
      'ec2:DescribeVpcs': xml(
        `<vpcSet>${applications.map((value) => `<item><tagSet><item><key>Application</key><value>${value}</value></item></tagSet></item>`).join('')}</vpcSet>`,
      ),
      ...only('L-F678F1CE', quota(2)),
    });
    expect((await run(vpcs('other', 'serverlessapp'))).clean).toBe(true);
    expect((await first(vpcs('other', 'another')))?.[1]).toMatch(/^Quota of vpc: 2, needed 3 VPCs/);
  });
  it('counts the AWS Config rules that are there', async () => {
    const { told } = await run({
      'config:DescribeConfigRules': json({
        ConfigRules: [{ ConfigRuleName: 'theirs' }, { ConfigRuleName: 'serverlessapp-prod-ours' }],
      }),
      ...only('L-0BE82991', quota(10)),
    });
    expect(told).toHaveLength(1);
    const needed = Number(/needed (\d+) AWS Config rules/.exec(told[0]?.[1] ?? '')?.[1]);
    expect(needed).toBeGreaterThan(50);
    expect(told[0]?.[2]).toBe(increase('config', 'L-0BE82991', needed, 'us-east-1'));
  });
  it('takes AWS’s default where nobody asked for more', async () => {
    const { account, clean } = await run({
      'servicequotas:GetServiceQuota': fault('NoSuchResourceException'),
      'servicequotas:GetAWSDefaultServiceQuota': quota(10_000),
    });
    expect(clean).toBe(true);
    const defaults = account.asked.filter(({ name }) => name === 'servicequotas:GetAWSDefaultServiceQuota');
    expect(defaults).toHaveLength(9);
    expect((await first({ 'servicequotas:GetServiceQuota': json({ Quota: {} }) }))?.[0]).toBe('UNKNOWN');
  });
});

describe('preflight, of endpoint services,', () => {
  it('names the zones that lack one, and those that have all', async () => {
    const { told } = await run(
      endpointServices((service) =>
        service.endsWith('.rekognition')
          ? ['us-east-1b', 'us-west-2a', 'us-west-2c']
          : ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-west-2a', 'us-west-2b'],
      ),
    );
    expect(told).toEqual([
      [
        'LACKING',
        'Endpoint services per zone: com.amazonaws.us-east-1.rekognition is not in us-east-1a, us-east-1c',
        'Set availabilityZones in lib/config/prod.ts to zones that have all endpoints: us-east-1b, us-west-2a.',
      ],
      [
        'LACKING',
        'Endpoint services per zone: com.amazonaws.us-west-2.rekognition is not in us-west-2b',
        'Set recovery.availabilityZones in lib/config/prod.ts to zones that have all endpoints: us-east-1b, us-west-2a.',
      ],
    ]);
  });
  it('names one that a region does not offer', async () => {
    const { told } = await run(
      endpointServices((service) =>
        service.endsWith('us-west-2.sync-states')
          ? []
          : ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-west-2a', 'us-west-2b'],
      ),
    );
    expect(told.map(([, found]) => found)).toEqual([
      'Endpoint services per zone: com.amazonaws.us-west-2.sync-states is not offered',
    ]);
  });
});

describe('preflight, of the web ACL,', () => {
  it('sends WAF the rules as its API takes them', async () => {
    const { account } = await run();
    const input = account.asked.find(({ name }) => name === 'wafv2:CheckCapacity')?.input as unknown as {
      Scope: string;
      Rules: Record<string, unknown>[];
    };
    expect(input.Scope).toBe('REGIONAL');
    const ruleNamed = (name: string) => input.Rules.find(({ Name }) => Name === name);
    expect(ruleNamed('AWSManagedRulesCommonRuleSet')?.['Statement']).toEqual({
      ManagedRuleGroupStatement: {
        VendorName: 'AWS',
        Name: 'AWSManagedRulesCommonRuleSet',
        RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
      },
    });
    expect(JSON.stringify(ruleNamed('LargeBodyOutsideUpload'))).toContain(
      `"SearchString":"${Buffer.from('/upload').toString('base64')}"`,
    );
    expect(ruleNamed('RatePerApiKey')).toMatchObject({
      Statement: {
        RateBasedStatement: {
          AggregateKeyType: 'CUSTOM_KEYS',
          CustomKeys: [{ Header: { Name: 'x-api-key' } }],
        },
      },
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
    });
  });
  it.each([
    [1500, undefined],
    [1501, /1501 units, above the 1500 in the price: every request costs 1 times WAF's charge for 500 more/],
    [2001, /every request costs 2 times/],
    [5000, /every request costs 7 times/],
    [5001, /more than the 5000 units that a web ACL may have/],
  ])('tells what %d units cost', async (Capacity, said) => {
    const found = (await first({ 'wafv2:CheckCapacity': json({ Capacity }) }))?.[1];
    if (said === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(said);
  });
  it('names one that WAF itself finds too large', async () => {
    expect((await first({ 'wafv2:CheckCapacity': fault('WAFLimitsExceededException') }))?.[1]).toMatch(
      /more than the 5000/,
    );
  });
  it('names a rule group that is not offered, or has lost the rule or the label that ours go by', async () => {
    const group = (answer: Parameters<typeof json>[0]): Answers => ({
      'wafv2:DescribeManagedRuleGroup': json(answer),
    });
    const gone = await run({ 'wafv2:DescribeManagedRuleGroup': fault('WAFNonexistentItemException') });
    expect(
      gone.told.filter(([mark, found]) => mark === 'LACKING' && found.endsWith('is not offered')),
    ).toHaveLength(8);
    expect(
      (
        await first(
          group({
            Rules: [{ Name: 'HostingProviderIPList' }],
            AvailableLabels: [{ Name: LARGE_BODY_LABEL }],
          }),
        )
      )?.[1],
    ).toBe('Managed rule groups: AWSManagedRulesCommonRuleSet has no SizeRestrictions_BODY');
    expect(
      (
        await first(
          group({
            Rules: [{ Name: 'HostingProviderIPList' }, { Name: 'SizeRestrictions_BODY' }],
            AvailableLabels: [],
          }),
        )
      )?.[1],
    ).toBe(`Managed rule groups: AWSManagedRulesCommonRuleSet has no ${LARGE_BODY_LABEL}`);
  });
});

describe('preflight, of what an account has once,', () => {
  const SWITCHED: readonly (readonly [string, Answers, Answers, Answers])[] = [
    [
      'configRecorder',
      { 'config:DescribeConfigurationRecorders': json({ ConfigurationRecorders: [] }) },
      { 'config:DescribeConfigurationRecorders': json({ ConfigurationRecorders: [{ name: 'default' }] }) },
      {
        'config:DescribeConfigurationRecorders': json({
          ConfigurationRecorders: [{ name: 'serverlessapp-staging-recorder' }],
        }),
      },
    ],
    [
      'guardDuty',
      { 'guardduty:/detector': json({ detectorIds: [] }) },
      { 'guardduty:/detector': json({ detectorIds: ['detector'] }) },
      {
        'guardduty:/detector': json({ detectorIds: ['detector'] }),
        'guardduty:/detector/detector': json({ tags: { Application: 'serverlessapp' } }),
      },
    ],
    [
      'securityHub',
      { 'securityhub:/accounts': fault('InvalidAccessException') },
      {},
      {
        [`securityhub:/tags/${encodeURIComponent(`arn:aws:securityhub:us-east-1:${staging.account}:hub/default`)}`]:
          json({ Tags: { Application: 'serverlessapp' } }),
      },
    ],
    [
      'accessAnalyzer',
      { 'access-analyzer:/analyzer': json({ analyzers: [] }) },
      { 'access-analyzer:/analyzer': json({ analyzers: [{ name: 'another' }] }) },
      {
        'access-analyzer:/analyzer': json({ analyzers: [{ name: 'serverlessapp-staging-unused-access' }] }),
      },
    ],
    [
      'apiGatewayAccountRole',
      { 'apigateway:/account': json({}) },
      { 'apigateway:/account': json({ cloudwatchRoleArn: 'arn:aws:iam::444455556666:role/other' }) },
      {
        'apigateway:/account': (_input, region) =>
          json({ cloudwatchRoleArn: new Names(staging, region).roleArn('api-gateway-logs') }),
      },
    ],
  ];
  it.each(SWITCHED)('compares %s with who made what is there', async (flag, none, theirs, ours) => {
    const said = async (answers: Answers, config: typeof prod) =>
      (await run(answers, config)).told.find(([, found]) => found.includes(`features.${flag} is`));
    // Staging wants each of its own; prod may have the organisation's.
    expect(await said(none, staging)).toBeUndefined();
    expect(await said(ours, staging)).toBeUndefined();
    expect(await said(theirs, staging)).toEqual([
      'LACKING',
      expect.stringMatching(`made by somebody else; features.${flag} is true`),
      `Set features.${flag}: false in lib/config/staging.ts: an account has only one, and deployment fails.`,
    ]);
    const notOurs = { ...prod, features: { ...prod.features, [flag]: false } };
    expect(await said(theirs, notOurs)).toBeUndefined();
    expect((await said(none, notOurs))?.[2]).toMatch(`or set features.${flag}: true in lib/config/prod.ts.`);
  });
  it('names what this application made and the configuration no longer wants', async () => {
    const recorder = {
      'config:DescribeConfigurationRecorders': json({
        ConfigurationRecorders: [{ name: 'serverlessapp-prod-recorder' }],
      }),
    };
    expect((await first(recorder))?.[2]).toMatch(
      /next deployment takes it away; to keep it set features.configRecorder: true/,
    );
  });
  it('cannot tell an organisation’s analyzer from none', async () => {
    const organisations = { ...prod, features: { ...prod.features, accessAnalyzer: false } };
    const none = { 'access-analyzer:/analyzer': json({ analyzers: [] }) };
    expect((await first(none, organisations))?.[0]).toBe('UNKNOWN');
  });
  it('wants our own analyzer of external access, with either setting', async () => {
    const external = (name: string): Answers => ({
      'access-analyzer:/analyzer': ({ type }) => json({ analyzers: type === 'ACCOUNT' ? [{ name }] : [] }),
    });
    for (const accessAnalyzer of [true, false]) {
      const config = { ...prod, features: { ...prod.features, accessAnalyzer } };
      const told = async (name: string) =>
        (await run(external(name), config)).told.filter(([, found]) => found.includes('external access'));
      expect(await told('serverlessapp-prod-external-access')).toEqual([]);
      expect(await told('theirs')).toEqual([
        [
          'LACKING',
          expect.stringContaining('theirs was made by somebody else'),
          'a security administrator: aws accessanalyzer delete-analyzer --analyzer-name theirs --region us-east-1',
        ],
      ]);
    }
  });
});

describe('preflight, of what people set once,', () => {
  it('names what AWS Backup is not to take care of yet, in each region', async () => {
    const { told } = await run({
      'backup:/account-settings': json({ ResourceTypeOptInPreference: { S3: false } }),
    });
    // Settings are kept by region. https://docs.aws.amazon.com/aws-backup/latest/devguide/service-opt-in.html
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.map(
        (region) => `a security administrator: aws backup update-region-settings --region ${region}`,
      ).flatMap((update) => [
        `${update} --resource-type-opt-in-preference DynamoDB=true`,
        `${update} --resource-type-opt-in-preference S3=true`,
        `${update} --resource-type-management-preference DynamoDB=true`,
      ]),
    );
  });
  it('names contacts that are missing, with the addresses of the configuration', async () => {
    const { told } = await run({
      'account:/getAlternateContact': fault('ResourceNotFoundException', 'none', 404),
    });
    expect(told.map(([, found]) => found)).toEqual(
      ['SECURITY', 'OPERATIONS', 'BILLING'].map((type) => `Account contacts: no ${type} contact`),
    );
    expect(told[0]?.[2]).toBe(
      'aws account put-alternate-contact --alternate-contact-type SECURITY --email-address security@example.com --name NAME --title TITLE --phone-number NUMBER',
    );
  });
  it('names alert addresses that nobody confirmed; none before the first deployment', async () => {
    const { told } = await run({
      'sns:ListSubscriptionsByTopic': subscriptions(['a@example.com', 'b@example.com']),
    });
    expect(told).toHaveLength(4);
    expect(told[0]?.[1]).toBe(
      'Alert addresses: serverlessapp-prod-alerts: unconfirmed a@example.com, b@example.com',
    );
    const before = await run({ 'sns:ListSubscriptionsByTopic': xmlFault('NotFound', 'no topic', 404) });
    expect(before.clean).toBe(true);
    expect(before.lines.join('\n')).toMatch(/serverlessapp-prod-alerts is not deployed yet/);
  });
  it('names GuardDuty where it is off in the second region alone, whose detector is another', async () => {
    const { told } = await run({
      'guardduty:/detector': (_input, region) =>
        json({ detectorIds: region === 'us-west-2' ? [] : ['detector'] }),
    });
    expect(told.map(([mark, , next]) => [mark, next])).toEqual([
      ['LACKING', expect.stringContaining('aws guardduty create-detector --enable --region us-west-2')],
    ]);
  });
  it('names a recorder that is off, delivers nowhere, or leaves out what our rules evaluate', async () => {
    const { told } = await run({
      'config:DescribeConfigurationRecorders': json({
        ConfigurationRecorders: [
          { name: 'organisation', recordingGroup: { resourceTypes: ['AWS::S3::Bucket'] } },
        ],
      }),
      'config:DescribeConfigurationRecorderStatus': json({
        ConfigurationRecordersStatus: [{ recording: false }],
      }),
      'config:DescribeDeliveryChannels': json({ DeliveryChannels: [] }),
    });
    expect(told.map(([, found]) => found)).toEqual([
      'What AWS Config records: organisation is off',
      'What AWS Config records: it has no delivery channel',
      expect.stringMatching(/^What AWS Config records: it does not record .*AWS::KMS::Key/),
    ]);
  });
  // https://github.com/aws/aws-cdk/issues/17871
  it('names stacks without termination protection, which a pipeline does not set, in each region', async () => {
    const { told } = await run({
      'cloudformation:DescribeStacks': stacks(['serverlessapp-prod-storage', 'somebody-elses']),
    });
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.map(
        (region) =>
          `a security administrator: aws cloudformation update-termination-protection --enable-termination-protection --stack-name serverlessapp-prod-storage --region ${region}`,
      ),
    );
  });
  it('names Amazon Inspector where it is off, in each region', async () => {
    const { told } = await run({
      'inspector2:/status/batch/get': json({
        accounts: [{ resourceState: { lambda: { status: 'DISABLED' } } }],
      }),
    });
    expect(told.map(([, , next]) => next)).toEqual(
      BOTH.map((region) => `aws inspector2 enable --resource-types LAMBDA --region ${region}`),
    );
  });
});

describe('preflight, of what it may not ask,', () => {
  const xmlServices = ['cloudformation', 'iam', 'ec2', 'sns'];
  const NAMES: Readonly<Record<string, string>> = {
    ec2: 'UnauthorizedOperation',
    sns: 'AuthorizationError',
    iam: 'AccessDenied',
  };
  const answers = readyAccount(prod);
  const operations = Object.keys(answers).filter((name) => !name.startsWith('sts:'));

  it.each(operations.filter((name) => !/Default|tags|detector\/detector/.test(name)))(
    'says the permission for %s, and goes on',
    async (operation) => {
      const service = operation.split(':')[0] ?? '';
      const code = NAMES[service] ?? 'AccessDeniedException';
      const refusal = (xmlServices.includes(service) ? xmlFault : fault)(code, 'not authorized', 403);
      const { told, lines, clean } = await run({ [operation]: refusal });
      expect(clean).toBe(false);
      expect(told.length).toBeGreaterThan(0);
      for (const [mark, found, next] of told) {
        expect([mark, found]).toEqual([
          'UNKNOWN',
          expect.stringMatching(/the caller may not ask \([a-z0-9-]+:[A-Za-z]+/),
        ]);
        expect(next).toMatch(/^(Allow [a-z0-9-]+:\w+(, [a-z0-9-]+:\w+)* to the role|the same as above)/);
      }
      expect(lines.filter((line) => line.startsWith('ok ')).length).toBeGreaterThan(30);
    },
  );
  it('names the very action that the service names', async () => {
    const message =
      'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: iam:GetPolicyVersion on resource: policy x';
    expect((await first({ 'iam:GetPolicyVersion': xmlFault('AccessDenied', message, 403) }))?.[2]).toBe(
      'Allow iam:GetPolicyVersion to the role that runs this, and run it again.',
    );
    const ec2 =
      'You are not authorized to perform this operation. User: arn:aws:iam::1:user/u is not authorized to perform: ec2:DescribeVpcs because no policy';
    expect((await first({ 'ec2:DescribeVpcs': xmlFault('UnauthorizedOperation', ec2, 403) }))?.[2]).toMatch(
      /^Allow ec2:DescribeVpcs to/,
    );
  });
  it('tells a refusal by a service control policy from a missing grant', async () => {
    const message =
      'User: u is not authorized to perform: guardduty:ListDetectors with an explicit deny in a service control policy';
    expect(await first({ 'guardduty:/detector': fault('AccessDeniedException', message, 403) })).toEqual([
      'UNKNOWN',
      'Singleton: a GuardDuty detector: a service control policy refuses guardduty:ListDetectors',
      'Have the organisation allow guardduty:ListDetectors in this account, and run it again.',
    ]);
  });
  it('tells throttling and faults as what they are', async () => {
    expect(await first({ 'ssm:GetParameter': fault('ThrottlingException', 'Rate exceeded') })).toEqual([
      'UNKNOWN',
      'CDK bootstrap: the service throttled the question (ThrottlingException)',
      'Run it again in a minute.',
    ]);
    expect(await first({ 'ssm:GetParameter': fault('InternalServerError', 'broken', 500) })).toEqual([
      'UNKNOWN',
      'CDK bootstrap: InternalServerError: broken, HTTP 500',
      'Look at the fault; the check needs ssm:GetParameter.',
    ]);
  });
});

describe('preflight with credentials', () => {
  it.each([
    [
      'of another account',
      xml('<GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult>'),
      /belong to account 111111111111; stage prod is account 777788889999 \(lib\/config\/prod.ts\)/,
    ],
    [
      'that have expired',
      xmlFault('ExpiredToken', 'expired', 403),
      /have expired.\nSign in to account 777788889999/,
    ],
    [
      'that nobody issued',
      xmlFault('InvalidClientTokenId', 'invalid', 403),
      /could not be used \(InvalidClientTokenId/,
    ],
  ])('%s ends', async (_which, answer, said) => {
    const asked = run({ 'sts:GetCallerIdentity': answer });
    await expect(asked).rejects.toThrow(PreflightError);
    await expect(asked).rejects.toThrow(said);
  });
});
