import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { BOUNDS } from '../../lambda/domain/bounds';
import { problemDocument, type ProblemCode, PROBLEMS, retryAfterSeconds } from '../../lambda/domain/problems';
import { SECURITY_HEADERS } from '../../lambda/domain/response-headers';
import type { StageConfig } from '../config/schema';

/** The rule that only counts, so that pictures pass on their route. */
export const LARGE_BODY_RULE = 'SizeRestrictions_BODY';

/** The label that the counted body-size rule leaves on a request. https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html */
export const LARGE_BODY_LABEL = 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body';

type Rule = CfnWebACL.RuleProperty;
type RuleWithCapacity = Omit<Rule, 'priority' | 'visibilityConfig'> & { readonly capacity: number };

/** What the firewall answers by itself; all else it blocks is answered by the gateway (WAF_FILTERED). */
const OWN_ANSWERS = ['too-many-requests', 'body-too-large'] as const satisfies ProblemCode[];

/**
 * The bodies of those answers. WAF knows no request id, and only the media type application/json.
 * https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-for-blocked-requests.html
 */
export const customResponseBodies = (): Record<string, CfnWebACL.CustomResponseBodyProperty> =>
  Object.fromEntries(
    OWN_ANSWERS.map((code) => [
      code,
      { contentType: 'APPLICATION_JSON', content: JSON.stringify(problemDocument(code, undefined)) },
    ]),
  );

const blockAs = (code: (typeof OWN_ANSWERS)[number]): CfnWebACL.RuleActionProperty => {
  const retryAfter = retryAfterSeconds(code);
  const headers = {
    ...SECURITY_HEADERS,
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  };
  return {
    block: {
      customResponse: {
        responseCode: PROBLEMS[code].status,
        customResponseBodyKey: code,
        responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
      },
    },
  };
};

const managed = (name: string, capacity: number, counted: readonly string[] = []): RuleWithCapacity => ({
  name,
  capacity,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});

const rate = (
  name: string,
  capacity: number,
  limit: number,
  aggregate: Partial<CfnWebACL.RateBasedStatementProperty> & { aggregateKeyType: string },
): RuleWithCapacity => ({
  name,
  capacity,
  action: blockAs('too-many-requests'),
  statement: {
    rateBasedStatement: { limit, evaluationWindowSec: BOUNDS.firewallWindowSeconds, ...aggregate },
  },
});

/** A picture sent inline is larger than the 8 KB that the common rule set lets pass; only its route may carry one. */
const largeBodyOutsideUpload: RuleWithCapacity = {
  name: 'LargeBodyOutsideUpload',
  // Label match 1, string match on the path 2.
  capacity: 3,
  action: blockAs('body-too-large'),
  statement: {
    andStatement: {
      statements: [
        { labelMatchStatement: { scope: 'LABEL', key: LARGE_BODY_LABEL } },
        {
          notStatement: {
            statement: {
              byteMatchStatement: {
                // The path begins with the name of the API's stage.
                fieldToMatch: { uriPath: {} },
                positionalConstraint: 'ENDS_WITH',
                searchString: '/upload',
                textTransformations: [{ priority: 0, type: 'NONE' }],
              },
            },
          },
        },
      ],
    },
  },
};

const blockedCountries = (countryCodes: string[]): RuleWithCapacity => ({
  name: 'BlockedCountries',
  capacity: 1,
  action: { block: {} },
  statement: { geoMatchStatement: { countryCodes } },
});

/** The busiest plan decides: what usage plans allow, WAF must not hold back before them. */
const requestsPerKey = (config: StageConfig): number =>
  Math.ceil(
    Math.max(...config.plans.map((plan) => plan.ratePerSecond)) *
      BOUNDS.firewallWindowSeconds *
      BOUNDS.firewallHeadroom,
  );

const rulesWithCapacity = (config: StageConfig): RuleWithCapacity[] => [
  ...(config.api.blockedCountries.length > 0 ? [blockedCountries(config.api.blockedCountries)] : []),
  managed('AWSManagedRulesAmazonIpReputationList', 25),
  // Clients are servers of partners (EXC-002): they call from hosting providers, which this group takes for hiding places.
  // https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
  managed('AWSManagedRulesAnonymousIpList', 50, ['HostingProviderIPList']),
  rate('RatePerAddress', 2, requestsPerKey(config), { aggregateKeyType: 'IP' }),
  rate('RatePerApiKey', 32, requestsPerKey(config), {
    aggregateKeyType: 'CUSTOM_KEYS',
    customKeys: [{ header: { name: 'x-api-key', textTransformations: [{ priority: 0, type: 'NONE' }] } }],
  }),
  managed('AWSManagedRulesKnownBadInputsRuleSet', 200),
  managed('AWSManagedRulesCommonRuleSet', 700, [LARGE_BODY_RULE]),
  largeBodyOutsideUpload,
];

/** Above this WAF charges more for each request; a test holds the rules under it. */
export const INCLUDED_CAPACITY = 1500;

/** Web ACL capacity units that the rules need, as AWS documents them for each kind of statement. */
export const webAclCapacity = (config: StageConfig): number =>
  rulesWithCapacity(config).reduce((sum, rule) => sum + rule.capacity, 0);

/** The rules in the order in which WAF asks them: cheap and sure ones first, the one that needs a label last. */
export const webAclRules = (config: StageConfig): Rule[] =>
  rulesWithCapacity(config).map(({ name, statement, action, overrideAction }, priority) => ({
    name,
    statement,
    ...(action === undefined ? {} : { action }),
    ...(overrideAction === undefined ? {} : { overrideAction }),
    priority,
    visibilityConfig: {
      cloudWatchMetricsEnabled: true,
      metricName: name,
      // Sampled requests would show API keys in the console.
      sampledRequestsEnabled: false,
    },
  }));
