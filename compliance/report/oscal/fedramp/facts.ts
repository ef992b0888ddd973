import type { Evidence } from '../../evidence';

const RESOLVER_VALIDATION =
  'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dnssec-validation.html';

/** How many resources of a type stand in the evaluated templates. */
function countOf({ rows, identity }: Evidence, type: string): number {
  const stacks = new Set(identity.stacks.map(({ name }) => name));
  return new Set(
    rows.flatMap(({ stack, resource, resourceType }) =>
      resourceType === type && stack !== undefined && stacks.has(stack) ? [`${stack}/${resource}`] : [],
    ),
  ).size;
}

function benchmarks({ catalogues, requirements }: Evidence): string {
  return catalogues
    .filter(({ framework }) => framework === 'CIS-AWS-7.0' || framework === 'AWS-FSBP')
    .map(({ framework, title, edition, published }) => {
      const claimed = requirements.filter((one) => one.framework === framework && one.parts.length > 0);
      return `${title} (${edition}), ${claimed.length} of whose ${published.count} recommendations this system claims a part`;
    })
    .join('; ');
}

const FACTS: Readonly<Record<string, (evidence: Evidence) => string>> = {
  'CM-9': (evidence) =>
    `Configurations are held against the CIS benchmark and AWS’s practices: ${benchmarks(evidence)}. The plan itself is the organisation’s and has to name its benchmarks.`,
  'SC-20': (evidence) =>
    `The templates hold ${countOf(evidence, 'AWS::Route53::HostedZone')} DNS zones and ${countOf(evidence, 'AWS::Route53::DNSSEC')} settings that sign one by DNSSEC. Without a zone of its own the system answers for no name: clients use the one that API Gateway gives, in a zone of AWS.`,
  'SC-21': (evidence) =>
    `The templates hold ${countOf(evidence, 'AWS::EC2::VPC')} networks and ${countOf(evidence, 'AWS::Route53Resolver::ResolverDNSSECConfig')} settings that make a network’s resolver validate DNSSEC; without one it does not: ${RESOLVER_VALIDATION}`,
};

/** What the templates tell about a control that no narrative claims a part of, good or bad; nothing for most. */
export const factsOf = (id: string, evidence: Evidence): string | undefined => FACTS[id]?.(evidence);
