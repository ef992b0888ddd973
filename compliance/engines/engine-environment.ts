import { mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * What a process needs of its surroundings to run at all. Everything else stays outside: checkov, cfn-lint and Python
 * read settings that silence rules from variables (`CKV_SKIP_CHECK`, `PYTHONPATH`) and from files in the home folder
 * (`~/.checkov.yaml`, `~/.cfnlintrc`), and end with the exit code of a clean run.
 * https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html (configuration files, environment variables)
 */
const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** How a command reaches a registry, for the one engine that has to. */
const NETWORK = /^(https?_proxy|no_proxy|all_proxy|ssl_cert_(file|dir)|node_extra_ca_certs)$/i;
const REGISTRY =
  /^npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|strict_ssl|userconfig|globalconfig)$/i;

const pick = (names: (name: string) => boolean): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => names(name)));

/** An environment of an engine's own: an empty home folder below `scratch`, and nothing that could tell it to look away. */
export function engineEnvironment(scratch: string, own: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  mkdirSync(scratch, { recursive: true });
  const home = mkdtempSync(path.join(scratch, 'home-'));
  return { ...pick((name) => PASSED_ON.includes(name)), HOME: home, ...own };
}

/**
 * The environment of npm, which needs the user's home: it says which registry, by which credentials. No variable goes along
 * that leaves packages out (`NODE_ENV`, `npm_config_omit`). Git has one of its own: tools/testing/git.ts.
 */
export const userEnvironment = (): NodeJS.ProcessEnv => ({
  ...pick((name) => PASSED_ON.includes(name) || NETWORK.test(name) || REGISTRY.test(name)),
  HOME: process.env['HOME'] ?? os.homedir(),
});
