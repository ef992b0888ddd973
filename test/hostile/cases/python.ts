import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Indexes } from '../indexes';
import { FIRST_COMMAND, type HostileMachine, type Place } from '../machine';

const PIP_SETTINGS = `[global]
user = true
require-virtualenv = true
target = /nonexistent/target
no-binary = :all:
only-binary = :none:
require-hashes = false
[install]
prefix = /nonexistent/prefix
`;

/** A folder before all others on the PATH, with a Python of the case's own. */
const python = (script: string) => ({
  prepare: ({ scratch }: Place) => {
    const bin = path.join(scratch, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of [
      'python',
      ...['', '.10', '.11', '.12', '.13', '.14'].map((minor) => `python3${minor}`),
    ]) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
  },
  env: (place: Place) => ({ PATH: [path.join(place.scratch, 'bin'), place.path].join(path.delimiter) }),
});

/** Machines on which the locked Node and the tools cannot be had as on ours. They begin on a Node older than 24. */
export const pythonMachines = (indexes: Indexes): readonly HostileMachine[] =>
  machines(indexes).map((machine) => ({ ...machine, onOlderNode: true }));

const machines = (indexes: Indexes): readonly HostileMachine[] => [
  {
    name: 'PIP_USER and a required virtual environment, by variables',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    isQuick: true,
    env: () => ({ PIP_USER: '1', PIP_REQUIRE_VIRTUALENV: '1', PIP_NO_BINARY: ':all:' }),
  },
  {
    name: 'the same and a target, by a pip.conf',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    prepare: ({ scratch }) => {
      mkdirSync(path.join(scratch, 'config/pip'), { recursive: true });
      writeFileSync(path.join(scratch, 'config/pip/pip.conf'), PIP_SETTINGS);
    },
    env: ({ scratch }) => ({ XDG_CONFIG_HOME: path.join(scratch, 'config') }),
  },
  {
    name: 'uv told of dates, offline, another index strategy and a broken configuration',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    isQuick: true,
    env: ({ scratch }) => ({
      UV_EXCLUDE_NEWER: '2020-01-01',
      UV_OFFLINE: '1',
      UV_INDEX_STRATEGY: 'first-index',
      UV_REQUIRE_HASHES: '0',
      UV_CONFIG_FILE: path.join(scratch, 'gone.toml'),
      UV_PYTHON: '3.6',
      UV_PROJECT_ENVIRONMENT: '/nonexistent',
    }),
  },
  {
    name: 'variables of another Python and an activated environment that is gone',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    env: () => ({
      PYTHONHOME: '/nonexistent',
      PYTHONPATH: '/nonexistent',
      VIRTUAL_ENV: '/nonexistent',
      CONDA_PREFIX: '/nonexistent',
    }),
  },
  {
    name: 'a home folder in which no cache can be kept',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    env: ({ scratch }) => ({ UV_CACHE_DIR: undefined, XDG_CACHE_HOME: path.join(scratch, 'file') }),
    prepare: ({ scratch }) => writeFileSync(path.join(scratch, 'file'), ''),
  },
  {
    name: 'no Python',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: {
      cause: /none was found on the PATH|Python: none on the PATH/,
      remedy: /Install a current Python/,
    },
    isQuick: true,
    ...python('exit 127'),
  },
  {
    name: 'only a Python that is too old',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: {
      cause: /Python 3\.10 or newer is needed; found only \/usr\/bin\/python3\.8 \(3\.8\)/,
      remedy: /Install a current/,
    },
    isQuick: true,
    ...python(
      'case "$*" in *json*) echo \'["/usr/bin/python3.8", 3, 8]\';; *) echo /usr/bin/python3.8 3 8;; esac',
    ),
  },
  {
    name: 'a Python with neither pip nor venv, as Debian ships it',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: { cause: /has neither pip nor a complete venv module/, remedy: /the package python3-venv/ },
    isQuick: true,
    ...python(
      'case "$*" in *json*) echo "[\\"$0\\", 3, 12]";; *version_info*) echo "$0 3 12";; *) exit 1;; esac',
    ),
  },
  ...(
    [
      ['does not answer', indexes.dead, /does not answer/, /index-url in "pip config list"/],
      ['wants credentials', indexes.closed, /it wants credentials/, /token of index-url/],
      [
        'shows an unknown certificate',
        indexes.untrusted,
        /certificate by an authority/,
        /pip config set global\.cert/,
      ],
    ] as const
  ).map(([what, index, cause, remedy]): HostileMachine => ({
    name: `a Python index that ${what}`,
    base: 'packages',
    command: FIRST_COMMAND,
    ends: { cause, remedy },
    isQuick: true,
    env: () => ({ PIP_INDEX_URL: `${index}/simple`, PIP_NO_CACHE_DIR: '1', PIP_FIND_LINKS: undefined }),
  })),
];
