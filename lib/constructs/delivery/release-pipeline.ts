import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Duration, PropertyInjectors, Stage } from 'aws-cdk-lib';
import {
  type BuildEnvironment,
  BuildSpec,
  ComputeType,
  LinuxBuildImage,
  PipelineProject,
  type PipelineProjectProps,
} from 'aws-cdk-lib/aws-codebuild';
import {
  ActionCategory,
  type Artifact,
  type IStage,
  Pipeline,
  PipelineType,
} from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CodePipeline, CodePipelineSource, type IFileSetProducer, Step } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import type { PipelineStage, StageConfig } from '../../config/schema';
import { APPROVALS } from '../../names';
import { assemblyFolders } from './assembly-folders';
import {
  compareStep,
  gateStep,
  lastPackOf,
  lastPackVariable,
  packOf,
  picturesStep,
  recheckOf,
  recheckStep,
  reviewOf,
  recordPipelineBuild,
  recordStep,
  sendPicturesOnceReleased,
  signStep,
} from './build-steps';
import { PUBLISH_COMMANDS } from './publish-commands';
import { ReleaseApproval, type ToRead, whatToRead } from './release-approval';
import type { ReleaseEvidence } from './release-evidence';
import { ReleaseRoles } from './release-roles';
import { INSTALL } from './shell';

/** What a release deploys, in this order; made by `lib/stages`, so that a construct knows of no stage's contents. */
export interface ReleasedStages extends Readonly<Record<PipelineStage, Stage>> {
  /** The application of prod's second region. */
  readonly recovery: Stage;
}

export interface ReleasePipelineProps {
  readonly prefix: string;
  readonly config: DeliveryConfig;
  readonly stages: Readonly<Record<PipelineStage, StageConfig>>;
  readonly released: ReleasedStages;
  readonly evidence: ReleaseEvidence;
  readonly artifacts: IBucket;
  readonly artifactKey: IKey;
  /** Where CloudFormation of the DR region reads its templates. */
  readonly recoveryArtifacts: IBucket;
  readonly logs: ILogGroup;
  readonly approvals: ITopic;
  readonly roles: ReleaseRoles;
}

/** Pictures flow for so long beside each deployment that shifts traffic: longer than ten percent wait to be evaluated. */
const SHIFT_PICTURES = 600;
const SHIFT_PICTURES_PER_SECOND = 1;
/** What CodePipeline calls a run. */
const EXECUTION = '#{codepipeline.PipelineExecutionId}';
/** The stacks of prod whose functions and workflow shift traffic. */
const SHIFTING_STACKS = ['processing', 'api'];

/**
 * Gate → the last release's gate → two approvals → a record of it → the pipeline itself → dev → smoke → staging → load → approval → prod, by canary, with synthetic pictures → the application of the
 * DR region. Each stage lays the DR region's keys and vault before its own backups (application-stage.ts).
 */
export class ReleasePipeline extends Construct {
  readonly pipeline: Pipeline;
  /** In which every build runs. */
  readonly environment: BuildEnvironment;

