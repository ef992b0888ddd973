import { type IRole, ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import { PIPELINE_STAGES, type PipelineStage, type StageConfig } from '../../config/schema';
import {
  bootstrapBucket,
  bootstrapRoleArn,
  dailyPipeline,
  DELIVERY_PREFIX,
  deliveryNames,
  type DeliveryPurpose,
  EVIDENCE_READER,
  Names,
  READER_POLICIES,
  recoveryArtifactsAlias,
  RELEASE_TESTER,
} from '../../names';
import { loadPolicy } from '../../policies';
import { ServiceRole } from '../iam/service-role';
import { useLogKey } from '../logging/log-key-use';
import { DAILY_PREFIX, RELEASED_PREFIX, type ReleaseEvidence } from './release-evidence';

export interface ReleaseRolesProps {
  readonly config: DeliveryConfig;
  readonly stages: Readonly<Record<PipelineStage, StageConfig>>;
  readonly evidence: ReleaseEvidence;
  readonly artifacts: IBucket;
  readonly artifactKey: IKey;
  readonly recoveryArtifacts: IBucket;
  /** ARN and key of the topic by which the pipeline asks for approval. */
  readonly topicArn: string;
  readonly topicKey: IKey;
  readonly logGroupName: string;
  readonly logKey: IKey;
}

/**
 * What the samples of CodePipeline and CodeBuild ask for on the key of artefacts; which they use is not documented.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-kms.html
 */
const ARTIFACT_KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

const grant = (sid: string, actions: string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ sid, actions, resources });

/**
 * Every role of the pipeline and its builds, each with one policy that names what it does. CDK's pipeline gets them
 * closed to additions: its own grants name whole services, every key, and every role of the account. Those of builds
 * are assumed for builds of this pipeline alone, the others within this account, all under one permissions boundary.
 */
