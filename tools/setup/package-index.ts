import type { PythonInterpreter } from './python-interpreter';
import { CommandError, runCommand } from './run-command';

/** How this machine's pip reaches its packages, from its files and variables alike. */
export interface PackageIndex {
  readonly index?: string;
  readonly extraIndexes: readonly string[];
  readonly findLinks: readonly string[];
  readonly certificates?: string;
  readonly proxy?: string;
  readonly trustedHosts: readonly string[];
}

const words = (value: string | undefined): string[] => value?.split(/\s+/).filter(Boolean) ?? [];

/** The lines of `pip config list`: `global.index-url='https://…'`; what comes later wins, as for pip itself. */
export function readPipConfiguration(text: string): PackageIndex {
  const settings = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/^(?::env:|[\w-]+)\.([\w-]+)='(.*)'$/gm))
    settings.set(key, value.replaceAll('\\n', '\n'));
  const one = (key: string) => words(settings.get(key))[0];
  const [index, certificates, proxy] = [one('index-url'), one('cert'), one('proxy')];
  return {
    ...(index !== undefined && { index }),
    ...(certificates !== undefined && { certificates }),
    ...(proxy !== undefined && { proxy }),
    extraIndexes: words(settings.get('extra-index-url')),
    findLinks: words(settings.get('find-links')),
    trustedHosts: words(settings.get('trusted-host')),
  };
}

/** @returns an empty configuration where there is no pip, which is then asked for nothing. */
export async function packageIndexOf(python: PythonInterpreter): Promise<PackageIndex> {
  try {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('PYTHON')),
    );
    return readPipConfiguration(await runCommand(python.path, ['-m', 'pip', 'config', 'list'], { env }));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return readPipConfiguration('');
  }
}

/** Without what the user has told pip or uv for other purposes: it would break, or change, an installation of pinned hashes. */
const withoutTheirs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(PIP|UV|VIRTUAL|PYTHON)_?|^(CONDA_PREFIX)$/.test(name)),
  );

const defined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  ) as Record<string, string>;

/**
 * pip with its own index, certificates and proxy, and nothing else of its configuration: no `user`, `target`,
 * `require-virtualenv` or date. https://pip.pypa.io/en/stable/topics/configuration/
 */
export const pipEnvironment = (
  index: PackageIndex,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv => ({
  ...withoutTheirs(env),
  ...defined({
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PIP_INDEX_URL: index.index,
    PIP_EXTRA_INDEX_URL: index.extraIndexes.join(' '),
    PIP_FIND_LINKS: index.findLinks.join(' '),
    PIP_CERT: index.certificates,
    PIP_PROXY: index.proxy,
    PIP_TRUSTED_HOST: index.trustedHosts.join(' '),
  }),
});

/**
 * uv told what pip is told, which it does not read by itself; what the user told uv wins.
 * https://docs.astral.sh/uv/reference/environment/
 */
export const uvEnvironment = (
  index: PackageIndex,
  env: NodeJS.ProcessEnv = process.env,
  cache = env['UV_CACHE_DIR'],
): NodeJS.ProcessEnv => ({
  ...withoutTheirs(env),
  ...defined({
    UV_NO_CONFIG: '1',
    UV_DEFAULT_INDEX: env['UV_DEFAULT_INDEX'] ?? env['UV_INDEX_URL'] ?? index.index,
    UV_INDEX: env['UV_INDEX'] ?? env['UV_EXTRA_INDEX_URL'] ?? index.extraIndexes.join(' '),
    UV_FIND_LINKS: env['UV_FIND_LINKS'] ?? index.findLinks.join(','),
    UV_INSECURE_HOST: env['UV_INSECURE_HOST'] ?? index.trustedHosts.join(' '),
    UV_CACHE_DIR: cache,
    UV_NATIVE_TLS: env['UV_NATIVE_TLS'],
    UV_SYSTEM_CERTS: env['UV_SYSTEM_CERTS'],
    SSL_CERT_FILE: env['SSL_CERT_FILE'] ?? index.certificates ?? env['REQUESTS_CA_BUNDLE'],
    HTTPS_PROXY: env['HTTPS_PROXY'] ?? env['https_proxy'] ?? index.proxy,
    // Not minutes for an index that takes connections and does not answer.
    UV_HTTP_RETRIES: '1',
    // Several indexes hold the same pinned hashes, or not: the hash decides, not the order.
    UV_INDEX_STRATEGY: 'unsafe-best-match',
  }),
});
