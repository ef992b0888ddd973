import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Indexes } from '../indexes';
import { type HostileMachine, ONE_PICTURE } from '../machine';

/** Nothing of what the shell is set to for real accounts may reach the embedded AWS, nor the gate. */
const AWS_SETTINGS = {
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_ENDPOINT_URL: 'https://192.0.2.1',
  AWS_PROFILE: 'missing',
  AWS_REGION: 'eu-nowhere-9',
  AWS_DEFAULTS_MODE: 'nonsense',
  AWS_RETRY_MODE: 'nonsense',
  AWS_MAX_ATTEMPTS: 'nonsense',
  AWS_STS_REGIONAL_ENDPOINTS: 'legacy',
  AWS_CA_BUNDLE: '/nonexistent/ca.pem',
};

/** Machines on which everything could be installed, and the command meets the rest of the world. */
export const commandMachines = (indexes: Indexes): readonly HostileMachine[] => [
  {
    name: 'a temporary folder from which no program may be started (noexec)',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    isQuick: true,
    says: /Programs cannot be written to .* and started; .*\.cache\/tmp is used instead/,
    inNamespaces: ({ scratch }) =>
      `mkdir -p '${scratch}/tmp' && mount -t tmpfs -o noexec,size=64m none '${scratch}/tmp'`,
    env: ({ scratch }) => ({ TMPDIR: path.join(scratch, 'tmp') }),
  },
  {
    name: 'a temporary folder that does not exist',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    says: /\.cache\/tmp is used instead/,
    env: () => ({ TMPDIR: '/nonexistent/tmp' }),
  },
  {
    name: 'a checkout from which no program may be started',
    base: 'clone',
    command: ['run', 'doctor'],
    ends: {
      cause: /checkout .*programs may not be started from there/,
      remedy: /Clone to a folder from which/,
    },
    isQuick: true,
    inNamespaces: ({ root }) =>
      `mount --bind '${root}' '${root}' && mount -o remount,bind,noexec '${root}' && cd '${root}'`,
  },
  {
    name: 'AWS settings of a regulated user: FIPS, dual stack, endpoint, a profile that is gone',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    env: () => AWS_SETTINGS,
    prepare: ({ scratch }) => {
      mkdirSync(path.join(scratch, '.aws'));
      writeFileSync(path.join(scratch, '.aws/config'), '[default]\nuse_fips_endpoint = true\n[broken\n=\n');
    },
  },
  {
    name: 'offline after set-up: the whole system',
    base: 'installed',
    command: ONE_PICTURE,
    ends: 'works',
    isQuick: true,
    inNamespaces: () => 'ip link set lo up',
  },
  {
    name: 'offline after set-up, FIPS, and checkov and cfn-lint told to look away: the gate',
    base: 'installed',
    command: [
      'run',
      'compliance',
      '--',
      '--stage',
      'dev',
      '--engine',
      'cdk-nag',
      '--engine',
      'template-checks',
    ],
    ends: 'works',
    inNamespaces: () => 'ip link set lo up',
    env: () => ({
      ...AWS_SETTINGS,
      CKV_SKIP_CHECK: 'CKV_AWS_*',
      CKV_SOFT_FAIL: 'true',
      NODE_ENV: 'production',
    }),
  },
  {
    name: 'a port that another program holds, and never answers on',
    base: 'installed',
    command: [...ONE_PICTURE, '--port', String(indexes.silentPort)],
    ends: { cause: /^Port \d+ of this machine is taken by another program/m, remedy: /leave --port out/ },
    isQuick: true,
  },
  {
    name: 'an empty folder of pictures',
    base: 'installed',
    command: ['start', '--', '--once', 'nothing'],
    ends: { cause: /^There is no file in nothing/m, remedy: /Name a folder with pictures/ },
    isQuick: true,
    prepare: ({ root }) => mkdirSync(path.join(root, 'nothing')),
  },
  {
    name: '--json into a folder that is missing',
    base: 'installed',
    command: [...ONE_PICTURE, '--json', 'missing/out.json'],
    ends: { cause: /^--json cannot write .*: its folder does not exist/m, remedy: /Nothing was started/ },
    isQuick: true,
  },
];
