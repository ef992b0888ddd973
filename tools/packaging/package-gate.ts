import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import rootPackage from '../../package.json';
import { PROJECT_ROOT } from '../setup/project-paths';

/** What npm calls it, and the command that it brings. */
const NAME = 'serverlessapp-gate';
const ENTRIES = ['bin/commands/compliance.ts', 'compliance/engines/cloudformation-validate-worker.ts'];
/** What the sources read beside each other: rules, catalogues, lock files, runners. */
const DATA_FOLDERS = ['compliance', 'policies', 'tools/requirements', 'tools/doctor', 'tools/setup'];
const DATA = /\.(json|ya?ml|py|guard|txt|in|mjs|md)$/;
const OTHER_FILES = ['LICENSE', 'bin/broken-pipe.mjs', 'bin/gate.mjs', 'tsconfig.json'];
/** Needed by name at run time, imported by nobody. */
const RUN_TIME = ['tsx'];

/** The sources that the gate needs, and the packages that they import. */
async function reachable(): Promise<{ readonly files: string[]; readonly packages: string[] }> {
  const { metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: ENTRIES,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    outdir: 'nowhere',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const packages = imports
    .filter(({ external, path: name }) => external === true && !name.startsWith('node:'))
    .map(({ path: name }) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return { files: Object.keys(metafile.inputs), packages: [...new Set([...packages, ...RUN_TIME])].sort() };
}

/** The versions that this project has locked; what comes with Node has none. */
function pinned(packages: readonly string[]): Record<string, string> {
  const all: Record<string, string> = { ...rootPackage.devDependencies, ...rootPackage.dependencies };
  return Object.fromEntries(
    packages.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const])),
  );
}

const dataFiles = (): string[] =>
  DATA_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => DATA.test(file))
      .map((file) => path.posix.join(folder, file)),
  );

/**
 * Lays the gate out as an npm package of its own: the sources that it needs, the packages that these import at the
 * versions of this project's lock file, and nothing of what only the application needs.
 * @returns the package's folder.
 */
export async function assembleGate(directory: string): Promise<string> {
  const { files, packages } = await reachable();
  const place = path.join(directory, 'package');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const file of new Set([...files, ...dataFiles(), ...OTHER_FILES])) {
    if (file !== 'package.json' && existsSync(path.join(PROJECT_ROOT, file)))
      cpSync(path.join(PROJECT_ROOT, file), path.join(place, file));
  }
  const { version, license, engines } = rootPackage;
  const content = {
    name: NAME,
    version,
    description: 'A compliance gate for CloudFormation, CDK and SAM: every finding a row, evidence as a pack',
    license,
    engines,
    bin: { [NAME]: 'bin/gate.mjs' },
    dependencies: pinned(packages),
    // The application's configuration reads this version here; npm counts what is in both lists as one of this.
    devDependencies: { 'aws-cdk': rootPackage.devDependencies['aws-cdk'] },
    overrides: rootPackage.overrides,
  };
  writeFileSync(path.join(place, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
  lock(place);
  return place;
}

/**
 * @param place - what {@link assembleGate} made.
 * @returns the archive beside it, for `npx --package FILE serverlessapp-gate`.
 */
export function packGate(place: string): string {
  const directory = path.dirname(place);
  const archive = execFileSync('npm', ['pack', '--silent', '--pack-destination', directory], {
    cwd: place,
    encoding: 'utf8',
  });
  return path.join(directory, archive.trim().split('\n').at(-1) ?? '');
}

/** The part of this project's lock file that the package needs, under the name that npm publishes one by. */
function lock(place: string): void {
  const file = path.join(place, 'package-lock.json');
  writeFileSync(file, readFileSync(path.join(PROJECT_ROOT, 'package-lock.json')));
  execFileSync(
    'npm',
    ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  renameSync(file, path.join(place, 'npm-shrinkwrap.json'));
}
