import { type DeclaredCalls } from '../../../compliance/proofs/network/called-services';
import { proveNetwork } from '../../../compliance/proofs/network/prove-network';
import type { VerdictRow } from '../../../compliance/verdict-row';
import { asStack, changed, ref, resource, type Resources, smallNetwork, without } from './small-network';

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
