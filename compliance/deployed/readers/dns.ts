import * as z from 'zod';
import { jsonCallsOf } from '../../../tools/aws/json-call';
import { type Aspect, besides } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { EXPOSURE, LOGGING } from '../controls';

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html */
const resolver = jsonCallsOf({
  prefix: 'route53resolver',
  target: 'Route53Resolver',
  host: 'route53resolver',
});

const page = { NextToken: z.string().optional() };
const text = z.string().optional();
const associationSchema = z.object({
  Id: text,
  FirewallRuleGroupId: text,
  VpcId: text,
  Priority: z.number().optional(),
  MutationProtection: text,
  Status: text,
});
const ruleSchema = z.object({
  FirewallDomainListId: text,
  FirewallDomainRedirectionAction: text,
  Priority: z.number().optional(),
  Action: text,
  BlockResponse: text,
  BlockOverrideDomain: text,
  Qtype: text,
});

interface Paged {
  readonly NextToken?: string | undefined;
}
const getAssociation = resolver<
  { FirewallRuleGroupAssociationId: string },
  { FirewallRuleGroupAssociation: z.infer<typeof associationSchema> }
>('GetFirewallRuleGroupAssociation', z.object({ FirewallRuleGroupAssociation: associationSchema }));
const listAssociations = resolver<
  Paged & { VpcId: string },
  Paged & { FirewallRuleGroupAssociations: z.infer<typeof associationSchema>[] }
>(
  'ListFirewallRuleGroupAssociations',
  z.object({ ...page, FirewallRuleGroupAssociations: z.array(associationSchema) }),
);
const getConfig = resolver<
  { ResourceId: string },
  { FirewallConfig: { FirewallFailOpen?: string | undefined } }
>('GetFirewallConfig', z.object({ FirewallConfig: z.object({ FirewallFailOpen: text }) }));
const listRules = resolver<
  Paged & { FirewallRuleGroupId: string },
  Paged & { FirewallRules: z.infer<typeof ruleSchema>[] }
>('ListFirewallRules', z.object({ ...page, FirewallRules: z.array(ruleSchema) }));
const listDomains = resolver<Paged & { FirewallDomainListId: string }, Paged & { Domains: string[] }>(
  'ListFirewallDomains',
  z.object({ ...page, Domains: z.array(z.string()) }),
);
const queryLogSchema = z.object({ Name: text, DestinationArn: text, Status: text });
const getQueryLog = resolver<
  { ResolverQueryLogConfigId: string },
  { ResolverQueryLogConfig: z.infer<typeof queryLogSchema> }
>('GetResolverQueryLogConfig', z.object({ ResolverQueryLogConfig: queryLogSchema }));
const loggedSchema = z.object({ ResolverQueryLogConfigId: text, ResourceId: text, Status: text });
const getLogged = resolver<
  { ResolverQueryLogConfigAssociationId: string },
  { ResolverQueryLogConfigAssociation: z.infer<typeof loggedSchema> }
>('GetResolverQueryLogConfigAssociation', z.object({ ResolverQueryLogConfigAssociation: loggedSchema }));

const GONE = 'ResourceNotFound';
const bare = (domain: string): string => domain.replace(/\.$/, '').toLowerCase();

/** What a rule does where the template does not say: it looks at what a name redirects to as well. */
const templateRule = (rule: Readonly<Record<string, unknown>>) => ({
  FirewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN',
  ...rule,
});

