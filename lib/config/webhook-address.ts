import { isIP } from 'node:net';
import * as z from 'zod';
import { BOUNDS } from '../../lambda/domain/bounds';

/**
 * Names that lead nowhere, or to whoever asks: RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, ICANN's `internal` and what it
 * keeps back because networks use it (https://www.icann.org/en/public-comment/proceeding/proposed-top-level-domain-string-for-private-use-24-01-2024).
 */
const INSIDE = [
  ...['localhost', 'local', 'internal', 'arpa', 'intranet', 'private', 'lan', 'corp', 'home', 'mail'],
  ...['alt', 'onion', 'test', 'invalid', 'localdomain'],
];
/** RFC 1035 section 2.3.4 and RFC 1123 section 2.1; a dot at the end is no label. */
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const HOST_LENGTH = 253;

/** What is wrong with an address that clients may be told at; undefined when nothing is. */
function faultOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address';
  const { href, protocol, hostname, port, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:') return 'must begin with https://';
  if (username !== '' || password !== '') return 'must hold no credentials';
  if (port !== '') return 'must be on port 443';
  if (search !== '' || hash !== '') return 'must end with its path';
  // Whatever range: what is certified is a name, and the allow-list says whose it is.
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    return 'must be a name: an address of a private, link-local, loopback or any other range is refused';
  if (hostname.length > HOST_LENGTH || !hostname.split('.').every((label) => LABEL.test(label)))
    return 'must be a host name: labels of letters, digits and hyphens, with no dot at its end';
  if (!hostname.includes('.') || INSIDE.some((name) => hostname === name || hostname.endsWith(`.${name}`)))
    return 'must be a name of the public internet';
  // The exact text stands in a condition of IAM, where these would mean more than themselves, and must be what is called.
  if (href !== text || !/^https:\/\/[a-z0-9.-]+\/[A-Za-z0-9/._~-]*$/.test(text))
    return 'must be spelled with a path, in small letters before it, and without .., * ? $ or escapes';
  return undefined;
}

/**
 * Where a client is told: what the configuration lists is all that the workflow may call. What a name resolves to is asked
 * by `npm run preflight`, since it may change.
 */
export const webhookAddressSchema = z
  .string()
  .max(BOUNDS.textLength)
  .superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
