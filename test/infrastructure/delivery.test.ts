import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { RESULTS } from '../../compliance/report/results';
import { delivery } from '../../lib/config/delivery';
import { STAGE_NAMES } from '../../lib/config/schema';
import { CHECK_RECHECK, SHORT } from '../../lib/constructs/delivery/recheck-commands';
import { buildSpec } from '../support/build-commands';
import { loadStageConfig } from '../../lib/config/load';
import { APPROVALS } from '../../lib/names';
import { everyStackOfRelease } from '../support/stage-templates';
import { type AssemblyResource, resourcesOf } from '../support/synthesized-assembly';
import { at, listAt } from '../support/synthesized-stage';

interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly Region?: string;
  readonly Namespace?: string;
  readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
}
interface ApprovalAction {
  readonly Configuration: { readonly CustomData: unknown; readonly ExternalEntityLink: unknown };
}
interface PipelineStage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}

const stacks = everyStackOfRelease().filter(({ account }) => account === delivery.account);
const resources = resourcesOf(stacks);
const ofType = (type: string): AssemblyResource[] => resources.filter(({ Type }) => Type === type);
const pipelineNamed = (name: string): AssemblyResource['Properties'] | undefined =>
  ofType('AWS::CodePipeline::Pipeline').find(({ Properties }) => Properties['Name'] === name)?.Properties;
const pipeline = pipelineNamed('serverlessapp-delivery');
const stages = listAt(pipeline, 'Stages') as PipelineStage[];
const stage = (name: string): readonly Action[] => stages.find(({ Name }) => Name === name)?.Actions ?? [];
const order = (name: string, action: string): number =>
  stage(name).find(({ Name }) => Name === action)?.RunOrder ?? NaN;
const buildCommands = (actionName: string): string[] => {
  const project = ofType('AWS::CodeBuild::Project').find(({ Properties }) =>
    JSON.stringify(Properties['Source']).includes(actionName),
  );
  return String(at(project?.Properties, 'Source', 'BuildSpec')).split('\n');
};

