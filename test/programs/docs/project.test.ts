import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../support/document-references';

const TOP_LEVEL = ['bin', 'compliance', 'docs', 'lambda', 'lib', 'local', 'policies', 'test', 'tools'];

it('the top level is the one that ARCHITECTURE.md explains, and what tools force', () => {
  const listed = execFileSync('git', ['ls-files'], { cwd: PROJECT_ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
  const folders = new Set(
    listed.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''),
  );
  expect([...folders].filter((folder) => !folder.startsWith('.')).sort()).toEqual(TOP_LEVEL);
});

it('ARCHITECTURE.md stays a guide that is read in one go', () => {
  expect(readFileSync(path.join(PROJECT_ROOT, 'ARCHITECTURE.md')).length).toBeLessThan(25_000);
});

it('docs/README.md leads to every document', () => {
  const folder = path.join(PROJECT_ROOT, 'docs');
  const index = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const pages = ['', 'generated/'].flatMap((below) =>
    readdirSync(path.join(folder, below))
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .map((name) => below + name),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});

it('the launcher says of every npm script which files of the repository or its packages it runs', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const told = execFileSync(process.execPath, ['bin/run.mjs', '--help'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  // What npm runs after an installation, and what the launcher itself answers.
  const launched = Object.keys(scripts).filter((name) => !['prepare', 'doctor'].includes(name));
  expect((told.match(/^[a-z:]+/gm) ?? []).toSorted()).toEqual(launched.toSorted());
  const files = told.split('\n').flatMap((line) => line.match(/\S+\.(?:ts|mjs|cjs|js)\b|\S+\/cdk\b/g) ?? []);
  expect(files.length).toBeGreaterThan(launched.length);
  expect(files.filter((file) => !existsSync(path.join(PROJECT_ROOT, file)))).toEqual([]);
});

it('clients of the SDK share one core', () => {
  // Their own versions differ: AWS publishes a client when it changed. Two cores would be two copies in a bundle.
  const { packages } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const versionsOf = (name: string): unknown[] =>
    Object.entries(packages)
      .filter(([place]) => place.endsWith(`node_modules/${name}`))
      .map(([, { version }]) => version);
  for (const core of ['@aws-sdk/core', '@smithy/core'])
    expect([core, versionsOf(core)]).toEqual([core, [expect.stringMatching(/^\d+\.\d+\.\d+$/)]]);
  const installed = Object.keys(packages).filter((place) => /(^|\/)@(aws-sdk|smithy)\//.test(place));
  expect(installed.length).toBeGreaterThan(20);
  const nested = installed.filter((place) => place.split('node_modules/').length > 2);
  expect(nested).toEqual([]);
});

it('every package is locked to one version', () => {
  const manifest = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies' | 'optionalDependencies',
    Record<string, string>
  >;
  const versions = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(versions.length).toBeGreaterThan(10);
  // Also under another name than its own: npm:NAME@VERSION.
  const isExact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+$/;
  expect(versions.filter(([, version]) => !isExact.test(version))).toEqual([]);
});
