import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../lambda/functions';
import { conditionKeys, statementsOf } from '../support/policy-statements';
import {
  at,
  listAt,
  mutated,
  put,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  synthesized,
  type TemplateProperties,
  type TemplateResource,
} from '../support/synthesized-stage';

const GROUP = 'AWS::EC2::SecurityGroup';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';

/** The prefix lists of us-east-1, here a second time so that a slip in the code shows. */
const PREFIX_LISTS: Record<string, string> = { 'pl-63a5400a': 's3', 'pl-02cd2c6b': 'dynamodb' };

/** The service of an endpoint: the last part of its name, which CDK joins from pieces for gateways. */
const serviceOf = ({ Properties }: TemplateResource): string => {
  const name: unknown = Properties['ServiceName'];
  const text = typeof name === 'string' ? name : JSON.stringify(name);
  return /(s3|dynamodb|rekognition|secretsmanager|sns|ssm|sync-states)"?\]?\]?\}?$/.exec(text)?.[1] ?? text;
};

const calledServices = (id: FunctionId): string[] => [
  ...new Set(
    FUNCTION_CALLS[id].map(({ action }) =>
      action === 'states:StartSyncExecution' ? 'sync-states' : (action.split(':')[0] ?? ''),
    ),
  ),
];

/** What the egress rules of a group let out: services, `nothing`, or whatever else stands there. */
function reach(group: TemplateResource, stage: SynthesizedStage): string[] {
  const rules = (group.Properties['SecurityGroupEgress'] ?? []) as Record<string, unknown>[];
  return rules.map((rule) => {
    if (rule['CidrIp'] === '255.255.255.255/32' && rule['IpProtocol'] === 'icmp') return 'nothing';
    if (rule['IpProtocol'] !== 'tcp' || rule['FromPort'] !== 443 || rule['ToPort'] !== 443)
      return JSON.stringify(rule);
    const list = rule['DestinationPrefixListId'];
    if (typeof list === 'string') return PREFIX_LISTS[list] ?? list;
    const target = referenceOf(rule['DestinationSecurityGroupId']);
    const endpoint = ofType(stage, ENDPOINT).find(
      ({ Properties }) => referenceOf(at(Properties, 'SecurityGroupIds', 0)) === target,
    );
    return endpoint === undefined ? JSON.stringify(rule) : serviceOf(endpoint);
  });
}

const groupOf = (stage: SynthesizedStage, id: FunctionId): TemplateResource => {
  const group = ofType(stage, GROUP).find(
    ({ Properties }) => Properties['GroupName'] === stage.names.function(id),
  );
  if (group === undefined) throw new Error(`${id} has no group`);
  return group;
};

const overreaching = (stage: SynthesizedStage): string[] =>
  FUNCTION_IDS.filter((id) => {
    const called = calledServices(id).sort();
    return reach(groupOf(stage, id), stage).sort().join() !== (called.join() || 'nothing');
  });

const looseEndpoints = (stage: SynthesizedStage): string[] =>
  ofType(stage, ENDPOINT)
    .filter((endpoint) => {
      const statements = statementsOf({ ...stage, resources: [endpoint] });
      const callers = FUNCTION_IDS.filter((id) => calledServices(id).includes(serviceOf(endpoint)));
      return !(
        statements.length > 0 &&
        statements.every(
          (statement) =>
            conditionKeys(statement).includes('aws:principalaccount') &&
            [statement.Condition['ArnEquals']?.['aws:PrincipalArn']].flat().join() ===
              callers.map((id) => stage.names.functionRoleArn(id)).join() &&
            !statement.actions.some((action) => action.includes('*')),
        )
      );
    })
    .map(serviceOf);

