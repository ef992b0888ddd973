import { ModelError } from '../model/errors';
import type { TemplateSet } from '../model/template-set';

/** Which names a VPC's resolver answers: `closed` when everything not listed is refused. */
export interface ResolvableNames {
  readonly closed: boolean;
  readonly names: readonly string[];
}

interface FirewallRule {
  readonly priority: number;
  readonly action: string;
  readonly domains: readonly string[];
  /** Whether it holds for every type of record; one for a type of record alone leaves the others to the next. */
  readonly everyRecord: boolean;
}

const bare = (domain: string): string => domain.replace(/\.$/, '').toLowerCase();
const covers = (pattern: string, name: string): boolean =>
  pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));

function readRules(set: TemplateSet, groupId: string): FirewallRule[] {
  const group = set.at(groupId);
  if (group?.type !== 'AWS::Route53Resolver::FirewallRuleGroup') {
    throw new ModelError('unresolved-reference', groupId, 'the firewall rule group is not in the templates');
  }
  return group.objects('FirewallRules').map((rule) => {
    const list = set.at(String(rule['FirewallDomainListId']));
    if (list?.type !== 'AWS::Route53Resolver::FirewallDomainList') {
      throw new ModelError('unresolved-reference', group.path, 'a firewall rule with an unknown domain list');
    }
    return {
      priority: Number(rule['Priority']),
      action: String(rule['Action']),
      domains: list.list('Domains').map((domain) => bare(String(domain))),
      everyRecord: rule['Qtype'] === undefined,
    };
  });
}

/**
 * Evaluates the resolver's DNS firewall: rule groups by the association's priority, rules by theirs, the first that
 * matches decides, and what none matches is answered.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-groups.html
 */
export function resolvableNames(set: TemplateSet, vpc: string): ResolvableNames {
  const rules = set
    .resources('AWS::Route53Resolver::FirewallRuleGroupAssociation')
    .filter((association) => association.text('VpcId') === vpc)
    .sort((a, b) => Number(a.property('Priority')) - Number(b.property('Priority')))
    .flatMap((association) =>
      readRules(set, association.text('FirewallRuleGroupId')).sort((a, b) => a.priority - b.priority),
    );
  const refused: string[] = [];
  const names: string[] = [];
  for (const rule of rules) {
    if (rule.action === 'BLOCK') refused.push(...(rule.everyRecord ? rule.domains : []));
    else names.push(...rule.domains.filter((name) => !refused.some((pattern) => covers(pattern, name))));
  }
  return { closed: refused.includes('*') && !names.includes('*'), names: [...new Set(names)].sort() };
}

/**
 * Resolvers that a VPC's machines are told to ask beside Amazon's own, at which the firewall stands.
 * https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
 */
export const otherResolvers = (set: TemplateSet, vpc: string): string[] =>
  set
    .resources('AWS::EC2::VPCDHCPOptionsAssociation')
    .filter((association) => association.text('VpcId') === vpc)
    .map((association) => association.text('DhcpOptionsId'))
    .filter((id) => id !== 'default')
    .flatMap((id) => {
      const options = set.at(id);
      if (options?.type !== 'AWS::EC2::DHCPOptions')
        return [`DHCP options that are not in the templates (${id})`];
      return options
        .list('DomainNameServers')
        .map(String)
        .filter((server) => server !== 'AmazonProvidedDNS')
        .map((server) => `${server} is asked for names (${id})`);
    });
