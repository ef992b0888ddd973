import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExpectedRegion, ExpectedResource } from '../../../compliance/deployed/aspect';
import { asker } from '../../../compliance/deployed/ask';
import { evaluateResources } from '../../../compliance/deployed/evaluate-resources';
import { DNS } from '../../../compliance/deployed/readers/dns';
import type { Place } from '../../../tools/aws/read-call';

/**
 * Neither emulator knows the DNS firewall, and the registry's client of it stands three years back: the calls are signed and
 * sent by us, here to a server that answers as the pages of the API say.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallDomains.html and those beside it
 */
interface Fault {
  readonly status: number;
  readonly type: string;
}
type Answer = object | Fault;
const isFault = (answer: Answer): answer is Fault => 'status' in answer;

let server: Server;
let place: Place;
let answers: Record<string, Answer[]> = {};
const asked: { target: string; authorization: string; body: unknown }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = String(request.headers['x-amz-target']);
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      asked.push({ target, authorization: String(request.headers.authorization), body });
      const all = answers[target.replace('Route53Resolver.', '')] ?? [];
      const answer = all.length > 1 ? all.shift() : all[0];
      const found = answer ?? { status: 400, type: 'ValidationException' };
      response.writeHead(isFault(found) ? found.status : 200, {
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(JSON.stringify(isFault(found) ? { __type: found.type, Message: 'as documented' } : found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  place = {
    account: '111122223333',
    region: 'us-east-1',
    connection: {
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
    },
  };
});
afterAll(() => server.close());

const resource = (
  type: string,
  physicalId: string,
  properties: Record<string, unknown>,
): ExpectedResource => ({
  stack: 'serverlessapp-dev-network',
  logicalId: 'Evaluated',
  type: `AWS::Route53Resolver::${type}`,
  place,
  physicalId,
  properties,
});

async function told(of: ExpectedResource, given: Record<string, Answer | Answer[]>): Promise<string> {
  answers = Object.fromEntries(Object.entries(given).map(([name, answer]) => [name, [answer].flat()]));
  asked.length = 0;
  const region: ExpectedRegion = { place, resources: [of], everywhere: [of] };
  const rows = await evaluateResources(region, asker(place), () => new Date(), DNS);
  return rows.map(({ verdict, message }) => `${verdict}: ${message}`).join();
}

const NAMES = resource('FirewallDomainList', 'rslvr-fdl-1', {
  Domains: ['s3.us-east-1.amazonaws.com', 'rekognition.us-east-1.amazonaws.com'],
});
const RULES = resource('FirewallRuleGroup', 'rslvr-frg-1', {
  FirewallRules: [
    {
      Priority: 100,
      Action: 'ALLOW',
      FirewallDomainListId: 'rslvr-fdl-1',
      FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
    },
    { Priority: 200, Action: 'BLOCK', BlockResponse: 'NXDOMAIN', FirewallDomainListId: 'rslvr-fdl-2' },
  ],
});
const found = (second: object = {}, more: object[] = []) => ({
  FirewallRules: [
    {
      FirewallRuleGroupId: 'rslvr-frg-1',
      FirewallDomainListId: 'rslvr-fdl-1',
      Name: 'allow',
      Priority: 100,
      Action: 'ALLOW',
      FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
      CreatorRequestId: 'c-1',
      CreationTime: '2026-11-01T08:00:00Z',
    },
    {
      FirewallRuleGroupId: 'rslvr-frg-1',
      FirewallDomainListId: 'rslvr-fdl-2',
      Priority: 200,
      Action: 'BLOCK',
      BlockResponse: 'NXDOMAIN',
      FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN',
      ...second,
    },
    ...more,
  ],
});
const ASSOCIATION = resource('FirewallRuleGroupAssociation', 'rslvr-frgassoc-1', {
  FirewallRuleGroupId: 'rslvr-frg-1',
  VpcId: 'vpc-1',
  Priority: 101,
  MutationProtection: 'ENABLED',
});
const association = (more: object = {}) => ({
  Id: 'rslvr-frgassoc-1',
  FirewallRuleGroupId: 'rslvr-frg-1',
  VpcId: 'vpc-1',
  Priority: 101,
  MutationProtection: 'ENABLED',
  Status: 'COMPLETE',
  ...more,
});
const associated = (more: object = {}, beside: object[] = [], FirewallFailOpen = 'DISABLED') => ({
  GetFirewallRuleGroupAssociation: { FirewallRuleGroupAssociation: association(more) },
  ListFirewallRuleGroupAssociations: { FirewallRuleGroupAssociations: [association(more), ...beside] },
  GetFirewallConfig: { FirewallConfig: { Id: 'rslvr-fc-1', ResourceId: 'vpc-1', FirewallFailOpen } },
});
const LOG = resource('ResolverQueryLoggingConfig', 'rqlc-1', { DestinationArn: 'arn:aws:logs:x' });
const LOGGED = resource('ResolverQueryLoggingConfigAssociation', 'rqlca-1', {
  ResolverQueryLogConfigId: 'rqlc-1',
  ResourceId: 'vpc-1',
});

test.each<[string, ExpectedResource, Record<string, Answer | Answer[]>]>([
  [
    'names, in pages and however they are written',
    NAMES,
    {
      ListFirewallDomains: [
        { Domains: ['S3.us-east-1.amazonaws.com.'], NextToken: 'more' },
        { Domains: ['rekognition.us-east-1.amazonaws.com.'] },
      ],
    },
  ],
  ['rules', RULES, { ListFirewallRules: found() }],
  ['the association', ASSOCIATION, associated()],
  [
    'the log of questions',
    LOG,
    {
      GetResolverQueryLogConfig: {
        ResolverQueryLogConfig: { Id: 'rqlc-1', DestinationArn: 'arn:aws:logs:x', Status: 'CREATED' },
      },
    },
  ],
  [
    'its association',
    LOGGED,
    {
      GetResolverQueryLogConfigAssociation: {
        ResolverQueryLogConfigAssociation: {
          ResolverQueryLogConfigId: 'rqlc-1',
          ResourceId: 'vpc-1',
          Status: 'ACTIVE',
        },
      },
    },
  ],
  [
    'what was throttled once',
    NAMES,
    {
      ListFirewallDomains: [
        { status: 400, type: 'ThrottlingException' },
        { Domains: NAMES.properties['Domains'] as string[] },
      ],
    },
  ],
])('as expected passes: %s', async (_what, of, given) => {
  expect(await told(of, given)).toMatch(/^compliant: /);
  // Signed as whoever asks, for this service and region.
  for (const { authorization } of asked)
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/route53resolver\/aws4_request, .*x-amz-security-token/,
    );
});

const OTHER = { ...association(), Id: 'rslvr-frgassoc-2', FirewallRuleGroupId: 'rslvr-frg-9', Priority: 100 };
test.each<[string, ExpectedResource, Record<string, Answer | Answer[]>, RegExp]>([
  [
    'a name more',
    NAMES,
    { ListFirewallDomains: { Domains: [...(NAMES.properties['Domains'] as string[]), '*.example.com.'] } },
    /Domains: expected nothing, in the account \*\.example\.com/,
  ],
  [
    'a rule that lets through',
    RULES,
    { ListFirewallRules: found({ Action: 'ALERT', BlockResponse: undefined }) },
    /BLOCK/,
  ],
  [
    'a rule before ours',
    RULES,
    { ListFirewallRules: found({}, [{ Priority: 1, Action: 'ALLOW', FirewallDomainListId: 'rslvr-fdl-9' }]) },
    /rslvr-fdl-9/,
  ],
  [
    'a rule that trusts redirections',
    RULES,
    { ListFirewallRules: found({ FirewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' }) },
    /TRUST_REDIRECTION_DOMAIN/,
  ],
  [
    'a group of rules before ours',
    ASSOCIATION,
    associated({}, [OTHER]),
    /Beside: expected nothing, in the account \["rslvr-frgassoc-2"\]/,
  ],
  [
    'a firewall that is open when it fails',
    ASSOCIATION,
    associated({}, [], 'ENABLED'),
    /FirewallFailOpen: expected DISABLED, in the account ENABLED/,
  ],
  ['an association of another network', ASSOCIATION, associated({ VpcId: 'vpc-2' }), /VpcId/],
  [
    'an association that may be taken away',
    ASSOCIATION,
    associated({ MutationProtection: 'DISABLED' }),
    /MutationProtection/,
  ],
  [
    'an association that is gone',
    ASSOCIATION,
    { GetFirewallRuleGroupAssociation: { status: 400, type: 'ResourceNotFoundException' } },
    /not in the account any more/,
  ],
  [
    'a log elsewhere',
    LOG,
    {
      GetResolverQueryLogConfig: {
        ResolverQueryLogConfig: { DestinationArn: 'arn:aws:s3:::elsewhere', Status: 'CREATED' },
      },
    },
    /elsewhere/,
  ],
  [
    'a log that fails',
    LOG,
    {
      GetResolverQueryLogConfig: {
        ResolverQueryLogConfig: { DestinationArn: 'arn:aws:logs:x', Status: 'FAILED' },
      },
    },
    /FAILED/,
  ],
  [
    'a network that is not logged',
    LOGGED,
    { GetResolverQueryLogConfigAssociation: { status: 400, type: 'ResourceNotFoundException' } },
    /not in the account any more/,
  ],
])('%s is named', async (_what, of, given, message) => {
  const text = await told(of, given);
  expect(text).toMatch(/^non-compliant: /);
  expect(text).toMatch(message);
});

test('what fails at the service is asked again; credentials are taken once for all questions', async () => {
  const take = jest.fn(() => Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }));
  const own = place;
  place = { ...own, connection: { ...own.connection, credentials: take } };
  const Domains = NAMES.properties['Domains'] as string[];
  expect(
    await told(NAMES, {
      ListFirewallDomains: [{ status: 503, type: 'InternalServiceErrorException' }, { Domains }],
    }),
  ).toMatch(/^compliant: /);
  expect(await told(RULES, { ListFirewallRules: found() })).toMatch(/^compliant: /);
  place = own;
  expect(asked).toHaveLength(1);
  expect(take).toHaveBeenCalledTimes(1);
});

test('that nobody may ask is an error with the permission, never a pass', async () =>
  expect(await told(NAMES, { ListFirewallDomains: { status: 400, type: 'AccessDeniedException' } })).toBe(
    'error: Could not ask: the caller may not ask (route53resolver:ListFirewallDomains)',
  ));
