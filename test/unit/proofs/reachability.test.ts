import { TemplateSet } from '../../../compliance/rules/proofs/model/template-set';
import { readNetworkModel } from '../../../compliance/rules/proofs/network/network-model';
import type { Certainty } from '../../../compliance/rules/proofs/network/network-acls';
import { Reachability } from '../../../compliance/rules/proofs/network/reachability';
import {
  asStack,
  attribute,
  changed,
  ref,
  resource,
  type Resources,
  smallNetwork,
  without,
} from './small-network';

/** `destination: traffic` for each thing that `query` reaches. */
function reachOf(resources: Resources, certainty: Certainty = 'possible'): string[] {
  const model = readNetworkModel(new TemplateSet([asStack(resources)]));
  const [fn] = model.functions;
  if (!fn) throw new Error('no function');
  return new Reachability(model, certainty)
    .of(fn)
    .map((reach) => `${reach.destination}: ${reach.traffic.describe().join(', ')}`)
    .sort();
}

const DECLARED = ['dynamodb: tcp 443', 'ssm: tcp 443'];
const anyone = { CidrIp: '0.0.0.0/0', IpProtocol: '-1' };
const entry = (number: number, action: string, egress: boolean, more: object = {}) =>
  resource('AWS::EC2::NetworkAclEntry', {
    NetworkAclId: ref('Acl'),
    RuleNumber: number,
    RuleAction: action,
    Egress: egress,
    Protocol: -1,
    CidrBlock: '0.0.0.0/0',
    ...more,
  });
const tcp = (From: number, To: number) => ({ Protocol: 6, PortRange: { From, To } });

/** The small network with a network ACL on one or both subnets. */
const withAcl = (entries: Resources, subnets = ['SubnetA', 'SubnetB']): Resources => ({
  ...smallNetwork(),
  Acl: resource('AWS::EC2::NetworkAcl', { VpcId: ref('Vpc') }),
  ...Object.fromEntries(
    subnets.map((subnet) => [
      `Acl${subnet}`,
      resource('AWS::EC2::SubnetNetworkAclAssociation', { SubnetId: ref(subnet), NetworkAclId: ref('Acl') }),
    ]),
  ),
  ...entries,
});

describe('what a function in the small network can reach', () => {
  it('is exactly its two services on HTTPS, possibly and certainly', () => {
    expect(reachOf(smallNetwork())).toEqual(DECLARED);
    expect(reachOf(smallNetwork(), 'certain')).toEqual(DECLARED);
  });

  it.each(['QueryToSsm', 'SsmFromQuery'])('is no longer SSM without the rule %s', (rule) => {
    expect(reachOf(without(rule))).toEqual(['dynamodb: tcp 443']);
  });

  it('is no longer DynamoDB without the prefix-list rule', () => {
    expect(reachOf(without('QueryToDynamo'))).toEqual(['ssm: tcp 443']);
  });

  it('is no longer surely DynamoDB when one subnet has no route to the gateway endpoint', () => {
    const oneTable = changed('DynamoEndpoint', { RouteTableIds: [ref('TableA')] });
    expect(reachOf(oneTable)).toEqual(DECLARED);
    expect(reachOf(oneTable, 'certain')).toEqual(['ssm: tcp 443']);
  });
});

