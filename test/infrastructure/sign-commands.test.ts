import { createHash, verify } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Occasion } from '../../compliance/report/purpose';
import { unmetExpectations, verifyPack } from '../../compliance/report/verify-pack';
import { buildSpec, NO_RELEASE, ONE_RELEASE, runBuild } from '../support/build-commands';
import {
  BOOTSTRAP,
  BUNDLE_NAME,
  handedOver,
  joinedRoleOf,
  RECHECK,
  sha256,
  STAGES,
  type Written,
  writePack,
} from '../support/handed-over';
import { signingKeys } from '../support/signing-keys';
import { everyStackOfRelease } from '../support/stage-templates';

const { privateKey, publicKey } = signingKeys();
const { commands } = buildSpec('sign').phases.build;
const key = path.join(mkdtempSync(path.join(tmpdir(), 'serverlessapp-key-')), 'key.pem');
writeFileSync(key, privateKey);

const sign = (
  folder: string,
  releases = NO_RELEASE,
  commit = 'abc',
  signed = '',
  letIn = '',
  more: Record<string, string> = {},
) =>
  runBuild(
    [...commands, 'printf %s "$RECHECK" > said', 'printf "%s %s" "$REVIEW" "$LAST_PACK" > places'],
    {
      RELEASES: releases,
      SIGNED: signed,
      LET_IN: letIn,
      COMMIT: commit,
      EXECUTION: '8',
      SIGNING_KEY: 'key',
      REPOSITORY: 'o/r',
      BRANCH: 'main',
      BUILDER: 'arn:sign',
      PRIVATE_KEY: key,
      ...more,
    },
    folder,
  );

/**
 * Signs and keeps nothing, and stops at the check that is meant: another one would refuse for a reason of its own. Without the
 * programs that jq is given, in which all of its errors stand.
 */
function expectRefusal({ status, calls, trace }: ReturnType<typeof sign>, by: RegExp): void {
  expect(status).not.toBe(0);
  expect(calls.filter((call) => /kms sign|put-object/.test(call))).toEqual([]);
  const said = trace.split('\n').filter((line) => !/(?:^|\s)jq -/.test(line));
  expect(said.join('\n').trimEnd().split('\n').slice(-8).join('\n')).toMatch(by);
}

describe('the commands of the build that signs', () => {
  it('call nothing of the repository', () => {
    expect(commands.join('\n')).not.toMatch(/\b(npm|npx|node|python3?)\b/);
  });
  it('keep packs that verify under the key, each file under a name that is taken once', () => {
    const folder = handedOver();
    const { status, calls } = sign(folder);
    expect(status).toBe(0);
    const puts = calls.filter((call) => call.includes('put-object'));
    expect(puts.length).toBeGreaterThan(10);
    expect(puts.filter((call) => !call.includes('--if-none-match *'))).toEqual([]);
    const kept = path.join(folder, 'kept', 'packs', 'abc');
    for (const [pack, stage] of [
      ['8', 'prod'],
      ['8-dev', 'dev'],
      ['8-staging', 'staging'],
    ] as const) {
      const verified = verifyPack(path.join(kept, pack), publicKey);
      expect(verified).toMatchObject({ changes: [], signature: 'verified' });
      const expected = { publicKey, commit: 'abc', stage, execution: '8' };
      expect(unmetExpectations(verified, { ...expected, purpose: 'release' })).toEqual([]);
      expect(unmetExpectations(verified, { ...expected, purpose: 'recheck' })).toHaveLength(1);
    }
    const list = readFileSync(path.join(kept, '8.assembly.sha256'), 'utf8');
    expect(list).toContain(`  ./asset.${BUNDLE_NAME}/index.js\n`);
    expect(readFileSync(path.join(kept, '8.provenance.json'), 'utf8')).toContain(
      createHash('sha256').update(list).digest('hex'),
    );
  });
  // Whatever an update of the CDK writes beside or otherwise is refused until somebody has read what acts on it.
  it('sign the assembly of this project, as the CDK writes it', () => {
    const folder = handedOver();
    const stacks = everyStackOfRelease();
    const root = stacks.find(({ stackName }) => stackName === 'serverlessapp-delivery')?.folder ?? '';
    rmSync(path.join(folder, 'assembly'), { recursive: true });
    cpSync(root, path.join(folder, 'assembly'), { recursive: true });
    for (const stage of STAGES) {
      const evaluated = stacks.filter(({ stackName }) =>
        stage === 'prod' ? !/-(?:dev|staging)-/.test(stackName) : stackName.includes(`-${stage}-`),
      );
      expect(evaluated.length).toBeGreaterThan(10);
      rmSync(path.join(folder, 'packs', stage), { recursive: true });
      writePack(
        path.join(folder, 'packs', stage),
        stage,
        'abc',
        Object.fromEntries(
          evaluated.map(({ stackName, template }) => [
            `templates/${stackName}.template.json`,
            JSON.stringify(template, undefined, 1),
          ]),
        ),
      );
    }
    expect(sign(folder)).toMatchObject({ status: 0 });
  });
  it('sign a build as the CDK writes it, so that each one below is refused for what differs', () => {
    const folder = handedOver({
      change: (written, name) => {
        if (name === PROD) build({})(written);
      },
    });
    expect(sign(folder)).toMatchObject({ status: 0 });
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
      runBuild(
        buildSpec('compare-prod').phases.build.commands,
        { ASSEMBLY_DIGEST: subject[0]?.digest.sha256 ?? '' },
        cwd,
      ).status;
    expect(compare(folder)).not.toBe(0);
    expect(compare(path.join(folder, 'assembly'))).toBe(0);
    writeFileSync(path.join(folder, 'assembly/assembly-serverlessapp-prod/x.template.json'), '{}');
    expect(compare(path.join(folder, 'assembly'))).not.toBe(0);
  });
});

