import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TEMPLATE_LINES } from '../../lib/names';
import { manifestOf, manifestText } from '../../compliance/report/manifest';
import type { Occasion } from '../../compliance/report/purpose';

const BUNDLE = 'exports.handler = () => undefined;';
export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
/** The name that a bundle of one file has, told by other means than the sources' own. */
export const BUNDLE_NAME = sha256(sha256(`${sha256(BUNDLE)}  ./index.js\n`));

/** The folders of the assembly as this project's configuration has them, by the stage whose pack evaluates them. */
export const FOLDERS = {
  '': { pack: 'prod', account: '222233334444', region: 'us-east-1' },
  'assembly-serverlessapp-dev': { pack: 'dev', account: '111122223333', region: 'us-east-1' },
  'assembly-serverlessapp-staging': { pack: 'staging', account: '444455556666', region: 'us-east-1' },
  'assembly-serverlessapp-prod': { pack: 'prod', account: '777788889999', region: 'us-east-1' },
  'assembly-serverlessapp-prod-recovery': { pack: 'prod', account: '777788889999', region: 'us-west-2' },
} as const;
type Folder = keyof typeof FOLDERS;
const NAMES = Object.keys(FOLDERS) as Folder[];
export const STAGES = ['dev', 'staging', 'prod'] as const;

const PIPELINE = 'serverlessapp-delivery';
/** What the stack of a folder is called in it. */
const idOf = (folder: Folder): string => (folder === '' ? PIPELINE : 'x');
const stackOf = (folder: Folder): string =>
  folder === '' ? PIPELINE : `${folder.replace('assembly-', '')}-x`;
export const bucketOf = (folder: Folder): string =>
  `cdk-hnb659fds-assets-${FOLDERS[folder].account}-${FOLDERS[folder].region}`;
const roleOf = (folder: Folder, purpose: string): string =>
  ['arn:$', `{AWS::Partition}:iam::${FOLDERS[folder].account}:role/cdk-hnb659fds-${purpose}-role-`].join('') +
  `${FOLDERS[folder].account}-${FOLDERS[folder].region}`;
/** The same in an action of the pipeline. */
export const joinedRoleOf = (folder: Folder, purpose: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, roleOf(folder, purpose).replace(/^.*[}]/, '')]],
});
/** What a manifest says of the bootstrap. */
export const BOOTSTRAP = {
  requiresBootstrapStackVersion: 6,
  bootstrapStackVersionSsmParameter: '/cdk-bootstrap/hnb659fds/version',
};

/** What a template, its manifest of assets and the manifest of its folder hold, as the CDK writes them. */
export interface Written {
  template: Record<string, unknown>;
  assets: Record<string, unknown>;
  manifest: Record<string, unknown>;
}

const provider = (Category: string, Provider: string) => ({
  ActionTypeId: { Category, Owner: 'AWS', Provider, Version: '1' },
});
const approval = (Name: string, RunOrder: number) => ({
  ...provider('Approval', 'Manual'),
  Configuration: { CustomData: 'Read.' },
  Name,
  RunOrder,
});
/** As CDK Pipelines writes it: people let in what is signed, and each stack is made of a template of that. */
const pipeline = {
  Type: 'AWS::CodePipeline::Pipeline',
  Properties: {
    Name: PIPELINE,
    Stages: [
      {
        Name: 'Build',
        Actions: [
          {
            ...provider('Build', 'CodeBuild'),
            Configuration: {
              ProjectName: { Ref: 'Sign' },
              EnvironmentVariables: '[{"name":"COMMIT","type":"PLAINTEXT","value":"#{Source.CommitId}"}]',
            },
            InputArtifacts: [{ Name: 'Gate_Output' }],
            Name: 'Sign',
            OutputArtifacts: [{ Name: 'Sign_Output' }],
            RunOrder: 3,
          },
          approval('LetIn', 4),
          approval('LetInControls', 4),
        ],
      },
      ...NAMES.filter((name) => name !== '').map((name) => ({
        Name: name.replace('assembly-', ''),
        Actions: [
          {
            ...provider('Deploy', 'CloudFormation'),
            Configuration: {
              ActionMode: 'CHANGE_SET_REPLACE',
              Capabilities: 'CAPABILITY_NAMED_IAM',
              ChangeSetName: 'PipelineChange',
              RoleArn: joinedRoleOf(name, 'cfn-exec'),
              StackName: stackOf(name),
              TemplatePath: `Sign_Output::${name}/x.template.json`,
            },
            InputArtifacts: [{ Name: 'Sign_Output' }],
            Name: 'x.Prepare',
            Region: FOLDERS[name].region,
            RoleArn: joinedRoleOf(name, 'deploy'),
            RunOrder: 2,
          },
          {
            ...provider('Deploy', 'CloudFormation'),
            Configuration: {
              ActionMode: 'CHANGE_SET_EXECUTE',
              ChangeSetName: 'PipelineChange',
              StackName: stackOf(name),
            },
            Name: 'x.Deploy',
            RoleArn: joinedRoleOf(name, 'deploy'),
            RunOrder: 3,
          },
          ...(name === 'assembly-serverlessapp-prod' ? [approval('ReleaseToProduction', 1)] : []),
        ],
      })),
    ],
  },
};

