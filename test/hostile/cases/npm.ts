import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Indexes } from '../indexes';
import { FIRST_COMMAND, type HostileMachine, ONE_PICTURE, type Place } from '../machine';

/** What people, images and companies set for other projects, all of it at once. */
const NPM_SETTINGS = `omit=dev
ignore-scripts=true
engine-strict=true
legacy-peer-deps=true
strict-peer-deps=true
offline=true
package-lock=false
dry-run=true
bin-links=false
global=true
install-strategy=linked
cpu=s390x
os=aix
before=2020-01-01
loglevel=silent
prefix=/nonexistent/prefix
`;

/** Downloads are kept for all cases together otherwise. */
const NO_SHARED_CACHE = { npm_config_cache: undefined, UV_CACHE_DIR: undefined, PIP_CACHE_DIR: undefined };

const userSettings = (text: string) => (place: Place) =>
  writeFileSync(path.join(place.scratch, '.npmrc'), text);

/** Machines on which npm is told things. */
export const npmMachines = (indexes: Indexes): readonly HostileMachine[] => [
  {
    name: 'NODE_ENV=production, and npm told to omit what is for development',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: 'works',
    env: () => ({ NODE_ENV: 'production', npm_config_omit: 'dev optional', npm_config_production: 'true' }),
  },
  {
    name: "sixteen settings in the user's .npmrc that leave out, refuse or redirect",
    base: 'clone',
    command: FIRST_COMMAND,
    ends: 'works',
    prepare: userSettings(NPM_SETTINGS),
  },
  {
    name: 'a parent folder that is an npm workspace, with an .npmrc of its own',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: 'works',
    prepare: ({ root }) => {
      const parent = path.dirname(root);
      const manifest = { name: 'parent', private: true, workspaces: [path.basename(root)] };
      writeFileSync(path.join(parent, 'package.json'), JSON.stringify(manifest));
      writeFileSync(path.join(parent, '.npmrc'), 'omit=dev\nignore-scripts=true\n');
    },
  },
  {
    name: 'a folder with spaces, quotes and other alphabets, umask 077, LANG=C',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: 'works',
    folder: "Мой диск (it's mine) — 写真 $HOME",
    inNamespaces: () => 'umask 077',
    env: () => ({ LANG: 'C', LC_ALL: 'C' }),
  },
  {
    name: 'a user who owns nothing but the clone, home folder read-only',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: 'works',
    asUser: 'nobody',
    env: () => ({ HOME: '/usr', ...NO_SHARED_CACHE }),
  },
  {
    // OpenShift gives containers such users: https://docs.openshift.com/container-platform/latest/openshift_images/create-images.html
    name: 'a user whom the system has no name for, as containers have them',
    base: 'clone',
    command: ONE_PICTURE,
    ends: 'works',
    asUser: '1000650000',
    env: () => ({ USER: undefined, LOGNAME: undefined, SHELL: undefined, ...NO_SHARED_CACHE }),
  },
  {
    name: 'no HOME at all',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: 'works',
    env: () => ({ HOME: undefined, XDG_CACHE_HOME: undefined, ...NO_SHARED_CACHE }),
  },
  {
    name: 'packages went missing from node_modules after the installation was marked',
    base: 'packages',
    command: FIRST_COMMAND,
    ends: {
      cause: /npm ci failed: the package index does not answer/,
      remedy: /registry in "npm config ls"/,
    },
    says: /Packages are missing from node_modules/,
    isQuick: true,
    prepare: ({ root }) => rmSync(path.join(root, 'node_modules/zod'), { recursive: true }),
    env: ({ scratch }) => ({
      npm_config_registry: indexes.dead,
      npm_config_cache: path.join(scratch, 'cache'),
      npm_config_fetch_retries: '0',
    }),
  },
  ...(
    [
      ['does not answer', indexes.dead, /the package index does not answer/, /registry in "npm config ls"/],
      ['wants credentials', indexes.closed, /refused the credentials/, /token in "npm config ls"/],
      [
        'shows an unknown certificate',
        indexes.untrusted,
        /certificate by an authority/,
        /npm config set cafile/,
      ],
      [
        'takes connections and says nothing',
        indexes.silent,
        /does not answer/,
        /registry in "npm config ls"/,
      ],
    ] as const
  ).map(([what, registry, cause, remedy]): HostileMachine => ({
    name: `an npm registry that ${what}`,
    base: 'clone',
    command: FIRST_COMMAND,
    ends: { cause, remedy },
    ...(what === 'takes connections and says nothing' ? {} : { isQuick: true }),
    env: ({ scratch }) => ({
      npm_config_registry: registry,
      npm_config_cache: path.join(scratch, 'cache'),
      // As on the machines in question, less npm's two repetitions after 10 and 60 s.
      ...(what === 'takes connections and says nothing' ? {} : { npm_config_fetch_retries: '0' }),
    }),
  })),
  {
    name: 'a proxy that is gone',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: {
      cause: /proxy: 127\.0\.0\.1:9, named by HTTPS_PROXY, takes no connection \(ECONNREFUSED\)/,
      remedy: /Correct the proxy of HTTPS_PROXY, or take it away/,
    },
    isQuick: true,
    env: ({ scratch }) => ({
      HTTPS_PROXY: indexes.dead,
      NO_PROXY: undefined,
      no_proxy: undefined,
      npm_config_cache: path.join(scratch, 'cache'),
      npm_config_fetch_retries: '0',
    }),
  },
  {
    name: 'no network at all',
    base: 'clone',
    command: FIRST_COMMAND,
    ends: { cause: /name is not known here: there is no network/, remedy: /Go online for this first run/ },
    isQuick: true,
    inNamespaces: () => 'ip link set lo up',
    env: ({ scratch }) => ({
      npm_config_cache: path.join(scratch, 'cache'),
      npm_config_fetch_retries: '0',
    }),
  },
];