/** DNS is the one way out of an isolated network: which names are answered, and that questions are written down. */
export const DNS: readonly Aspect[] = [
  {
    rule: 'dns-firewall',
    title:
      'The DNS firewall of the templates stands before the network’s resolver, alone, and is closed when it fails.',
    controls: EXPOSURE,
    types: ['AWS::Route53Resolver::FirewallRuleGroupAssociation'],
    calls: [getAssociation, listAssociations, getConfig],
    properties: [
      'FirewallRuleGroupId',
      'VpcId',
      'Priority',
      'MutationProtection',
      'Status',
      'Beside',
      'FirewallFailOpen',
    ],
    defaults: { MutationProtection: 'DISABLED', FirewallFailOpen: 'DISABLED', Status: 'COMPLETE' },
    expected: ({ physicalId, type, properties }, region) => ({
      ...properties,
      Beside: besides(region, type, 'VpcId', String(properties['VpcId'])).flatMap((each) =>
        each.physicalId === physicalId ? [] : [each.physicalId],
      ),
    }),
    read: async (ask, { physicalId, properties }) => {
      const found = await undefinedWhenMissing(
        ask(getAssociation, { FirewallRuleGroupAssociationId: physicalId }),
        GONE,
      );
      if (found === undefined) return undefined;
      const VpcId = String(properties['VpcId']);
      // A group of rules with a lower number decides before ours.
      const all = await allPages(
        (NextToken) => ask(listAssociations, { VpcId, ...(NextToken !== undefined && { NextToken }) }),
        ({ FirewallRuleGroupAssociations }) => FirewallRuleGroupAssociations,
        ({ NextToken }) => NextToken,
      );
      const { FirewallConfig } = await ask(getConfig, { ResourceId: VpcId });
      return {
        ...found.FirewallRuleGroupAssociation,
        Beside: all.flatMap(({ Id }) => (Id === physicalId ? [] : [Id])),
        FirewallFailOpen: FirewallConfig.FirewallFailOpen,
      };
    },
  },
  {
    rule: 'dns-firewall-rules',
    title: 'The DNS firewall has the rules of its template, in their order.',
    controls: EXPOSURE,
    types: ['AWS::Route53Resolver::FirewallRuleGroup'],
    calls: [listRules],
    properties: ['FirewallRules'],
    expected: ({ properties }) => ({
      FirewallRules: ((properties['FirewallRules'] ?? []) as Readonly<Record<string, unknown>>[]).map(
        templateRule,
      ),
    }),
    read: async (ask, { physicalId: FirewallRuleGroupId }) => {
      const rules = await undefinedWhenMissing(
        allPages(
          (NextToken) =>
            ask(listRules, { FirewallRuleGroupId, ...(NextToken !== undefined && { NextToken }) }),
          ({ FirewallRules }) => FirewallRules,
          ({ NextToken }) => NextToken,
        ),
        GONE,
      );
      return rules && { FirewallRules: rules };
    },
  },
  {
    rule: 'dns-firewall-names',
    title: 'The list holds the names of its template. CloudFormation compares no names of a list.',
    controls: EXPOSURE,
    types: ['AWS::Route53Resolver::FirewallDomainList'],
    calls: [listDomains],
    properties: ['Domains'],
    expected: ({ properties }) => ({
      Domains: ((properties['Domains'] ?? []) as string[]).map(bare),
    }),
    read: async (ask, { physicalId: FirewallDomainListId }) => {
      const domains = await undefinedWhenMissing(
        allPages(
          (NextToken) =>
            ask(listDomains, { FirewallDomainListId, ...(NextToken !== undefined && { NextToken }) }),
          ({ Domains }) => Domains,
          ({ NextToken }) => NextToken,
        ),
        GONE,
      );
      return domains && { Domains: domains.map(bare) };
    },
  },
  {
    rule: 'dns-query-log',
    title: 'Questions to the resolver are logged where the template says.',
    controls: LOGGING,
    types: ['AWS::Route53Resolver::ResolverQueryLoggingConfig'],
    calls: [getQueryLog],
    properties: ['DestinationArn', 'Status'],
    defaults: { Status: 'CREATED' },
    read: async (ask, { physicalId }) =>
      (await undefinedWhenMissing(ask(getQueryLog, { ResolverQueryLogConfigId: physicalId }), GONE))
        ?.ResolverQueryLogConfig,
  },
  {
    rule: 'dns-query-log-association',
    title: 'The network’s questions to its resolver are logged.',
    controls: LOGGING,
    types: ['AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation'],
    calls: [getLogged],
    properties: ['ResolverQueryLogConfigId', 'ResourceId', 'Status'],
    defaults: { Status: 'ACTIVE' },
    read: async (ask, { physicalId }) =>
      (await undefinedWhenMissing(ask(getLogged, { ResolverQueryLogConfigAssociationId: physicalId }), GONE))
        ?.ResolverQueryLogConfigAssociation,
  },
];
