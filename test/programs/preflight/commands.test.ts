import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REQUIRED_BOOTSTRAP_VERSION } from '../../../bin/preflight/bootstrap';
import { PRIMARY_CHECKS, REGION_CHECKS } from '../../../bin/preflight/checks';
import { preflightPolicy } from '../../../bin/preflight/permissions';
import { preflight } from '../../../bin/preflight/preflight';
import { loadStageConfig } from '../../../lib/config/load';
import { STAGE_NAMES, type StageConfig } from '../../../lib/config/schema';
import { PROJECT_ROOT } from '../../support/document-references';
import { type Answers, FakeAccount, fault, json, xmlFault } from '../../support/fake-account';
import {
  attachedPolicies,
  endpointServices,
  policyVersion,
  quota,
  readyAccount,
  stacks,
} from '../../support/ready-account';
import { helpOf } from '../../support/help-of';
import { stageTemplates } from '../../support/stage-templates';

const gone = xmlFault('NoSuchEntity', 'gone', 404);
/** Accounts that lack everything, in each way that there is. */
const LACKING: readonly Answers[] = [
  {
    'account:/getRegionOptStatus': json({ RegionOptStatus: 'DISABLED' }),
    'account:/getAlternateContact': fault('ResourceNotFoundException', 'none', 404),
    'iam:GetPolicy': gone,
    'iam:ListAttachedRolePolicies': gone,
    'iam:GetRole': gone,
    'ssm:GetParameter': fault('ParameterNotFound'),
    'servicequotas:GetServiceQuota': quota(1),
    'backup:/account-settings': json({}),
    ...endpointServices(() => ['us-east-1a']),
    'wafv2:CheckCapacity': json({ Capacity: 5001 }),
    'wafv2:DescribeManagedRuleGroup': json({}),
    'inspector2:/status/batch/get': json({ accounts: [] }),
    'config:DescribeConfigurationRecorders': json({}),
    'guardduty:/detector': json({ detectorIds: [] }),
    'securityhub:/accounts': fault('InvalidAccessException'),
    'access-analyzer:/analyzer': json({ analyzers: [] }),
    'apigateway:/account': json({}),
  },
  {
    'iam:GetPolicyVersion': policyVersion({}),
    'iam:ListAttachedRolePolicies': attachedPolicies([]),
    'wafv2:CheckCapacity': json({ Capacity: 1501 }),
    'config:DescribeConfigurationRecorders': json({ ConfigurationRecorders: [{ name: 'theirs' }] }),
    'config:DescribeConfigurationRecorderStatus': json({ ConfigurationRecordersStatus: [] }),
    'config:DescribeDeliveryChannels': json({ DeliveryChannels: [] }),
    'cloudformation:DescribeStacks': stacks(['serverlessapp-prod-keys', 'serverlessapp-staging-keys']),
    'access-analyzer:/analyzer': json({ analyzers: [{ name: 'theirs' }] }),
    'apigateway:/account': json({ cloudwatchRoleArn: 'theirs' }),
  },
];

/** Everything that it tells to do in any stage. */
async function advice(): Promise<string[]> {
  const lines: string[] = [];
  for (const stage of STAGE_NAMES)
    for (const answers of LACKING) {
      const config = loadStageConfig(stage);
      const account = new FakeAccount({ ...readyAccount(config), ...answers });
      await preflight(config, (line) => lines.push(line), account.connection);
    }
  return lines.flatMap((line) => /^ +→ (.*)$/.exec(line)?.[1] ?? []);
}

type Shape = readonly [number, string, string, number, readonly string[]];
const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
const GLOBAL_OPTIONS = ['region'];
/** Where the CLI has another name of a service than the SDK. */
const CLIENTS: Readonly<Record<string, string>> = { configservice: 'config-service' };

/** Faults of an `aws` command line, by the service's own model as the SDK carries it. */
function faultsOf(command: string): string[] {
  const [, service = '', verb = ''] = command.split(' ');
  const client = jest.requireActual<Record<string, unknown>>(
    `@aws-sdk/client-${CLIENTS[service] ?? service}`,
  );
  const operation = Object.keys(client)
    .find((name) => kebab(name) === `${verb}-command`)
    ?.replace(/Command$/, '');
  if (operation === undefined) return [`${service} has no ${verb}`];
  const shape = (client[`${operation}Request$`] ?? client[`${operation}Input$`]) as Shape;
  const options = shape[4].map(kebab);
  return [...command.matchAll(/ --([a-z-]+)/g)]
    .map(([, option = '']) => option)
    .filter((option) => ![...options, ...GLOBAL_OPTIONS].includes(option))
    .map((option) => `${service} ${verb} has no --${option}`);
}

const atPath = (config: StageConfig, dotted: string): unknown =>
  dotted
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], config);

