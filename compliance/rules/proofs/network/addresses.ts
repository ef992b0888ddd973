import { isIPv4, isIPv6 } from 'node:net';
import { ModelError } from '../model/errors';

/** A block of addresses of one family, as an inclusive range. */
export interface AddressBlock {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly text: string;
}

function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

function toNumber(address: string): { family: 4 | 6; value: bigint } | undefined {
  if (isIPv4(address)) {
    return { family: 4, value: address.split('.').reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n) };
  }
  if (isIPv6(address) && !address.includes('.')) {
    return {
      family: 6,
      value: ipv6Groups(address).reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n),
    };
  }
  return undefined;
}

/**
 * Parses `10.0.0.0/16` or `2001:db8::/32`.
 * @throws ModelError for anything else: an address that cannot be read must not be taken for one that matches nothing.
 */
export function parseBlock(text: string, where: string): AddressBlock {
  const [address = '', length] = text.split('/');
  const parsed = toNumber(address);
  const bits = parsed?.family === 6 ? 128 : 32;
  const prefix = Number(length);
  if (!parsed || length === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
    throw new ModelError('malformed-value', where, `"${text}" is not a block of addresses`);
  }
  const size = 1n << BigInt(bits - prefix);
  const first = (parsed.value / size) * size;
  return { family: parsed.family, first, last: first + size - 1n, text };
}

export const overlaps = (a: AddressBlock, b: AddressBlock): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last;

export const contains = (outer: AddressBlock, inner: AddressBlock): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
