import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIRST_COMMAND, type HostileMachine, ONE_PICTURE, type Place } from '../machine';

/** What runtimes and tools below ours read besides what npm, pip and AWS are told. */
const OTHER_TOOLS = {
  ESBUILD_BINARY_PATH: '/nonexistent/esbuild',
  TSX_TSCONFIG_PATH: '/nonexistent/tsconfig.json',
  NODE_PATH: '/nonexistent',
  NODE_PENDING_DEPRECATION: '1',
  NODE_REDIRECT_WARNINGS: '/nonexistent/warnings',
  CDK_OUTDIR: '/nonexistent/cdk.out',
  CDK_CONTEXT_JSON: '{"stage":"nowhere"}',
  CDK_DEFAULT_ACCOUNT: '999999999999',
  CDK_DEFAULT_REGION: 'eu-nowhere-9',
  BABEL_ENV: 'production',
  GIT_DIR: '/nonexistent/.git',
  GIT_WORK_TREE: '/nonexistent',
  TZ: 'Nowhere/Nothing',
  LC_ALL: 'tr_TR.UTF-8',
  INIT_CWD: '/nonexistent',
  MINISTACK_REGION: 'eu-nowhere-9',
  GATEWAY_PORT: '1',
};

/** Of agents that watch every process, and of images that were hardened for something else. */
const HARDENED = {
  LD_PRELOAD: '/nonexistent/agent.so',
  ...{ SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: '/nonexistent', NODE_EXTRA_CA_CERTS: '/nonexistent' },
  ...{ REQUESTS_CA_BUNDLE: '/nonexistent', CURL_CA_BUNDLE: '/nonexistent', OPENSSL_CONF: '/nonexistent' },
  ...{ PYTHONWARNINGS: 'error', PYTHONOPTIMIZE: '2', PYTHONINSPECT: '1', PYTHONIOENCODING: 'ascii' },
  ...{ POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'true', AWS_LAMBDA_FUNCTION_NAME: 'other' },
  ...{ AWS_EXECUTION_ENV: 'CloudShell', LAMBDA_TASK_ROOT: '/nonexistent', STAGE: 'prod', PORT: '1' },
  NODE_OPTIONS: '--max-old-space-size=256',
};
/** Longer than the path of a socket may be (108 characters), with what shells break names at. */
const longFolder = (scratch: string): string => path.join(scratch, 'é'.repeat(60), `it's a "folder"`);

const NO_PROXY_FOR_NOBODY = { NO_PROXY: undefined, no_proxy: undefined };
const DEAD = 'http://127.0.0.1:9';
/** Of the shell, after everything was installed through them. */
const DEAD_PROXIES = {
  ...{ HTTP_PROXY: DEAD, HTTPS_PROXY: DEAD, ALL_PROXY: DEAD },
  ...{ http_proxy: DEAD, https_proxy: DEAD, all_proxy: DEAD },
  // Node 24 makes its own clients use them then.
  NODE_USE_ENV_PROXY: '1',
  ...NO_PROXY_FOR_NOBODY,
};

/** A file before what is under a path for everybody, in this case's own mounts. */
const over = (file: string, text: string) => ({
  prepare: ({ scratch }: Place) => writeFileSync(path.join(scratch, 'over'), text),
  inNamespaces: ({ scratch }: Place) => `mount --bind '${scratch}/over' ${file}`,
});