describe('what preflight tells to do', () => {
  let told: string[];
  beforeAll(async () => {
    told = await advice();
  });
  const awsCommands = () =>
    told.flatMap((text) => [...text.matchAll(/aws [a-z0-9-]+ [a-z-]+ --.*$/g)].map(([command]) => command));

  it('are commands that the AWS CLI has, with options that they take', () => {
    const verbs = new Set(awsCommands().map((command) => command.split(' ').slice(1, 3).join(' ')));
    expect([...verbs].sort()).toEqual([
      'accessanalyzer delete-analyzer',
      'account enable-region',
      'account put-alternate-contact',
      'backup update-region-settings',
      'cloudformation update-termination-protection',
      'configservice start-configuration-recorder',
      'guardduty create-detector',
      'iam create-policy',
      'iam create-policy-version',
      'inspector2 enable',
      'service-quotas request-service-quota-increase',
    ]);
    expect(awsCommands().flatMap(faultsOf)).toEqual([]);
    expect(faultsOf('aws iam create-policies --policy-name x')).toEqual(['iam has no create-policies']);
    expect(faultsOf('aws iam create-policy --name x')).toEqual(['iam create-policy has no --name']);
  });
  it('are options that cdk bootstrap has', () => {
    const help = helpOf('node_modules/aws-cdk/bin/cdk', 'bootstrap');
    const options = new Set(
      told
        .filter((text) => text.includes('cdk bootstrap'))
        .flatMap((text) => [...text.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option)),
    );
    expect([...options].sort()).toEqual([
      '--cloudformation-execution-policies',
      '--termination-protection',
      '--trust',
    ]);
    expect([...options].filter((option) => !help.includes(option))).toEqual([]);
  });
  it('are files and settings that there are', () => {
    const text = told.join('\n');
    const files = new Set(
      [...text.matchAll(/\b(?:lib|policies)\/[\w./-]+\.(?:ts|json)\b/g)].map(([file]) => file),
    );
    expect(files.size).toBeGreaterThan(3);
    expect([...files].filter((file) => !existsSync(path.join(PROJECT_ROOT, file)))).toEqual([]);
    const settings = new Set(
      [...text.matchAll(/(?:features\.\w+|(?:recovery\.)?availabilityZones)/g)].map(([setting]) => setting),
    );
    expect(settings.size).toBe(7);
    expect([...settings].filter((setting) => atPath(loadStageConfig('dev'), setting) === undefined)).toEqual(
      [],
    );
  });
});

describe('the command', () => {
  const command = (...args: string[]) =>
    execFileSync(process.execPath, ['--import', 'tsx', 'bin/commands/preflight.ts', ...args], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
    });

  it('writes the execution policies under the names that its commands give', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'policies-'));
    const lines = command('--stage', 'prod', '--write-policies', folder).trim().split('\n');
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'aws iam create-policy',
      'aws iam create-policy',
      'npx cdk bootstrap',
      'npx cdk bootstrap',
    ]);
    const files = lines.flatMap((line) => /file:\/\/(\S+)/.exec(line)?.[1] ?? []);
    expect(files).toHaveLength(2);
    for (const file of files)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ Version: '2012-10-17' });
  });
  it('ends with what to do when there are no credentials, even where a metadata service never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = {
      PATH: process.env['PATH'],
      HOME: mkdtempSync(path.join(tmpdir(), 'home-')),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
    };
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'bin/commands/preflight.ts', '--stage', 'prod'],
      {
        cwd: PROJECT_ROOT,
        env,
        timeout: 60_000,
      },
    );
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    silent.close();
    expect([code, said.join('')]).toEqual([
      2,
      'There are no AWS credentials in the environment.\nSign in to account 777788889999 (aws sso login, or AWS_PROFILE) and run it again.\n',
    ]);
  }, 90_000);
  it('prints a policy that reads and nothing else, and holds what every check needs', () => {
    const policy = JSON.parse(command('--permissions')) as ReturnType<typeof preflightPolicy>;
    expect(policy).toEqual(preflightPolicy());
    const [statement] = policy.Statement;
    const READ = /^([a-z0-9-]+:(Get|List|Describe|BatchGet|Check)[A-Za-z]*|apigateway:GET)$/;
    expect(statement?.Action.filter((action) => !READ.test(action))).toEqual([]);
    for (const { permissions } of [...PRIMARY_CHECKS, ...REGION_CHECKS])
      expect(statement?.Action).toEqual(expect.arrayContaining([...permissions]));
  });
});

it('asks for the bootstrap version that the assemblies ask for', () => {
  const versions = stageTemplates('dev').map(
    ({ requiresBootstrapStackVersion }) => requiresBootstrapStackVersion,
  );
  expect(Math.max(...versions)).toBe(REQUIRED_BOOTSTRAP_VERSION);
});
