import {
  at,
  listAt,
  ofType,
  type SynthesizedStage,
  type TemplateResource,
} from '../../test/support/synthesized-stage';
import { idleTransitions } from './telling-costs';
import { PRICES, type PriceName } from './prices';

/** What a stage costs a month without a single picture. */
export interface StandingCost {
  readonly what: string;
  readonly price: PriceName;
  readonly count: number;
  /** Where the configuration lowers it; absent where security does not let it be less. */
  readonly lowered?: string;
}

/** US dollars a month. */
export const monthly = ({ price, count }: StandingCost): number => count * PRICES[price].usd;

const zonesOf = (stage: SynthesizedStage): number => {
  const interfaces = ofType(stage, 'AWS::EC2::VPCEndpoint').filter(
    ({ Properties }) => Properties['VpcEndpointType'] === 'Interface',
  );
  return interfaces.reduce((sum, { Properties }) => sum + listAt(Properties, 'SubnetIds').length, 0);
};

/** CloudWatch bills an alarm by the metrics that it looks at. */
const alarmMetrics = ({ Properties }: TemplateResource): number =>
  Math.max(
    1,
    listAt(Properties, 'Metrics').filter((metric) => at(metric, 'MetricStat') !== undefined).length,
  );

/** Counted in the templates of the stage, both regions; what AWS bills by use (AWS Config, GuardDuty, backups) is left out. */
export function standingCosts(stage: SynthesizedStage): StandingCost[] {
  const count = (type: string) => ofType(stage, type).length;
  const rules = ofType(stage, 'AWS::WAFv2::WebACL').reduce(
    (sum, { Properties }) => sum + listAt(Properties, 'Rules').length,
    0,
  );
  return [
    {
      what: 'Interface endpoints',
      price: 'endpointMonth',
      count: zonesOf(stage),
      lowered: 'availabilityZones: two instead of three',
    },
    { what: 'Customer-managed keys', price: 'keyMonth', count: count('AWS::KMS::Key') },
    {
      what: 'Secrets',
      price: 'secretMonth',
      count: count('AWS::SecretsManager::Secret'),
      lowered: 'clients',
    },
    {
      what: 'Runs that tell clients, idle',
      price: 'transition',
      count: idleTransitions(stage),
      lowered: 'clients[].webhook: left out',
    },
    { what: 'Web ACL', price: 'webAclMonth', count: count('AWS::WAFv2::WebACL') },
    { what: 'Firewall rules', price: 'firewallRuleMonth', count: rules, lowered: 'api.blockedCountries' },
    {
      what: 'Alarms',
      price: 'alarmMonth',
      count: ofType(stage, 'AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + alarmMetrics(alarm), 0),
      lowered: 'trafficShift: all-at-once needs no alarms of a release',
    },
    {
      what: 'Composite alarms',
      price: 'compositeAlarmMonth',
      count: count('AWS::CloudWatch::CompositeAlarm'),
    },
    { what: 'Dashboards', price: 'dashboardMonth', count: count('AWS::CloudWatch::Dashboard') },
  ];
}