describe('security groups', () => {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
  it('without SecurityGroupEgress start from allow-all, standalone rules or not', () => {
    const reach = reachOf(changed('QueryGroup', { SecurityGroupEgress: undefined }));
    expect(reach).toContain('other addresses of the VPC: everything');
    expect(reach).toContain('dynamodb: everything');
  });

  it('with an empty list of egress rules start from allow-all too', () => {
    expect(reachOf(changed('QueryGroup', { SecurityGroupEgress: [] }))).toContain('dynamodb: everything');
  });

  it('still need the other side: allow-all egress does not open an endpoint that admits HTTPS only', () => {
    expect(reachOf(changed('QueryGroup', { SecurityGroupEgress: [anyone] }))).toContain('ssm: tcp 443');
  });

  it('that name themselves let their members talk to each other', () => {
    const self = {
      ...smallNetwork(),
      ...Object.fromEntries(
        (['Ingress', 'Egress'] as const).map((direction) => [
          `Self${direction}`,
          resource(`AWS::EC2::SecurityGroup${direction}`, {
            GroupId: attribute('QueryGroup', 'GroupId'),
            [direction === 'Ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId']:
              ref('QueryGroup'),
            IpProtocol: 'tcp',
            FromPort: 22,
            ToPort: 22,
          }),
        ]),
      ),
    };
    expect(reachOf(self)).toEqual([...DECLARED, 'members of network/QueryGroup: tcp 22'].sort());
    expect(reachOf(without('SelfIngress', self))).toEqual(DECLARED);
  });

  it('may name a prefix list of our own, which stands for its blocks', () => {
    const listed = {
      ...changed('QueryToSsm', {
        DestinationSecurityGroupId: undefined,
        DestinationPrefixListId: ref('Blocks'),
      }),
      Blocks: resource('AWS::EC2::PrefixList', { Entries: [{ Cidr: '10.0.1.0/24' }] }),
    };
    expect(reachOf(listed)).toContain('ssm: tcp 443');
    // Only the endpoint's interface in the second subnet is listed: not surely reached.
    expect(reachOf(listed, 'certain')).not.toContain('ssm: tcp 443');
  });

  it('with a prefix list that nobody knows cannot be evaluated', () => {
    expect(() => reachOf(changed('QueryToDynamo', { DestinationPrefixListId: 'pl-12345678' }))).toThrow(
      /prefix list/,
    );
  });

  it('with a rule of only the null address reach nothing through it', () => {
    expect(reachOf(without('QueryToDynamo', without('QueryToSsm')))).toEqual([]);
  });
});

