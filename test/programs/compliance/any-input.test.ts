import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Expanded, expandAssembly } from '../../../compliance/assembly/expand/expand';
import { includeAssembly } from '../../../compliance/assembly/include-assembly';
import type { EvaluatedStack, TemplateResource } from '../../../compliance/assembly/model';
import { readInput } from '../../../compliance/assembly/read-input';
import { evaluateWithCdkNag } from '../../../compliance/engines/cdk-nag';
import { mergeVariants } from '../../../compliance/engines/merge-variants';
import { evaluateScope } from '../../../compliance/engines/template-scope';
import { GateError } from '../../../compliance/gate-error';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
let directory: string;
let count = 0;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-input-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A directory of its own with these files; what is no text is written as JSON. */
function files(contents: Record<string, unknown>): string {
  count += 1;
  const root = path.join(directory, String(count));
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}
const read = (contents: Record<string, unknown>, place = '.') =>
  readInput(path.join(files(contents), place), PROJECT_ROOT);

const noSam = (): Promise<never> => Promise.reject(new Error('there is no translator here'));
const expand = (
  contents: Record<string, unknown>,
  parameters: Record<string, string> = {},
): Promise<Expanded> =>
  expandAssembly(read(contents), { parameters: new Map(Object.entries(parameters)), sam: noSam });
/** The resources of each way in which the only stack can be deployed. */
async function waysOf(
  template: Record<string, unknown>,
  parameters: Record<string, string> = {},
): Promise<{ assumes: string; resources: Readonly<Record<string, TemplateResource>> }[]> {
  const { variants, origins } = await expand({ 'a.json': template }, parameters);
  return variants.stacks.map(({ name, template: { Resources } }) => ({
    assumes: origins.get(name)?.assumes ?? '',
    resources: Resources,
  }));
}

