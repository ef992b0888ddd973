import type { ExpectedResult, HostilePicture } from './hostile-picture';
import type { BasePictures } from './base-pictures';

/** File names, and what the API says to them. Accepted ones are data: never a path, never a formula, never markup. */
const NAMES: readonly (readonly [what: string, expected: ExpectedResult, fileName: string])[] = [
  ['empty', 'invalid-body', ''],
  ['path upwards', 'invalid-body', '../../etc/passwd'],
  ['absolute path', 'invalid-body', '/etc/passwd.jpg'],
  ['Windows path', 'invalid-body', String.raw`C:\Windows\cat.jpg`],
  ['NUL byte', 'invalid-body', 'cat.jpg\0.exe'],
  ['line break', 'invalid-body', 'cat.jpg\r\nX-Injected: 1'],
  ['escape sequence', 'invalid-body', '\u001b[31mcat.jpg'],
  ['C1 control', 'invalid-body', 'cat\u0085.jpg'],
  ['line separator', 'invalid-body', 'cat\u2028.jpg'],
  ['right-to-left override', 'invalid-body', 'cat\u202egpj.exe'],
  ['half a surrogate pair', 'invalid-body', 'cat\ud83d.jpg'],
  ['256 characters', 'invalid-body', `${'a'.repeat(252)}.jpg`],
  ['1,024 bytes', 'invalid-body', `${'a'.repeat(1020)}.jpg`],
  ['1,024 bytes in 255 characters', 'accepted', `${'本'.repeat(251)}.jpg`],
  ['dots', 'accepted', '..'],
  ['percent-encoded path', 'accepted', '..%2f..%2fetc%2fpasswd'],
  ['Unicode', 'accepted', 'кошка 猫 🐈.jpg'],
  ['combining characters', 'accepted', 'Ka\u0308tzchen.jpg'],
  ['formula', 'accepted', '=HYPERLINK("http:example.com";"cat").jpg'],
  ['formula by plus', 'accepted', '+1+1.jpg'],
  ['formula by minus', 'accepted', "-2+3+cmd|' !A0.jpg"],
  ['formula by at', 'accepted', '@SUM(1;2).jpg'],
  ['markup', 'accepted', '<img src=x onerror=alert(1)>.jpg'],
  ['prototype', 'accepted', '__proto__'],
  ['template', 'accepted', '${jndi:ldap:example.com}.jpg'],
  ['another extension', 'accepted', 'cat.exe'],
];

/** A sound picture under each name. */
export const hostileNames = ({ jpeg }: BasePictures): HostilePicture[] =>
  NAMES.map(([what, expected, fileName]) => ({
    name: `name: ${what}`,
    fileName,
    contentType: 'image/jpeg',
    bytes: jpeg,
    expected,
  }));