describe.each(STAGES)('the network of %s', (name) => {
  const stage = synthesized(name);

  it('has one subnet in each configured zone, known without a look-up', () => {
    const zones = ofType(stage, 'AWS::EC2::Subnet').map(({ Properties }) => Properties['AvailabilityZone']);
    expect(zones).toEqual(stage.config.availabilityZones);
  });
  it('has one endpoint for each called service and none besides', () => {
    const services = new Set(FUNCTION_IDS.flatMap(calledServices));
    expect(ofType(stage, ENDPOINT).map(serviceOf).sort()).toEqual([...services].sort());
  });
  it('lets each function reach what it calls, and nothing else', () => {
    expect(overreaching(stage)).toEqual([]);
  });
  it('admits to an endpoint exactly the functions that call its service', () => {
    const admitted = ofType(stage, 'AWS::EC2::SecurityGroupIngress').map(
      ({ Properties: p }) =>
        `${referenceOf(p['SourceSecurityGroupId'])} ${referenceOf(p['GroupId'])} ${String(p['FromPort'])}`,
    );
    const expected = FUNCTION_IDS.flatMap((id) =>
      ofType(stage, ENDPOINT)
        .filter((endpoint) => calledServices(id).includes(serviceOf(endpoint)))
        .filter(({ Properties }) => Properties['SecurityGroupIds'] !== undefined)
        .map(
          ({ Properties }) =>
            `${groupOf(stage, id).id} ${referenceOf(at(Properties, 'SecurityGroupIds', 0))} 443`,
        ),
    );
    expect(admitted.sort()).toEqual(expected.sort());
    expect(ofType(stage, GROUP).filter(({ Properties }) => Properties['SecurityGroupIngress'])).toEqual([]);
  });
  it('names callers, actions and account in every endpoint policy', () => {
    expect(looseEndpoints(stage)).toEqual([]);
  });
  it('resolves the names of our endpoints and of our bucket, and no other', () => {
    const lists = ofType(stage, 'AWS::Route53Resolver::FirewallDomainList');
    const [allowed] = lists.filter(({ Properties }) => !listAt(Properties, 'Domains').includes('*'));
    const services = [...new Set(FUNCTION_IDS.flatMap(calledServices))];
    expect([...(allowed?.Properties['Domains'] as string[])].sort()).toEqual(
      [
        ...services.map((service) => `${service}.us-east-1.amazonaws.com`),
        `${stage.names.pictureBucket}.s3.us-east-1.amazonaws.com`,
      ].sort(),
    );
    const [group] = ofType(stage, 'AWS::Route53Resolver::FirewallRuleGroup');
    const rules = group?.Properties['FirewallRules'] as Record<string, unknown>[];
    expect(rules.map(({ Action }) => Action)).toEqual(['ALLOW', 'BLOCK']);
    expect(Number(rules[0]?.['Priority'])).toBeLessThan(Number(rules[1]?.['Priority']));
    expect(rules[0]?.['FirewallDomainRedirectionAction']).toBe('TRUST_REDIRECTION_DOMAIN');
  });
  it('logs every flow and every DNS question', () => {
    expect(ofType(stage, 'AWS::EC2::FlowLog').map(({ Properties }) => Properties['TrafficType'])).toEqual([
      'ALL',
    ]);
    expect(ofType(stage, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation')).toHaveLength(1);
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  const ofFunction = (id: FunctionId) => (group: TemplateProperties) =>
    group['GroupName'] === dev.names.function(id);
  const anywhere = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

  it('a group opened to the world is found', () => {
    const worse = mutated(
      dev,
      GROUP,
      (group) => listAt(group, 'SecurityGroupEgress').push(anywhere),
      ofFunction('notify'),
    );
    expect(overreaching(worse)).toEqual(['notify']);
  });
  it('a group without the rule that lets nothing out is found', () => {
    const worse = mutated(
      dev,
      GROUP,
      (group) => delete group['SecurityGroupEgress'],
      ofFunction('detectionStream'),
    );
    expect(overreaching(worse)).toEqual(['detectionStream']);
  });
  it('a prefix list of another service is found', () => {
    const worse = mutated(
      dev,
      GROUP,
      (group) => put(group, 'pl-3b927c52', 'SecurityGroupEgress', 0, 'DestinationPrefixListId'),
      ofFunction('classifyAndLog'),
    );
    expect(overreaching(worse)).toEqual(['classifyAndLog']);
  });
  it.each([
    ['without a policy', (p: TemplateProperties) => delete p['PolicyDocument']],
    [
      'for any principal of the account',
      (p: TemplateProperties) => put(p, {}, 'PolicyDocument', 'Statement', 0, 'Condition', 'ArnEquals'),
    ],
    [
      'for every action',
      (p: TemplateProperties) => put(p, 's3:*', 'PolicyDocument', 'Statement', 0, 'Action'),
    ],
  ])('an endpoint %s is found', (_what, change) => {
    expect(looseEndpoints(mutated(dev, ENDPOINT, change))).toHaveLength(1);
  });
});
