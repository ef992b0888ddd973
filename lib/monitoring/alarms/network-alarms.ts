import type { Names } from '../../names';
import { type AlarmDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';
import { atLeastLines, type LineCount } from '../counted-lines';

/** What a filter over a log of the network counts. */
export const networkLines = (names: Names, id: string): LineCount => ({
  namespace: `${names.prefix}/network`,
  name: id,
});

/** A pattern in a log group of the network; the alarm of the same id counts its matches. */
export interface NetworkLogFilter {
  readonly id: string;
  readonly logGroupName: string;
  readonly pattern: string;
}

/** Flow-log fields in AWS's default format. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
const REJECTED_FLOW =
  '[version, account, interface, source, destination, sourcePort, destinationPort, protocol, packets, bytes, start, end, action="REJECT", status]';

export const networkLogFilters = (names: Names): NetworkLogFilter[] => [
  {
    id: 'dns-blocked',
    logGroupName: names.dnsQueryLogGroup,
    pattern: '{ $.firewall_rule_action = "BLOCK" }',
  },
  {
    id: 'connections-rejected',
    logGroupName: names.flowLogGroup,
    pattern: REJECTED_FLOW,
  },
];

/** Names and connections that our functions should never ask for. */
export const networkAlarms = (names: Names): AlarmDefinition[] => [
  {
    id: 'dns-blocked',
    severity: 'high',
    owner: 'security',
    why: 'Something in the network asked for a name that is not one of our endpoints: the only way out of an isolated subnet.',
    response:
      'The Resolver query log names the asking interface, and so the function. Isolate it and compare its bundle with the release.',
    ...atLeastLines(networkLines(names, 'dns-blocked'), 1),
    unit: 'queries',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'connections-rejected',
    severity: 'medium',
    owner: 'security',
    why: 'Security groups refuse connections: something in the network tries what it may not reach.',
    response: 'The flow log names both addresses; follow them to the function and its release.',
    ...atLeastLines(networkLines(names, 'connections-rejected'), 20),
    unit: 'connections',
    ...WITHIN_FIVE_MINUTES,
  },
];
