import { spawnSync } from 'node:child_process';
import { createHash, verify } from 'node:crypto';
import {
  chmodSync,
  cpSync,
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
import { verifyPack } from '../../compliance/report/verify-pack';
import { releaseStacks } from '../support/stage-templates';
import { at } from '../support/synthesized-stage';
import { signingKeys } from '../support/signing-keys';

const projects = releaseStacks()
  .flatMap(({ template }) => Object.values(template.Resources))
  .filter(({ Type }) => Type === 'AWS::CodeBuild::Project');

interface BuildSpec {
  readonly env?: { readonly 'exported-variables'?: readonly string[] };
  readonly phases: { readonly build: { readonly commands: readonly string[] } };
}
const buildSpec = (purpose: string): BuildSpec => {
  const project = projects.find(
    ({ Properties }) => Properties['Name'] === `serverlessapp-delivery-${purpose}`,
  );
  return JSON.parse(String(at(project?.Properties, 'Source', 'BuildSpec'))) as BuildSpec;
};

/** Plays `aws`: no release so far, one release, or a bucket that may not be listed. */
const AWS = `#!/bin/bash
echo "aws $*" >> "$CALLS"
case "$*" in
  *list-objects-v2*) [ "$RELEASES" = denied ] && exit 254; echo "$RELEASES";;
  *packs/released/*/2*\\ -) printf %s packs/before/7;;
  *packs/before/7/manifest.json*) cp "$RELEASED" "$4";;
  *kms\\ sign*) openssl pkeyutl -sign -inkey "$PRIVATE_KEY" -in "\${8#fileb://}" | base64 -w 0; echo;;
  *put-object*) for at in "$@"; do [ "$before" = --key ] && key=$at; [ "$before" = --body ] && body=$at; before=$at; done; mkdir -p "kept/$(dirname "$key")"; cp "$body" "kept/$key";;
esac`;
const OTHERS = `#!/bin/bash
echo "$(basename "$0") $*" >> "$CALLS"
[ "$(basename "$0") $1" != "git ls-tree" ] || cat "$TREE"
for at in "$@"; do [ "\${at#--prefix=}" = "$at" ] || cp "$ARCHIVED/package-lock.json" "\${at#--prefix=}"; done`;

/** Runs the commands of a build with every program it calls played by a stub. @returns what was called, in order */
function run(
  commands: readonly string[],
  environment: Record<string, string>,
  folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-release-')),
) {
  const calls = path.join(folder, 'calls');
  writeFileSync(calls, '');
  for (const name of ['aws', 'npm', 'npx', 'git', 'n', 'node', 'cdk-assets']) {
    writeFileSync(path.join(folder, name), name === 'aws' ? AWS : OTHERS);
    chmodSync(path.join(folder, name), 0o755);
  }
  // The shell of CodeBuild's images, which is no bash: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.shell
  const { status } = spawnSync('sh', ['-c', commands.join('\n')], {
    cwd: folder,
    env: { PATH: `${folder}:/usr/bin:/bin`, CALLS: calls, EVIDENCE_BUCKET: 'evidence', ...environment },
  });
  return { status, calls: readFileSync(calls, 'utf8').split('\n') };
}

const NONE = '';
const BEFORE = JSON.stringify({
  Contents: [
    { Key: 'packs/released/prod/2026-11-02T10-00-00Z' },
    { Key: 'packs/released/prod/2026-11-01T10-00-00Z' },
  ],
});

describe('the commands of the gate', () => {
  const { commands } = buildSpec('gate').phases.build;
  const gate = (releases: string) => run(commands, { RELEASES: releases, SIGNING_KEY: 'key' });

  it('evaluate every stage, and at the first release compare with nothing', () => {
    const { status, calls } = gate(NONE);
    expect(status).toBe(0);
    for (const stage of ['dev', 'staging', 'prod'])
      expect(calls.map((call) => call.trim())).toContain(
        `npm run compliance -- --stage ${stage} --output release/packs/${stage}`,
      );
    expect(calls.join('\n')).not.toContain('last-release');
  });
  it('verify the pack of the newest release before they compare with it', () => {
    const { status, calls } = gate(BEFORE);
    expect(status).toBe(0);
    const steps = [
      'aws s3 cp s3://evidence/packs/released/prod/2026-11-02T10-00-00Z -',
      'aws s3 cp s3://evidence/packs/before/7 /tmp/last-release --recursive --only-show-errors',
      'npm run compliance -- verify /tmp/last-release --key-id key',
      'npm run compliance -- --stage prod --output release/packs/prod --previous /tmp/last-release',
    ].map((call) => calls.indexOf(call));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
  it('stop when they may not see whether there was a release', () => {
    const { status, calls } = gate('denied');
    expect(status).not.toBe(0);
    expect(calls.join('\n')).not.toContain('--stage prod');
  });
  it('neither sign nor keep anything', () => {
    expect(gate(NONE).calls.filter((call) => /kms sign|put-object|s3 cp \S+ s3:/.test(call))).toEqual([]);
  });
});

const { privateKey, publicKey } = signingKeys();
const STAGES = ['dev', 'staging', 'prod'] as const;
const BUNDLE = 'exports.handler = () => undefined;';
/** The name that a bundle of one file has, told by other tools than the sources' own. */
const assetName = (content: string): string => {
  const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
  return sum(sum(`${sum(content)}  ./index.js\n`));
};
const template = (stage: string): string =>
  JSON.stringify({
    Resources: {
      F: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: `${assetName(BUNDLE)}.zip` } } },
      T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: stage } },
    },
  });