describe('what can be evaluated is', () => {
  const yaml = `# a comment
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub 't-\${AWS::Region}'
      KmsMasterKeyId: !GetAtt Key.Arn
  Key:
    Type: AWS::KMS::Key
    Properties: { Description: !If [A, !Ref 'AWS::NoValue', 012345678901] }
`;

  test('a YAML file, its short forms written out, and each resource with its line', () => {
    const [stack] = read({ 'deep/stack.yaml': yaml }, 'deep/stack.yaml').stacks;
    expect(stack?.template.Resources).toEqual({
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          TopicName: { 'Fn::Sub': 't-${AWS::Region}' },
          KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
        },
      },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: { Description: { 'Fn::If': ['A', { Ref: 'AWS::NoValue' }, '012345678901'] } },
      },
    });
    expect(stack?.resources.map(({ template }) => template)).toEqual([
      { file: 'stack.yaml', line: 3 },
      { file: 'stack.yaml', line: 8 },
    ]);
  });

  test('merged values give way to those that stand there; every name is a name', () => {
    const { stacks, notRead } = read({
      'a.yaml': `Resources:
  A: &a { Type: AWS::S3::Bucket, Properties: { BucketName: a } }
  B: { Properties: { BucketName: b }, <<: *a }
  __proto__: { Type: AWS::SNS::Topic }
`,
    });
    expect(Object.keys(stacks[0]?.template.Resources ?? {})).toEqual(['A', 'B']);
    expect(stacks[0]?.template.Resources['B']?.Properties).toEqual({ BucketName: 'b' });
    expect(notRead).toMatchObject([
      { resource: '__proto__', why: expect.stringContaining('letters and digits') as string },
    ]);
  });

  const tenTimes = (text: string): string => Array(10).fill(text).join();
  /** Each name a list of ten aliases of the one before it. */
  const multiplied = (names: string): string =>
    Array.from(names)
      .slice(1)
      .map((name, index) => `${name}: &${name} [${tenTimes(`*${names.charAt(index)}`)}]\n`)
      .join('');

  test.each<[string, string, RegExp]>([
    [
      'aliases of aliases',
      `a: &a [${tenTimes('x')}]\n${multiplied('abcdefg')}Resources: { B: { Type: AWS::S3::Bucket, Properties: { X: *g } } }\n`,
      /aliases come to more than/,
    ],
    [
      'an alias of itself',
      'Resources: &r\n  B: { Type: AWS::S3::Bucket, Properties: { X: *r } }\n',
      /an alias stands within/,
    ],
    [
      'a second document',
      'Resources: { B: { Type: AWS::S3::Bucket } }\n---\nResources: { C: { Type: AWS::SNS::Topic } }\n',
      /several YAML documents/,
    ],
    [
      'values deep within values',
      `{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":{"X":${'['.repeat(3000)}${']'.repeat(3000)}}}}}`,
      /nested more than 200 deep/,
    ],
  ])('%s: a sentence, and a row where other templates lie beside it', (_what, text, why) => {
    expect(() => read({ 'a.yaml': text }, 'a.yaml')).toThrow(why);
    const { stacks, notRead } = read({
      'a.yaml': text,
      'b.yaml': 'Resources: { Q: { Type: AWS::SQS::Queue } }\n',
    });
    expect(stacks.map(({ name }) => name)).toEqual(['b']);
    expect(notRead).toMatchObject([{ resource: 'a.yaml', why: expect.stringMatching(why) as string }]);
  });

  test('a directory with templates and assemblies below it; what is no template is let be', () => {
    const assembly = {
      artifacts: { S: { type: 'aws:cloudformation:stack', properties: { templateFile: 's.json' } } },
    };
    const { stacks, notRead } = read({
      'infra/network.yml': yaml,
      'app/cdk.out/manifest.json': assembly,
      'app/cdk.out/s.json': { Resources: { B: BUCKET } },
      'package.json': { name: 'x', Resources: 3 },
      'k8s.yaml': 'kind: Pod\n',
      'node_modules/x/t.json': { Resources: { B: BUCKET } },
    });
    expect(stacks.map(({ name, templateFile }) => [name, templateFile])).toEqual([
      ['S', 'app/cdk.out/s.json'],
      ['infra.network', 'infra/network.yml'],
    ]);
    expect(notRead).toEqual([]);
  });

  test('stacks of one name in two regions, each under a name of its own', () => {
    const stack = (region: string) => ({
      type: 'aws:cloudformation:stack',
      environment: `aws://111122223333/${region}`,
      properties: { templateFile: `${region}.json`, stackName: 'App' },
    });
    const template = { Resources: { B: BUCKET } };
    const { stacks } = read({
      'manifest.json': { artifacts: { a: stack('eu-west-1'), b: stack('us-east-1') } },
      'eu-west-1.json': template,
      'us-east-1.json': template,
    });
    expect(stacks.map(({ name, stackName }) => [name, stackName])).toEqual([
      ['App@eu-west-1', 'App'],
      ['App@us-east-1', 'App'],
    ]);
    expect(stacks.map(({ resources }) => resources[0]?.stack)).toEqual(['App@eu-west-1', 'App@us-east-1']);
  });

  test('nested stacks, by their path, by the asset that they are, and once only', async () => {
    const hash = 'a'.repeat(64);
    const nested = (Properties: unknown) => ({ Type: 'AWS::CloudFormation::Stack', Properties });
    const place = {
      'root.yaml': {
        Resources: {
          ByPath: nested({ TemplateURL: './child.yaml', Parameters: { Name: 'given' } }),
          ByAsset: nested({ TemplateURL: { 'Fn::Sub': `https://s3.\${AWS::URLSuffix}/x/${hash}.json` } }),
          Elsewhere: nested({ TemplateURL: 'https://bucket.s3.amazonaws.com/other.yaml' }),
        },
      },
      'child.yaml': {
        Parameters: { Name: { Type: 'String' } },
        Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'Name' } } } },
      },
      'asset.json': { Resources: { B: BUCKET } },
      'root.assets.json': { files: { [hash]: { source: { path: 'asset.json' } } } },
    };
    const { whole, notRead } = await expand(place);
    expect(whole.stacks.map(({ name }) => name)).toEqual(['root', 'root.ByAsset', 'root.ByPath']);
    expect(whole.stacks[2]?.template.Resources['Topic']?.Properties).toEqual({ TopicName: 'given' });
    expect(notRead.map(({ stack, resource }) => `${stack ?? ''} ${resource}`)).toEqual(['root Elsewhere']);
  });

  test('stacks that name no region, in the one that is given', () => {
    const root = files({ 'a.json': { Resources: { B: BUCKET } } });
    expect(readInput(root, PROJECT_ROOT, 'eu-west-1').stacks[0]?.environment).toBe(
      'aws://unknown-account/eu-west-1',
    );
  });
});

