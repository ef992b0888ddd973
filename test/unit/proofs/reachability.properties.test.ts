import { constantFrom, assert as holds, array, integer, property, record, tuple } from 'fast-check';
import { TemplateSet } from '../../../compliance/rules/proofs/model/template-set';
import { type Certainty } from '../../../compliance/rules/proofs/network/network-acls';
import { readNetworkModel } from '../../../compliance/rules/proofs/network/network-model';
import { Reachability } from '../../../compliance/rules/proofs/network/reachability';
import { Traffic } from '../../../compliance/rules/proofs/network/traffic';
import { asStack, ref, resource, type Resources, smallNetwork } from './small-network';

/** Everything reachable, joined per destination. */
function reach(resources: Resources, certainty: Certainty): Map<string, Traffic> {
  const model = readNetworkModel(new TemplateSet([asStack(resources)]));
  const joined = new Map<string, Traffic>();
  for (const fn of model.functions) {
    for (const { destination, traffic } of new Reachability(model, certainty).of(fn)) {
      joined.set(destination, (joined.get(destination) ?? Traffic.none).union(traffic));
    }
  }
  return joined;
}

const isWithin = (smaller: Map<string, Traffic>, larger: Map<string, Traffic>): boolean =>
  [...smaller].every(([destination, traffic]) => (larger.get(destination) ?? Traffic.none).includes(traffic));

const blocks = constantFrom('0.0.0.0/0', '10.0.0.0/16', '10.0.1.0/24', '52.0.0.0/8', '10.0.0.128/25');
const ports = tuple(integer({ min: 0, max: 65_535 }), integer({ min: 0, max: 65_535 })).map(([a, b]) => ({
  FromPort: Math.min(a, b),
  ToPort: Math.max(a, b),
}));
const groupRule = record({ IpProtocol: constantFrom('tcp', '-1', 'udp'), CidrIp: blocks, range: ports }).map(
  ({ range, ...rule }) => ({ ...rule, ...range }),
);
const aclEntry = record({
  Egress: constantFrom(true, false),
  CidrBlock: blocks,
  range: ports,
  RuleAction: constantFrom('allow', 'deny'),
  RuleNumber: integer({ min: 1, max: 1000 }),
});
type AclEntry = { range: { FromPort: number; ToPort: number }; RuleAction: string };

const withAcl = (base: Resources, entries: readonly AclEntry[]): Resources => ({
  ...base,
  Acl: resource('AWS::EC2::NetworkAcl', { VpcId: ref('Vpc') }),
  OnA: resource('AWS::EC2::SubnetNetworkAclAssociation', {
    SubnetId: ref('SubnetA'),
    NetworkAclId: ref('Acl'),
  }),
  ...Object.fromEntries(
    entries.map(({ range, ...entry }, index) => [
      `Entry${index}`,
      resource('AWS::EC2::NetworkAclEntry', {
        NetworkAclId: ref('Acl'),
        Protocol: 6,
        PortRange: { From: range.FromPort, To: range.ToPort },
        ...entry,
      }),
    ]),
  ),
});
const withEgress = (base: Resources, rules: readonly object[]): Resources => ({
  ...base,
  ...Object.fromEntries(
    rules.map((rule, index) => [
      `Egress${index}`,
      resource('AWS::EC2::SecurityGroupEgress', { GroupId: ref('QueryGroup'), ...rule }),
    ]),
  ),
});

describe('reachability is monotone', () => {
  it('what is certain is possible', () => {
    holds(
      property(array(aclEntry, { maxLength: 6 }), array(groupRule, { maxLength: 3 }), (entries, rules) => {
        const resources = withAcl(withEgress(smallNetwork(), rules), entries);
        return isWithin(reach(resources, 'certain'), reach(resources, 'possible'));
      }),
    );
  });

  it('one more security-group rule never removes a destination', () => {
    holds(
      property(
        array(groupRule, { maxLength: 3 }),
        groupRule,
        constantFrom<Certainty>('possible', 'certain'),
        (rules, more, mode) =>
          isWithin(
            reach(withEgress(smallNetwork(), rules), mode),
            reach(withEgress(smallNetwork(), [...rules, more]), mode),
          ),
      ),
    );
  });

  it('one more network-ACL entry that allows never removes, one that denies never adds', () => {
    holds(
      property(
        array(aclEntry, { maxLength: 5 }),
        aclEntry,
        constantFrom<Certainty>('possible', 'certain'),
        (entries, more, mode) => {
          const before = reach(withAcl(smallNetwork(), entries), mode);
          const after = reach(withAcl(smallNetwork(), [...entries, more]), mode);
          return more.RuleAction === 'allow' ? isWithin(before, after) : isWithin(after, before);
        },
      ),
    );
  });
});