/** Machines whose shell, folders and names are set up for other things. */
export const shellMachines: readonly HostileMachine[] = [
  {
    name: 'variables of other tools: esbuild, tsx, Node, CDK, git in a hook, an unknown time zone, Turkish',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    isQuick: true,
    env: () => OTHER_TOOLS,
  },
  {
    name: 'proxies for everything that do not answer, after set-up',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    env: () => DEAD_PROXIES,
  },
  {
    name: 'localhost is an IPv6 address only',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    ...over('/etc/hosts', '::1 localhost ip6-localhost\n'),
  },
  {
    name: 'the name localhost is known to nobody, IPv6 is off, no network',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    prepare: ({ scratch }) => writeFileSync(path.join(scratch, 'over'), ''),
    inNamespaces: ({ scratch }) =>
      `mount --bind '${scratch}/over' /etc/hosts && ip link set lo up && ip addr flush dev lo && ip addr add 127.0.0.1/8 dev lo`,
  },
  {
    name: 'as few open files as macOS begins with, and may be raised (ulimit -Sn 256)',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    inNamespaces: () => 'ulimit -Sn 256',
  },
  {
    name: 'as few open files, for good (ulimit -n 256)',
    base: 'installed',
    command: ONE_PICTURE,
    ends: { cause: /a process may have 256 files open here; 512 are needed/, remedy: /ulimit -n 1024/ },
    isQuick: true,
    inNamespaces: () => 'ulimit -n 256',
  },
  {
    name: 'a temporary folder of one megabyte',
    base: 'installed',
    command: ONE_PICTURE,
    ends: { cause: /no space left on device/, remedy: /Point TMPDIR to a folder/ },
    inNamespaces: ({ scratch }) =>
      `mkdir -p '${scratch}/tmp' && mount -t tmpfs -o size=1m none '${scratch}/tmp'`,
    env: ({ scratch }) => ({ TMPDIR: path.join(scratch, 'tmp') }),
  },
  {
    name: 'a checkout that may only be read',
    base: 'installed',
    command: ONE_PICTURE,
    ends: {
      cause: /checkout: .* is on a file system that may only be read/,
      remedy: /clone to a folder of its own/,
    },
    isQuick: true,
    inNamespaces: ({ root }) =>
      `mount --bind '${root}' '${root}' && mount -o remount,bind,ro '${root}' && cd '${root}'`,
  },
  {
    name: 'a disk that is full while tools are installed',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: { cause: /the disk is full/, remedy: /Free some space/ },
    onOlderNode: true,
    inNamespaces: ({ root }) =>
      `mkdir -p '${root}/.tools' && mount -t tmpfs -o size=2m none '${root}/.tools'`,
  },
  {
    name: 'no git, no .git, no terminal: an archive that was unpacked, in CI',
    base: 'installed',
    command: ['run', 'compliance', '--', '--stage', 'dev', '--engine', 'cdk-nag'],
    ends: 'works',
    env: () => ({ CI: '1', TERM: 'dumb', NO_COLOR: '1', FORCE_COLOR: undefined, COLUMNS: '20' }),
    prepare: ({ root }) => rmSync(path.join(root, '.git'), { recursive: true }),
    inNamespaces: () => 'mount --bind /dev/null "$(command -v git)"',
  },
  {
    name: 'a checkout of somebody else, which git refuses to read',
    base: 'installed',
    command: ['run', 'compliance', '--', '--stage', 'dev', '--engine', 'cdk-nag'],
    ends: 'works',
    // Of the clone alone: git looks at these, and packages are linked to this checkout's.
    prepare: ({ root }) => void execFileSync('chown', ['12345:12345', root, path.join(root, '.git')]),
    inNamespaces: () => 'true',
  },
  {
    name: 'what security agents, hardened images and other Pythons set: preloads, authorities, warnings as errors',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    isQuick: true,
    prepare: ({ scratch }) => void mkdirSync(longFolder(scratch), { recursive: true }),
    env: ({ scratch }) => ({ ...HARDENED, TMPDIR: longFolder(scratch) }),
  },
  {
    name: 'a home folder with spaces and umlauts, and colours forced',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    env: ({ scratch }) => ({ HOME: path.join(scratch, 'Frau Müller (Büro)'), FORCE_COLOR: '3' }),
    prepare: ({ scratch }) => mkdirSync(path.join(scratch, 'Frau Müller (Büro)')),
  },
  {
    name: 'modules of Python that are not the ones of Python',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    isQuick: true,
    onOlderNode: true,
    prepare: ({ scratch }) => {
      for (const name of ['json', 'ssl', 'sitecustomize', 'pip', 'venv'])
        writeFileSync(path.join(scratch, `${name}.py`), 'raise SystemExit("not the one of Python")\n');
    },
    env: ({ scratch }) => ({ PYTHONPATH: scratch, PYTHONSTARTUP: '/nonexistent', PYTHONSAFEPATH: undefined }),
  },
  {
    name: 'a pyenv that is told of a Python which is not installed',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    onOlderNode: true,
    env: () => ({ PYENV_VERSION: '3.99.1' }),
  },
  {
    name: 'a set-up that was ended halfway, by Ctrl-C or by a battery',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    onOlderNode: true,
    prepare: ({ root }) => {
      // Begun, as far as anybody can see, and not ended.
      for (const name of ['node', 'uv'])
        mkdirSync(path.join(root, '.tools', `${name}-begun/bin`), { recursive: true });
      const modules = path.join(root, 'node_modules');
      renameSync(path.join(modules, 'tsx'), path.join(modules, '.tsx-AbCdEfGh'));
    },
  },
  {
    name: 'options for another Node (NODE_OPTIONS)',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    onOlderNode: true,
    // Known to Node 20, so that npm starts; refused by Node 24.
    env: () => ({
      NODE_OPTIONS: '--experimental-network-imports --max-old-space-size=1024',
    }),
  },
];