describe('routes out of the VPC', () => {
  const open = changed('QueryGroup', { SecurityGroupEgress: [anyone] });
  const route = (target: object, more: object = { DestinationCidrBlock: '0.0.0.0/0' }) =>
    resource('AWS::EC2::Route', { RouteTableId: ref('TableA'), ...more, ...target });

  it.each([
    ['AWS::EC2::NatGateway', 'NatGatewayId'],
    ['AWS::EC2::VPCPeeringConnection', 'VpcPeeringConnectionId'],
    ['AWS::EC2::TransitGateway', 'TransitGatewayId'],
    ['AWS::EC2::VPNGateway', 'GatewayId'],
  ])('through %s count', (type, property) => {
    const routed = { ...open, Door: resource(type), Out: route({ [property]: ref('Door') }) };
    expect(reachOf(routed)).toContain(`0.0.0.0/0 through ${type}: everything`);
  });

  it('are useless when the security group names no such destination', () => {
    const routed = {
      ...without('QueryToDynamo'),
      Door: resource('AWS::EC2::NatGateway'),
      Out: route({ NatGatewayId: ref('Door') }),
    };
    expect(reachOf(routed)).toEqual(['ssm: tcp 443']);
  });

  it('let the addresses of a service prefix list out through a NAT gateway', () => {
    const routed = {
      ...smallNetwork(),
      Door: resource('AWS::EC2::NatGateway'),
      Out: route({ NatGatewayId: ref('Door') }),
    };
    expect(reachOf(routed)).toContain('0.0.0.0/0 through AWS::EC2::NatGateway: tcp 443');
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
  it('through an internet gateway count only once somebody could attach a public address', () => {
    const routed = {
      ...open,
      Door: resource('AWS::EC2::InternetGateway'),
      Out: route({ GatewayId: ref('Door') }),
    };
    expect(reachOf(routed).filter((reach) => reach.includes('InternetGateway'))).toEqual([]);
    expect(reachOf({ ...routed, Address: resource('AWS::EC2::EIP') })).toContain(
      '0.0.0.0/0 through AWS::EC2::InternetGateway: everything',
    );
  });

  it('over IPv6 count for a function that may use it, in a dual-stack subnet, with a rule for it', () => {
    const dualStack: Resources = {
      ...changed(
        'SubnetA',
        { AssignIpv6AddressOnCreation: true },
        changed('QueryGroup', {
          SecurityGroupEgress: [{ CidrIpv6: '::/0', IpProtocol: '-1' }],
        }),
      ),
      Door: resource('AWS::EC2::EgressOnlyInternetGateway'),
      Out: route({ EgressOnlyInternetGatewayId: ref('Door') }, { DestinationIpv6CidrBlock: '::/0' }),
    };
    const through = '::/0 through AWS::EC2::EgressOnlyInternetGateway: everything';
    expect(reachOf(dualStack)).not.toContain(through);
    const vpc = {
      ...(dualStack['Query']?.Properties?.['VpcConfig'] as object),
      Ipv6AllowedForDualStack: true,
    };
    expect(reachOf(changed('Query', { VpcConfig: vpc }, dualStack))).toContain(through);
  });

  it('are everything for a function outside the VPC', () => {
    expect(reachOf(changed('Query', { VpcConfig: undefined }))).toEqual([
      'the internet and every AWS endpoint (outside the VPC): everything',
    ]);
  });
});

describe('endpoints of services', () => {
  it('in subnets of another VPC are not reached', () => {
    const other = changed('SsmEndpoint', { VpcId: ref('Other') });
    expect(reachOf({ ...other, Other: resource('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' }) })).toEqual([
      'dynamodb: tcp 443',
    ]);
  });

  it('without a group of their own have the default group, which admits its own members only', () => {
    expect(reachOf(changed('SsmEndpoint', { SecurityGroupIds: undefined }))).not.toContain('ssm: tcp 443');
  });
});

// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html and custom-network-acl.html
describe('network ACLs', () => {
  const open = { In: entry(100, 'allow', false), Out: entry(100, 'allow', true) };

  it('that let everything through change nothing', () => {
    expect(reachOf(withAcl(open), 'certain')).toEqual(DECLARED);
  });

  it('without entries deny everything that crosses the subnet', () => {
    // Inside one subnet no list applies: the endpoint's interface beside the function is still possible, not certain.
    expect(reachOf(withAcl({}))).toEqual(['ssm: tcp 443']);
    expect(reachOf(withAcl({}), 'certain')).toEqual([]);
  });

  it('must let the answer back in: without the ephemeral ports nothing is reached', () => {
    const deaf = withAcl({ Out: open.Out, In: entry(100, 'allow', false, tcp(443, 443)) });
    expect(reachOf(deaf)).not.toContain('dynamodb: tcp 443');
    const hearing = withAcl({ Out: open.Out, In: entry(100, 'allow', false, tcp(1024, 65_535)) });
    expect(reachOf(hearing, 'certain')).toContain('dynamodb: tcp 443');
  });

  it('with half of the ephemeral ports are possible and not certain', () => {
    const half = withAcl({ Out: open.Out, In: entry(100, 'allow', false, tcp(32_768, 65_535)) });
    expect(reachOf(half)).toContain('dynamodb: tcp 443');
    expect(reachOf(half, 'certain')).not.toContain('dynamodb: tcp 443');
  });

  it('are read in the order of their numbers: the first that matches decides', () => {
    const deny = (number: number) => withAcl({ ...open, Deny: entry(number, 'deny', true, tcp(443, 443)) });
    expect(reachOf(deny(50))).not.toContain('dynamodb: tcp 443');
    expect(reachOf(deny(150))).toContain('dynamodb: tcp 443');
  });

  it('that deny part of the addresses leave the rest possible', () => {
    const part = withAcl({
      ...open,
      Deny: entry(50, 'deny', true, { ...tcp(443, 443), CidrBlock: '52.0.0.0/8' }),
    });
    expect(reachOf(part)).toContain('dynamodb: tcp 443');
    expect(reachOf(part, 'certain')).not.toContain('dynamodb: tcp 443');
  });
});
