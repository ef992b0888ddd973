import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { manifestOf, manifestText } from '../../compliance/report/manifest';
import type { Occasion } from '../../compliance/report/purpose';
import { verifyPack } from '../../compliance/report/verify-pack';
import { buildProjects, buildSpec, NO_RELEASE, ONE_RELEASE, runBuild } from '../support/build-commands';
import { BUNDLE_NAME, bucketOf, FOLDERS, handedOver } from '../support/handed-over';
import { build } from 'esbuild';
import { NEVER_COMMITTED } from '../../lib/constructs/delivery/candidate-checks';
import { APART_FROM_THE_GATE, STILL_OF_THE_GATE } from '../../lib/constructs/delivery/recheck-commands';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { CHECK_OUT } from '../../lib/constructs/delivery/released';
import { at } from '../support/synthesized-stage';
import { signingKeys } from '../support/signing-keys';

describe('the commands of the gate', () => {
  const { commands } = buildSpec('gate').phases.build;
  const gate = () => runBuild(commands, { EXECUTION: '8' });

  it('evaluate every stage, and compare with no pack: what has changed is not theirs to say', () => {
    const { status, calls } = gate();
    expect(status).toBe(0);
    for (const stage of ['dev', 'staging', 'prod'])
      expect(calls.map((call) => call.trim())).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^npm run compliance -- --stage ${stage} --output /\\S+/packs/${stage} --purpose release --execution 8$`,
          ),
        ),
      );
    expect(calls.join('\n')).not.toContain('--previous');
  });
  it('call nothing of AWS', () => {
    expect(gate().calls.filter((call) => call.startsWith('aws '))).toEqual([]);
  });
});

describe('the commands of the build that asks the gate of the last release', () => {
  const integrity = `sha512-${'a'.repeat(86)}==`;
  const LOCK = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { zod: '4.6.7' } },
      'node_modules/zod': {
        version: '4.6.7',
        integrity,
        dependencies: { a: 'npm:@b/c@^1.0.0 || 2' },
      },
      'node_modules/a': { name: '@b/c', version: '1.2.0', integrity },
      'node_modules/zod/node_modules/a': { version: '1.0.0', inBundle: true },
    },
  };
  const PACKAGE = { dependencies: { zod: '4.6.7' }, overrides: { a: { b: '1.0.0' } } };
  /** What the bucket lists of the packs that the gate before the last release wrote of it. */
  const KEPT = JSON.stringify({ Contents: [{ Key: 'packs/recheck/before/7/dev/manifest.json' }] });
  const recheck = (
    releases: string,
    lock: object = LOCK,
    tracked = '100644 blob 2\tlambda/b.ts',
    of: object = PACKAGE,
    rechecked = KEPT,
    more: Record<string, string> = {},
  ) => {
    const archived = mkdtempSync(path.join(tmpdir(), 'serverlessapp-archived-'));
    writeFileSync(path.join(archived, 'package.json'), JSON.stringify(of));
    writeFileSync(path.join(archived, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(path.join(archived, 'tree'), `100644 blob 1\tlambda/a.ts\n${tracked}\n`);
    return runBuild(buildSpec('recheck').phases.build.commands, {
      RELEASES: releases,
      RECHECKED: rechecked,
      CANDIDATE: 'abc',
      EXECUTION: '8',
      SIGNING_KEY: 'key',
      ARCHIVED: archived,
      TREE: path.join(archived, 'tree'),
      ...more,
    });
  };

  it('ask nothing before the first release', () => {
    const { status, calls } = recheck(NO_RELEASE);
    expect(status).toBe(0);
    expect(
      calls.filter((call) => /^(?:git (?!ls-tree|log|show|read-tree|ls-files)|npm |n )/.test(call)),
    ).toEqual([]);
  });
  it('list what changed before they run anything, then run the code of that release on the assembly', () => {
    const { status, calls } = recheck(ONE_RELEASE);
    const steps = [
      /^git ls-tree -r abc$/,
      /^git read-tree abc$/,
      /^git checkout-index -z --stdin --prefix=\/\S+\/$/,
      // Only then: before it, a file of the candidate may lie where the list is written.
      /^git read-tree --empty$/,
      /^git clean --quiet -ffdx$/,
      /^git checkout --quiet --force --detach before\^\{commit\}$/,
      /^git diff --no-renames --name-only before abc -- \. :\(exclude,glob\)docs\/\*\/\*\*\/\*\.md :\(exclude,glob\)\*\.md$/,
      /^npm ci --no-audit/,
      /^npm ci --ignore-scripts --omit=dev /,
      /^npm run --silent compliance -- rebuild \S+ \.\.\/candidate\/assembly$/,
      /^aws s3 cp s3:\/\/evidence\/packs\/recheck\/before\/7\/dev \/tmp\/last-release\/dev --recursive --only-show-errors$/,
      /^npm run compliance -- verify \/tmp\/last-release\/dev --key-id key --stage dev --purpose recheck --about before --execution 7$/,
      /^npm run compliance -- --stage dev --templates \.\.\/candidate\/assembly --output \/\S+\/packs\/dev --purpose recheck --execution 8 --about abc --previous \/tmp\/last-release\/dev$/,
    ].map((step) => calls.findIndex((call) => step.test(call)));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // The stub of the gate writes no pack.
    expect(status).not.toBe(0);
  });
  it('compare the pipeline’s own stacks with the release that people let in to change them last', () => {
    const letIn = JSON.stringify({ Contents: [{ Key: 'packs/released/pipeline/2020-11-03T10-00-00Z' }] });
    const { calls } = recheck(ONE_RELEASE, LOCK, undefined, PACKAGE, KEPT, { LET_IN: letIn });
    expect(calls).toContain(
      'aws s3 cp s3://evidence/packs/recheck/begun/9/prod /tmp/last-release/pipeline --recursive --only-show-errors',
    );
    expect(calls).toContain(
      'npm run compliance -- verify /tmp/last-release/pipeline --key-id key --stage prod --purpose recheck --about begun --execution 9',
    );
    const commands = buildSpec('recheck').phases.build.commands.join('\n');
    expect(commands).toContain('if [ "$place" = pipeline ]; then printf %s "$NEWEST" > "$OUT/let-in"; fi;');
  });
  it('believe no record that is anything but the place of a pack', () => {
    const { status, calls } = recheck(ONE_RELEASE, LOCK, undefined, PACKAGE, KEPT, {
      RECORD: 'packs/released/prod/before/7',
    });
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /^(?:npm|git checkout)/.test(call))).toEqual([]);
  });
  it('compare them with the release in prod where none is recorded', () => {
    const { calls } = recheck(ONE_RELEASE);
    expect(calls).toContain(
      'aws s3 cp s3://evidence/packs/recheck/before/7/prod /tmp/last-release/pipeline --recursive --only-show-errors',
    );
  });
  it('tell each value of theirs that differs, once every stage is evaluated', () => {
    const commands = buildSpec('recheck').phases.build.commands.join('\n');
    const [, after = ''] = commands.split('done; npm run --silent compliance -- diff ');
    expect(after).toMatch(
      /^"\/tmp\/last-release\/pipeline" "\$OUT\/packs\/prod" --stacks serverlessapp-delivery > "\$OUT\/pipeline"; fi\n/,
    );
  });
  it('compare with what the first release’s own gate wrote, before which there was none', () => {
    const { calls } = recheck(ONE_RELEASE, LOCK, undefined, PACKAGE, '');
    expect(calls.filter((call) => call.includes(' /tmp/last-release/dev --recursive'))).toEqual([
      'aws s3 cp s3://evidence/packs/before/7-dev /tmp/last-release/dev --recursive --only-show-errors',
    ]);
    expect(calls.filter((call) => call.includes(' verify /tmp/last-release/dev '))).toEqual([
      'npm run compliance -- verify /tmp/last-release/dev --key-id key --stage dev --purpose release --commit before --execution 7',
    ]);
  });
  it.each([
    ['a link', '120000 blob 2\tlambda/b.ts'],
    ['another repository', '160000 commit 2\tdocs/decisions/x.md'],
    ['a name that is no plain one', '100644 blob 2\t"docs/\\377.md"'],
    ['a program where tools are installed', '100644 blob 2\t.tools/cfn-lint-1/bin/python'],
    ['a package beside the code of the functions', '100644 blob 2\tlambda/node_modules/zod/index.js'],
    ['settings of packages among the functions', '100644 blob 2\tlambda/steps/package.json'],
    ['a list of what is ignored below the root', '100644 blob 2\ttest/unit/.gitignore'],
  ])('let no release through that tracks %s', (_what, tracked) => {
    for (const releases of [NO_RELEASE, ONE_RELEASE]) {
      const { status, calls } = recheck(releases, LOCK, tracked);
      expect(status).not.toBe(0);
      expect(calls.filter((call) => /^npm|git checkout|^aws/.test(call))).toEqual([]);
    }
  });
  it('let no release through that tracks what its own settings ignore', () => {
    const { status, calls } = recheck(NO_RELEASE, LOCK, undefined, PACKAGE, KEPT, { BOTH: 'docs/x.svg' });
    expect(status).not.toBe(0);
    expect(calls.filter((call) => call.startsWith('aws'))).toEqual([]);
  });
  it('let a release of many files through', () => {
    const many = Array.from(
      { length: 5_000 },
      (_, at) => `100644 blob 2\tlambda/steps/some-name-of-a-file-${at}.ts`,
    );
    expect(recheck(NO_RELEASE, LOCK, many.join('\n')).status).toBe(0);
  });
  it('stop at the first thing that fails, also within what depends on a release', () => {
    const { status, calls } = recheck(ONE_RELEASE, { ...LOCK, lockfileVersion: 1 });
    expect(status).not.toBe(0);
    expect(calls.filter((call) => call.startsWith('npm'))).toEqual([]);
  });
  it.each(['', '0', '253402300800', '99999999999999999999'])(
    'let no release through that says it was committed at %p',
    (time) => {
      const { status } = recheck(NO_RELEASE, LOCK, undefined, PACKAGE, KEPT, {
        TOLD_TIME: time === '' ? ' ' : time,
      });
      expect(status).not.toBe(0);
    },
  );
  const more = (entry: object) => ({ ...LOCK, packages: { ...LOCK.packages, 'node_modules/x': entry } });
  const REFUSED: readonly (readonly [what: string, lock: object, of?: object])[] = [
    [
      'a package that the lock takes from a repository',
      more({ version: '1.0.0', resolved: 'git+ssh://git@example.com/x.git', integrity }),
    ],
    ['a package without a digest', more({ version: '1.0.0' })],
    ['a package that is a link', more({ version: '1.0.0', link: true, integrity })],
    [
      'a package that asks for one from elsewhere',
      more({ version: '1.0.0', integrity, dependencies: { y: 'http://example.com/y.tgz' } }),
    ],
    ['a package whose version is a place', more({ version: 'git+https://example.com/x.git#1', integrity })],
    [
      'a package whose name is a place',
      more({ name: 'x@git+https://example.com/x.git', version: '1.0.0', integrity }),
    ],
    ['a package in the place of another', more({ name: 'zod', version: '1.0.0', integrity })],
    ['a package with an empty digest', more({ version: '1.0.0', integrity: '' })],
    ['a package with a digest of another kind', more({ version: '1.0.0', integrity: 'md5-x' })],
    ['a package that nobody bundles', more({ version: '1.0.0', inBundle: true })],
    [
      'packages in a list',
      more({ version: '1.0.0', integrity, dependencies: ['y@git+https://example.com/y.git'] }),
    ],
    ['a lock file that npm reads otherwise', { ...LOCK, lockfileVersion: 1 }],
    ['packages in a second list of the lock file', { ...LOCK, dependencies: {} }],
    ...['git+file:///x', 'example/x', 'http://example.com/x', './x', '..', 'x.tgz', 'npm:x@file:y'].map(
      (place) => [`a package from ${place}`, LOCK, { dependencies: { x: place } }] as const,
    ),
    ['another package in the place of one', LOCK, { overrides: { a: { b: 'file:../x' } } }],
    ['packages of their own', LOCK, { workspaces: ['lambda/x'] }],
  ];
  it.each(REFUSED.map(([what, lock, of = PACKAGE]) => [what, lock, of] as const))(
    'stop before they install %s',
    (_what, lock, of) => {
      const { status, calls } = recheck(ONE_RELEASE, lock, undefined, of);
      expect(status).not.toBe(0);
      expect(calls.filter((call) => /^npm|git checkout --quiet/.test(call))).toEqual([]);
    },
  );
  it('stop when they may not see whether there was a release, and neither sign nor keep anything', () => {
    const { status, calls } = recheck('denied');
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /git checkout --quiet|npm|kms sign|put-object/.test(call))).toEqual([]);
  });
});

it('what the gate loads counts as its own where the recheck tells what has changed', async () => {
  const { metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: ['bin/commands/compliance.ts', 'bin/run.mjs'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    outdir: tmpdir(),
    logLevel: 'silent',
  });
  const loaded = Object.keys(metafile.inputs);
  expect(loaded.length).toBeGreaterThan(500);
  const more = [
    'package-lock.json',
    '.npmrc',
    '.gitattributes',
    'lambda/.gitattributes',
    'policies/exceptions.yaml',
    'docs/embedded-aws.md',
    '.tools/x',
    'test/unit/x.test.ts',
    'lambda/node_modules/x.js',
    'lambda/steps/package.json',
  ];
  const isOfTheGate = (file: string): boolean =>
    !new RegExp(APART_FROM_THE_GATE).test(file) || new RegExp(STILL_OF_THE_GATE).test(file);
  expect([...loaded, ...more].filter((file) => !isOfTheGate(file))).toEqual([]);
  // Else it would say nothing.
  for (const file of ['lambda/adapters/ssm-parameters.ts', 'docs/x.svg', 'docs/decisions/x.md'])
    expect(isOfTheGate(file)).toBe(false);
});

test('whatever is ignored here is let through by no release, and what is committed is', () => {
  const ignored = readFileSync(path.join(PROJECT_ROOT, '.gitignore'), 'utf8').trim().split('\n');
  expect(ignored.length).toBeGreaterThan(10);
  const examples = ignored.map((pattern) =>
    pattern.replace(/^[/]/, '').replace('*', 'x').replace(/[/]$/, '/x.ts'),
  );
  expect(examples.filter((file) => !new RegExp(NEVER_COMMITTED).test(file))).toEqual([]);
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
  const tracked = stdout.trim().split('\n');
  expect(tracked.length).toBeGreaterThan(1_000);
  expect(tracked.filter((file) => new RegExp(NEVER_COMMITTED).test(file))).toEqual([
    'tools/testing/git-home/.gitconfig',
  ]);
  expect(tracked.filter((file) => !/^[A-Za-z0-9._/@+-]+$/.test(file))).toEqual([]);
});

describe('the commands that publish bundles', () => {
  const published = (folder: string) => {
    const { commands } = buildSpec('publish-assets').phases.build;
    return runBuild(commands, {}, path.join(folder, 'assembly'));
  };
  it('leave each bundle that the stages’ manifests list where their templates take it from, by the role for that, and nothing else', () => {
    const folder = handedOver();
    const { status, calls } = published(folder);
    expect(status).toBe(0);
    const puts = calls.filter((call) => call.includes('put-object'));
    expect(puts.map((call) => call.replace(/--body \S+ /, ''))).toEqual(
      Object.entries(FOLDERS)
        .filter(([name]) => name !== '')
        .map(([name, { account, region }]) => {
          const role = `arn:aws:iam::${account}:role/cdk-hnb659fds-file-publishing-role-${account}-${region}`;
          const bucket = bucketOf(name as keyof typeof FOLDERS);
          return `aws s3api put-object --region ${region} --bucket ${bucket} --key ${BUNDLE_NAME}.zip --expected-bucket-owner ${account} as of ${role}`;
        })
        .sort((a, b) => a.localeCompare(b)),
    );
    const place = path.join(folder, 'assembly', `kept/${BUNDLE_NAME}.zip`);
    expect(readFileSync(place, 'utf8')).toBe(`${path.join(folder, 'assembly', `asset.${BUNDLE_NAME}`)}\n`);
  });
  it.each([
    ['a manifest cannot be read', '{'],
    ['there is nothing to publish', ''],
  ])('stop where %s, before they publish anything', (_what, content) => {
    const folder = handedOver();
    for (const name of Object.keys(FOLDERS))
      if (name.endsWith('prod') || content === '')
        writeFileSync(path.join(folder, 'assembly', name, 'x.assets.json'), content);
    const { status, calls } = published(folder);
    expect(status).not.toBe(0);
    expect(calls.filter((call) => call.includes('put-object'))).toEqual([]);
  });
});

test('what builds write into the sources is nothing that changes them', () => {
  const folders = buildProjects().flatMap(({ Properties }) => {
    const { artifacts } = JSON.parse(String(at(Properties, 'Source', 'BuildSpec'))) as {
      artifacts?: { 'base-directory'?: string };
    };
    return artifacts?.['base-directory'] ?? [];
  });
  const handed = folders.filter((folder) => folder !== 'assembly');
  expect(new Set(handed)).toEqual(new Set(['daily', 'recheck', 'release']));
  const ignored = spawnSync('git', ['check-ignore', ...handed.map((folder) => `${folder}/x`)], {
    cwd: path.resolve(__dirname, '../..'),
    encoding: 'utf8',
  });
  expect(ignored.stdout.trim().split('\n')).toHaveLength(handed.length);
});

test.each(['gate', 'recheck'])(
  'what the build %s hands over comes to the sources when nothing more is evaluated',
  (purpose) => {
    const commands = buildSpec(purpose).phases.build.commands.join('\n');
    const outputs = [...commands.matchAll(/(?:--output|>) (?!json|\/dev|\.git\/info)(\S+)/g)].map(
      ([, place]) => place,
    );
    expect(outputs.length).toBeGreaterThan(2);
    // What it notes for itself lies outside as well, in a folder made for it.
    expect(outputs.filter((place) => !/^"\$(?:OUT|SEEN)\//.test(String(place)))).toEqual([]);
    expect(commands.trimEnd().split('\n').at(-1)).toMatch(/^rm -rf (\w+); mv "\$OUT" \1$/);
  },
);

test.each([
  ['dev', 'packs/abc/8-dev'],
  ['staging', 'packs/abc/8-staging'],
  ['prod', 'packs/abc/8'],
  ['pipeline', 'packs/abc/8'],
])('the record of a release in %s names its pack, under a name of its own', (stage, pack) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-record-'));
  // Whatever lies there has no part in it.
  symlinkSync('/dev/null', path.join(folder, 'released'));
  const { status, calls } = runBuild(
    buildSpec(`record-${stage}`).phases.build.commands,
    { EVIDENCE_PACK: 'packs/abc/8' },
    folder,
  );
  expect(status).toBe(0);
  expect(calls[0]).toMatch(
    new RegExp(
      `^aws s3api put-object --bucket evidence --key packs/released/${stage}/\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z --body /\\S+/released --if-none-match \\*$`,
    ),
  );
  const [, key = ''] = /--key (\S+)/.exec(calls[0] ?? '') ?? [];
  expect(readFileSync(path.join(folder, 'kept', key), 'utf8')).toBe(pack);
});

describe('going to the commit of the release, from a clone of another', () => {
  const TEXT = 'const said = ‘nothing’;\n';
  /** A clone that stands at what comes after a release, and how to ask Git there. */
  function clone(next: Readonly<Record<string, string>>, first: Readonly<Record<string, string>> = {}) {
    const origin = mkdtempSync(path.join(tmpdir(), 'serverlessapp-origin-'));
    const git = (cwd: string, ...args: string[]): string => {
      const config = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
      const { status, stdout, stderr } = spawnSync('git', [...config, ...args], { cwd, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, expect.anything()]);
      return stdout.trim();
    };
    const commit = (files: Readonly<Record<string, string>>): string => {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(origin, file)), { recursive: true });
        writeFileSync(path.join(origin, file), text);
      }
      git(origin, 'add', '--force', '--', ...Object.keys(files));
      git(origin, 'commit', '--quiet', '--message', 'x');
      return git(origin, 'rev-parse', 'HEAD');
    };
    git(origin, 'init', '--quiet');
    const release = commit({ 'gate.ts': TEXT, '.gitignore': 'node_modules\n', ...first });
    commit(next);
    const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-clone-'));
    git(folder, 'clone', '--quiet', origin, '.');
    const checkOut = (commands: readonly string[]): void => {
      const { status } = spawnSync('sh', ['-ec', commands.join('\n')], {
        cwd: folder,
        env: { PATH: process.env['PATH'], COMMIT: release },
      });
      expect(status).toBe(0);
    };
    return { folder, checkOut, git, release, read: () => readFileSync(path.join(folder, 'gate.ts'), 'utf8') };
  }
  const ENCODED = { '.gitattributes': 'gate.ts working-tree-encoding=UTF-16LE\n' };

  it('has what Git alone leaves as the other one’s attributes wrote it', () => {
    const { checkOut, read } = clone(ENCODED);
    checkOut(['git checkout --quiet --force "$COMMIT"']);
    expect(read()).not.toBe(TEXT);
  });
  it('writes each file as it was committed', () => {
    const { checkOut, read } = clone(ENCODED);
    checkOut(CHECK_OUT());
    expect(read()).toBe(TEXT);
  });
  it('takes no branch for it that is called so, and no object in its place', () => {
    const { folder, checkOut, read, git, release } = clone({ 'gate.ts': 'evil' });
    git(folder, 'branch', release, 'HEAD');
    git(folder, 'replace', release, 'HEAD');
    checkOut(CHECK_OUT());
    expect(read()).toBe(TEXT);
  });
  it('stops where the release itself holds what is ignored', () => {
    const { folder, release } = clone({ 'more.ts': '' }, { 'node_modules/zod/index.js': 'evil' });
    const { status } = spawnSync('sh', ['-ec', CHECK_OUT().join('\n')], {
      cwd: folder,
      env: { PATH: process.env['PATH'], COMMIT: release },
    });
    expect(status).not.toBe(0);
  });
  it('leaves no file of the other, an ignored one neither', () => {
    const { folder, checkOut } = clone({
      'node_modules/zod/index.js': '',
      'more.ts': '',
      '.npmrc': '',
      'inner/node_modules/a.js': '',
    });
    writeFileSync(path.join(folder, 'never-committed'), '');
    checkOut(CHECK_OUT());
    const left = ['node_modules', 'more.ts', '.npmrc', 'inner', 'never-committed'];
    expect(left.filter((file) => existsSync(path.join(folder, file)))).toEqual([]);
    expect(existsSync(path.join(folder, 'gate.ts'))).toBe(true);
  });
});

describe('the commands of the build that asks each day', () => {
  const ask = (releases: string) =>
    runBuild(buildSpec('daily-ask-prod').phases.build.commands, { RELEASES: releases, EXECUTION: '9' });

  it('ask nothing before the first release', () => {
    const { status, calls } = ask(NO_RELEASE);
    expect(status).toBe(0);
    expect(calls.join('\n')).not.toContain('compliance');
  });
  it('ask with the code of the release that runs, and stop when no pack comes of it', () => {
    const { status, calls } = ask(ONE_RELEASE);
    const steps = [
      /^git read-tree --empty$/,
      /^git checkout --quiet --force --detach before\^\{commit\}$/,
      /^npm ci --no-audit --no-fund$/,
      /^npm run compliance -- deployed --stage prod --assume evidence-reader --output \/\S+\/pack --purpose day --execution 9$/,
    ].map((step) => calls.findIndex((call) => step.test(call)));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // The stub of the gate writes none.
    expect(status).not.toBe(0);
  });
  it('neither sign nor keep anything', () => {
    expect(ask(ONE_RELEASE).calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
});

describe('the commands of the build that signs each day', () => {
  const { privateKey, publicKey } = signingKeys();
  const ASKED = [{ engine: 'deployed', version: '1', rules: 86 }];
  interface Day {
    readonly stage?: string;
    readonly commit?: string;
    readonly template?: string;
    readonly tools?: readonly object[];
    readonly generated?: string;
    readonly occasion?: Occasion;
  }
  const manifest = (files: Map<string, string>, day: Day): string =>
    manifestText(
      manifestOf(files, {
        generated: day.generated ?? new Date().toISOString(),
        stage: day.stage ?? 'prod',
        commit: { id: day.commit ?? 'before', modified: false },
        tools: day.tools ?? ASKED,
        ...(day.occasion ?? { purpose: 'day', execution: '9' }),
      } as unknown as Parameters<typeof manifestOf>[1]),
    );
  /** What the build that asked hands over. */
  function asked(day: Day = {}): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-day-'));
    const files = new Map([
      ['evidence.json', JSON.stringify({ counts: { 'non-compliant': 2, error: 1 } })],
      ['templates/x.template.json', day.template ?? '{}'],
      ['templates/x.template.html', 'written anew'],
    ]);
    mkdirSync(path.join(folder, 'pack', 'templates'), { recursive: true });
    for (const [file, content] of files) writeFileSync(path.join(folder, 'pack', file), content);
    writeFileSync(path.join(folder, 'pack', 'manifest.json'), manifest(files, day));
    return folder;
  }
  function sign(folder: string, releases = ONE_RELEASE) {
    const outside = mkdtempSync(path.join(tmpdir(), 'serverlessapp-key-'));
    writeFileSync(path.join(outside, 'key.pem'), privateKey);
    writeFileSync(
      path.join(outside, 'released.json'),
      manifest(new Map([['templates/x.template.json', '{}']]), {}),
    );
    return runBuild(
      [...buildSpec('daily-sign-prod').phases.build.commands, 'printf %s "$FINDINGS" > findings'],
      {
        RELEASES: releases,
        RELEASED: path.join(outside, 'released.json'),
        PRIVATE_KEY: path.join(outside, 'key.pem'),
        SIGNING_KEY: 'key',
        EXECUTION: '9',
      },
      folder,
    );
  }

  it('call nothing of the repository', () => {
    expect(buildSpec('daily-sign-prod').phases.build.commands.join('\n')).not.toMatch(
      /\b(npm|npx|node|python3?|git)\b/,
    );
  });
  it('keep a pack that verifies under the key, and tell how many findings are in it', () => {
    const folder = asked();
    const { status } = sign(folder);
    expect(status).toBe(0);
    const kept = path.join(folder, 'kept/packs/daily/prod', `${new Date().toISOString().slice(0, 10)}-9`);
    expect(verifyPack(kept, publicKey)).toMatchObject({ changes: [], signature: 'verified' });
    expect(readFileSync(path.join(folder, 'findings'), 'utf8')).toBe('3');
  });
  it('succeed without a pack before the first release', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-day-'));
    writeFileSync(path.join(folder, 'nothing-released'), '');
    const { status, calls } = sign(folder, NO_RELEASE);
    expect(status).toBe(0);
    expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
  const unchanged = (): void => undefined;
  it.each<readonly [what: string, day: Day, change: (folder: string) => void]>([
    ['templates that were not signed with the release', { template: '{"Resources":{}}' }, unchanged],
    ['another commit than the one that runs', { commit: 'other' }, unchanged],
    ['another stage', { stage: 'dev' }, unchanged],
    ['a pack that asked no account', { tools: [] }, unchanged],
    ['a release’s pack', { occasion: { purpose: 'release', execution: '9' } }, unchanged],
    ['a recheck’s pack', { occasion: { purpose: 'recheck', execution: '9', about: 'before' } }, unchanged],
    ['whoever’s pack', { occasion: { purpose: 'local' } }, unchanged],
    ['a pack of another run', { occasion: { purpose: 'day', execution: '8' } }, unchanged],
    ['a pack of another day', { generated: '2026-01-01T00:00:00.000Z' }, unchanged],
    [
      'a changed file',
      {},
      (folder) => {
        writeFileSync(path.join(folder, 'pack/evidence.json'), '{}');
      },
    ],
    [
      'no pack',
      {},
      (folder) => {
        rmSync(path.join(folder, 'pack'), { recursive: true });
      },
    ],
  ])('refuse %s, and sign and keep nothing', (_what, day, change) => {
    const folder = asked(day);
    change(folder);
    const { status, calls } = sign(folder);
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
});

test('a day with findings ends red, after it was kept', () => {
  const tell = (findings: string) =>
    runBuild(buildSpec('daily-findings').phases.build.commands, { FINDINGS: findings }).status;
  expect([tell('0'), tell('3') === 0, tell('') === 0]).toEqual([0, false, false]);
});