describe('the order of a release', () => {
  it('passes through gate, dev, staging, prod and the second region', () => {
    expect(stages.map(({ Name }) => Name)).toEqual([
      'Source',
      'Build',
      'RecordPipeline',
      'UpdatePipeline',
      'Assets',
      'serverlessapp-dev',
      'serverlessapp-staging',
      'serverlessapp-prod',
      'serverlessapp-prod-recovery',
    ]);
  });
  it('evaluates every stage, and hands on what it synthesized', () => {
    const commands = buildCommands('npm run lint').join('\n');
    const steps = [
      'npm ci',
      'npm run lint',
      'npm test',
      'compliance -- --stage dev',
      'compliance -- --stage staging',
      'compliance -- --stage prod',
      'cdk synth',
    ].map((step) => commands.indexOf(step));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
  it.each(['serverlessapp-dev', 'serverlessapp-staging', 'serverlessapp-prod'])(
    'lays the second region’s keys and vault before the backups of %s',
    (name) => {
      expect(order(name, 'recovery-foundation.Deploy')).toBeLessThan(order(name, 'backup.Prepare'));
    },
  );
  it.each([
    ['serverlessapp-dev', 'Smoke'],
    ['serverlessapp-staging', 'Load'],
    ['serverlessapp-prod', 'Confirm'],
  ])('of %s ends with %s', (name, action) => {
    const last = Math.max(...stage(name).map(({ RunOrder }) => RunOrder));
    expect(order(name, action)).toBe(last);
  });
  it.each([
    ['dev', 'Smoke'],
    ['staging', 'Load'],
    ['prod', 'Confirm'],
  ])('says that a release runs in %s before anything of it can fail there', (name, pictures) => {
    const [record, sent] = [`Record-${name}`, pictures].map((action) =>
      order(`serverlessapp-${name}`, action),
    );
    expect(record).toBe(Number(sent) - 1);
    const made = stage(`serverlessapp-${name}`).filter(({ Name }) => Name.endsWith('.Deploy'));
    expect(made.length).toBeGreaterThan(10);
    expect(made.filter(({ RunOrder }) => RunOrder >= Number(record))).toEqual([]);
  });
  it('waits for a person before anything of prod changes', () => {
    const [approval, ...others] = [...stage('serverlessapp-prod')].sort((a, b) => a.RunOrder - b.RunOrder);
    expect(approval?.ActionTypeId.Category).toBe('Approval');
    expect(others.every(({ RunOrder }) => RunOrder > (approval?.RunOrder ?? NaN))).toBe(true);
    const { CustomData, ExternalEntityLink } = (approval as unknown as ApprovalAction).Configuration;
    // What people read is told by the build that signs, which runs nothing of the release.
    const review = /#\{(?<namespace>[\w@-]+)\.REVIEW\}/;
    expect(JSON.stringify(CustomData)).toMatch(review);
    const namespace = review.exec(JSON.stringify(ExternalEntityLink))?.groups?.['namespace'];
    expect(namespace).toBeDefined();
    expect(stage('Build').find(({ Name }) => Name === 'Sign')?.Namespace).toBe(namespace);
  });
  it('waits for two people, beside each other, before the pipeline itself changes', () => {
    const build = [...stage('Build')].sort((a, b) => a.RunOrder - b.RunOrder);
    expect(build.map(({ Name, ActionTypeId, RunOrder }) => [Name, ActionTypeId.Category, RunOrder])).toEqual([
      ['Gate', 'Build', 1],
      ['Recheck', 'Build', 2],
      ['Sign', 'Build', 3],
      ['LetIn', 'Approval', 4],
      ['LetInControls', 'Approval', 4],
    ]);
    const signed = stages.findIndex(({ Name }) => Name === 'Build');
    expect(stages.slice(signed + 1, signed + 3).map(({ Name }) => Name)).toEqual([
      'RecordPipeline',
      'UpdatePipeline',
    ]);
    // Between them it is recorded what was let in, and nothing else happens.
    expect(stage('RecordPipeline').map(({ Name, ActionTypeId }) => [Name, ActionTypeId.Category])).toEqual([
      ['Record-pipeline', 'Build'],
    ]);
    // Each leads its reader to packs of this very release, and says first what the gate of the last one said.
    for (const { Configuration } of build.slice(3) as unknown as ApprovalAction[]) {
      expect(JSON.stringify(Configuration.CustomData)).toMatch(
        /#\{Build@Sign\.RECHECK\} Each is told below .*#\{Build@Sign\.REVIEW\}.*#\{Build@Sign\.EVIDENCE_PACK\}/,
      );
    }
  });
  // What is longer is refused: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-manual.html
  it('has room in each approval for what the build that signs says when most is wrong', () => {
    const commit = 'a'.repeat(40);
    const place = `${commit}/${'b'.repeat(36)}`;
    const each = (what: string): string => STAGE_NAMES.map((name) => `${name} ${what}`).join(', ');
    const result = RESULTS.reduce((longest, next) => (next.length > longest.length ? next : longest));
    const values: Record<string, string> = {
      LAST_COMMIT: commit,
      SAID: each(result),
      FOUND: '99999',
      UNREAD: '99',
      OTHER: '99',
      CHANGED: '99999',
      GATE: '9999',
      VALUES: each('99999'),
      LET_IN_COMMIT: 'c'.repeat(SHORT),
      PIPELINE: '99999',
      LATER: `999, the last ${'d'.repeat(SHORT)}/${'e'.repeat(SHORT)}`,
    };
    // As the build's own commands put it together.
    const said = [...CHECK_RECHECK.join('\n').matchAll(/RECHECK="([^"]*)"/g)]
      .map(([, text = '']) => text)
      .filter((text) => text.includes('$'))
      .reduce((whole, text) => text.replace('$RECHECK', whole))
      .replace(/\$([A-Z_]+)/g, (all, name: string) => values[name] ?? all);
    expect(said).toMatch(
      /^The gate of the last release \(a+\) says: dev could .* Signed after it, and not in prod: 999/,
    );
    const approvals = stages
      .flatMap(({ Actions }) => Actions)
      .filter(({ ActionTypeId }) => ActionTypeId.Category === 'Approval') as unknown as ApprovalAction[];
    expect(approvals).toHaveLength(3);
    for (const { Configuration } of approvals) {
      const shown = JSON.stringify(Configuration.CustomData)
        .replace('#{Build@Sign.RECHECK}', said)
        .replace('#{Build@Sign.REVIEW}', `packs/recheck/${place}`)
        .replace('#{Build@Sign.EVIDENCE_PACK}', `packs/${place}`)
        .replace('#{Build@Sign.LAST_PACK}', `packs/${place}`);
      expect(shown).not.toMatch(/#\{|\$/);
      expect(shown.length).toBeLessThan(1000);
    }
  });
  it('has the approvals that the organisation’s policies tell apart, and no other', () => {
    const found = stages.flatMap(({ Name: name, Actions }) =>
      Actions.filter(({ ActionTypeId }) => ActionTypeId.Category === 'Approval').map(
        ({ Name }) => `${name}/${Name}`,
      ),
    );
    expect(found.sort()).toEqual([...APPROVALS.release, ...APPROVALS.security].sort());
  });
  it.each(['dev', 'staging', 'prod'])('compares what %s gets with what was signed, first of all', (name) => {
    const actions = [...stage(`serverlessapp-${name}`)].filter(
      ({ ActionTypeId }) => ActionTypeId.Category !== 'Approval',
    );
    expect(actions.sort((a, b) => a.RunOrder - b.RunOrder)[0]?.Name).toBe(`Compare-${name}`);
  });
  it.each(['processing', 'api'])('sends pictures while %s shifts its traffic', (stack) => {
    expect(order('serverlessapp-prod', `PicturesDuring-${stack}`)).toBe(
      order('serverlessapp-prod', `${stack}.Deploy`),
    );
  });
});

// EXC-014: neither templates nor builds hold a credential for a repository, and who may use the connection is named.
describe('what the pipeline works with', () => {
  it('builds in a pinned, unprivileged image, with encrypted output', () => {
    const projects = ofType('AWS::CodeBuild::Project');
    expect(projects.length).toBeGreaterThan(5);
    for (const { Properties } of projects) {
      expect(at(Properties, 'Environment', 'Image')).toBe(delivery.buildImage);
      expect(at(Properties, 'Environment', 'PrivilegedMode')).toBe(false);
      expect(at(Properties, 'LogsConfig', 'CloudWatchLogs', 'Status')).toBe('ENABLED');
      expect(Properties['EncryptionKey']).toBeDefined();
    }
    expect(ofType('AWS::Logs::LogGroup').every(({ Properties }) => 'KmsKeyId' in Properties)).toBe(true);
  });
  it('keeps every bucket private, versioned and over TLS, and artefacts and evidence under own keys', () => {
    const buckets = ofType('AWS::S3::Bucket');
    expect(buckets).toHaveLength(6);
    for (const { Properties } of buckets) {
      expect(Object.values(Properties['PublicAccessBlockConfiguration'] as object)).toEqual(
        Array(4).fill(true),
      );
      expect(at(Properties, 'VersioningConfiguration', 'Status')).toBe('Enabled');
      const algorithm = at(
        Properties,
        'BucketEncryption',
        'ServerSideEncryptionConfiguration',
        0,
        'ServerSideEncryptionByDefault',
        'SSEAlgorithm',
      );
      const isAccessLog = String(Properties['BucketName']).includes('access-logs');
      expect(algorithm).toBe(isAccessLog ? 'AES256' : 'aws:kms');
      expect('LoggingConfiguration' in Properties).toBe(!isAccessLog);
    }
    for (const { Properties } of ofType('AWS::S3::BucketPolicy'))
      expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"');
  });
  it('locks evidence for as long as the configuration says, against everybody', () => {
    const evidence = ofType('AWS::S3::Bucket').find(({ Properties }) => 'ObjectLockEnabled' in Properties);
    expect(at(evidence?.Properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention')).toEqual({
      Mode: 'COMPLIANCE',
      Days: delivery.evidenceRetentionDays,
    });
  });
  it('lets one build write what is said of releases, each under a name that is given once', () => {
    const policy = ofType('AWS::S3::BucketPolicy').find(({ Properties }) =>
      JSON.stringify(Properties).includes('EachNameOnce'),
    );
    const statements = listAt(policy?.Properties, 'PolicyDocument', 'Statement').map((statement) => ({
      ...(statement as {
        Sid: string;
        Effect: string;
        Principal: unknown;
        Action: string;
        Condition: unknown;
      }),
      // Below the bucket, whose ARN is put together at deployment.
      objects: /\/([^"]*)"\]\]\}$/.exec(JSON.stringify(at(statement, 'Resource')))?.[1],
    }));
    const writers = statements.flatMap(({ Effect, Principal, Action, Condition, objects }) =>
      objects?.startsWith('packs/') === true && Effect === 'Deny' && Action === 's3:PutObject'
        ? [[objects, JSON.stringify(Principal), at(Condition, 'ArnNotEqualsIfExists', 'aws:PrincipalArn')]]
        : [],
    );
    const role = (purpose: string): string =>
      `arn:aws:iam::${delivery.account}:role/serverlessapp-delivery-${purpose}-role`;
    expect(writers).toEqual([
      ['packs/released/*', '{"AWS":"*"}', [role('record')]],
      ['packs/signed/*', '{"AWS":"*"}', [role('sign')]],
      ['packs/recheck/*', '{"AWS":"*"}', [role('sign')]],
      ['packs/daily/*', '{"AWS":"*"}', [role('daily-sign')]],
    ]);
    // No name a second time, and none hidden by a delete marker, below any of them.
    for (const sid of ['EachNameOnce', 'NobodyDeletesEvidence'])
      expect(statements.find(({ Sid }) => Sid === sid)).toMatchObject({
        ...{ Effect: 'Deny', Principal: { AWS: '*' }, objects: '*' },
      });
  });
  it('has no function of its own: nothing runs beside the builds', () => {
    expect(resources.filter(({ Type }) => /Lambda|Custom::/.test(Type))).toEqual([]);
  });
  it('has fourteen roles besides the auditor’s: named, under one permissions boundary, each for its own pipeline or builds alone', () => {
    const all = ofType('AWS::IAM::Role');
    const isAuditor = ({ Properties }: AssemblyResource): boolean =>
      Properties['RoleName'] === 'serverlessapp-delivery-auditor-role';
    for (const { Properties } of all) expect(Properties['PermissionsBoundary']).toBeDefined();
    expect(all.filter(isAuditor)).toHaveLength(1);
    const roles = all.filter((role) => !isAuditor(role));
    expect(roles.map(({ Properties }) => Properties['RoleName']).sort()).toEqual(
      [
        'compare',
        'daily',
        'daily-sign',
        'daily-start',
        'evidence-reader',
        'gate',
        'pipeline',
        'publish-assets',
        'recheck',
        'record',
        'release-tester',
        'self-update',
        'sign',
        'trail',
      ].map((purpose) => `serverlessapp-delivery-${purpose}-role`),
    );
    for (const { Properties } of roles) {
      const [trust] = listAt(Properties, 'AssumeRolePolicyDocument', 'Statement');
      expect(at(trust, 'Condition')).toEqual(
        at(trust, 'Principal', 'Service') === 'codebuild.amazonaws.com'
          ? {
              StringEquals: { 'aws:SourceAccount': '222233334444' },
              ArnLike: {
                'aws:SourceArn': 'arn:aws:codebuild:us-east-1:222233334444:project/serverlessapp-delivery-*',
              },
            }
          : // No page says that CodePipeline, EventBridge or CloudTrail sends either key.
            { StringEqualsIfExists: { 'aws:SourceAccount': '222233334444' } },
      );
    }
  });
  it('lets CDK attach nothing: no inline policy, no AWS-managed one, no wildcard in an action but to read', () => {
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
    for (const { Properties } of ofType('AWS::IAM::Role')) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
      expect(Properties['Policies']).toBeUndefined();
    }
    // The boundary grants nothing, and IAM takes 6,144 characters of it.
    const granting = ofType('AWS::IAM::ManagedPolicy').filter(
      ({ Properties }) => Properties['ManagedPolicyName'] !== 'serverlessapp-delivery-permissions-boundary',
    );
    const actions = granting.flatMap(({ Properties }) =>
      listAt(Properties, 'PolicyDocument', 'Statement').flatMap((statement) => at(statement, 'Action')),
    );
    expect(actions.length).toBeGreaterThan(50);
    expect(
      actions
        .flat()
        .filter(
          (action) =>
            String(action).includes('*') && !/:(?:BatchGet|Describe|Get|List)\w*\*$/.test(String(action)),
        ),
    ).toEqual([]);
  });
  it.each(['codeconnections', 'codestar-connections'])(
    'reads its one repository by %s, and writes to none',
    (service) => {
      const grants = ofType('AWS::IAM::ManagedPolicy')
        .filter(({ Properties }) => !String(Properties['ManagedPolicyName']).endsWith('-boundary'))
        .flatMap(({ Properties }) => listAt(Properties, 'PolicyDocument', 'Statement'))
        .filter((statement) => [at(statement, 'Action')].flat().includes(`${service}:UseConnection`));
      expect(grants).toHaveLength(6);
      for (const grant of grants)
        expect(at(grant, 'Condition')).toEqual({
          StringEquals: { [`${service}:ProviderPermissionsRequired`]: 'read_only' },
          StringEqualsIfExists: { [`${service}:FullRepositoryId`]: delivery.repository },
        });
    },
  );
  it('installs an exact version of the CDK’s command line, and nothing where bundles are published', () => {
    const installed = (specs: readonly string[]) =>
      [...specs.join('\n').matchAll(/npm install -g ([^"\s]+)/g)].map(([, name]) => name);
    expect(installed(buildCommands('cdk -a'))).toEqual([`aws-cdk@${delivery.cdkVersion}`]);
    expect(installed(buildSpec('publish-assets').phases.build.commands)).toEqual([]);
  });
  it('lets builds that send pictures take the testers’ roles and nothing else besides their own needs', () => {
    const policy = ofType('AWS::IAM::ManagedPolicy').find(({ Properties }) =>
      JSON.stringify(Properties).includes('PlayTheClient'),
    );
    const assumed = listAt(policy?.Properties, 'PolicyDocument', 'Statement').filter(
      (statement) => at(statement, 'Action') === 'sts:AssumeRole',
    );
    expect(assumed).toHaveLength(1);
    expect(at(assumed[0], 'Resource')).toEqual(
      ['dev', 'staging', 'prod'].map((name) => {
        const { account } = loadStageConfig(name);
        return `arn:aws:iam::${account}:role/serverlessapp-${name}-release-tester-role`;
      }),
    );
  });
  it('tells the approvers, over an encrypted topic, when a release waits or stops', () => {
    expect(ofType('AWS::SNS::Topic').every(({ Properties }) => 'KmsMasterKeyId' in Properties)).toBe(true);
    const told = ofType('AWS::Events::Rule').filter(
      ({ Properties }) => at(Properties, 'EventPattern', 'source', 0) === 'aws.codepipeline',
    );
    expect(told.map(({ Properties }) => at(Properties, 'EventPattern', 'detail', 'state'))).toEqual([
      ['FAILED'],
      ['FAILED'],
    ]);
    expect(
      told.flatMap(({ Properties }) => at(Properties, 'EventPattern', 'detail', 'pipeline')).sort(),
    ).toEqual(
      ofType('AWS::CodePipeline::Pipeline')
        .map(({ Properties }) => Properties['Name'])
        .sort(),
    );
  });
});

describe('what the assembly holds beside templates', () => {
  const [{ folder } = { folder: '' }] = stacks;
  it('is no commands for a build', () => {
    expect(readdirSync(folder).filter((file) => file.startsWith('buildspec'))).toEqual([]);
  });
  it('is named by what is in it, as a shell finds it', () => {
    const assets = readdirSync(folder).filter((file) => file.startsWith('asset.'));
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const { stdout } = spawnSync(
        'sh',
        [
          '-c',
          'printf %s "$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d \' \' -f 1)" | sha256sum',
        ],
        { cwd: path.join(folder, asset), encoding: 'utf8' },
      );
      expect(`asset.${stdout.split(' ')[0] ?? ''}`).toBe(asset);
    }
  });
});

describe('what runs, asked each day', () => {
  it.each(['dev', 'staging', 'prod'])(
    'of %s by a pipeline of its own, which starts by the clock alone',
    (name) => {
      const daily = pipelineNamed(`serverlessapp-delivery-daily-${name}`);
      const steps = (listAt(daily, 'Stages') as PipelineStage[]).flatMap(({ Actions }) => Actions);
      expect(steps.map(({ Name }) => Name)).toEqual(['Source', 'Ask', 'Sign', 'Findings']);
      expect(at(steps[0], 'Configuration', 'DetectChanges')).toBe(false);
      expect(steps.some(({ ActionTypeId }) => ActionTypeId.Category === 'Deploy')).toBe(false);
      const [clock] = ofType('AWS::Events::Rule').filter(
        ({ Properties }) => 'ScheduleExpression' in Properties,
      );
      expect(at(clock?.Properties, 'ScheduleExpression')).toBe('cron(0 4 * * ? *)');
      expect(listAt(clock?.Properties, 'Targets')).toHaveLength(3);
    },
  );
  it.each(['dev', 'staging', 'prod'])('is an alarm when %s has no signed pack for thirty hours', (name) => {
    const alarm = ofType('AWS::CloudWatch::Alarm').find(
      ({ Properties }) => Properties['AlarmName'] === `serverlessapp-delivery-daily-evidence-missing-${name}`,
    )?.Properties;
    expect(alarm).toMatchObject({
      Namespace: 'AWS/CodeBuild',
      MetricName: 'SucceededBuilds',
      Dimensions: [{ Name: 'ProjectName', Value: `serverlessapp-delivery-daily-sign-${name}` }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 30,
      DatapointsToAlarm: 30,
      TreatMissingData: 'breaching',
    });
    expect(alarm?.['AlarmActions']).toHaveLength(1);
  });
  it('lets the builds that ask take the readers’ roles and nothing else', () => {
    const policy = ofType('AWS::IAM::ManagedPolicy').find(({ Properties }) =>
      JSON.stringify(Properties).includes('AskTheStages'),
    );
    const assumed = listAt(policy?.Properties, 'PolicyDocument', 'Statement').filter(
      (statement) => at(statement, 'Action') === 'sts:AssumeRole',
    );
    expect(assumed.map((statement) => at(statement, 'Resource'))).toEqual([
      ['dev', 'staging', 'prod'].map((name) => {
        const { account } = loadStageConfig(name);
        return `arn:aws:iam::${account}:role/serverlessapp-${name}-evidence-reader-role`;
      }),
    ]);
  });
});

describe('what SECURITY.md says of the delivery account', () => {
  const keyStatements = (key: AssemblyResource) =>
    listAt(key.Properties, 'KeyPolicy', 'Statement') as {
      Sid?: string;
      Effect: string;
      Action: string | string[];
      Condition?: unknown;
    }[];
  const isSigning = ({ Properties }: AssemblyResource): boolean => Properties['KeyUsage'] === 'SIGN_VERIFY';
  it('lets the account look after the signing key and not sign with it, and leaves the use of others to IAM', () => {
    const [signing, ...more] = ofType('AWS::KMS::Key').filter(isSigning);
    if (signing === undefined) throw new RangeError('There is no signing key.');
    expect(more).toEqual([]);
    const signs = keyStatements(signing).filter(
      ({ Effect, Action }) =>
        Effect === 'Allow' && [Action].flat().some((each) => /^kms:(?:\*|Sign)$/.test(each)),
    );
    expect(signs.map(({ Sid, Condition }) => [Sid, JSON.stringify(Condition)])).toEqual([
      [
        'TheSigningBuildsSign',
        expect.stringMatching(
          /^(?!.*(?:gate|compare|record)).*role\/serverlessapp-delivery-sign-role.*role\/serverlessapp-delivery-daily-sign-role/,
        ),
      ],
    ]);
    for (const key of ofType('AWS::KMS::Key').filter((each) => !isSigning(each)))
      expect(keyStatements(key).flatMap(({ Action }) => Action)).toContain('kms:*');
  });
  it('rotates every key but the one that signs', () => {
    const still = ofType('AWS::KMS::Key').filter(
      ({ Properties }) => Properties['EnableKeyRotation'] !== true,
    );
    expect(still.map(isSigning)).toEqual([true]);
  });
  it('has no store without a key of its own but those of access logs', () => {
    const plain = ofType('AWS::S3::Bucket').filter(
      ({ Properties }) => !JSON.stringify(Properties['BucketEncryption']).includes('aws:kms'),
    );
    expect(plain.length).toBeGreaterThan(0);
    for (const { Properties } of plain) expect(Properties['BucketName']).toMatch(/-access-logs-/);
  });
  it('has one trail of all regions, on which stands each object call of the packs and of the artefacts of both regions', () => {
    const bucketOf = (arn: unknown): unknown => {
      const refs = /^\{"Fn::Join":\["",\["arn:aws:s3:::",\{"Ref":"([^"]+)"\},"\/"\]\]\}$/.exec(
        JSON.stringify(arn),
      );
      const found = ofType('AWS::S3::Bucket').find(
        ({ id, stack }) => id === refs?.[1] && stack === 'serverlessapp-delivery',
      );
      return found ? `arn:aws:s3:::${String(found.Properties['BucketName'])}/` : arn;
    };
    const trails = ofType('AWS::CloudTrail::Trail').map(({ Properties }) => Properties);
    expect(trails).toMatchObject([{ IsLogging: true, IsMultiRegionTrail: true }]);
    const selectors = listAt(trails[0], 'AdvancedEventSelectors').map((selector) =>
      listAt(selector, 'FieldSelectors'),
    );
    const bucket = (purpose: string, region: string): string =>
      `arn:aws:s3:::serverlessapp-delivery-${purpose}-${delivery.account}-${region}/`;
    // With a field more, of an event's name or its caller, calls would be left out.
    expect(
      selectors.map((fields) =>
        fields.map((field) => [
          at(field, 'Field'),
          at(field, 'Equals') ?? listAt(field, 'StartsWith').map(bucketOf),
        ]),
      ),
    ).toEqual([
      [['eventCategory', ['Management']]],
      [
        ['eventCategory', ['Data']],
        ['resources.type', ['AWS::S3::Object']],
        [
          'resources.ARN',
          [
            bucket('evidence', 'us-east-1'),
            bucket('artifacts', 'us-east-1'),
            bucket('artifacts', 'us-west-2'),
          ],
        ],
      ],
    ]);
  });
  it('has an auditor who reads packs and trail, changes nothing, signs nothing and reads no secret or artefact', () => {
    const [policy] = ofType('AWS::IAM::ManagedPolicy').filter(
      ({ Properties }) => Properties['ManagedPolicyName'] === 'serverlessapp-delivery-auditor-policy',
    );
    const all = listAt(policy?.Properties, 'PolicyDocument', 'Statement') as {
      Sid: string;
      Action: string | string[];
      Resource: unknown;
      Condition?: unknown;
    }[];
    // Who reads an encrypted log group needs its key in full, through CloudWatch Logs alone.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions-readwrite
    const isLogKey = ({ Sid }: { Sid: string }): boolean => Sid === 'UseLogKeyThroughLogs';
    expect(all.filter(isLogKey).map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'kms:ViaService': ['logs.us-east-1.amazonaws.com'] } },
    ]);
    const statements = all.filter((statement) => !isLogKey(statement));
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(20);
    expect(
      actions.filter(
        (action) =>
          !/^[a-z0-9-]+:(?:BatchGet|Decrypt|Describe|Filter|Get|List|Lookup|StartQuery|StopQuery|Verify)/.test(
            action,
          ),
      ),
    ).toEqual([]);
    expect(actions.filter((action) => /secretsmanager|GetParameter|kms:Sign/.test(action))).toEqual([]);
    const objects = statements.filter(({ Action }) => [Action].flat().includes('s3:GetObject'));
    expect(JSON.stringify(objects.map(({ Resource }) => Resource))).not.toMatch(/Artifacts/);
    expect(objects).toHaveLength(1);
  });
});