export class ReleaseRoles extends Construct {
  readonly pipeline: IRole;
  readonly gate: IRole;
  readonly recheck: IRole;
  readonly sign: IRole;
  readonly compare: IRole;
  readonly record: IRole;
  readonly tester: IRole;
  readonly selfUpdate: IRole;
  readonly publisher: IRole;
  readonly daily: IRole;
  readonly dailyStart: IRole;
  readonly dailySign: IRole;
  readonly evidenceReader: IRole;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ReleaseRolesProps,
  ) {
    super(scope, id);
    const { config, evidence } = props;
    const stages = Object.values(props.stages);
    const regionsOf = (purpose: 'deploy' | 'file-publishing', accounts: string[]): string[] =>
      accounts.flatMap((account) =>
        [config.region, props.stages.prod.drRegion].map((region) =>
          bootstrapRoleArn(purpose, account, region),
        ),
      );
    const accounts = stages.map(({ account }) => account);
    const takeRoles = (sid: string, roles: string[]) => grant(sid, ['sts:AssumeRole'], ...roles);

    this.pipeline = this.role(
      'pipeline',
      'Moves a release from stage to stage',
      'codepipeline',
      this.pipelineGrants([takeRoles('DeployStages', regionsOf('deploy', accounts))]),
    );
    this.gate = this.role('gate', 'Evaluates a release', 'codebuild', [
      ...this.buildGrants(),
      this.writeOutput('Gate'),
      ...this.useRepository(),
    ]);
    this.recheck = this.role('recheck', 'Evaluates a release by the gate of the one before', 'codebuild', [
      ...this.buildGrants(),
      this.writeOutput('Recheck'),
      ...this.useRepository(),
      grant('CheckLastPack', ['kms:GetPublicKey'], evidence.signingKey.keyArn),
      ...this.readReleases(),
    ]);
    this.sign = this.role('sign', 'Signs what was evaluated and keeps the evidence', 'codebuild', [
      ...this.buildGrants(),
      this.writeOutput('Sign'),
      grant('SignThePack', ['kms:Sign'], evidence.signingKey.keyArn),
      grant('FindLastPack', ['s3:ListBucket'], evidence.bucket.bucketArn),
      grant('ReadLastRelease', ['s3:GetObject'], evidence.bucket.arnForObjects(`${RELEASED_PREFIX}*`)),
      grant('KeepThePack', ['s3:PutObject'], evidence.bucket.arnForObjects('packs/*')),
      grant('EncryptThePack', ['kms:Decrypt', 'kms:GenerateDataKey'], evidence.storageKey.keyArn),
    ]);
    this.compare = this.role('compare', 'Compares what is deployed with what was signed', 'codebuild', [
      ...this.buildGrants(),
    ]);
    this.record = this.role('record', 'Says which release runs in a stage', 'codebuild', [
      ...this.buildGrants(),
      grant('NameTheRelease', ['s3:PutObject'], evidence.bucket.arnForObjects(`${RELEASED_PREFIX}*`)),
      grant('EncryptTheName', ['kms:Decrypt', 'kms:GenerateDataKey'], evidence.storageKey.keyArn),
    ]);
    this.tester = this.role(RELEASE_TESTER, 'Builds that send synthetic pictures', 'codebuild', [
      ...this.buildGrants(),
      ...this.useRepository(),
      takeRoles(
        'PlayTheClient',
        stages.map((stage) => new Names(stage, stage.region).roleArn(RELEASE_TESTER)),
      ),
    ]);
    this.selfUpdate = this.role('self-update', 'Deploys the pipeline itself', 'codebuild', [
      ...this.buildGrants(),
      takeRoles('DeployPipeline', [
        ...regionsOf('deploy', [config.account]),
        ...regionsOf('file-publishing', [config.account]),
      ]),
      grant(
        'SeeBootstrap',
        ['cloudformation:DescribeStacks'],
        this.arn('cloudformation', 'stack/CDKToolkit/*'),
      ),
      grant(
        'FindAssets',
        ['s3:ListBucket'],
        `arn:aws:s3:::${bootstrapBucket(config.account, config.region)}`,
      ),
    ]);
    this.publisher = this.role(
      'publish-assets',
      'Leaves bundles where stages deploy them from',
      'codebuild',
      [...this.buildGrants(), takeRoles('PublishAssets', regionsOf('file-publishing', accounts))],
    );
    this.daily = this.role('daily', 'Asks each day what is deployed', 'codepipeline', [
      ...this.useRepository(),
      ...this.passArtifacts([props.artifacts]),
      this.runBuilds('daily-*'),
    ]);
    this.dailyStart = this.role('daily-start', 'Starts that each day', 'events', [
      grant(
        'StartDailyPipelines',
        ['codepipeline:StartPipelineExecution'],
        ...PIPELINE_STAGES.map((stage) => this.arn('codepipeline', dailyPipeline(stage))),
      ),
    ]);
    this.dailySign = this.role('daily-sign', 'Signs what was found deployed and keeps it', 'codebuild', [
      ...this.buildGrants(),
      ...this.readReleases(),
      grant('SignTheDay', ['kms:Sign'], evidence.signingKey.keyArn),
      grant('KeepTheDay', ['s3:PutObject'], evidence.bucket.arnForObjects(`${DAILY_PREFIX}*`)),
      grant('EncryptTheDay', ['kms:GenerateDataKey'], evidence.storageKey.keyArn),
    ]);
    this.evidenceReader = this.role(EVIDENCE_READER, 'Builds that ask what is deployed', 'codebuild', [
      ...this.buildGrants(),
      this.writeOutput('Ask'),
      ...this.useRepository(),
      ...this.readReleases(),
      takeRoles(
        'AskTheStages',
        stages.map((stage) => new Names(stage, stage.region).roleArn(EVIDENCE_READER)),
      ),
    ]);
    // Of this account it asks itself, by the same policies as the roles of the stages.
    for (const policy of READER_POLICIES)
      new ManagedPolicy(this, `Ask-${policy}`, {
        managedPolicyName: `${DELIVERY_PREFIX}-${policy}`,
        description: 'Asks what is deployed; reads configuration, no data',
        document: loadPolicy(`identity/${policy}`, {}),
        roles: [this.evidenceReader],
      });
    PermissionsBoundary.of(scope).apply(
      new ManagedPolicy(this, 'Ceiling', {
        managedPolicyName: `${DELIVERY_PREFIX}-permissions-boundary`,
        description: 'Ceiling of every role of the pipeline; grants nothing by itself',
        document: loadPolicy('identity/delivery-boundary', { Account: config.account }),
      }),
    );
  }

  /** A build of the pipeline by the name of its project. */
  static project(purpose: string): string {
    return `${DELIVERY_PREFIX}-${purpose}`;
  }

  private arn(service: string, resource: string): string {
    const { region, account } = this.props.config;
    return `arn:aws:${service}:${region}:${account}:${resource}`;
  }

  private role(
    purpose: DeliveryPurpose,
    description: string,
    service: 'codebuild' | 'codepipeline' | 'events',
    statements: PolicyStatement[],
  ): IRole {
    const { role } = new ServiceRole(this, purpose, {
      names: deliveryNames(this.props.config.account, purpose),
      purpose,
      description,
      service: `${service}.amazonaws.com`,
      ...(service === 'codebuild' && { sourceArn: this.arn('codebuild', `project/${DELIVERY_PREFIX}-*`) }),
      statements,
    });
    return role.withoutPolicyUpdates();
  }

  /**
   * Reading one repository. Both names of the service are asked for, whichever the ARN has, each with keys of its own:
   * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html#edit-role-connections
   * What is read or written, and where, is told in the request; a call that is about no repository names none:
   * https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-permissions.html#connections-use
   */
  private useRepository(): PolicyStatement[] {
    return Object.entries({
      UseRepository: 'codeconnections',
      UseRepositoryByOldName: 'codestar-connections',
    }).map(
      ([sid, service]) =>
        new PolicyStatement({
          sid,
          actions: [`${service}:UseConnection`],
          resources: [this.props.config.connectionArn],
          conditions: {
            StringEquals: { [`${service}:ProviderPermissionsRequired`]: 'read_only' },
            StringEqualsIfExists: { [`${service}:FullRepositoryId`]: this.props.config.repository },
          },
        }),
    );
  }

  /**
   * A build writes its own output only: the folder of an artefact begins as its name does. AWS says that names are
   * truncated, not to what length; its sample events keep ten characters (`myPipeline/SourceArti/key`), ours needs five.
   * https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html#troubleshooting-truncated-artifacts
   * https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
   */
  private writeOutput(step: 'Gate' | 'Recheck' | 'Sign' | 'Ask'): PolicyStatement {
    return grant('WriteAssembly', ['s3:PutObject'], this.props.artifacts.arnForObjects(`*/${step}_*`));
  }

  /** What every build does: reads what the pipeline hands it, and writes its output. */
  private buildGrants(): PolicyStatement[] {
    const { artifacts, artifactKey, config, logGroupName, logKey } = this.props;
    return [
      grant('FindArtifacts', ['s3:GetBucketAcl', 's3:GetBucketLocation'], artifacts.bucketArn),
      grant('ReadArtifacts', ['s3:GetObject', 's3:GetObjectVersion'], artifacts.arnForObjects('*')),
      grant('UseArtifactKey', ARTIFACT_KEY_ACTIONS, artifactKey.keyArn),
      grant(
        'WriteOutput',
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        this.arn('logs', `log-group:${logGroupName}:*`),
      ),
      useLogKey(logKey.keyArn, config.region),
    ];
  }

  /** What a pipeline does with what its steps hand on. */
  private passArtifacts(buckets: readonly IBucket[]): PolicyStatement[] {
    return [
      grant(
        'FindArtifacts',
        ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket'],
        ...buckets.map((bucket) => bucket.bucketArn),
      ),
      grant(
        'PassArtifacts',
        ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl'],
        ...buckets.map((bucket) => bucket.arnForObjects('*')),
      ),
      grant('UseArtifactKey', ARTIFACT_KEY_ACTIONS, this.props.artifactKey.keyArn),
    ];
  }

  private runBuilds(purposes: string): PolicyStatement {
    return grant(
      'RunBuilds',
      ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'],
      this.arn('codebuild', `project/${ReleaseRoles.project(purposes)}`),
    );
  }

  /** What runs in a stage, and what was signed with it. */
  private readReleases(): PolicyStatement[] {
    const { evidence } = this.props;
    return [
      grant('FindRelease', ['s3:ListBucket'], evidence.bucket.bucketArn),
      grant('ReadRelease', ['s3:GetObject'], evidence.bucket.arnForObjects('packs/*')),
      grant('DecryptRelease', ['kms:Decrypt'], evidence.storageKey.keyArn),
    ];
  }

  private pipelineGrants(deployment: PolicyStatement[]): PolicyStatement[] {
    const { config, stages, artifacts, recoveryArtifacts, topicArn, topicKey } = this.props;
    return [
      ...this.useRepository(),
      ...this.passArtifacts([artifacts, recoveryArtifacts]),
      // An identity policy cannot grant a key by the ARN of an alias.
      new PolicyStatement({
        sid: 'EncryptInSecondRegion',
        actions: ARTIFACT_KEY_ACTIONS,
        resources: [`arn:aws:kms:${stages.prod.drRegion}:${config.account}:key/*`],
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': recoveryArtifactsAlias } },
      }),
      this.runBuilds('*'),
      grant('AskForApproval', ['sns:Publish'], topicArn),
      grant('EncryptNotices', ['kms:Decrypt', 'kms:GenerateDataKey'], topicKey.keyArn),
      ...deployment,
    ];
  }
}
