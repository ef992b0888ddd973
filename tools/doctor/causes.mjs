// What npm, pip, uv or the system say, in words: the cause and what to do about it. The table is data, so that the README
// and the TypeScript of the set-up read the same.
import { readFileSync } from 'node:fs';

const CAUSES = JSON.parse(readFileSync(new URL('../setup/causes.json', import.meta.url), 'utf8'));

/** npm says this of every fault of the network, whether there is a proxy or not. */
const NOT_A_CAUSE = /^.*(If you are behind a proxy|'proxy' config is set properly|npm help config).*$/gim;

/** @returns {{ cause: string, remedy: string } | undefined} */
export function causeOf(message) {
  const text = message.replace(NOT_A_CAUSE, '');
  return CAUSES.find(({ pattern }) => new RegExp(pattern, 'i').test(text));
}