const PROD = 'assembly-serverlessapp-prod';
const put = (file: string, content: string) => (folder: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content);
};
const remove = (file: string) => (folder: string) => {
  rmSync(path.join(folder, file), { recursive: true });
};
/** Rewrites a file of the assembly, in the CDK's form. */
const rewrite = (file: string, change: (text: string) => string) => (folder: string) => {
  const place = path.join(folder, file);
  const before = readFileSync(place, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(place, after);
};
/** Another bundle of the same content under another name. */
const bundleNamed = (name: string) => (folder: string) => {
  mkdirSync(path.join(folder, 'assembly', name), { recursive: true });
  writeFileSync(path.join(folder, 'assembly', name, 'index.js'), 'evil()');
};
const OTHER = '0'.repeat(64);
/** A bundle under the name that its content gives it. */
const bundleIn = (file: string) => (folder: string) => {
  const name = sha256(sha256(`${sha256('evil()')}  ./${file}\n`));
  put(`assembly/asset.${name}/${file}`, 'evil()')(folder);
};

type Refusal = readonly [what: string, change: (folder: string) => void, by: RegExp];

interface PackManifest extends Record<string, unknown> {
  readonly files: Record<string, string>;
}
/** Rewrites the manifest of dev's pack. */
const inManifest = (change: (manifest: PackManifest) => unknown) => (folder: string) => {
  const file = path.join(folder, 'packs/dev/manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as PackManifest;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
};

/** What stands beside the files that the CDK writes, or in their place. */
const FILES: readonly Refusal[] = [
  [
    'a link in the assembly',
    (f) => {
      symlinkSync('/etc/passwd', path.join(f, 'assembly/link'));
    },
    /test -z assembly\/link/,
  ],
  [
    'a link behind what the gate of the last release handed over',
    (f) => {
      symlinkSync('/etc/passwd', path.join(f, 'recheck', 'link'));
    },
    /test -z recheck\/link/,
  ],
  ['a name with a space', put('assembly/evil x.assets.json', '{}'), /test -z assembly\/evil x/],
  [
    'a name with a line break',
    put('assembly/tree.json\nassembly/cdk.out', ''),
    /test -z assembly\/tree.json/,
  ],
  [
    'a name with a letter of no plain one',
    put(`assembly/${PROD}/ä.assets.json`, '{}'),
    /test -z assembly\/.*assets.json/,
  ],
  [
    'a name with a pattern',
    bundleNamed(`asset.[${BUNDLE_NAME[0]}]${BUNDLE_NAME.slice(1)}`),
    /test -z assembly\/asset\.\[/,
  ],
  ['a bundle whose name goes on', bundleNamed(`asset.${BUNDLE_NAME}x`), /test -z assembly\/asset\..*x/],
  [
    'a bundle that is not what its name says',
    bundleNamed(`asset.${OTHER}`),
    new RegExp(`test [0-9a-f]{64} = ${OTHER}`),
  ],
  [
    'a bundle with a file more',
    put(`assembly/asset.${BUNDLE_NAME}/more.js`, ''),
    new RegExp(`test [0-9a-f]{64} = ${BUNDLE_NAME}`),
  ],
  ['a bundle that is a file', put(`assembly/asset.${OTHER}`, ''), /test -z assembly\/asset\.0/],
  [
    'a bundle that is packed already',
    put(`assembly/asset.${OTHER}.zip`, ''),
    /test -z assembly\/asset\.0+\.zip/,
  ],
  [
    'a bundle in a folder of a stage',
    put(`assembly/${PROD}/asset.${OTHER}/index.js`, ''),
    /test -z assembly\/.*asset/,
  ],
  ['a folder more', put('assembly/assembly-more/cdk.out', '{}'), /test -z assembly\/assembly-more/],
  ['settings of the CDK', put('assembly/cdk.json', '{"plugin":["./x"]}'), /test -z assembly\/cdk\.json/],
  ['settings of npm', put('assembly/.npmrc', 'script-shell=./x'), /test -z assembly\/\.npmrc/],
  [
    'a manifest of assets that a pattern of the shell does not show',
    put('assembly/.x.assets.json', '{}'),
    /test -z assembly\/\.x/,
  ],
  ['commands for a build', put('assembly/buildspec-x.yaml', '{}'), /test -z assembly\/buildspec/],
  [
    'a template under a name that is not looked for',
    put('assembly/other.json', '{}'),
    /test -z assembly\/other/,
  ],
  [
    'an empty assembly',
    (f) => {
      remove('assembly')(f);
      mkdirSync(path.join(f, 'assembly'));
    },
    /error .*: no whole files$/m,
  ],
  [
    'a pack beside those that are kept',
    (f) => {
      cpSync(path.join(f, 'packs/dev'), path.join(f, 'packs/more'), { recursive: true });
    },
    /packs\/more/,
  ],
  [
    'a value that spans files, which the shell’s reader takes for one and another reader for its own',
    (f) => {
      for (const [name, content] of [
        ['a', '{"dockerImages":{},"files":{},"version":[{}'],
        ['b', '{"dockerImages":{},"files":{"x":{"source":{"executable":["sh"]}}},"version":"55.0.0"}'],
        ['c', '{}]}'],
      ] as const)
        writeFileSync(path.join(f, 'assembly', PROD, `${name}.assets.json`), content);
    },
    /error .*c\.assets\.json:0\): Unmatched/,
  ],
  ['two values in a file', put(`assembly/${PROD}/x.metadata.json`, '{}{}'), /error .*: no whole files$/m],
  ['a file that is no object', put(`assembly/${PROD}/x.metadata.json`, '[]'), /error .*: no whole files$/m],
  ['a bundle that no template names', bundleIn('index.mjs'), /test [0-9a-f]{64}\n|= [0-9a-f]{64}\n/],
  [
    'metadata of several kinds',
    put(`assembly/${PROD}/x.metadata.json`, '{"/x":[{"type":["aws:cdk:asset"]}]}'),
    /error .*metadata/,
  ],
  [
    'a key that stands twice',
    rewrite(`assembly/${PROD}/x.template.json`, (text) =>
      text.replace('"T":', '"T": {"Type": "AWS::X"}, "T":'),
    ),
    /test [0-9a-f]{64} {2}- = [0-9a-f]{64} {2}-/,
  ],
  [
    'an asset in metadata',
    put(`assembly/${PROD}/x.metadata.json`, '{"/x":[{"type":"aws:cdk:asset","data":{}}]}'),
    /error .*metadata aws:cdk:asset/,
  ],
  [
    'metadata of a kind that this CDK does not write',
    put(`assembly/${PROD}/x.metadata.json`, '{"/x":[{"type":"aws:cdk:stack-tags","data":[]}]}'),
    /error .*metadata aws:cdk:stack-tags/,
  ],
  [
    'metadata that cannot be read',
    put(`assembly/${PROD}/x.metadata.json`, '[]]'),
    /error .*x\.metadata\.json:0\): Unmatched/,
  ],
];

/** A template that is not the one which was evaluated for its stage under its stack's name. */
const TEMPLATES: readonly Refusal[] = [
  [
    'a template that no stack names',
    (f) => {
      const place = path.join(f, 'assembly', PROD);
      cpSync(path.join(place, 'x.template.json'), path.join(place, 'more.template.json'));
    },
    /more\.template\.json/,
  ],
  [
    'a changed template',
    rewrite(`assembly/${PROD}/x.template.json`, (text) => text.replace('"TopicName"', '"Topic"')),
    /FAILED|WARNING/,
  ],
  [
    'the template of one stage in the place of another’s',
    (f) => {
      for (const file of ['x.template.json', 'manifest.json', 'x.assets.json']) {
        const [from, to] = ['assembly-serverlessapp-dev', PROD].map((name) =>
          path.join(f, 'assembly', name, file),
        );
        const digest = (name = '') =>
          sha256(readFileSync(path.join(f, 'assembly', name, 'x.template.json'), 'utf8'));
        if (file === 'x.template.json') {
          const before = digest(PROD);
          const text = readFileSync(from ?? '', 'utf8').replaceAll('111122223333', '777788889999');
          for (const other of ['manifest.json', 'x.assets.json'])
            rewrite(`assembly/${PROD}/${other}`, (json) => json.replaceAll(before, sha256(text)))(f);
          writeFileSync(to ?? '', text);
        }
      }
    },
    /FAILED|WARNING/,
  ],
  [
    'a stack more beside the pipeline’s own, which only its own update would make',
    (f) => {
      const [own, id] = ['serverlessapp-delivery', 'serverlessapp-delivery-more'];
      const read = (ending: string) => readFileSync(path.join(f, 'assembly', own + ending), 'utf8');
      const template = JSON.parse(read('.template.json')) as { Resources: Part };
      delete template.Resources['Pipeline'];
      const text = JSON.stringify(template, undefined, 1);
      const before = sha256(read('.template.json'));
      const follow = (json: string) =>
        json
          .replaceAll(before, sha256(text))
          .replaceAll(`${own}.`, `${id}.`)
          .replaceAll(`"${own}"`, `"${id}"`);
      put(`assembly/${id}.template.json`, text)(f);
      put(`packs/prod/templates/${id}.template.json`, text)(f);
      for (const ending of ['.assets.json', '.metadata.json'])
        put(`assembly/${id}${ending}`, follow(read(ending)))(f);
      rewrite('assembly/manifest.json', (json) => {
        const { artifacts, ...rest } = JSON.parse(json) as { artifacts: Record<string, Part> };
        for (const name of [`${id}.assets`, id])
          artifacts[name] = JSON.parse(follow(JSON.stringify(artifacts[name.replace(id, own)]))) as Part;
        (artifacts[own]?.['dependencies'] as string[]).push(id);
        return JSON.stringify(
          { version: rest['version' as keyof typeof rest], artifacts, ...rest },
          undefined,
          1,
        );
      })(f);
    },
    /test -z serverlessapp-delivery-more aws:/,
  ],
  [
    'a manifest of a pack with another one before it',
    (f) => {
      const file = path.join(f, 'packs/dev/manifest.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, `${JSON.stringify({ ...(JSON.parse(text) as PackManifest), files: {} })}${text}`);
    },
    /error .*: no whole files$/m,
  ],
  [
    'a value that spans the manifests of two packs',
    (f) => {
      for (const [stage, before, behind] of [
        ['dev', '', '['],
        ['staging', ']', ''],
      ] as const)
        rewrite(`packs/${stage}/manifest.json`, (text) => before + text + behind)(f);
    },
    /error .*next:0\): Expected separator between values/,
  ],
  [
    'a manifest of a pack that goes on without an end, where another reader of jq 1.6 takes it for whole',
    rewrite('packs/dev/manifest.json', (text) => `${text}{`.padStart(4096)),
    /error .*next:0\): Expected separator between values/,
  ],
  ['a stage without a pack', remove('packs/staging'), /packs\/dev packs\/prod/],
  ['a changed file of a pack', put('packs/dev/evidence.json', '[]'), /FAILED|WARNING/],
  ['a file that a pack does not list', put('packs/dev/more', ''), /^> packs\/dev\/more$/m],
  [
    'a pack that lists a file by a detour and leaves another out',
    (f) => {
      put('packs/dev/more', '')(f);
      inManifest(({ files }) => {
        files['./evidence.json'] = files['evidence.json'] ?? '';
      })(f);
    },
    /^> packs\/dev\/more$/m,
  ],
  [
    'another commit',
    (f) => {
      writePack(path.join(f, 'packs/dev'), 'dev', 'def');
    },
    /error .*a pack of dev and def/,
  ],
  [
    'the pack of one stage in the place of another’s',
    (f) => {
      remove('packs/dev')(f);
      cpSync(path.join(f, 'packs/staging'), path.join(f, 'packs/dev'), { recursive: true });
    },
    /FAILED|WARNING|packs\/dev\/templates/,
  ],
  [
    'a pack that says it is of another stage',
    inManifest((manifest) => (manifest['stage'] = 'prod')),
    /error .*a pack of prod and abc/,
  ],
  [
    'a template in a pack that nobody deploys',
    (f) => {
      const template = '{"Resources":{}}';
      put('packs/dev/templates/serverlessapp-dev-more.template.json', template)(f);
      inManifest(({ files }) => {
        files['templates/serverlessapp-dev-more.template.json'] = sha256(template);
      })(f);
    },
    /packs\/dev\/templates\/serverlessapp-dev-more\.template\.json/,
  ],
  // What a pack is, it says itself once it is signed, wherever it is carried.
  ...(
    [
      [
        'the gate of the release before',
        (manifest) => Object.assign(manifest, { purpose: 'recheck', about: 'abc' }),
      ],
      ['a day', (manifest) => (manifest['purpose'] = 'day')],
      ['whoever made it', (manifest) => (manifest['purpose'] = 'local')],
      ['another execution', (manifest) => (manifest['execution'] = '7')],
      ['an execution that is a number', (manifest) => (manifest['execution'] = 8)],
      ['a purpose that is none', (manifest) => (manifest['purpose'] = 'Release')],
      ['purposes in a list', (manifest) => (manifest['purpose'] = ['release'])],
      ['no purpose', (manifest) => Reflect.deleteProperty(manifest, 'purpose')],
      ['no execution', (manifest) => Reflect.deleteProperty(manifest, 'execution')],
    ] satisfies readonly (readonly [string, (manifest: PackManifest) => unknown])[]
  ).map(([of, change]): Refusal => [
    `a pack of ${of} in the place of the release’s`,
    inManifest(change),
    /error .*a pack of dev and abc for /,
  ]),
  [
    'a pack whose purpose stands twice, the one that counts last',
    (folder) => {
      const file = path.join(folder, 'packs/dev/manifest.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('"purpose": "release"', '"purpose": "release","purpose": "day"'));
    },
    /error .*a pack of dev and abc for day/,
  ],
  [
    'a pack of the form that does not tell what it is for',
    inManifest((manifest) => {
      for (const field of ['purpose', 'execution']) Reflect.deleteProperty(manifest, field);
      manifest['format'] = 1;
    }),
    /error .*a pack of dev and abc for null/,
  ],
  // What cannot be read is signed to stop every release after this one.
  ...(
    [
      ['with a field more', (manifest) => (manifest['more'] = '')],
      ['that says whose assembly it is of', (manifest) => (manifest['about'] = 'abc')],
      ['of the form before', (manifest) => (manifest['format'] = 1)],
      [
        'whose fields stand in another order',
        (manifest) => {
          const { self } = manifest;
          delete manifest['self'];
          Object.assign(manifest, { files: manifest.files, self, signature: 'UNSIGNED' });
          const { format } = manifest;
          delete manifest['format'];
          manifest['format'] = format;
        },
      ],
      ['of no time', (manifest) => (manifest['generated'] = 'today')],
      ['of a work tree that was changed', (manifest) => (manifest['commit'] = { id: 'abc', modified: true })],
      [
        'of a commit with a field more',
        (manifest) => (manifest['commit'] = { id: 'abc', modified: false, x: 1 }),
      ],
      ['that is signed already', (manifest) => (manifest['signature'] = { algorithm: 'x', key: 'y' })],
      ...[{ engine: 'a', version: '1' }, { engine: 'a', version: '1', rules: -0.5 }, 'a'].map(
        (tool) =>
          [
            `of the tool ${JSON.stringify(tool)}`,
            (manifest: PackManifest) => (manifest['tools'] = [tool]),
          ] as const,
      ),
      [
        'of a tool whose version steers',
        (manifest) => (manifest['tools'] = [{ engine: 'a', version: '\u202e', rules: 1 }]),
      ],
      [
        'that does not list what the gate said',
        (manifest) => {
          delete manifest.files['evidence.json'];
        },
      ],
      ['with a sum that is none', (manifest) => (manifest.files['evidence.json'] = 'x')],
      ...['__proto__', '7', 'a/7', 'x.7'].map(
        (name) =>
          [
            `with a file called ${name}`,
            (manifest: PackManifest) => {
              Object.defineProperty(manifest.files, name, { value: sha256(''), enumerable: true });
            },
          ] as const,
      ),
    ] satisfies readonly (readonly [string, (manifest: PackManifest) => unknown])[]
  ).map(([what, change]): Refusal => [
    `a manifest of a pack ${what}`,
    inManifest(change),
    /error .*: (?:manifest|name)$|has no keys/m,
  ]),
];

type Change = (written: Written) => void;
type Part = Record<string, unknown>;
/** What a place of the written files is given in the place of what stands there. */
type Given = (before: string) => unknown;
const set =
  (file: keyof Written, place: readonly string[], given: Given): Change =>
  (written) => {
    const parent = place.slice(0, -1).reduce<Part>((part, step) => part[step] as Part, written[file]);
    const name = place.at(-1) ?? '';
    parent[name] = given(String(parent[name]));
  };
const give =
  (value: unknown): Given =>
  () =>
    value;
const FIRST = '777788889999-us-east-1-0123abcd';
const property = (name: string, given: Given): Change =>
  set('manifest', ['artifacts', 'x', 'properties', name], given);
const ofStack = (name: string, given: Given): Change => set('manifest', ['artifacts', 'x', name], given);
const ofBundle = (place: readonly string[], given: Given): Change =>
  set('assets', ['files', BUNDLE_NAME, ...place], given);
const destination = (name: string, given: Given): Change => ofBundle(['destinations', FIRST, name], given);
const code = (name: string, given: Given): Change =>
  set('template', ['Resources', 'F', 'Properties', 'Code', name], given);
const resource = (type: string, properties: object = {}): Change =>
  set('template', ['Resources', 'A'], give({ Type: type, Properties: properties }));
const OTHERS = /a build of somebody else/;
/** A build as the CDK writes one, but for this. */
const build = ({ Source, ...more }: Record<string, object>): Change =>
  resource('AWS::CodeBuild::Project', {
    Artifacts: { Type: 'CODEPIPELINE' },
    Cache: { Type: 'NO_CACHE' },
    Environment: { Image: 'aws/codebuild/standard:7.0' },
    Name: 'serverlessapp-delivery-x',
    Source: { BuildSpec: '{"version":"0.2"}', Type: 'CODEPIPELINE', ...Source },
    ...more,
  });
const artifact = (type: string, properties: object): Change =>
  set('manifest', ['artifacts', 'y'], give({ type, properties }));
/** A file that is published under another name too, with all that goes with it. */
const published =
  (which: (name: string) => boolean, as: string): Change =>
  ({ assets }) => {
    const files = assets['files'] as Part;
    const [name = ''] = Object.keys(files).filter(which);
    files[as] = JSON.parse(JSON.stringify(files[name]).replaceAll(name, as));
  };
/** The first action of the pipeline that makes a stack. */
const inPipeline = (place: readonly string[], given: Given): Change =>
  set('template', ['Resources', 'Pipeline', 'Properties', 'Stages', '1', 'Actions', '0', ...place], given);
interface PipelineStage extends Part {
  readonly Actions: Part[];
}
/** A stage of the pipeline, beside all of them. */
const atStage =
  (index: number, change: (stage: PipelineStage, stages: PipelineStage[]) => void): Change =>
  ({ template }) => {
    const { Pipeline } = template['Resources'] as Record<string, { Properties: { Stages: PipelineStage[] } }>;
    const stages = Pipeline?.Properties.Stages ?? [];
    const stage = stages[index];
    if (stage === undefined) throw new RangeError(`There is no stage ${String(index)}.`);
    change(stage, stages);
  };
const inStage = (index: number, action: number, given: Part): Change =>
  atStage(index, ({ Actions }) => {
    Object.assign(Actions[action] ?? {}, given);
  });
const isBundle = (name: string): boolean => name === BUNDLE_NAME;
const isTemplate = (name: string): boolean => !isBundle(name);
const EVIL_ROLE = give('arn:aws:iam::777788889999:role/evil');

/** What a manifest says beside what the CDK writes, and what a template takes from elsewhere though it was evaluated so. */
const WRITTEN: readonly (readonly [what: string, change: Change, by: RegExp])[] = [
  ['a stack with parameters', property('parameters', give({ A: 'b' })), /stack x/],
  ['a stack that is not protected from deletion', property('terminationProtection', give(false)), /stack x/],
  ['a stack with tags of its own', property('tags', give({ A: 'b' })), /stack x/],
  [
    'a stack that takes its template from another bucket',
    property('stackTemplateAssetObjectUrl', give(`s3://evil/${OTHER}.json`)),
    /stack x/,
  ],
  [
    'a stack that takes its template from another folder of the bucket',
    property('stackTemplateAssetObjectUrl', (url) => url.replace('east-1/', 'east-1/evil/')),
    /stack x/,
  ],
  [
    'a stack with another template than its own',
    property('stackTemplateAssetObjectUrl', (url) => url.replace(/[0-9a-f]{64}/, OTHER)),
    /FAILED|WARNING/,
  ],
  [
    'a stack whose template has no digest for a name',
    property('stackTemplateAssetObjectUrl', give('s3://b/x.json')),
    /template of x/,
  ],
  [
    'a stack whose template’s name goes on after a line break',
    property('stackTemplateAssetObjectUrl', (url) => url.replace('.json', '\n.json')),
    /template of x/,
  ],
  [
    'a stack whose template lies in another folder',
    property('templateFile', give('../x.template.json')),
    /stack x/,
  ],
  ['a stack that is deployed by another role', property('assumeRoleArn', EVIL_ROLE), /stack x/],
  ['a stack that is made by another role', property('cloudFormationExecutionRoleArn', EVIL_ROLE), /stack x/],
  [
    'a stack that is looked up by another role',
    property('lookupRole', give({ arn: 'arn:aws:iam::777788889999:role/evil' })),
    /stack x/,
  ],
  ['a stack under another’s name', property('stackName', give('serverlessapp-other')), /name of x/],
  [
    'a stack whose name leads elsewhere',
    property('stackName', give('../../dev/templates/serverlessapp-dev-x')),
    /name of x/,
  ],
  [
    'a stack of another account',
    ofStack('environment', give('aws://999999999999/us-east-1')),
    /environment of x/,
  ],
  [
    'a stack that hides as another in the assembly',
    ofStack('displayName', give('serverlessapp-delivery')),
    /artifact x/,
  ],
  ['a stack with metadata of its own', ofStack('metadata', give({})), /artifact x/],
  [
    'a stack whose metadata lies elsewhere',
    ofStack('additionalMetadataFile', give('tree.json')),
    /artifact x/,
  ],
  ['context that the command line would look up', set('manifest', ['missing'], give([])), /manifest/],
  [
    'assets under a name that is not looked for',
    artifact('cdk:asset-manifest', { file: 'other.json' }),
    /artifact y/,
  ],
  [
    'assets within a bundle',
    set(
      'manifest',
      ['artifacts', 'asset.0/evil.assets'],
      give({ type: 'cdk:asset-manifest', properties: { file: 'asset.0/evil.assets.json', ...BOOTSTRAP } }),
    ),
    /artifact asset/,
  ],
  [
    'a stack that asks for what is not there',
    ofStack('dependencies', give(['x.assets', 'evil'])),
    /artifact x/,
  ],
  [
    'a stack that asks for another’s assets',
    ofStack('dependencies', give(['x.assets', 'y.assets'])),
    /artifact x/,
  ],
  ['a stack that asks for nothing', ofStack('dependencies', give([])), /artifact x/],
  [
    'a stack whose name in the assembly writes a line of its own',
    ({ manifest }) => {
      const artifacts = manifest['artifacts'] as Part;
      artifacts[`x.template.json\n${OTHER}  y`] = artifacts['x'];
    },
    /artifact x/,
  ],
  [
    'a folder within a stage’s',
    artifact('cdk:cloud-assembly', { directoryName: 'more', displayName: 'more' }),
    /artifact y/,
  ],
  ['an artefact of an unknown kind', artifact('cdk:plugin', {}), /artifact y/],
  ['a program that makes an asset', ofBundle(['source'], give({ executable: ['sh'] })), /source of/],
  ['a program beside an asset', ofBundle(['source', 'executable'], give(['sh'])), /source of/],
  [
    'an image of containers',
    set('assets', ['dockerImages', 'x'], give({ source: { executable: ['sh'] } })),
    /assets/,
  ],
  ['an asset that comes from elsewhere', ofBundle(['source', 'path'], give('../../../etc')), /source of/],
  ['an asset under a name that leads elsewhere', published(isBundle, `${BUNDLE_NAME}/../evil`), /asset /],
  ['an asset published under another name', destination('objectKey', give(`${OTHER}.zip`)), /destination of/],
  ['an asset published to another bucket', destination('bucketName', give('evil')), /destination of/],
  ['an asset published by another role', destination('assumeRoleArn', EVIL_ROLE), /destination of/],
  [
    'an asset published with a word to the role',
    destination('assumeRoleExternalId', give('x')),
    /destination of/,
  ],
  [
    'a destination whose name the shell would read',
    ofBundle(['destinations'], give({ '$(x)': {} })),
    /destination of/,
  ],
  ['a bundle that is not there', published(isBundle, OTHER), /test -d assembly\/asset\.0/],
  ['a template published under another’s digest', published(isTemplate, OTHER), /FAILED|WARNING/],
  ['code of another bucket', code('S3Bucket', give('evil')), /code from elsewhere/],
  ['code of another name', code('S3Key', (name) => `x/${name}`), /code from elsewhere/],
  ['code whose name is made of others', code('S3Key', give({ Ref: 'P' })), /code from elsewhere/],
  ['code that the assembly does not hold', code('S3Key', give(`${OTHER}.zip`)), /test 0{64}\n/],
  ['a version of code', code('S3ObjectVersion', give('1')), /from elsewhere/],
  [
    'code in a layer',
    set('template', ['Resources', 'F', 'Properties', 'Layers'], give(['arn:aws:lambda:x'])),
    /Layers takes/,
  ],
  [
    'code in the template',
    set('template', ['Resources', 'F', 'Properties', 'Code'], give({ ZipFile: 'x' })),
    /ZipFile takes/,
  ],
  [
    'a text that is decided later',
    resource('AWS::SNS::Topic', { TopicName: ['{', '{resolve:ssm:/x}}'].join('') }),
    /decided later/,
  ],
  ['a parameter', set('template', ['Parameters', 'P'], give({ Type: 'String' })), /parameters/],
  [
    'a build of another’s sources',
    resource('AWS::CodeBuild::Project', { Source: { Type: 'GITHUB' } }),
    /a build of somebody else/,
  ],
  [
    'rules of another bucket',
    resource('AWS::CloudFormation::GuardHook', { RuleLocation: { Uri: `s3://evil/${BUNDLE_NAME}.zip` } }),
    /code from elsewhere/,
  ],
  [
    'a function that others hold',
    resource('AWS::CloudFormation::CustomResource', { ServiceToken: 'x' }),
    /ServiceToken takes/,
  ],
  ['a macro of one’s own', resource('AWS::CloudFormation::Macro'), /a type of somebody else/],
  [
    'code in an image',
    set('template', ['Resources', 'F', 'Properties', 'Code'], give({ ImageUri: 'x' })),
    /ImageUri takes/,
  ],
  ['a template within the template', resource('AWS::SNS::Topic', { TemplateURL: 'x' }), /TemplateURL takes/],
  [
    'a macro over the template',
    set('template', ['Transform'], give('AWS::LanguageExtensions')),
    /a section of somebody else/,
  ],
  [
    'a macro in the template',
    resource('AWS::SNS::Topic', { 'Fn::Transform': { Name: 'AWS::Include' } }),
    /Fn::Transform is a function/,
  ],
  [
    'a loop',
    set('template', ['Resources', 'Fn::ForEach::X'], give({ Type: 'AWS::SNS::Topic' })),
    /Fn::ForEach::X is a function/,
  ],
  [
    'a body of an API in S3',
    resource('AWS::ApiGateway::RestApi', { BodyS3Location: {} }),
    /BodyS3Location takes/,
  ],
  [
    'a definition of a workflow in S3',
    resource('AWS::StepFunctions::StateMachine', { DefinitionS3Location: {} }),
    /DefinitionS3Location takes/,
  ],
  ['a type of somebody else', resource('Evil::Some::Type'), /a type of somebody else/],
  [
    'a parameter out of another place',
    set('template', ['Parameters', 'BootstrapVersion', 'Default'], give('/serverlessapp/later')),
    /parameters/,
  ],
  [
    'a resource that the parameter decides about',
    resource('AWS::SNS::Topic', { DisplayName: { Ref: 'BootstrapVersion' } }),
    /parameters/,
  ],
  ['a rule of its own', set('template', ['Rules', 'Other'], give({})), /parameters/],
  [
    'an id that AWS alone knows',
    resource('AWS::SNS::Topic', { DisplayName: { Ref: 'AWS::StackId' } }),
    /AWS::StackId is known to AWS alone/,
  ],
  [
    'a part of what is no ARN',
    resource('AWS::SNS::Topic', {
      DisplayName: { 'Fn::Select': [3, { 'Fn::Split': ['d', { 'Fn::GetAtt': ['T', 'TopicArn'] }] }] },
    }),
    /a text that is decided later/,
  ],
  [
    'an import by a name that is put together',
    resource('AWS::SNS::Topic', { DisplayName: { 'Fn::ImportValue': { Ref: 'T' } } }),
    /a name that is decided later/,
  ],
  [
    'an export by a name that is put together',
    set('template', ['Outputs'], give({ A: { Value: 'x', Export: { Name: { Ref: 'T' } } } })),
    /an export of somebody else/,
  ],
  [
    'two exports of one name',
    set(
      'template',
      ['Outputs'],
      give({ A: { Value: 'x', Export: { Name: 'n' } }, B: { Value: 'y', Export: { Name: 'n' } } }),
    ),
    /uniq -d|export n/,
  ],
  [
    'a build whose name is put together',
    build({ Name: { Ref: 'T' } }),
    /a build of somebody else|a name that is decided later/,
  ],
  [
    'a build whose name is a line of what is read of templates',
    build({ Name: `x\nbundle ${OTHER}` as unknown as object }),
    /a name that is decided later/,
  ],
  [
    'a build whose commands stand twice',
    build({ Source: { BuildSpec: '{"phases":{"build":{"commands":["evil"]}},"phases":{}}' } }),
    OTHERS,
  ],
  ['a condition', set('template', ['Conditions'], give({ C: true })), /a section of somebody else/],
  [
    'a text that puts itself together',
    resource('AWS::SNS::Topic', { DisplayName: { 'Fn::Join': ['', ['{{res', 'olve:ssm:/x}}']] } }),
    /a text that is decided later/,
  ],
  [
    'a text that begins a reference, and another that goes on with it',
    resource('AWS::SNS::Topic', { DisplayName: { 'Fn::Join': ['', ['a {', '{resolve:ssm:/x}}']] } }),
    /a text that is decided later/,
  ],
  [
    'a text between whose parts a reference begins',
    resource('AWS::SNS::Topic', { DisplayName: { 'Fn::Join': ['{', ['a', 'b']] } }),
    /a text that is decided later/,
  ],
  [
    'a text that is cut so that a reference begins',
    resource('AWS::SNS::Topic', {
      DisplayName: { 'Fn::Join': ['', { 'Fn::Split': ['|', 'a {|{resolve|:ssm:/x}}'] }] },
    }),
    /a text that is decided later/,
  ],
  [
    'a function that puts text in another’s place',
    resource('AWS::SNS::Topic', { DisplayName: { 'Fn::Sub': ['{${A}resolve:ssm:/x}}', { A: '{' }] } }),
    /is a function of somebody else|a text that is decided later/,
  ],
  [
    'a build that is told its commands by a file of the sources',
    build({ Source: { BuildSpec: 'x.yml' } }),
    OTHERS,
  ],
  [
    'a build that is told its commands by a bucket',
    build({ Source: { BuildSpec: 'arn:aws:s3:::evil/x.yml' } }),
    OTHERS,
  ],
  ['a build that is told nothing', build({ Source: { BuildSpec: undefined } }), OTHERS],
  ['a build with sources of its own', build({ Source: { Type: 'GITHUB' } }), OTHERS],
  ['a build with further sources', build({ SecondarySources: [{ Type: 'GITHUB' }] }), OTHERS],
  ['a build with an image of somebody else', build({ Environment: { Image: 'evil/image:1' } }), OTHERS],
  ['a build that keeps files from one run to another', build({ Cache: { Type: 'LOCAL' } }), OTHERS],
  [
    'a build with a value out of a store',
    build({
      Environment: {
        Image: 'aws/codebuild/standard:7.0',
        EnvironmentVariables: [{ Name: 'ENV', Type: 'PARAMETER_STORE', Value: '/x' }],
      },
    }),
    OTHERS,
  ],
];

describe('the commands of the build that signs refuse', () => {
  it.each([...FILES, ...TEMPLATES])('%s', (_what, change, by) => {
    const folder = handedOver();
    change(folder);
    expectRefusal(sign(folder), by);
  });
  it.each(WRITTEN)('%s', (_what, change, by) => {
    const folder = handedOver({
      change: (written, name) => {
        if (name === PROD) change(written);
      },
    });
    expectRefusal(sign(folder), by);
  });
  /** What only the pipeline's own definition, or the assembly's own manifest, can be wrong about. */
  it.each<readonly [what: string, change: Change, by: RegExp]>([
    [
      'a stack that the pipeline makes under another’s name',
      inPipeline(['Configuration', 'StackName'], give('serverlessapp-other')),
      /serverlessapp-other/,
    ],
    [
      'a template that the pipeline takes from elsewhere',
      set(
        'template',
        [
          'Resources',
          'Pipeline',
          'Properties',
          'Stages',
          '1',
          'Actions',
          '0',
          'Configuration',
          'TemplatePath',
        ],
        give('Source::x.template.json'),
      ),
      /the order of stages/,
    ],
    [
      'a template that another build hands over under the name of what is signed',
      ({ template }) => {
        const stages = (template['Resources'] as Record<string, { Properties: { Stages: unknown[] } }>)[
          'Pipeline'
        ];
        stages?.Properties.Stages.push({
          Name: 'More',
          Actions: [
            {
              ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' },
              Name: 'Gate',
              Configuration: {},
              OutputArtifacts: [{ Name: 'Sign_Output' }],
            },
          ],
        });
      },
      /who signs/,
    ],
    ...(
      [
        ['a provider that takes what it likes', ['ActionTypeId', 'Provider'], 'CloudFormationStackSet'],
        ['settings that are decided later', ['Configuration'], { 'Fn::If': ['C', {}, {}] }],
        ['a setting that nobody knows', ['Configuration', 'OutputFileName'], 'x'],
        [
          'an artifact by a name that is decided later',
          ['InputArtifacts'],
          [{ Name: { 'Fn::Join': ['', []] } }],
        ],
      ] as const
    ).map(
      ([what, place, value]) =>
        [
          `an action with ${what}`,
          inPipeline(place, give(value)),
          /a (?:pipeline|function) of somebody else|an action/,
        ] as const,
    ),
    [
      'a build that is given a value out of a store',
      atStage(0, ({ Actions: [sign] }) => {
        (sign?.['Configuration'] as Part)['EnvironmentVariables'] =
          '[{"name":"COMMIT","type":"PARAMETER_STORE","value":"/x"}]';
      }),
      /a pipeline of somebody else/,
    ],
    [
      'a stage that is passed over on a condition',
      atStage(3, (stage) => {
        stage['BeforeEntry'] = { Conditions: [{ Result: 'SKIP', Rules: [] }] };
      }),
      /a pipeline of somebody else/,
    ],
    [
      'production in the stage of another',
      atStage(1, ({ Actions }, stages) => {
        Actions.push(...(stages[3]?.Actions.splice(0, 2) ?? []));
      }),
      /the order of stages/,
    ],
    [
      'production before the others',
      atStage(3, (_stage, stages) => {
        stages.splice(1, 0, ...stages.splice(3, 1));
      }),
      /the order of stages/,
    ],
    [
      'production that waits for nobody',
      atStage(3, ({ Actions }) => {
        Actions.pop();
      }),
      /what waits for people/,
    ],
    ['production that changes before it waits', inStage(3, 0, { RunOrder: 1 }), /what waits for people/],
    [
      'one person where it takes two',
      atStage(0, ({ Actions }) => {
        Actions.pop();
      }),
      /what waits for people/,
    ],
    ['a second person who is asked later', inStage(0, 2, { RunOrder: 5 }), /what waits for people/],
    [
      'people who are asked before anything is signed',
      inStage(0, 0, { RunOrder: 4 }),
      /what waits for people/,
    ],
    [
      'parameters that the pipeline gives a stack',
      inPipeline(['Configuration', 'ParameterOverrides'], give('{}')),
      /a pipeline of somebody else/,
    ],
    [
      'a stack that the pipeline makes in another account',
      inPipeline(['RoleArn'], give(joinedRoleOf('assembly-serverlessapp-prod', 'deploy'))),
      /environment of/,
    ],
    [
      'a stack that the pipeline makes by a role of another account',
      inPipeline(['Configuration', 'RoleArn'], give(joinedRoleOf('assembly-serverlessapp-prod', 'cfn-exec'))),
      /environment of/,
    ],
    [
      'a stack that the pipeline makes in another region',
      inPipeline(['Region'], give('eu-central-1')),
      /environment of/,
    ],
    [
      'a stage that the pipeline makes where another one is',
      (written) => {
        for (const [purpose, at] of [
          ['deploy', ['RoleArn']],
          ['cfn-exec', ['Configuration', 'RoleArn']],
        ] as const)
          inPipeline(at, give(joinedRoleOf('assembly-serverlessapp-prod', purpose)))(written);
      },
      /aws:..777788889999.us-east-1/,
    ],
    [
      'a template in a place of the pipeline that is no action',
      set('template', ['Resources', 'Pipeline', 'Properties', 'Triggers'], give([{ TemplatePath: 'x' }])),
      /a pipeline of somebody else/,
    ],
    [
      'another input of an action',
      inPipeline(['InputArtifacts'], give([{ Name: 'Sign_Output' }, { Name: 'Source_Output' }])),
      /an action/,
    ],
    [
      'a stage that the pipeline does not deploy',
      set('template', ['Resources', 'Pipeline', 'Properties', 'Stages', '4', 'Actions'], give([])),
      /the order of stages/,
    ],
    [
      'a build that is given a variable twice',
      atStage(0, ({ Actions: [sign] }) => {
        (sign?.['Configuration'] as Part)['EnvironmentVariables'] =
          '[{"name":"COMMIT","value":"evil","type":"PLAINTEXT","value":"x"}]';
      }),
      /a pipeline of somebody else/,
    ],
    [
      'a second pipeline of the same name',
      ({ template }) => {
        const resources = template['Resources'] as Record<string, { Properties: Part }>;
        resources['Twin'] = {
          ...resources['Pipeline'],
          Properties: { ...resources['Pipeline']?.Properties, Stages: [] },
        };
      },
      /uniq -d|name AWS::CodePipeline::Pipeline/,
    ],
    [
      'the pipeline in another region',
      (written) => {
        for (const file of ['manifest', 'assets'] as const)
          written[file] = JSON.parse(
            JSON.stringify(written[file]).replaceAll('us-east-1', 'us-west-2'),
          ) as Part;
        code('S3Bucket', (bucket) => bucket.replace('us-east-1', 'us-west-2'))(written);
      },
      /test -z serverlessapp-delivery aws:..222233334444.us-west-2/,
    ],
    [
      'a pipeline that is not protected from deletion',
      set(
        'manifest',
        ['artifacts', 'serverlessapp-delivery', 'properties', 'terminationProtection'],
        give(false),
      ),
      /stack serverlessapp-delivery/,
    ],
    [
      'a stack that the update of the pipeline leaves out',
      ({ manifest }) => {
        const artifacts = manifest['artifacts'] as Part;
        artifacts['left-out'] = structuredClone(artifacts['serverlessapp-delivery']);
      },
      /a stack that is left out/,
    ],
    [
      'a folder that the assembly does not name',
      ({ manifest }) => {
        Reflect.deleteProperty(manifest['artifacts'] as Part, 'assembly-serverlessapp-prod-recovery');
      },
      /folders/,
    ],
  ])('%s', (_what, change, by) => {
    const folder = handedOver({
      change: (written, name) => {
        if (name === '') change(written);
      },
    });
    expectRefusal(sign(folder), by);
  });
  it('a release of another commit than the pipeline’s', () => {
    expectRefusal(sign(handedOver(), NO_RELEASE, 'def'), /a pack of dev and abc/);
  });
});

describe('the commands of the build that signs, of what the gate of the last release said', () => {
  const said = (folder: string): string => readFileSync(path.join(folder, 'said'), 'utf8');

  it('say before the first release that there is none', () => {
    const folder = handedOver();
    expect(sign(folder).status).toBe(0);
    expect(said(folder)).toMatch(/^There is no release before this one/);
    expect(readFileSync(path.join(folder, 'places'), 'utf8')).toBe('packs/abc/8 none');
  });
  it('tell its verdicts, what it has not read and how much has changed, and keep its packs signed', () => {
    const folder = handedOver({ before: 'before' });
    rmSync(path.join(folder, 'recheck/packs/dev'), { recursive: true });
    writePack(path.join(folder, 'recheck/packs/dev'), 'dev', 'before', {}, 'clean', RECHECK);
    expect(sign(folder, ONE_RELEASE).status).toBe(0);
    expect(said(folder)).toBe(
      "The gate of the last release (before) says: dev clean, staging clean, prod findings; 3 findings, 1 templates unread, 2 bundles that the sources do not give. Changed since then: 4 files, 4 of them the gate's, and values of templates: dev 2, staging 2, prod 2; of the pipeline since before was let in: 2.",
    );
    expect(readFileSync(path.join(folder, 'places'), 'utf8')).toBe('packs/recheck/abc/8 packs/before/7');
    const kept = path.join(folder, 'kept/packs/recheck/abc/8');
    expect(
      readdirSync(path.join(folder, 'kept/packs/signed')).map((time) =>
        readdirSync(path.join(folder, 'kept/packs/signed', time, 'abc')),
      ),
    ).toEqual([['8']]);
    for (const stage of STAGES) {
      const verified = verifyPack(path.join(kept, stage), publicKey);
      expect(verified).toMatchObject({ changes: [], signature: 'verified' });
      expect(unmetExpectations(verified, { publicKey, commit: 'before', stage, ...RECHECK })).toEqual([]);
      // Without a word of what it is for, it is not taken for the release's own.
      expect(unmetExpectations(verified, { publicKey, commit: 'before', stage })).toHaveLength(1);
    }
    expect(readFileSync(path.join(kept, 'changes'), 'utf8')).toContain('.npmrc');
    expect(readFileSync(path.join(kept, 'pipeline'), 'utf8')).toContain('serverlessapp-delivery: new: a');
    const statement = readFileSync(path.join(folder, 'kept/packs/abc/8.provenance.json'), 'utf8');
    expect(statement).toContain('prod findings');
    const { predicate } = JSON.parse(statement) as {
      predicate: { runDetails: { metadata: object; byproducts: { annotations: object }[] } };
    };
    // It names the run, and what the packs of the recheck say of themselves.
    expect(predicate.runDetails.metadata).toEqual({ invocationId: RECHECK.execution });
    expect(predicate.runDetails.byproducts[0]?.annotations).toMatchObject({
      purpose: RECHECK.purpose,
      about: RECHECK.about,
    });
  });
  it.each([
    [
      'others were signed since the one that runs in prod',
      ['1/before/7', '2/def/3', '3/ghi/4', '4/abc/5'],
      '2, the last ghi/4',
    ],
    ['the one that runs in prod was signed before there was such a list', ['2/def/3'], '1, the last def/3'],
    ['the one that runs in prod was signed again', ['1/before/7', '2/before/9'], undefined],
    ['the one that runs in prod was', ['1/def/3', '2/before/7', '3/abc/5'], undefined],
    ['none was but this one', ['3/abc/5'], undefined],
  ])('say whether it is so that %s', (_what, signed, later) => {
    const folder = handedOver({ before: 'before' });
    const Contents = signed.map((key) => ({ Key: `packs/signed/${key}` }));
    expect(sign(folder, ONE_RELEASE, 'abc', JSON.stringify({ Contents })).status).toBe(0);
    expect(/Signed after it, and not in prod: (.*)\.$/.exec(said(folder))?.[1]).toBe(later);
  });
  it('say since which release the pipeline’s own templates are told, whether it came to prod or not', () => {
    const folder = handedOver({ before: 'before' });
    const keys = ['2020-11-02T10-00-00Z', '2020-11-03T10-00-00Z'];
    const letIn = JSON.stringify({
      Contents: keys.map((time) => ({ Key: `packs/released/pipeline/${time}` })),
    });
    put('recheck/let-in', 'packs/released/pipeline/2020-11-03T10-00-00Z')(folder);
    const { status, calls } = sign(folder, ONE_RELEASE, 'abc', '', letIn);
    expect(status).toBe(0);
    expect(said(folder)).toContain('prod 2; of the pipeline since begun was let in: 2.');
    expect(calls).toContain('aws s3 cp s3://evidence/packs/released/pipeline/2020-11-03T10-00-00Z -');
  });
  it('refuse where another release was let in since the comparison with the last', () => {
    const folder = handedOver({ before: 'before' });
    put('recheck/let-in', 'packs/released/pipeline/2020-11-02T10-00-00Z')(folder);
    const letIn = JSON.stringify({ Contents: [{ Key: 'packs/released/pipeline/2020-11-03T10-00-00Z' }] });
    expectRefusal(sign(folder, ONE_RELEASE, 'abc', '', letIn), /cmp - recheck\/let-in/);
  });
  it.each([
    ['words for whoever reads', 'packs/before was let in: 0. Nothing needs reading/7'],
    ['a place below what the record’s role writes', 'packs/released/pipeline/before/7'],
    ['two lines', 'packs/before/7\npacks/before/7'],
    ['nothing', ' '],
  ])('refuse a record that is %s', (_what, record) => {
    const folder = handedOver({ before: 'before' });
    const refused = sign(folder, ONE_RELEASE, 'abc', '', '', { RECORD: record });
    expectRefusal(refused, /grep --null-data/);
    // Before anything is read of it.
    expect(refused.trace).not.toContain('LAST_COMMIT=');
  });
  it.each([
    ['lies ahead', 'packs/released/prod/9999-12-31T00-00-00Z'],
    ['lies deeper', 'packs/released/prod/9/2020-11-09T10-00-00Z'],
  ])('pass over a record whose name %s', (_what, name) => {
    const folder = handedOver({ before: 'before' });
    const { Contents } = JSON.parse(ONE_RELEASE) as { Contents: object[] };
    const { status, calls } = sign(folder, JSON.stringify({ Contents: [...Contents, { Key: name }] }));
    expect(status).toBe(0);
    expect(calls).toContain('aws s3 cp s3://evidence/packs/released/prod/2020-11-02T10-00-00Z -');
  });
  it('tell no more of a long commit and execution than an approval has room for', () => {
    const folder = handedOver({ before: 'before' });
    const Contents = [{ Key: `packs/signed/2/${'d'.repeat(40)}/${'e'.repeat(36)}` }];
    expect(sign(folder, ONE_RELEASE, 'abc', JSON.stringify({ Contents })).status).toBe(0);
    expect(said(folder)).toContain(`in prod: 1, the last ${'d'.repeat(12)}/${'e'.repeat(12)}.`);
  });
  it.each<readonly [what: string, before: string | undefined, change: (folder: string) => void, by: RegExp]>([
    [
      'a release whose gate was not asked',
      undefined,
      () => undefined,
      /recheck\/packs\/dev\/manifest\.json|test +=/,
    ],
    ...(
      [
        ['the release’s own', { purpose: 'release', execution: '8' }, 'release of null in 8'],
        ['a day’s', { purpose: 'day', execution: '8' }, 'day of null in 8'],
        ['whoever’s', { purpose: 'local' }, 'local of null in null'],
        ['another execution’s', { ...RECHECK, execution: '7' }, 'recheck of abc in 7'],
        ['one about another commit', { ...RECHECK, about: 'def' }, 'recheck of def in 8'],
      ] satisfies readonly (readonly [string, Occasion, string])[]
    ).map(
      ([whose, occasion, says]) =>
        [
          `${whose} pack in the place of the one of the gate before`,
          'before',
          (folder: string) => {
            const pack = path.join(folder, 'recheck/packs/prod');
            rmSync(pack, { recursive: true });
            writePack(pack, 'prod', 'before', {}, 'clean', occasion);
          },
          new RegExp(`error .*a pack of prod and before for ${says}$`, 'm'),
        ] as const,
    ),
    ['packs of another commit than the release', 'other', () => undefined, /a pack of dev and other/],
    [
      'a stage that was not asked about',
      'before',
      remove('recheck/packs/staging'),
      /recheck\/packs\/staging\/manifest|test +=/,
    ],
    [
      'a pack of one stage in the place of another',
      'before',
      (f) => {
        rmSync(path.join(f, 'recheck/packs/prod'), { recursive: true });
        cpSync(path.join(f, 'recheck/packs/dev'), path.join(f, 'recheck/packs/prod'), { recursive: true });
      },
      /a pack of dev and before/,
    ],
    [
      'a changed pack',
      'before',
      put('recheck/packs/prod/evidence.json', '{"result":"clean"}'),
      /FAILED|WARNING/,
    ],
    ['a gate that does not tell what has changed', 'before', remove('recheck/changes'), /changes/],
    ['a gate that does not tell of the pipeline', 'before', remove('recheck/pipeline'), /recheck\/pipeline/],
    ['bundles that were not made anew', 'before', put('recheck/bundles', ''), /test -s recheck\/bundles/],
  ])('refuse %s', (_what, before, change, by) => {
    const folder = handedOver(before === undefined ? {} : { before });
    change(folder);
    expectRefusal(sign(folder, ONE_RELEASE), by);
  });
  it('refuse where releases may not be listed', () => {
    expectRefusal(sign(handedOver({ before: 'before' }), 'denied'), /RELEASES=|list-objects/);
  });
});
