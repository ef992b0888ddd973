import { loadStageConfig } from '../../lib/config/load';
import { INCLUDED_CAPACITY, webAclCapacity, webAclRules } from '../../lib/edge/web-acl-rules';
import {
  at,
  listAt,
  ofType,
  referenceOf,
  STAGES,
  synthesized,
  type TemplateProperties,
} from '../support/synthesized-stage';

const rulesOf = (properties: TemplateProperties | undefined) =>
  (properties?.['Rules'] ?? []) as TemplateProperties[];
const rule = (properties: TemplateProperties | undefined, name: string) =>
  rulesOf(properties).find(({ Name }) => Name === name);

describe.each(STAGES)('the web ACL of %s', (name) => {
  const stage = synthesized(name);
  const acl = ofType(stage, 'AWS::WAFv2::WebACL')[0];

  it('stands before the stage of the API', () => {
    const [association] = ofType(stage, 'AWS::WAFv2::WebACLAssociation');
    expect(referenceOf(association?.Properties['WebACLArn'])).toContain('WebAcl');
    expect(JSON.stringify(association?.Properties['ResourceArn'])).toMatch(/restapis.*stages/);
  });
  it('asks AWS’s rule groups, none of them in counting mode as a whole', () => {
    const groups = rulesOf(acl?.Properties).filter(
      ({ Statement }) => at(Statement, 'ManagedRuleGroupStatement') !== undefined,
    );
    expect(groups.map(({ Name }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesAnonymousIpList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    expect(groups.map(({ OverrideAction }) => OverrideAction)).toEqual(
      [1, 2, 3, 4].map(() => ({ None: {} })),
    );
  });
  // https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
  it('lets partners call from hosting providers, and nobody from behind an anonymous proxy', () => {
    const anonymous = rule(acl?.Properties, 'AWSManagedRulesAnonymousIpList');
    expect(at(anonymous, 'Statement', 'ManagedRuleGroupStatement', 'RuleActionOverrides')).toEqual([
      { Name: 'HostingProviderIPList', ActionToUse: { Count: {} } },
    ]);
  });
  it('counts of the common rules only the body-size rule, and blocks by its label everywhere but on /upload', () => {
    const common = rule(acl?.Properties, 'AWSManagedRulesCommonRuleSet');
    expect(at(common, 'Statement', 'ManagedRuleGroupStatement', 'RuleActionOverrides')).toEqual([
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
    const again = rule(acl?.Properties, 'LargeBodyOutsideUpload');
    const [label, route] = listAt(again, 'Statement', 'AndStatement', 'Statements');
    expect(at(label, 'LabelMatchStatement', 'Key')).toBe(
      'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body',
    );
    expect(at(route, 'NotStatement', 'Statement', 'ByteMatchStatement', 'SearchString')).toBe('/upload');
    expect(at(again, 'Action', 'Block')).toBeDefined();
    // A label is seen only by rules that come later.
    expect(again?.['Priority']).toBeGreaterThan(common?.['Priority'] as number);
  });
  it('limits addresses and keys, above what the busiest plan allows', () => {
    const busiest = Math.max(...stage.config.plans.map(({ ratePerSecond }) => ratePerSecond));
    for (const limited of ['RatePerAddress', 'RatePerApiKey']) {
      const { Limit, EvaluationWindowSec } = at(
        rule(acl?.Properties, limited),
        'Statement',
        'RateBasedStatement',
      ) as Record<string, number>;
      expect((Limit ?? 0) / (EvaluationWindowSec ?? 1)).toBeGreaterThanOrEqual(busiest);
    }
    expect(
      at(
        rule(acl?.Properties, 'RatePerApiKey'),
        'Statement',
        'RateBasedStatement',
        'CustomKeys',
        0,
        'Header',
        'Name',
      ),
    ).toBe('x-api-key');
  });
  it('logs every decision without keys', () => {
    const [logging] = ofType(stage, 'AWS::WAFv2::LoggingConfiguration');
    expect(JSON.stringify(logging?.Properties['RedactedFields'])).toContain('x-api-key');
    const [destination] = logging?.Properties['LogDestinationConfigs'] as string[];
    expect(destination).toMatch(/:log-group:aws-waf-logs-serverlessapp-[a-z]+-web-acl$/);
    expect(logging?.Properties['LoggingFilter']).toBeUndefined();
  });
  it('needs no more capacity than its price includes', () => {
    expect(webAclCapacity(stage.config)).toBeLessThanOrEqual(INCLUDED_CAPACITY);
  });
});

it('blocks countries first, when some are configured', () => {
  const dev = loadStageConfig('dev');
  expect(webAclRules(dev).map(({ name }) => name)).not.toContain('BlockedCountries');
  const [first] = webAclRules({ ...dev, api: { ...dev.api, blockedCountries: ['KP'] } });
  expect(first).toMatchObject({ name: 'BlockedCountries', priority: 0, action: { block: {} } });
});
