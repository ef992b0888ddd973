import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { type ToldClient, toldClients } from '../../lib/config/schema';
import { actionNeeded, type Check, notChecked, type Outcome, ready } from './check';

/**
 * Ranges that are no host of the public internet: the IANA special-purpose registries, without what they call global.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // With `::` and `::1`, what was once IPv4 inside of IPv6.
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['100:0:0:1::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4: what it leads to is the IPv4 address inside, and nobody should relay it any more (RFC 7526).
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
];
const special = new BlockList();
for (const [network, prefix] of SPECIAL)
  special.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');

/** NAT64's well-known prefix: resolvers of networks without IPv4 answer so for any name (RFC 6052). */
const TRANSLATED = /^\[64:ff9b::(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})?\]$/;

/** The IPv4 address that an IPv6 address of NAT64 leads to. */
function translated(address: string): string | undefined {
  const groups = TRANSLATED.exec(new URL(`http://[${address}]`).hostname);
  if (groups === null) return undefined;
  const [high, low] = [groups[1], groups[2]].map((group) => Number.parseInt(group ?? '0', 16));
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.');
}

/** Whether nobody on the public internet has this address; IPv4 inside of IPv6 is evaluated as IPv4. */
export function isInside(address: string): boolean {
  if (!isIPv6(address)) return special.check(address, 'ipv4');
  const inside = address.includes('%') ? undefined : translated(address);
  return inside === undefined ? special.check(address, 'ipv6') : special.check(inside, 'ipv4');
}

/** What a name resolves to. @throws Error with `code` ENOTFOUND for a name that nobody has */
export type Resolve = (host: string) => Promise<readonly string[]>;
const resolveAll: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

async function addressOf({ id, webhook }: ToldClient, resolve: Resolve): Promise<Outcome> {
  const { hostname } = new URL(webhook.address);
  try {
    const inside = (await resolve(hostname)).filter(isInside);
    return inside.length === 0
      ? ready(`${id}: ${hostname} leads to the public internet`)
      : actionNeeded(
          `${id}: ${hostname} leads to ${inside.join(', ')}, which is not of the public internet`,
          `Ask the client for another name, and set webhook of ${id} in lib/config.`,
        );
  } catch (error) {
    return notChecked(
      `${id}: ${hostname} could not be resolved (${error instanceof Error ? error.message : String(error)})`,
      'Run preflight where names of the public internet resolve; a name that nobody has is no endpoint.',
    );
  }
}

/** Asks where the names lead at which clients are told: a name may come to lead inside after it was confirmed. */
export const webhookAddressCheck = (resolve: Resolve = resolveAll): Check => ({
  title: 'Addresses of webhooks',
  permissions: [],
  run: ({ config }) => {
    const told = toldClients(config);
    return told.length === 0
      ? Promise.resolve([ready('no client is told')])
      : Promise.all(told.map((client) => addressOf(client, resolve)));
  },
});