/** What the CDK writes into each template about the bootstrap. */
const ABOUT_BOOTSTRAP = {
  Parameters: {
    BootstrapVersion: {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: BOOTSTRAP.bootstrapStackVersionSsmParameter,
      Description:
        'Version of the CDK Bootstrap resources in this environment, automatically retrieved from SSM Parameter Store. [cdk:skip]',
    },
  },
  Rules: {
    CheckBootstrapVersion: {
      Assertions: [
        {
          Assert: {
            'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }],
          },
          AssertDescription:
            "CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI.",
        },
      ],
    },
  },
};

const templateOf = (folder: Folder): Record<string, unknown> => ({
  ...structuredClone(ABOUT_BOOTSTRAP),
  Resources: {
    ...(folder === '' ? { Pipeline: structuredClone(pipeline) } : {}),
    F: {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { S3Bucket: bucketOf(folder), S3Key: `${BUNDLE_NAME}.zip` } },
    },
    T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: folder } },
  },
});
const destination = (folder: Folder, name: string, ending: string) => ({
  [`${FOLDERS[folder].account}-${FOLDERS[folder].region}-0123abcd`]: {
    bucketName: bucketOf(folder),
    objectKey: `${name}.${ending}`,
    region: FOLDERS[folder].region,
    assumeRoleArn: roleOf(folder, 'file-publishing'),
  },
});

function assetsOf(folder: Folder, template: string): Record<string, unknown> {
  const place = folder === '' ? `asset.${BUNDLE_NAME}` : `../asset.${BUNDLE_NAME}`;
  return {
    version: '55.0.0',
    files: {
      [BUNDLE_NAME]: {
        displayName: 'F/Code',
        source: { path: place, packaging: 'zip' },
        destinations: destination(folder, BUNDLE_NAME, 'zip'),
      },
      [template]: {
        displayName: 'x Template',
        source: { path: `${idOf(folder)}.template.json`, packaging: 'file' },
        destinations: destination(folder, template, 'json'),
      },
    },
    dockerImages: {},
  };
}

const manifestOfFolder = (folder: Folder, template: string): Record<string, unknown> => ({
  version: '55.0.0',
  artifacts: {
    ...(folder === ''
      ? Object.fromEntries(
          NAMES.filter((name) => name !== '').map((name) => [
            name,
            {
              type: 'cdk:cloud-assembly',
              properties: { directoryName: name, displayName: name.replace('assembly-', '') },
            },
          ]),
        )
      : {}),
    [`${idOf(folder)}.assets`]: {
      type: 'cdk:asset-manifest',
      properties: { file: `${idOf(folder)}.assets.json`, ...BOOTSTRAP },
    },
    [idOf(folder)]: {
      type: 'aws:cloudformation:stack',
      environment: `aws://${FOLDERS[folder].account}/${FOLDERS[folder].region}`,
      properties: {
        templateFile: `${idOf(folder)}.template.json`,
        terminationProtection: FOLDERS[folder].pack !== 'dev',
        validateOnSynth: false,
        assumeRoleArn: roleOf(folder, 'deploy'),
        cloudFormationExecutionRoleArn: roleOf(folder, 'cfn-exec'),
        stackTemplateAssetObjectUrl: `s3://${bucketOf(folder)}/${template}.json`,
        ...BOOTSTRAP,
        additionalDependencies: [`${idOf(folder)}.assets`],
        lookupRole: {
          arn: roleOf(folder, 'lookup'),
          ...BOOTSTRAP,
          requiresBootstrapStackVersion: 8,
        },
        ...(folder === '' ? {} : { stackName: stackOf(folder) }),
      },
      dependencies: [`${idOf(folder)}.assets`],
      additionalMetadataFile: `${idOf(folder)}.metadata.json`,
      displayName: folder === '' ? PIPELINE : `${folder.replace('assembly-', '')}/x`,
    },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  },
  minimumCliVersion: '2.1148.2',
});