function writePack(folder: string, stage: string, commit: string, result = 'clean', of = stage): void {
  mkdirSync(path.join(folder, 'templates'), { recursive: true });
  const counts = { 'non-compliant': result === 'clean' ? 0 : 2, error: result === 'clean' ? 0 : 1 };
  const files = new Map([
    ['evidence.json', JSON.stringify({ identity: { stage }, result, counts })],
    [`templates/${of}.json`, template(of)],
  ]);
  files.forEach((content, file) => {
    writeFileSync(path.join(folder, file), content);
  });
  const identity = { generated: '2026-11-29', stage, commit: { id: commit, modified: false }, tools: [] };
  writeFileSync(
    path.join(folder, 'manifest.json'),
    manifestText(manifestOf(files, identity as unknown as Parameters<typeof manifestOf>[1])),
  );
}
const assets = (name: string, source: object = { path: `../asset.${name}`, packaging: 'zip' }): string =>
  JSON.stringify({
    version: '55.0.0',
    files: { [name]: { displayName: 'F', source, destinations: { here: { objectKey: `${name}.zip` } } } },
    dockerImages: {},
  });
/** What the gate hands over: a pack for each stage, and the assembly of all of them; and what the gate before said of it. */
function handedOver(before?: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-sign-'));
  const asset = path.join(folder, 'assembly', `asset.${assetName(BUNDLE)}`);
  mkdirSync(asset, { recursive: true });
  writeFileSync(path.join(asset, 'index.js'), BUNDLE);
  for (const stage of STAGES) {
    mkdirSync(path.join(folder, 'assembly', stage), { recursive: true });
    writePack(path.join(folder, 'packs', stage), stage, 'abc');
    writeFileSync(path.join(folder, 'assembly', stage, 'x.template.json'), template(stage));
    writeFileSync(path.join(folder, 'assembly', stage, 'x.assets.json'), assets(assetName(BUNDLE)));
    if (before !== undefined)
      writePack(
        path.join(folder, 'recheck/packs', stage),
        stage,
        before,
        stage === 'prod' ? 'findings' : 'clean',
      );
  }
  mkdirSync(path.join(folder, 'recheck'), { recursive: true });
  writeFileSync(
    path.join(folder, 'recheck', before === undefined ? 'nothing-released' : 'gate-changes'),
    before === undefined ? '' : 'compliance/gate.ts\npolicies/exceptions.yaml\n',
  );
  if (before !== undefined)
    writeFileSync(
      path.join(folder, 'recheck/bundles'),
      `same    upload\ndiffers notify\nunknown asset.${assetName(BUNDLE)}\n`,
    );
  return folder;
}
const sign = (folder: string, commit = 'abc', releases = NONE) => {
  const key = path.join(folder, '..', `${path.basename(folder)}.pem`);
  writeFileSync(key, privateKey);
  return run(
    [...buildSpec('sign').phases.build.commands, 'printf %s "$RECHECK" > said'],
    {
      RELEASES: releases,
      EVIDENCE_PACK: '',
      COMMIT: commit,
      EXECUTION: '8',
      SIGNING_KEY: 'key',
      REPOSITORY: 'o/r',
      BRANCH: 'main',
      BUILDER: 'arn:sign',
      PRIVATE_KEY: key,
    },
    folder,
  );
};

