// Options by which Node loads code of others before ours, and so decides our exit code: the gate goes without them.

/** What says how much memory and which network there is, and what is told of warnings; nothing that loads or evaluates code. */
const HARMLESS =
  /^--(max-old-space-size|max-semi-space-size|max-heap-size|v8-pool-size|stack-trace-limit|max-http-header-size|use-(openssl|bundled|system)-ca|use-env-proxy|dns-result-order|(no-)?network-family-autoselection(-attempt-timeout)?|tls-(min|max)-v1\.[23]|tls-cipher-list|(enable|force)-fips|secure-heap(-min)?|(no-)?warnings|no-deprecation|disable-warning|trace-(warnings|deprecation)|enable-source-maps)$/;

/** As Node reads them: words, with double quotes around spaces. https://nodejs.org/api/cli.html#node_optionsoptions */
const words = (text) => text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];

/** An option's name, as Node takes it in its two spellings. */
const nameOf = (word) => word.replaceAll('"', '').split('=')[0].replaceAll('_', '-');

/**
 * @param {string} text - NODE_OPTIONS
 * @returns {{ kept: string, left: string[] }} what stays, and what is left out, each with its value
 */
export function harmlessOptions(text) {
  const options = [];
  for (const word of words(text)) {
    if (word.replaceAll('"', '').startsWith('-') || options.length === 0) options.push([word]);
    else options.at(-1).push(word);
  }
  const isHarmless = ([word]) => HARMLESS.test(nameOf(word));
  return {
    kept: options
      .filter(isHarmless)
      .map((option) => option.join(' '))
      .join(' '),
    left: options.filter((option) => !isHarmless(option)).map((option) => option.join(' ')),
  };
}

/**
 * Takes options that are not harmless out of the environment, and begins this process anew without the code that they have
 * loaded into it. Where this Node cannot replace a process (before 22.15) it goes on, and {@link endWith} ends it.
 * https://nodejs.org/api/process.html#processexecvefile-args-env
 */
export function startWithoutPreloads() {
  const { kept, left } = harmlessOptions(process.env.NODE_OPTIONS ?? '');
  if (left.length === 0) return;
  console.error(`NODE_OPTIONS: ${left.join(' ')} is left out: nothing is loaded before the gate.`);
  if (kept === '') delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = kept;
  if (typeof process.execve === 'function' && process.platform !== 'win32')
    process.execve(process.execPath, [process.execPath, ...process.argv.slice(1)], process.env);
}

/** Ends with a code that nobody who listens to the end changes any more. */
export function endWith(code) {
  process.removeAllListeners('exit');
  process.exit(code);
}
