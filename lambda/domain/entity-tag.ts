import { createHash } from 'node:crypto';

/**
 * A strong entity tag of an answer's text: equal for equal bytes, different for any other. The gateway compresses
 * nothing, so that one tag stands for one sequence of bytes.
 * https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
export const entityTag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;

/**
 * Whether a client's If-None-Match names this tag, so that it has the answer already. Compared weakly, as the header
 * asks for: proxies mark tags as weak. `*` names whatever there is.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export const isKnownTag = (ifNoneMatch: string | undefined, tag: string): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === tag || each === '*');