describe('the commands of the build that signs', () => {
  it('call nothing of the repository', () => {
    expect(buildSpec('sign').phases.build.commands.join('\n')).not.toMatch(/\b(npm|npx|node|python3?)\b/);
  });
  it('keep packs that verify under the key, each file under a name that is taken once', () => {
    const folder = handedOver();
    const { status, calls } = sign(folder);
    expect(status).toBe(0);
    const puts = calls.filter((call) => call.includes('put-object'));
    expect(puts.length).toBeGreaterThan(10);
    expect(puts.filter((call) => !call.includes('--if-none-match *'))).toEqual([]);
    const kept = path.join(folder, 'kept', 'packs', 'abc');
    for (const pack of ['8', '8-dev', '8-staging'])
      expect(verifyPack(path.join(kept, pack), publicKey)).toMatchObject({
        changes: [],
        signature: 'verified',
      });
  });
  it('say what was released from what, with the digest that the stages are compared with', () => {
    const folder = handedOver();
    sign(folder);
    const statement = readFileSync(path.join(folder, 'kept/packs/abc/8.provenance.json'));
    const signature = readFileSync(path.join(folder, 'kept/packs/abc/8.provenance.sig'), 'utf8');
    expect(verify('sha256', statement, publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    const { subject, predicate } = JSON.parse(statement.toString()) as {
      subject: { digest: { sha256: string } }[];
      predicate: { buildDefinition: { resolvedDependencies: unknown[] } };
    };
    expect(predicate.buildDefinition.resolvedDependencies).toEqual([
      { uri: 'git+https://github.com/o/r', digest: { gitCommit: 'abc' } },
    ]);
    const compare = (cwd: string) =>
      run(
        buildSpec('compare-prod').phases.build.commands,
        { ASSEMBLY_DIGEST: subject[0]?.digest.sha256 ?? '' },
        cwd,
      ).status;
    // The folder of a build holds the assembly alone; here the stubs lie beside it.
    const copy = mkdtempSync(path.join(tmpdir(), 'serverlessapp-compare-'));
    cpSync(path.join(folder, 'assembly'), copy, { recursive: true });
    const commands = buildSpec('compare-prod').phases.build.commands.join('\n');
    const same = (digest: string) =>
      spawnSync('sh', ['-c', commands], {
        cwd: copy,
        env: { PATH: '/usr/bin:/bin', ASSEMBLY_DIGEST: digest },
      }).status;
    expect(compare(folder)).not.toBe(0);
    expect(same(subject[0]?.digest.sha256 ?? '')).toBe(0);
    writeFileSync(path.join(copy, 'prod', 'x.template.json'), '{}');
    expect(same(subject[0]?.digest.sha256 ?? '')).not.toBe(0);
  });
  it.each<readonly [what: string, commit: string, change: (folder: string) => void]>([
    [
      'a template that no pack evaluated',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly/more.template.json'), '{"Resources":{}}');
      },
    ],
    [
      'a changed template',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly/prod/x.template.json'), '{}');
      },
    ],
    [
      'a changed file of a pack',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'packs/dev/evidence.json'), '[]');
      },
    ],
    [
      'a file that a pack does not list',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'packs/dev/more'), '');
      },
    ],
    [
      'a stage without a pack',
      'abc',
      (f) => {
        rmSync(path.join(f, 'packs/staging'), { recursive: true });
      },
    ],
    [
      'an empty assembly',
      'abc',
      (f) => {
        rmSync(path.join(f, 'assembly'), { recursive: true });
        mkdirSync(path.join(f, 'assembly'));
      },
    ],
    [
      'a template that stands in a folder beside the packs that are kept',
      'abc',
      (f) => {
        mkdirSync(path.join(f, 'packs/more/templates'), { recursive: true });
        for (const folder of ['assembly', 'packs/more/templates'])
          writeFileSync(path.join(f, folder, 'more.template.json'), '{"Resources":{}}');
      },
    ],
    [
      'a template under a name that is not looked for',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly/other.json'), '{"Resources":{}}');
        writeFileSync(
          path.join(f, 'assembly/manifest.json'),
          JSON.stringify({ artifacts: { x: { properties: { templateFile: 'other.json' } } } }),
        );
      },
    ],
    [
      'settings of the CDK in the assembly',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly/cdk.json'), '{"plugin":["./x"]}');
      },
    ],
    [
      'a bundle that is not what its name says',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly', `asset.${assetName(BUNDLE)}`, 'index.js'), `${BUNDLE}//`);
      },
    ],
    [
      'a bundle with a file more',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly', `asset.${assetName(BUNDLE)}`, 'more.js'), '');
      },
    ],
    [
      'a bundle that is a file',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly', `asset.${'0'.repeat(64)}.zip`), '');
      },
    ],
    [
      'a link in the assembly',
      'abc',
      (f) => {
        symlinkSync('/etc/passwd', path.join(f, 'assembly', 'tree.json'));
      },
    ],
    [
      'code that the assembly does not hold',
      'abc',
      (f) => {
        rmSync(path.join(f, 'assembly', `asset.${assetName(BUNDLE)}`), { recursive: true });
      },
    ],
    [
      'a program that makes an asset',
      'abc',
      (f) => {
        const manifest = JSON.parse(assets(assetName(BUNDLE))) as { files: Record<string, object> };
        Object.assign(Object.values(manifest.files)[0] ?? {}, { executable: ['sh', '-c', 'true'] });
        writeFileSync(path.join(f, 'assembly/dev/x.assets.json'), JSON.stringify(manifest));
      },
    ],
    [
      'an image of containers',
      'abc',
      (f) => {
        writeFileSync(
          path.join(f, 'assembly/dev/x.assets.json'),
          JSON.stringify({ files: {}, dockerImages: { x: { source: { executable: ['sh'] } } } }),
        );
      },
    ],
    [
      'an asset that comes from elsewhere',
      'abc',
      (f) => {
        const elsewhere = assets(assetName(BUNDLE), { path: '../../../etc', packaging: 'zip' });
        writeFileSync(path.join(f, 'assembly/dev/x.assets.json'), elsewhere);
      },
    ],
    [
      'commands for a build in the assembly',
      'abc',
      (f) => {
        writeFileSync(path.join(f, 'assembly/buildspec-x.yaml'), '{}');
      },
    ],
    [
      'a bundle that stands where it is not looked for',
      'abc',
      (f) => {
        cpSync(
          path.join(f, 'assembly', `asset.${assetName(BUNDLE)}`),
          path.join(f, 'assembly/dev/more/asset.x'),
          {
            recursive: true,
          },
        );
      },
    ],
    [
      'a template as an asset under another’s name',
      'abc',
      (f) => {
        const named = assets('0'.repeat(64), { path: 'x.template.json', packaging: 'file' });
        writeFileSync(path.join(f, 'assembly/dev/x.assets.json'), named);
      },
    ],
    ...(
      [
        ['assets under a name that is not looked for', 'cdk:asset-manifest', { file: 'other.json' }],
        [
          'a stack that takes its template from elsewhere',
          'aws:cloudformation:stack',
          { templateFile: 'x.template.json', stackTemplateAssetObjectUrl: `s3://b/${'0'.repeat(64)}.json` },
        ],
        [
          'a stack that is given parameters',
          'aws:cloudformation:stack',
          { templateFile: 'x.template.json', parameters: { A: 'b' } },
        ],
        ['an artefact of an unknown kind', 'cdk:plugin', {}],
      ] as const
    ).map(
      ([what, type, properties]) =>
        [
          what,
          'abc',
          (f: string) => {
            writeFileSync(
              path.join(f, 'assembly/dev/manifest.json'),
              JSON.stringify({ artifacts: { x: { type, properties } } }),
            );
          },
        ] as const,
    ),
    ['another commit', 'def', () => undefined],
  ])('refuse %s, and sign and keep nothing', (_what, commit, change) => {
    const folder = handedOver();
    change(folder);
    const { status, calls } = sign(folder, commit);
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
});

