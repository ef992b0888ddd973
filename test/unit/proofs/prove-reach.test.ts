import { type CalledServices, proveReach } from '../../../compliance/rules/proofs/network/prove-reach';
import { ACCOUNT, attribute, ref, resource, type Resources } from './small-network';

const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

/** What the CDK makes of another team's VPC: a private subnet behind a NAT gateway, a function in it. */
const theirs = (egress: unknown, more: Resources = {}): Resources => ({
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16' }),
  Private: resource('AWS::EC2::Subnet', {
    VpcId: ref('Vpc'),
    AvailabilityZone: 'us-east-1a',
    CidrBlock: '10.1.1.0/24',
  }),
  Table: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
  Association: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: ref('Private'),
    RouteTableId: ref('Table'),
  }),
  Address: resource('AWS::EC2::EIP'),
  Nat: resource('AWS::EC2::NatGateway', {
    SubnetId: ref('Private'),
    AllocationId: attribute('Address', 'AllocationId'),
  }),
  Default: resource('AWS::EC2::Route', {
    RouteTableId: ref('Table'),
    DestinationCidrBlock: '0.0.0.0/0',
    NatGatewayId: ref('Nat'),
  }),
  Group: resource('AWS::EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupEgress: egress }),
  Orders: resource('AWS::Lambda::Function', {
    VpcConfig: { SubnetIds: [ref('Private')], SecurityGroupIds: [attribute('Group', 'GroupId')] },
  }),
  ...more,
});
const without = (resources: Resources, name: string): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([logicalId]) => logicalId !== name));
const everything = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
const httpsOnly = [{ ...https, CidrIp: '0.0.0.0/0' }];

/** `rule resource verdict` of each row. */
const told = (resources: Resources, called: CalledServices = {}, sections: object = {}): string[] =>
  proveReach(
    [
      {
        stackName: 'shop',
        account: ACCOUNT,
        region: 'us-east-1',
        template: { ...sections, Resources: resources },
      },
    ],
    called,
  ).rows.map(({ rule, resource: name, verdict }) => `${rule} ${name} ${verdict}`);

describe('functions of others in a VPC', () => {
  test('without one there is nothing to prove, and that is said', () => {
    const { rows, notAssessed } = proveReach(
      [
        {
          ...{ stackName: 'shop', account: ACCOUNT, region: 'us-east-1' },
          template: { Resources: { F: resource('AWS::Lambda::Function') } },
        },
      ],
      {},
    );
    expect([rows, notAssessed]).toEqual([
      [],
      ['proof-network: no function of these templates runs in a VPC.'],
    ]);
  });

  test('a placement that cannot be read is an error row, never silence', () => {
    const { rows, notAssessed } = proveReach(
      [
        {
          ...{ stackName: 'shop', account: ACCOUNT, region: 'us-east-1' },
          template: { Resources: { F: resource('AWS::Lambda::Function', { VpcConfig: 'elsewhere' }) } },
        },
      ],
      {},
    );
    expect(rows.map(({ verdict, message }) => [verdict, message])).toEqual([
      ['error', 'shop/F: VpcConfig is not an object (malformed-value)'],
    ]);
    expect(notAssessed).toEqual([]);
  });

  test('parameters that cannot be read are an error row, and no end of the engine', () => {
    const template = { Parameters: 'none', Resources: theirs(everything) } as never;
    const { rows } = proveReach([{ stackName: 'shop', account: ACCOUNT, region: 'us-east-1', template }], {});
    expect(rows.map(({ rule, verdict }) => [rule, verdict])).toEqual([['network-types-modelled', 'error']]);
  });

  test('lists of nothing place a function nowhere, and that is said', () => {
    const nowhere = { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } };
    const { rows, notAssessed } = proveReach(
      [
        {
          ...{ stackName: 'shop', account: ACCOUNT, region: 'us-east-1' },
          template: { Resources: { F: resource('AWS::Lambda::Function', nowhere) } },
        },
      ],
      {},
    );
    expect([rows, notAssessed.length]).toEqual([[], 1]);
  });

  test('every port of the internet through a NAT gateway is a finding, HTTPS is none', () => {
    expect(told(theirs(everything))).toEqual(['network-egress-limited Orders non-compliant']);
    expect(told(theirs(httpsOnly))).toEqual(['network-egress-limited Orders compliant']);
  });

  test('an open security group leads nowhere without a route', () => {
    const isolated = without(theirs(everything), 'Default');
    expect(told(isolated)).toEqual(['network-egress-limited Orders compliant']);
  });

  test('both branches of a condition count', () => {
    const either = { 'Fn::If': ['Open', everything, httpsOnly] };
    expect(told(theirs(either), {}, { Conditions: { Open: { 'Fn::Equals': ['a', 'b'] } } })).toEqual([
      'network-egress-limited Orders non-compliant',
    ]);
  });

  test('what the code calls is the data of a profile: more is a finding, less is one', () => {
    expect(told(theirs(httpsOnly), { Orders: ['dynamodb'] })).toEqual([
      'network-egress-limited Orders compliant',
      'network-reaches-only-declared Orders non-compliant',
      'network-reaches-needed Orders non-compliant',
    ]);
    const gateway = resource('AWS::EC2::VPCEndpoint', {
      VpcId: ref('Vpc'),
      ServiceName: 'com.amazonaws.us-east-1.dynamodb',
      VpcEndpointType: 'Gateway',
      RouteTableIds: [ref('Table')],
    });
    const closed = [{ ...https, DestinationPrefixListId: 'pl-02cd2c6b' }];
    const isolated = without(theirs(closed, { Gateway: gateway }), 'Default');
    expect(told(isolated, { Orders: ['dynamodb'] })).toEqual([
      'network-egress-limited Orders compliant',
      'network-reaches-only-declared Orders compliant',
      'network-reaches-needed Orders compliant',
    ]);
  });

  test('what the model cannot read is a row, never clean', () => {
    expect(told(theirs([{ ...https, CidrIp: 'not-a-range' }]))).toEqual([
      'network-types-modelled network model error',
    ]);
  });
});