describe('what cannot be evaluated is named, and stops nothing else:', () => {
  test('a file that looks like a template and is none, and a resource of no form', () => {
    const { stacks, notRead } = read({
      'good.yaml': 'Resources:\n  Bad: { Typ: x }\n  B: { Type: AWS::S3::Bucket }\n',
      'broken.yaml': 'AWSTemplateFormatVersion: "2010-09-09"\nResources: [\n',
    });
    expect(stacks.flatMap(({ resources }) => resources.map(({ logicalId }) => logicalId))).toEqual(['B']);
    expect(notRead.map(({ resource, template, why }) => [resource, template.line, why])).toEqual([
      ['broken.yaml', 1, expect.stringMatching(/^broken\.yaml is neither JSON nor YAML: /)],
      [
        'Bad',
        2,
        'It is of no form that CloudFormation takes (Type: Invalid input: expected string, received undefined).',
      ],
    ]);
  });

  const OPEN_TOPIC =
    'AWSTemplateFormatVersion: 2010-09-09\nResources:\n  T\u00f6: { Type: AWS::SNS::Topic }\n';
  const bytes = (mark: number[], text: string, encoding: BufferEncoding): Buffer =>
    Buffer.concat([Buffer.from(mark), Buffer.from(text, encoding)]);

  test.each<[string, Buffer]>([
    ['UTF-8 with its mark', bytes([0xef, 0xbb, 0xbf], OPEN_TOPIC, 'utf8')],
    ['UTF-16, little end first', bytes([0xff, 0xfe], OPEN_TOPIC, 'utf16le')],
    ['UTF-16, big end first', bytes([], `\ufeff${OPEN_TOPIC}`, 'utf16le').swap16()],
    [
      'JSON with a mark',
      bytes([0xef, 0xbb, 0xbf], '{"Resources":{"T\u00f6":{"Type":"AWS::SNS::Topic"}}}', 'utf8'),
    ],
  ])('%s is read', (_what, content) => {
    const root = files({ 'b.yaml': 'Resources: { Q: { Type: AWS::SQS::Queue } }\n' });
    writeFileSync(path.join(root, 'a.yaml'), content);
    for (const place of [root, path.join(root, 'a.yaml')]) {
      const { stacks, notRead } = readInput(place, PROJECT_ROOT);
      expect(stacks[0]?.resources.map(({ logicalId }) => logicalId)).toEqual(['T\u00f6']);
      expect(notRead).toEqual([]);
    }
  });

  test.each<[string, string, (file: string) => void, RegExp]>([
    ['UTF-16 without its mark', 'a.yaml', (file) => writeFileSync(file, OPEN_TOPIC, 'utf16le'), /zero bytes/],
    [
      'UTF-32',
      'a.json',
      (file) => writeFileSync(file, bytes([0xff, 0xfe, 0, 0], OPEN_TOPIC, 'utf16le')),
      /UTF-32/,
    ],
    ['another alphabet', 'a.yml', (file) => writeFileSync(file, OPEN_TOPIC, 'latin1'), /no text in UTF-8/],
    ['an empty file', 'a.template', (file) => writeFileSync(file, ' \n'), /it is empty/],
    ['no text', 'a.json', (file) => writeFileSync(file, Buffer.from([0x1f, 0x8b, 8, 0, 0xff])), /zero bytes/],
    ['a link to nothing', 'a.yaml', (file) => symlinkSync('gone', file), /leads to nothing/],
    ['a link to itself', 'a.yaml', (file) => symlinkSync(path.basename(file), file), /ELOOP/],
    ['a pipe', 'a.yaml', (file) => void execFileSync('mkfifo', [file]), /no regular file/],
    [
      'a name that stands twice',
      'a.json',
      (file) =>
        writeFileSync(file, '{"Resources":{"A":{"Type":"AWS::SNS::Topic"},"A":{"Type":"AWS::SQS::Queue"}}}'),
      /"A" stands twice/,
    ],
    [
      'a template without resources',
      'a.yaml',
      (file) => writeFileSync(file, 'AWSTemplateFormatVersion: 2010-09-09\nResource: {}\n'),
      /no section Resources/,
    ],
    [
      'resources within something else',
      'a.yaml',
      (file) => writeFileSync(file, "resources:\n  Resources:\n    A: { 'Type': 'AWS::SNS::Topic' }\n"),
      /no section Resources/,
    ],
    [
      'a manifest of an assembly that is broken',
      'app/manifest.json',
      (file) => {
        mkdirSync(path.dirname(file));
        writeFileSync(file, '{"artifacts": {');
      },
      /cannot be read/,
    ],
  ])('%s: a row that says why, whatever lies beside it', (_what, name, make, why) => {
    const root = files({ 'b.yaml': 'Resources: { Q: { Type: AWS::SQS::Queue } }\n' });
    make(path.join(root, name));
    const { stacks, notRead } = readInput(root, PROJECT_ROOT);
    expect(stacks.map(({ templateFile }) => templateFile)).toEqual(['b.yaml']);
    expect(notRead).toMatchObject([
      { resource: name, template: { file: name }, why: expect.stringMatching(why) as string },
    ]);
    expect(() => readInput(path.join(root, name), PROJECT_ROOT)).toThrow(GateError);
  });

  test('behind links: a file, and a directory once, however many ways lead there', () => {
    const root = files({ 'shared/t.yaml': 'Resources: { Q: { Type: AWS::SQS::Queue } }\n' });
    symlinkSync(path.join(root, 'shared/t.yaml'), path.join(root, 'one.yaml'));
    symlinkSync('.', path.join(root, 'shared/again'));
    symlinkSync('shared', path.join(root, 'zoo'));
    expect(readInput(root, PROJECT_ROOT).stacks.map(({ templateFile }) => templateFile)).toEqual([
      'one.yaml',
      'shared/t.yaml',
    ]);
  });

  test('behind links: an assembly, once', () => {
    const root = files({
      'cdk.out/manifest.json': {
        version: '36.0.0',
        artifacts: {
          Mine: {
            type: 'aws:cloudformation:stack',
            environment: 'aws://111122223333/us-east-1',
            properties: { templateFile: 'Mine.template.json' },
          },
        },
      },
      'cdk.out/Mine.template.json': { Resources: { Q: { Type: 'AWS::SQS::Queue' } } },
    });
    symlinkSync('cdk.out', path.join(root, 'latest'));
    expect(readInput(root, PROJECT_ROOT).stacks.map(({ name }) => name)).toEqual(['Mine']);
  });

  test('beside a manifest of another kind: every template', () => {
    const { stacks } = read({
      'manifest.json': { manifest_version: 3, version: '1.0', name: 'an extension of a browser' },
      'infra/t.json': { Resources: { Mine: { Type: 'Custom::Mine' } } },
    });
    expect(stacks.map(({ name }) => name)).toEqual(['infra.t']);
  });

  test('what an assembly leads to: a stack without a template, its metadata, its list of assets', () => {
    const stack = (properties: object, more: object = {}) => ({
      type: 'aws:cloudformation:stack',
      properties,
      ...more,
    });
    const { stacks, notRead } = read({
      'manifest.json': {
        artifacts: {
          A: stack({ templateFile: 'a.json' }, { additionalMetadataFile: 'a.metadata.json' }),
          B: stack({}),
        },
      },
      'a.json': {
        Resources: {
          N: {
            Type: 'AWS::CloudFormation::Stack',
            Properties: { TemplateURL: { 'Fn::Sub': `https://x/${'0'.repeat(64)}.json` } },
          },
        },
      },
      'a.metadata.json': '{',
      'a.assets.json': '{',
    });
    expect(stacks.map(({ name }) => name)).toEqual(['A']);
    expect(notRead.map(({ stack: name, why }) => [name, why])).toEqual([
      ['A', expect.stringMatching(/a\.metadata\.json cannot be read/)],
      ['B', expect.stringMatching(/names no template/)],
    ]);
  });

  test('a place where there is nothing to evaluate, in a sentence', () => {
    expect(() => read({ 'x.txt': 'y' })).toThrow(/holds no CloudFormation template with resources/);
    expect(() => read({ 'x.txt': 'y' }, 'gone')).toThrow(/^There is no .+gone\. Name a cloud assembly/);
    expect(() => read({ 'a.json': '{"a": ' }, 'a.json')).toThrow(
      /cannot be evaluated\. .+neither JSON nor YAML/,
    );
  });

  test('each part that nobody can work out, with its resource, as a row that is no finding', async () => {
    const template = {
      Transform: ['AWS::LanguageExtensions', 'OurMacro'],
      Parameters: { Subnet: { Type: 'String' } },
      Resources: {
        'Fn::ForEach::Loop': ['N', { 'Fn::Split': [',', { Ref: 'Subnet' }] }, { 'B${N}': BUCKET }],
        Set: { Type: 'AWS::CloudFormation::StackSet' },
        Module: { Type: 'Example::Net::Vpc::MODULE' },
        Host: { Type: 'AWS::EC2::Instance', Properties: { SubnetId: { Ref: 'Subnet' } } },
      },
    };
    const root = read({ 'a.json': template });
    const { notRead } = await expandAssembly(root, { parameters: new Map(), sam: noSam });
    const rows = evaluateScope(root, notRead).rows;
    expect(rows.map(({ rule, resource, verdict }) => `${rule} ${resource} ${verdict}`).sort()).toEqual([
      'scope-no-open-parameter Subnet error',
      'scope-nothing-unread (template) error',
      'scope-nothing-unread Loop error',
      'scope-nothing-unread Module error',
      'scope-nothing-unread Set error',
      'scope-unconditional (template) compliant',
    ]);
  });

  test('a resource that the CDK cannot read as a construct', () => {
    const bad = { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::GetAtt': ['Nowhere', 'Arn'] } } };
    const assembly = read({
      'a.json': { Resources: { Bad: bad, Good: BUCKET, Refers: { ...BUCKET, DependsOn: 'Bad' } } },
    });
    const { constructs, notIncluded } = includeAssembly(assembly, path.join(directory, 'included'));
    expect([...constructs.values()].map(({ logicalId }) => logicalId)).toEqual(['Good', 'Refers']);
    expect(notIncluded).toEqual([
      expect.objectContaining({ resource: 'Bad', why: expect.stringContaining("'Nowhere'") as string }),
    ]);
    const { rows, failures } = evaluateWithCdkNag(constructs, undefined, notIncluded);
    expect(failures).toEqual([]);
    expect(rows.filter(({ verdict }) => verdict === 'error').map(({ resource }) => resource)).toEqual([
      'Bad',
    ]);
    expect(rows.some(({ resource, verdict }) => resource === 'Good' && verdict === 'non-compliant')).toBe(
      true,
    );
  });

  test('a SAM template where its translator does not run', async () => {
    const sam = {
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: { F: { Type: 'AWS::Serverless::Function' } },
    };
    const { notRead } = await expand({ 'a.json': sam });
    expect(notRead.map(({ why }) => why)).toEqual([
      "AWS's SAM translator could not expand it: there is no translator here",
    ]);
  });
});

describe('what is decided when a template is deployed is worked out:', () => {
  test('parameters by their defaults, by what is given, and mappings and texts made of them', async () => {
    const template = {
      Parameters: {
        Env: { Type: 'String', Default: 'dev' },
        Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
        Looked: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
      },
      Mappings: { Sizes: { dev: { 'us-east-1': 1 }, prod: { 'us-east-1': 2 } } },
      Resources: {
        Q: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: { 'Fn::Sub': ['${Env}-${N}', { N: { 'Fn::Select': ['1', { Ref: 'Zones' }] } }] },
            DelaySeconds: { 'Fn::FindInMap': ['Sizes', { Ref: 'Env' }, { Ref: 'AWS::Region' }] },
            KmsMasterKeyId: { Ref: 'Looked' },
            Tags: [{ Ref: 'AWS::NoValue' }, { Key: 'r', Value: { Ref: 'AWS::Region' } }],
          },
        },
      },
    };
    const properties = (name: string, delay: number) => [
      {
        assumes: '',
        resources: {
          Q: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              QueueName: name,
              DelaySeconds: delay,
              KmsMasterKeyId: { Ref: 'Looked' },
              Tags: [{ Key: 'r', Value: { Ref: 'AWS::Region' } }],
            },
          },
        },
      },
    ];
    expect(await waysOf(template)).toEqual(properties('dev-b', 1));
    expect(await waysOf(template, { Env: 'prod', Zones: 'x,y' })).toEqual(properties('prod-y', 2));
  });

  test('loops, one within the other, among resources and in properties', async () => {
    const template = {
      Transform: 'AWS::LanguageExtensions',
      Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'one,two' } },
      Resources: {
        'Fn::ForEach::Outer': [
          'Name',
          { Ref: 'Names' },
          {
            'Fn::ForEach::Inner': [
              'Zone',
              ['a-1'],
              {
                'Bucket${Name}&{Zone}': {
                  Type: 'AWS::S3::Bucket',
                  Properties: { BucketName: { 'Fn::Sub': '${Name}-${Zone}' } },
                },
              },
            ],
          },
        ],
      },
    };
    const [way] = await waysOf(template);
    expect(
      Object.entries(way?.resources ?? {}).map(([id, { Properties }]) => [id, Properties?.['BucketName']]),
    ).toEqual([
      ['Bucketonea1', 'one-a-1'],
      ['Buckettwoa1', 'two-a-1'],
    ]);
  });

  const conditional = {
    Parameters: {
      Env: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod', 'test'] },
      Extra: { Type: 'String', Default: 'no' },
    },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
      IsNotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      IsExtra: { 'Fn::And': [{ Condition: 'IsProd' }, { 'Fn::Equals': [{ Ref: 'Extra' }, 'yes'] }] },
      Never: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsNotProd' }] },
    },
    Resources: {
      Always: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: { 'Fn::If': ['IsExtra', 'extra', { 'Fn::If': ['IsProd', 'big', 'small'] }] },
        },
      },
      Prod: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' },
      Dev: { Type: 'AWS::SNS::Topic', Condition: 'IsNotProd' },
      Impossible: { Type: 'AWS::SNS::Topic', Condition: 'Never' },
    },
  };

  test('conditions with both sides, the defaults first, and no side that cannot be', async () => {
    const ways = await waysOf(conditional);
    expect(
      ways.map(({ assumes, resources }) => [
        assumes,
        resources['Always']?.Properties?.['BucketName'],
        Object.keys(resources),
      ]),
    ).toEqual([
      ['', 'small', ['Always', 'Dev']],
      ['Env=prod, Extra=yes', 'extra', ['Always', 'Prod']],
      ['Env=prod', 'big', ['Always', 'Prod']],
    ]);
  });

  test('a given parameter leaves one side', async () => {
    expect((await waysOf(conditional, { Env: 'prod', Extra: 'no' })).map(({ assumes }) => assumes)).toEqual([
      '',
    ]);
  });

  test('a comparison with what only AWS knows has both sides too', async () => {
    const template = {
      Conditions: { Open: { 'Fn::Equals': [{ 'Fn::ImportValue': 'x' }, 'y'] } },
      Resources: { B: { ...BUCKET, Properties: { BucketName: { 'Fn::If': ['Open', 'yes', 'no'] } } } },
    };
    const names = (await waysOf(template)).map(({ resources }) => resources['B']?.Properties?.['BucketName']);
    expect(names).toEqual(['yes', 'no']);
  });

  test('a branch of a template with too many ways is told', async () => {
    const names = 'a b c d e f g h i j'.split(' ');
    const equals = (name: string) => ({ 'Fn::Equals': [{ Ref: 'P' }, name] });
    const { notRead } = await expand({
      'a.json': {
        Parameters: { P: { Type: 'String', Default: 'none' } },
        Conditions: Object.fromEntries(names.map((name) => [name, equals(name)])),
        Resources: Object.fromEntries(names.map((name) => [`Q${name}`, { ...BUCKET, Condition: name }])),
      },
    });
    expect(notRead.map(({ why, open }) => [open, why])).toEqual([
      ['condition', 'No way was tried in which h holds: what is there then was not evaluated.'],
      ['condition', 'No way was tried in which i holds: what is there then was not evaluated.'],
      ['condition', 'No way was tried in which j holds: what is there then was not evaluated.'],
    ]);
  });

  test('a template that leaves nothing open is not touched', async () => {
    const { variants } = await expand({
      'a.json': {
        Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
        Resources: { B: { ...BUCKET, Properties: { BucketName: { 'Fn::Join': ['', ['a', 'b']] } } } },
      },
    });
    expect(variants.stacks[0]?.template.Resources['B']?.Properties).toEqual({
      BucketName: { 'Fn::Join': ['', ['a', 'b']] },
    });
  });
});

