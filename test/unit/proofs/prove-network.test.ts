import { type DeclaredCalls } from '../../../compliance/rules/proofs/network/called-services';
import { proveNetwork } from '../../../compliance/rules/proofs/network/prove-network';
import type { VerdictRow } from '../../../compliance/verdict-row';
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

const CALLS: DeclaredCalls = {
  query: [
    { action: 'ssm:GetParameter', resource: 'parameter:clients/*' },
    { action: 'dynamodb:GetItem', resource: 'table:DetectionLogs' },
  ],
};

/** Every finding but the review of the small network's result, which nobody accepted. */
function findings(resources: Resources, calls = CALLS): string[] {
  return proveNetwork([asStack(resources)], calls)
    .result.rows.filter((row) => row.verdict !== 'compliant' && row.rule !== 'network-result-reviewed')
    .map((row: VerdictRow) => `${row.rule} ${row.resource} ${row.verdict}: ${row.message}`);
}

const plus = (type: string, properties: Record<string, unknown> = {}): Resources => ({
  ...smallNetwork(),
  Added: resource(type, properties),
});

describe('the network proof', () => {
  it('passes the small network and tells its story', () => {
    expect(findings(smallNetwork())).toEqual([]);
    expect(proveNetwork([asStack(smallNetwork())], CALLS).narratives).toEqual([
      expect.stringMatching(/^query can reach exactly ssm .*, dynamodb .* on TCP 443/),
    ]);
  });

  it.each<[string, Resources, RegExp]>([
    ['an internet gateway', plus('AWS::EC2::InternetGateway'), /network-no-way-out Added/],
    ['a NAT gateway', plus('AWS::EC2::NatGateway'), /network-no-way-out Added/],
    ['peering', plus('AWS::EC2::VPCPeeringConnection'), /network-no-way-out Added/],
    ['a transit gateway', plus('AWS::EC2::TransitGatewayAttachment'), /network-no-way-out Added/],
    ['an egress-only gateway', plus('AWS::EC2::EgressOnlyInternetGateway'), /network-no-way-out Added/],
    ['a VPN', plus('AWS::EC2::VPNConnection'), /network-no-way-out Added/],
    ['a public address', plus('AWS::EC2::EIP'), /network-no-way-out Added/],
    [
      'public addresses for a subnet',
      changed('SubnetA', { MapPublicIpOnLaunch: true }),
      /no-way-out SubnetA/,
    ],
    [
      'a type that nobody knows',
      plus('AWS::VpcLattice::Service'),
      /types-modelled Added .* unknown to the network/,
    ],
    [
      'a machine of another service in the VPC',
      plus('AWS::CodeBuild::Project', { VpcConfig: {} }),
      /types-modelled Added/,
    ],
    ['a function outside the VPC', changed('Query', { VpcConfig: undefined }), /function-in-vpc Query/],
    [
      'a function that nobody declared',
      changed('Query', { FunctionName: 'other' }),
      /only-declared Query .* no calls/,
    ],
    ['default egress', changed('QueryGroup', { SecurityGroupEgress: undefined }), /only-declared Query/],
    ['a missing egress rule', without('QueryToSsm'), /reaches-needed Query .* calls ssm/],
    ['a missing ingress rule', without('SsmFromQuery'), /reaches-needed Query .* calls ssm/],
    [
      'a group open to addresses',
      changed('SsmFromQuery', { SourceSecurityGroupId: undefined, CidrIp: '10.0.0.0/8' }),
      /group-closed SsmGroup/,
    ],
    [
      'an endpoint without private DNS',
      changed('SsmEndpoint', { PrivateDnsEnabled: false }),
      /endpoint-sound SsmEndpoint .* private DNS/,
    ],
    [
      'an endpoint in one zone only',
      changed('SsmEndpoint', { SubnetIds: [ref('SubnetA')] }),
      /endpoint-sound SsmEndpoint .* us-east-1b/,
    ],
    [
      'an endpoint without a policy',
      changed('SsmEndpoint', { PolicyDocument: undefined }),
      /endpoint-sound SsmEndpoint .* no policy/,
    ],
    [
      'a subnet without the gateway route',
      changed('DynamoEndpoint', { RouteTableIds: [ref('TableA')] }),
      /endpoint-sound DynamoEndpoint .*SubnetB/,
    ],
    ['no resolver firewall', without('NameAssociation'), /names-closed Vpc .* DNS is a way out/],
    [
      'a foreign name',
      changed('Names', {
        Domains: ['ssm.us-east-1.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com', '*.example.com'],
      }),
      /names-closed Vpc .* \*\.example\.com/,
    ],
    ['a function URL', plus('AWS::Lambda::Url'), /network-no-way-out Added/],
    ['a link into the VPC', plus('AWS::ApiGateway::VpcLink'), /network-no-way-out Added/],
    [
      'another type of a service that the model knows',
      plus('AWS::Lambda::CodeSigningConfig'),
      /types-modelled Added/,
    ],
    [
      'a route by a literal id',
      plus('AWS::EC2::Route', {
        RouteTableId: ref('TableA'),
        DestinationCidrBlock: '192.0.2.0/24',
        VpcPeeringConnectionId: 'pcx-0a1b2c3d',
      }),
      /no-way-out Added .*VpcPeeringConnectionId/,
    ],
    [
      'public addresses, said as text',
      changed('SubnetA', { MapPublicIpOnLaunch: 'true' }),
      /no-way-out SubnetA/,
    ],
    [
      'IPv6, said as text',
      changed('Query', {
        VpcConfig: {
          SubnetIds: [ref('SubnetA')],
          SecurityGroupIds: [ref('QueryGroup')],
          Ipv6AllowedForDualStack: 'true',
        },
      }),
      /function-in-vpc Query .*IPv6/,
    ],
    [
      'a literal group as destination',
      plus('AWS::EC2::SecurityGroupEgress', {
        GroupId: ref('QueryGroup'),
        DestinationSecurityGroupId: 'sg-0a1b2c3d4e5f',
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
      }),
      /group-closed QueryGroup .*sg-0a1b2c3d4e5f, a group that is not in the templates/,
    ],
    [
      'a rule that names IPv4 and IPv6',
      plus('AWS::EC2::SecurityGroupEgress', {
        GroupId: ref('QueryGroup'),
        CidrIp: '255.255.255.255/32',
        CidrIpv6: '::/0',
        IpProtocol: '-1',
      }),
      /group-closed QueryGroup .*::\/0/,
    ],
    [
      "another region's prefix list",
      changed('QueryToDynamo', { DestinationPrefixListId: 'pl-00a54069' }),
      /error: .*pl-00a54069 is not known/,
    ],
    [
      'a firewall rule for one type of record',
      changed('NameRules', {
        FirewallRules: [
          { Priority: 200, Action: 'BLOCK', Qtype: 'A', FirewallDomainListId: ref('AnyName') },
          { Priority: 100, Action: 'ALLOW', FirewallDomainListId: ref('Names') },
        ],
      }),
      /names-closed Vpc .* DNS is a way out/,
    ],
    [
      'a resolver of somebody else',
      {
        ...plus('AWS::EC2::DHCPOptions', { DomainNameServers: ['AmazonProvidedDNS', '203.0.113.53'] }),
        Association: resource('AWS::EC2::VPCDHCPOptionsAssociation', {
          VpcId: ref('Vpc'),
          DhcpOptionsId: ref('Added'),
        }),
      },
      /names-closed Vpc .*203\.0\.113\.53/,
    ],
    [
      'DHCP options that nobody can read',
      plus('AWS::EC2::VPCDHCPOptionsAssociation', { VpcId: ref('Vpc'), DhcpOptionsId: 'dopt-0a1b2c3d' }),
      /names-closed Vpc .*dopt-0a1b2c3d/,
    ],
    [
      'DNS switched off',
      changed('Vpc', { EnableDnsSupport: 'false' }),
      /endpoint-sound SsmEndpoint .*no DNS/,
    ],
    [
      'a VPC without names',
      changed('Vpc', { EnableDnsHostnames: false }),
      /endpoint-sound SsmEndpoint .*names/,
    ],
    [
      "an endpoint to another account's service",
      changed('SsmEndpoint', { ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d' }),
      /endpoint-sound SsmEndpoint .*not a service of AWS/,
    ],
    [
      "an endpoint to another region's service",
      changed('SsmEndpoint', { ServiceName: 'com.amazonaws.eu-west-1.ssm' }),
      /endpoint-sound SsmEndpoint .*not a service of AWS/,
    ],
    [
      'a Deny in the list of subnets that have none of their own',
      plus('AWS::EC2::NetworkAclEntry', {
        NetworkAclId: attribute('Vpc', 'DefaultNetworkAcl'),
        RuleNumber: 50,
        RuleAction: 'deny',
        Protocol: -1,
        Egress: 'true',
        CidrBlock: '10.0.0.0/16',
      }),
      /reaches-needed Query .*ssm/,
    ],
    [
      'an opening to a second range of the VPC',
      {
        ...plus('AWS::EC2::VPCCidrBlock', { VpcId: ref('Vpc'), CidrBlock: '100.64.0.0/16' }),
        Open: resource('AWS::EC2::SecurityGroupEgress', {
          GroupId: ref('QueryGroup'),
          CidrIp: '100.64.7.0/24',
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
        }),
      },
      /only-declared Query .*other addresses of the VPC/,
    ],
    [
      'text where a list is meant',
      changed('Query', { VpcConfig: { SubnetIds: 'subnet-1', SecurityGroupIds: [ref('QueryGroup')] } }),
      /error: .*SubnetIds is not a list/,
    ],
    ['a Join without its list', changed('Vpc', { CidrBlock: { 'Fn::Join': ['.'] } }), /error: .*list of two/],
    ['a Sub of nothing', changed('Vpc', { CidrBlock: { 'Fn::Sub': {} } }), /error: .*Fn::Sub takes/],
    [
      'a Sub of names that every object has',
      changed('Vpc', { CidrBlock: { 'Fn::Sub': ['${constructor}', {}] } }),
      /error: .*no resource constructor/,
    ],
    [
      'a value that cannot be read',
      changed('QueryToSsm', { IpProtocol: 'sctp!' }),
      /error: .*not a protocol/,
    ],
  ])('finds %s', (_name, resources, message) => {
    expect(findings(resources).join('\n')).toMatch(message);
  });

  it('finds an endpoint that no code calls, and a call that no endpoint carries', () => {
    const calls: DeclaredCalls = { query: [{ action: 'sns:Publish', resource: 'topic:review' }] };
    const found = findings(smallNetwork(), calls).join('\n');
    expect(found).toMatch(/endpoint-needed SsmEndpoint/);
    expect(found).toMatch(/reaches-needed Query .* calls sns/);
    expect(found).toMatch(/only-declared Query .* can reach ssm/);
  });

  it('asks for a review whenever the result changes', () => {
    const rowOf = (resources: Resources) =>
      proveNetwork([asStack(resources)], CALLS).result.rows.find(
        (row) => row.rule === 'network-result-reviewed',
      );
    expect(rowOf(smallNetwork())?.verdict).toBe('non-compliant');
    const contents = [smallNetwork(), without('QueryToSsm'), without('NameAssociation')].map(
      (resources) => proveNetwork([asStack(resources)], CALLS).reviewed?.content,
    );
    expect(new Set(contents).size).toBe(3);
  });
});