describe('the commands of the build that signs, of what the gate of the last release said', () => {
  const said = (folder: string): string => readFileSync(path.join(folder, 'said'), 'utf8');

  it('say before the first release that there is none', () => {
    const folder = handedOver();
    expect(sign(folder).status).toBe(0);
    expect(said(folder)).toMatch(/^There is no release before this one/);
  });
  it('tell its verdicts, what it has not read and how much of the gate has changed, and keep its packs signed', () => {
    const folder = handedOver('before');
    rmSync(path.join(folder, 'recheck/packs/dev/templates'), { recursive: true });
    rmSync(path.join(folder, 'recheck/packs/dev'), { recursive: true });
    writePack(path.join(folder, 'recheck/packs/dev'), 'dev', 'before', 'clean', 'staging');
    const { status } = sign(folder, 'abc', BEFORE);
    expect(status).toBe(0);
    expect(said(folder)).toBe(
      'The gate of the last release (before) says in packs/recheck/abc/8: dev clean, staging clean, prod findings; 3 findings, 1 templates unread, 2 bundles that the sources do not give. Changed since then in the gate itself: 2 files.',
    );
    const kept = path.join(folder, 'kept/packs/recheck/abc/8');
    for (const stage of STAGES)
      expect(verifyPack(path.join(kept, stage), publicKey)).toMatchObject({
        changes: [],
        signature: 'verified',
      });
    expect(readFileSync(path.join(kept, 'gate-changes'), 'utf8')).toContain('policies/exceptions.yaml');
    const statement = readFileSync(path.join(folder, 'kept/packs/abc/8.provenance.json'), 'utf8');
    expect(statement).toContain('prod findings');
  });
  it('keep the list of every file of the assembly, by which a bundle can be told', () => {
    const folder = handedOver();
    sign(folder);
    const list = readFileSync(path.join(folder, 'kept/packs/abc/8.assembly.sha256'), 'utf8');
    expect(list).toContain(`  ./asset.${assetName(BUNDLE)}/index.js\n`);
    const statement = readFileSync(path.join(folder, 'kept/packs/abc/8.provenance.json'), 'utf8');
    expect(statement).toContain(createHash('sha256').update(list).digest('hex'));
  });
  it.each<
    readonly [what: string, before: string | undefined, releases: string, change: (folder: string) => void]
  >([
    ['a release whose gate was not asked', undefined, BEFORE, () => undefined],
    ['packs of another commit than the release', 'other', BEFORE, () => undefined],
    [
      'a stage that was not asked about',
      'before',
      BEFORE,
      (f) => {
        rmSync(path.join(f, 'recheck/packs/staging'), { recursive: true });
      },
    ],
    [
      'a pack of one stage in the place of another',
      'before',
      BEFORE,
      (f) => {
        rmSync(path.join(f, 'recheck/packs/prod'), { recursive: true });
        cpSync(path.join(f, 'recheck/packs/dev'), path.join(f, 'recheck/packs/prod'), { recursive: true });
      },
    ],
    [
      'a changed pack',
      'before',
      BEFORE,
      (f) => {
        writeFileSync(path.join(f, 'recheck/packs/prod/evidence.json'), '{"result":"clean"}');
      },
    ],
    [
      'a gate that does not tell what changed in it',
      'before',
      BEFORE,
      (f) => {
        rmSync(path.join(f, 'recheck/gate-changes'));
      },
    ],
    [
      'bundles that were not made anew',
      'before',
      BEFORE,
      (f) => {
        writeFileSync(path.join(f, 'recheck/bundles'), '');
      },
    ],
    ['releases that may not be listed', 'before', 'denied', () => undefined],
  ])('refuse %s, and sign and keep nothing', (_what, before, releases, change) => {
    const folder = handedOver(before);
    change(folder);
    const { status, calls } = sign(folder, 'abc', releases);
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
});

describe('the commands of the build that asks the gate of the last release', () => {
  const recheck = (
    releases: string,
    packages: object = { 'node_modules/zod': { version: '4.6.7' } },
    mode = '100644',
  ) => {
    const archived = mkdtempSync(path.join(tmpdir(), 'serverlessapp-archived-'));
    writeFileSync(path.join(archived, 'package-lock.json'), JSON.stringify({ packages }));
    writeFileSync(path.join(archived, 'tree'), `100644 blob 1\tlambda/a.ts\n${mode} blob 2\tlambda/b.ts\n`);
    return run(buildSpec('recheck').phases.build.commands, {
      RELEASES: releases,
      CANDIDATE: 'abc',
      SIGNING_KEY: 'key',
      ARCHIVED: archived,
      TREE: path.join(archived, 'tree'),
    });
  };

  it('ask nothing before the first release', () => {
    const { status, calls } = recheck(NONE);
    expect(status).toBe(0);
    expect(calls.filter((call) => /^(?:git|npm|n) /.test(call))).toEqual([]);
  });
  it('list what changed of the gate before they run anything, then run the code of that release on the assembly', () => {
    const { status, calls } = recheck(BEFORE);
    const steps = [
      /^git diff .*--name-only before abc -- .*\bcompliance\b.*\bpolicies\b/,
      /^git ls-tree -r abc -- lambda package.json package-lock.json tsconfig.json$/,
      /^git read-tree abc$/,
      /^git checkout-index -z --stdin --prefix=\/\S+\/$/,
      /^git checkout --quiet --force before$/,
      /^npm ci --no-audit/,
      /^npm ci --ignore-scripts --omit=dev /,
      /^npm run --silent compliance -- rebuild \S+ \.\.\/candidate\/assembly$/,
      /^npm run compliance -- verify \/tmp\/last-release --key-id key$/,
      /^npm run compliance -- --stage dev --templates \.\.\/candidate\/assembly --output recheck\/packs\/dev$/,
    ].map((step) => calls.findIndex((call) => step.test(call)));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // The stub of the gate writes no pack.
    expect(status).not.toBe(0);
  });
  it.each(['120000', '160000'])('stop where a source is a link or another repository: %s', (mode) => {
    const { status, calls } = recheck(BEFORE, {}, mode);
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /^npm|git checkout --quiet/.test(call))).toEqual([]);
  });
  it('stop before they install a package of the candidate that is not the registry’s', () => {
    const { status, calls } = recheck(BEFORE, {
      'node_modules/x': { resolved: 'git+ssh://git@example.com/x.git' },
    });
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /^npm|git checkout --quiet/.test(call))).toEqual([]);
  });
  it('stop when they may not see whether there was a release, and neither sign nor keep anything', () => {
    const { status, calls } = recheck('denied');
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /git checkout --quiet|npm|kms sign|put-object/.test(call))).toEqual([]);
  });
});