  constructor(scope: Construct, id: string, props: ReleasePipelineProps) {
    super(scope, id);
    const { config, stages, released, evidence, roles } = props;
    const role = roles.tester;
    const source = CodePipelineSource.connection(config.repository, config.branch, {
      connectionArn: config.connectionArn,
      codeBuildCloneOutput: true,
    });
    // The classes are looser than their interfaces under exactOptionalPropertyTypes.
    const input = source as IFileSetProducer;
    const commit = source.sourceAttribute('CommitId');
    const gate = gateStep(input, roles.gate, EXECUTION);
    const recheck = recheckStep(input, gate, evidence, roles.recheck, { commit, execution: EXECUTION });
    const signed = signStep(gate, recheck, evidence, roles.sign, {
      commit,
      execution: EXECUTION,
      repository: config.repository,
      branch: config.branch,
      folders: assemblyFolders(props),
      builder: `arn:aws:codebuild:${config.region}:${config.account}:project/${ReleaseRoles.project('sign')}`,
    });
    const compare = (stage: string): Step => compareStep(stage, signed, roles.compare);
    this.nameOwnBuilds(roles);
    this.environment = {
      buildImage: LinuxBuildImage.fromCodeBuildImageId(config.buildImage),
      computeType: ComputeType.LARGE,
      privileged: false,
    };
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineName: props.prefix,
      pipelineType: PipelineType.V2,
      role: roles.pipeline,
      usePipelineRoleForActions: true,
      crossRegionReplicationBuckets: {
        [config.region]: props.artifacts,
        [stages.prod.drRegion]: props.recoveryArtifacts,
      },
      restartExecutionOnUpdate: true,
    });
    const release = new CodePipeline(this, 'Release', {
      codePipeline: this.pipeline,
      synth: signed as IFileSetProducer,
      usePipelineRoleForActions: true,
      cliVersion: config.cdkVersion,
      publishAssetsInParallel: false,
      codeBuildDefaults: {
        buildEnvironment: this.environment,
        logging: { cloudWatch: { logGroup: props.logs } },
        timeout: Duration.hours(1),
      },
    });

    const pack = packOf(signed);
    const read = { said: recheckOf(signed), review: reviewOf(signed), pack };
    const record = (stage: PipelineStage): Step =>
      recordStep({ stage, signed, evidence, pack, role: roles.record });
    // Recorded as soon as it runs: what comes after it may fail by the release's own code, and what runs would be unknown.
    release.addStage(released.dev, {
      pre: [compare('dev')],
      post: Step.sequence([
        record('dev'),
        picturesStep('Smoke', { input, role, config: stages.dev, pictures: 5, perSecond: 1 }),
      ]),
    });
    release.addStage(released.staging, {
      pre: [compare('staging')],
      post: Step.sequence([
        record('staging'),
        picturesStep('Load', { input, role, config: stages.staging, pictures: 500, perSecond: 20 }),
      ]),
    });
    const lastPack = lastPackOf(signed);
    release.addStage(released.prod, {
      pre: Step.sequence([
        new ReleaseApproval('ReleaseToProduction', {
          bucketName: evidence.bucket.bucketName,
          read,
          lastPack,
          topic: props.approvals,
        }),
        compare('prod'),
      ]),
      post: Step.sequence([
        record('prod'),
        picturesStep('Confirm', { input, role, config: stages.prod, pictures: 5, perSecond: 1 }),
      ]),
    });
    release.addStage(released.recovery, { pre: [compare('recovery')] });
    release.buildPipeline();
    this.dropBuildSpecs();
    this.approveBeforeAnythingChanges(props, read);
    this.recordBeforeItUpdates(props, pack);
    this.refuseAssetRole(release);
    this.sendPicturesDuringTheShift(props, released.prod.stageName, lastPack);
  }

  /**
   * Two people of two teams let a release in before it changes anything, the pipeline's own definition first: whoever
   * merges could otherwise take the approval before production away, or give a role of his the stages. Both wait in one
   * run order, so that neither comes without the other.
   */
  private approveBeforeAnythingChanges({ evidence, approvals }: ReleasePipelineProps, what: ToRead): void {
    const read = whatToRead(evidence.bucket.bucketName, what);
    this.addApproval(
      APPROVALS.release[0],
      approvals,
      `Changes the pipeline itself, dev and staging; production waits for an approval of its own. ${read}`,
    );
    this.addApproval(
      APPROVALS.security[0],
      approvals,
      `Of the security approvers, who do not release: may access, keys, network, exceptions and the pipeline change so? ${read}`,
    );
  }

  /** A stage of its own between the approvals and the update, which begins the run anew. */
  private recordBeforeItUpdates(
    { roles, evidence, artifactKey, logs }: ReleasePipelineProps,
    pack: string,
  ): void {
    const [build, input] = this.signedOutput();
    const { ofAction, commands, ...what } = recordPipelineBuild(evidence, pack);
    const project = new PipelineProject(this, 'RecordPipeline', {
      ...what,
      description: 'Says which release is let in to change the pipeline',
      role: roles.record,
      encryptionKey: artifactKey,
      environment: this.environment,
      logging: { cloudWatch: { logGroup: logs } },
      timeout: Duration.minutes(30),
      buildSpec: BuildSpec.fromObject({ version: '0.2', phases: { build: { commands } } }),
    });
    this.pipeline.addStage({
      stageName: 'RecordPipeline',
      placement: { justAfter: build },
      actions: [
        new CodeBuildAction({
          actionName: 'Record-pipeline',
          project,
          input,
          environmentVariables: ofAction,
        }),
      ],
    });
  }

  /** The stage that signs, and what it hands on: a build has to be given something, and the repository is the merge's. */
  private signedOutput(): [IStage, Artifact] {
    for (const stage of this.pipeline.stages)
      for (const { actionProperties } of stage.actions)
        if (actionProperties.actionName === 'Sign' && actionProperties.outputs?.[0] !== undefined)
          return [stage, actionProperties.outputs[0]];
    throw new RangeError('The pipeline has no stage that signs.');
  }

  /** @param approval `STAGE/ACTION`, by which the organisation says who gives it */
  private addApproval(approval: string, notificationTopic: ITopic, additionalInformation: string): void {
    const [stageName, actionName = ''] = approval.split('/');
    const stage = this.pipeline.stages.find((each) => each.stageName === stageName);
    if (stage === undefined) throw new RangeError(`The pipeline has no stage ${String(stageName)}.`);
    const runOrder =
      1 +
      Math.max(
        ...stage.actions
          .filter(({ actionProperties }) => actionProperties.category !== ActionCategory.APPROVAL)
          .map(({ actionProperties }) => actionProperties.runOrder ?? 1),
      );
    stage.addAction(
      new ManualApprovalAction({ actionName, runOrder, notificationTopic, additionalInformation }),
    );
  }

  /**
   * CDK Pipelines takes neither role, name nor commands for the builds that it makes by itself; it does take injected ones. Its
   * own commands for assets would come out of the assembly, which whoever merges may write.
   */
  private nameOwnBuilds(roles: ReleaseRoles): void {
    const builds: Readonly<Record<string, Pick<PipelineProjectProps, 'role' | 'projectName' | 'buildSpec'>>> =
      {
        SelfMutation: { role: roles.selfUpdate, projectName: ReleaseRoles.project('self-update') },
        FileAsset: {
          role: roles.publisher,
          projectName: ReleaseRoles.project('publish-assets'),
          buildSpec: BuildSpec.fromObject({
            version: '0.2',
            phases: { build: { commands: [...PUBLISH_COMMANDS] } },
          }),
        },
      };
    PropertyInjectors.of(this).add({
      constructUniqueId: PipelineProject.PROPERTY_INJECTION_ID,
      inject: (props: PipelineProjectProps, { id }) => ({ ...props, ...builds[id] }),
    });
  }

  /** The files that CDK Pipelines writes its own commands into; nothing reads them any more, and the build that signs refuses them. */
  private dropBuildSpecs(): void {
    const { outdir } = Stage.of(this) ?? {};
    if (outdir === undefined) throw new RangeError('The pipeline stands in no application.');
    for (const file of readdirSync(outdir))
      if (file.startsWith('buildspec-')) rmSync(path.join(outdir, file));
  }

  /** The role that CDK Pipelines would publish assets by, with any build of the account in its hands; ours took its place. */
  private refuseAssetRole(release: CodePipeline): void {
    if (!release.node.findChild('Assets').node.tryRemoveChild('FileRole'))
      throw new RangeError('CDK Pipelines made no role for assets where one is expected.');
  }

  /** Alarms can evaluate a canary only while there is traffic: pictures flow beside the deployments that shift it. */
  private sendPicturesDuringTheShift(props: ReleasePipelineProps, stageName: string, lastPack: string): void {
    const stage = this.pipeline.stages.find((candidate) => candidate.stageName === stageName);
    const [source] = this.pipeline.stages[0]?.actions ?? [];
    const input = source?.actionProperties.outputs?.[0];
    if (stage === undefined || input === undefined)
      throw new RangeError(`The pipeline has no source or no stage ${stageName}.`);
    const project = new PipelineProject(this, 'CanaryTraffic', {
      projectName: ReleaseRoles.project('canary-traffic'),
      description: 'Synthetic pictures while a release shifts traffic',
      role: props.roles.tester,
      encryptionKey: props.artifactKey,
      environment: this.environment,
      logging: { cloudWatch: { logGroup: props.logs } },
      timeout: Duration.minutes(30),
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: {
          install: { commands: INSTALL },
          build: {
            commands: [
              sendPicturesOnceReleased({
                config: props.stages.prod,
                pictures: SHIFT_PICTURES,
                perSecond: SHIFT_PICTURES_PER_SECOND,
              }),
            ],
          },
        },
      }),
    });
    for (const stack of SHIFTING_STACKS) {
      const deploy = stage.actions.find(
        ({ actionProperties }) => actionProperties.actionName === `${stack}.Deploy`,
      );
      if (deploy === undefined) throw new RangeError(`${stageName} does not deploy ${stack}.`);
      stage.addAction(
        new CodeBuildAction({
          actionName: `PicturesDuring-${stack}`,
          project,
          input,
          environmentVariables: lastPackVariable(lastPack),
          runOrder: deploy.actionProperties.runOrder ?? 1,
        }),
      );
    }
  }
}