const write = (file: string, content: unknown): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 1));
};

/** What a pack tells since the one before. */
const CHANGED = [
  { title: 'Findings', lines: ['new: a finding'] },
  { title: TEMPLATE_LINES, lines: ['new: a value', 'gone: another'] },
];
/** What the gate of the release before says of commit `abc` in execution `8`. */
export const RECHECK: Occasion = { purpose: 'recheck', execution: '8', about: 'abc' };
/** A pack of the gate, whole. */
export function writePack(
  folder: string,
  stage: string,
  commit: string,
  more: Readonly<Record<string, string>> = {},
  result = 'clean',
  occasion: Occasion = { purpose: 'release', execution: '8' },
): void {
  const counts = { 'non-compliant': result === 'clean' ? 0 : 2, error: result === 'clean' ? 0 : 1 };
  const files = new Map([
    [
      'evidence.json',
      JSON.stringify({ identity: { stage }, result, counts, difference: { groups: CHANGED } }),
    ],
    ...Object.entries(more),
  ]);
  for (const [file, content] of files) write(path.join(folder, file), content);
  const identity = {
    generated: '2026-11-29',
    stage,
    commit: { id: commit, modified: false },
    tools: [],
    ...occasion,
  };
  write(
    path.join(folder, 'manifest.json'),
    manifestText(manifestOf(files, identity as unknown as Parameters<typeof manifestOf>[1])),
  );
}

export interface HandOver {
  /** The release that ran before; none without. */
  readonly before?: string;
  /** What an attacker writes in a folder before anything is evaluated, so that the packs hold what the assembly does. */
  readonly change?: (written: Written, folder: Folder) => void;
}

/**
 * What the gate hands over, written as the CDK writes it: the assembly of all stages, a pack for each, and what the gate of
 * the release before said of it. As in CodeBuild, that lies behind a link.
 * @returns the folder of the build that signs
 */
export function handedOver({ before, change }: HandOver = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-sign-'));
  const recheck = mkdtempSync(path.join(tmpdir(), 'serverlessapp-recheck-'));
  symlinkSync(recheck, path.join(folder, 'recheck'));
  const assembly = path.join(folder, 'assembly');
  write(path.join(assembly, `asset.${BUNDLE_NAME}`, 'index.js'), BUNDLE);
  write(path.join(assembly, 'tree.json'), {});
  const templates: Record<string, Record<string, string>> = { dev: {}, staging: {}, prod: {} };
  for (const name of NAMES) {
    const template = templateOf(name);
    const digest = sha256(JSON.stringify(template, undefined, 1));
    const written = { template, assets: assetsOf(name, digest), manifest: manifestOfFolder(name, digest) };
    change?.(written, name);
    const text = JSON.stringify(written.template, undefined, 1);
    // What follows from a changed template follows for the attacker, too.
    const follow = (value: unknown): string =>
      JSON.stringify(value, undefined, 1).replaceAll(digest, sha256(text));
    write(path.join(assembly, name, 'cdk.out'), '{"version":"55.0.0"}');
    write(path.join(assembly, name, `${idOf(name)}.template.json`), text);
    write(path.join(assembly, name, `${idOf(name)}.metadata.json`), {
      '/x': [{ type: 'aws:cdk:logicalId', data: 'F' }],
    });
    write(path.join(assembly, name, `${idOf(name)}.assets.json`), follow(written.assets));
    write(path.join(assembly, name, 'manifest.json'), follow(written.manifest));
    Object.assign(templates[FOLDERS[name].pack] ?? {}, {
      [`templates/${stackOf(name)}.template.json`]: text,
    });
  }
  for (const stage of STAGES) {
    writePack(path.join(folder, 'packs', stage), stage, 'abc', templates[stage]);
    if (before !== undefined)
      writePack(
        path.join(recheck, 'packs', stage),
        stage,
        before,
        templates[stage],
        stage === 'prod' ? 'findings' : 'clean',
        RECHECK,
      );
  }
  if (before === undefined) write(path.join(recheck, 'nothing-released'), '');
  else {
    write(
      path.join(recheck, 'changes'),
      'compliance/gate.ts\nlib/names.ts\n"policies/\\303\\244.yaml"\n.npmrc\n',
    );
    write(
      path.join(recheck, 'pipeline'),
      'serverlessapp-delivery: new: a\nserverlessapp-delivery: gone: b\n',
    );
    write(path.join(recheck, 'let-in'), '');
    write(path.join(recheck, 'bundles'), `same    upload\ndiffers notify\nunknown asset.${BUNDLE_NAME}\n`);
  }
  return folder;
}