test('a finding of one way alone is told once, with what it assumes; one of all ways without', async () => {
  const template = {
    Parameters: { Env: { Type: 'String', Default: 'prod' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } },
    Resources: {
      B: {
        Type: 'AWS::S3::Bucket',
        Properties: { VersioningConfiguration: { Status: { 'Fn::If': ['IsProd', 'Enabled', 'Suspended'] } } },
      },
    },
  };
  const { variants, origins } = await expand({ 'a.json': template });
  const { constructs } = includeAssembly(variants, path.join(directory, 'ways'));
  const rows = mergeVariants(evaluateWithCdkNag(constructs).rows, origins).filter(
    ({ resource }) => resource === 'B',
  );
  const told = (rule: string) =>
    rows
      .filter((row) => row.rule.endsWith(rule))
      .map(({ verdict, message, stack }) => [verdict, message.slice(0, 30), stack]);
  expect(told('HIPAA.Security-S3BucketVersioningEnabled')).toEqual([
    ['non-compliant', expect.stringMatching(/^If Env=\(another value\): /), 'a'],
  ]);
  expect(told('HIPAA.Security-S3BucketLoggingEnabled')).toEqual([
    ['non-compliant', expect.not.stringMatching(/^If /), 'a'],
  ]);
});

test('the names of stacks in rows are those of their own resources', async () => {
  const { whole } = await expand({ 'a.json': { Conditions: {}, Resources: { B: BUCKET } } });
  const own = ({ name, resources }: EvaluatedStack) => resources.every(({ stack }) => stack === name);
  expect(whole.stacks.map(own)).toEqual([true]);
});