describe('the commands that publish bundles', () => {
  it('stand in the template, and publish each bundle that the stages’ manifests list, and nothing else', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-publish-'));
    const manifest = JSON.parse(assets('a'.repeat(64))) as { files: object };
    const withTemplate = {
      files: {
        ...manifest.files,
        ['b'.repeat(64)]: {
          source: { path: 'x.template.json', packaging: 'file' },
          destinations: { here: { objectKey: 'b.json' } },
        },
      },
    };
    for (const [place, content] of [
      ['assembly-serverlessapp-dev/x.assets.json', withTemplate],
      ['assembly-serverlessapp-dev/none.assets.json', { files: {} }],
      ['serverlessapp-delivery.assets.json', withTemplate],
    ] as const) {
      mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
      writeFileSync(path.join(folder, place), JSON.stringify(content));
    }
    const { status, calls } = run(buildSpec('publish-assets').phases.build.commands, {}, folder);
    expect(status).toBe(0);
    expect(calls.filter((call) => call.startsWith('cdk-assets'))).toEqual([
      `cdk-assets --path ./assembly-serverlessapp-dev/x.assets.json --verbose publish ${'a'.repeat(64)}:here`,
    ]);
  });
});

test('what builds write into the sources is nothing that changes them', () => {
  const folders = projects.flatMap(({ Properties }) => {
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

test.each([
  ['dev', 'packs/abc/8-dev'],
  ['staging', 'packs/abc/8-staging'],
  ['prod', 'packs/abc/8'],
])('the record of a release in %s names its pack, under a name of its own', (stage, pack) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-record-'));
  const { status, calls } = run(
    buildSpec(`record-${stage}`).phases.build.commands,
    { EVIDENCE_PACK: 'packs/abc/8' },
    folder,
  );
  expect(status).toBe(0);
  expect(calls[0]).toMatch(
    new RegExp(
      `^aws s3api put-object --bucket evidence --key packs/released/${stage}/\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z --body released --if-none-match \\*$`,
    ),
  );
  expect(readFileSync(path.join(folder, 'released'), 'utf8')).toBe(pack);
});

describe('the commands of the build that asks each day', () => {
  const ask = (releases: string) =>
    run(buildSpec('daily-ask-prod').phases.build.commands, { RELEASES: releases });

  it('ask nothing before the first release', () => {
    const { status, calls } = ask(NONE);
    expect(status).toBe(0);
    expect(calls.join('\n')).not.toContain('compliance');
  });
  it('ask with the code of the release that runs, and stop when no pack comes of it', () => {
    const { status, calls } = ask(BEFORE);
    const steps = [
      'git checkout --quiet --force before',
      'npm ci --no-audit --no-fund',
      'npm run compliance -- deployed --stage prod --assume evidence-reader --output daily/pack',
    ].map((call) => calls.indexOf(call));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // The stub of the gate writes none.
    expect(status).not.toBe(0);
  });
  it('neither sign nor keep anything', () => {
    expect(ask(BEFORE).calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
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
  }
  const manifest = (files: Map<string, string>, day: Day): string =>
    manifestText(
      manifestOf(files, {
        generated: day.generated ?? new Date().toISOString(),
        stage: day.stage ?? 'prod',
        commit: { id: day.commit ?? 'before', modified: false },
        tools: day.tools ?? ASKED,
      } as unknown as Parameters<typeof manifestOf>[1]),
    );
  /** What the build that asked hands over. */
  function asked(day: Day = {}): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-day-'));
    const files = new Map([
      ['evidence.json', JSON.stringify({ counts: { 'non-compliant': 2, error: 1 } })],
      ['templates/x.json', day.template ?? '{}'],
    ]);
    mkdirSync(path.join(folder, 'pack', 'templates'), { recursive: true });
    for (const [file, content] of files) writeFileSync(path.join(folder, 'pack', file), content);
    writeFileSync(path.join(folder, 'pack', 'manifest.json'), manifest(files, day));
    return folder;
  }
  function sign(folder: string, releases = BEFORE) {
    const outside = mkdtempSync(path.join(tmpdir(), 'serverlessapp-key-'));
    writeFileSync(path.join(outside, 'key.pem'), privateKey);
    writeFileSync(path.join(outside, 'released.json'), manifest(new Map([['templates/x.json', '{}']]), {}));
    return run(
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
    const { status, calls } = sign(folder, NONE);
    expect(status).toBe(0);
    expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  });
  const unchanged = (): void => undefined;
  it.each<readonly [what: string, day: Day, change: (folder: string) => void]>([
    ['templates that were not signed with the release', { template: '{"Resources":{}}' }, unchanged],
    ['another commit than the one that runs', { commit: 'other' }, unchanged],
    ['another stage', { stage: 'dev' }, unchanged],
    ['a pack that asked no account', { tools: [] }, unchanged],
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
    run(buildSpec('daily-findings').phases.build.commands, { FINDINGS: findings }).status;
  expect([tell('0'), tell('3') === 0, tell('') === 0]).toEqual([0, false, false]);
});
