import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  type BuildEnvironment,
  BuildSpec,
  type IProject,
  PipelineProject,
  type PipelineProjectProps,
} from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, CodeStarConnectionsSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { CodePipeline } from 'aws-cdk-lib/aws-events-targets';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import { PIPELINE_STAGES, type PipelineStage } from '../../config/schema';
import { DAILY_RULE, dailyPipeline, DELIVERY_PREFIX } from '../../names';
import { ASK_COMMANDS, FINDINGS, SIGN_DAY_COMMANDS, TELL_COMMANDS } from './daily-commands';
import type { ReleaseEvidence } from './release-evidence';
import type { ReleaseNotices } from './release-notices';
import { ReleaseRoles } from './release-roles';

export interface DailyEvidenceProps {
  readonly config: DeliveryConfig;
  readonly evidence: ReleaseEvidence;
  readonly artifacts: IBucket;
  readonly artifactKey: IKey;
  readonly logs: ILogGroup;
  readonly environment: BuildEnvironment;
  readonly roles: ReleaseRoles;
  /** Who hears of a day that is missing, and where stays a start that did not come to pass. */
  readonly notices: ReleaseNotices;
}

/** To a build: what CodePipeline calls the run. */
const THIS_EXECUTION = { EXECUTION: { value: '#{codepipeline.PipelineExecutionId}' } };
/** Asked at four in the morning, UTC; six hours later a day counts as missing. */
const HOUR_OF_DAY = '4';
const MISSING_AFTER_HOURS = 30;

/**
 * Each day, for each stage: asks the account what is deployed with the code of the release that runs there, signs what it
 * answered in a build without any code of the repository, keeps it under the lock of the evidence, and ends red when it tells
 * of a difference (NIST CA-7, CM-3(2); SOC 2 CC7.1). A pipeline of its own for each stage: one that cannot be asked keeps no
 * other from its pack. A day without a signed pack is an alarm.
 */
export class DailyEvidence extends Construct {
  private readonly tell: IProject;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DailyEvidenceProps,
  ) {
    super(scope, id);
    this.tell = this.build('daily-findings', props.roles.compare, { commands: TELL_COMMANDS });
    const { config, notices, roles } = props;
    const pipelines = PIPELINE_STAGES.map((stage) => this.pipeline(stage));
    const rule = new Rule(this, 'Daily', {
      ruleName: DAILY_RULE,
      description: 'Each day what is deployed is compared with what was evaluated',
      schedule: Schedule.cron({ minute: '0', hour: HOUR_OF_DAY }),
      targets: PIPELINE_STAGES.map((stage) => {
        const arn = `arn:aws:codepipeline:${config.region}:${config.account}:${dailyPipeline(stage)}`;
        return new CodePipeline(Pipeline.fromPipelineArn(this, `Started-${stage}`, arn), {
          eventRole: roles.dailyStart,
          deadLetterQueue: notices.kept,
        });
      }),
    });
    rule.node.addDependency(notices.made, ...pipelines);
    for (const stage of PIPELINE_STAGES) this.alarmOnMissingDay(stage);
  }

  private pipeline(stage: PipelineStage): Pipeline {
    const { config, roles, artifacts, evidence } = this.props;
    const source = new Artifact('Source_Output');
    const asked = new Artifact('Ask_Output');
    const environment = { EVIDENCE_BUCKET: evidence.bucket.bucketName, AWS_DEFAULT_REGION: config.region };
    const ask = this.build(`daily-ask-${stage}`, roles.evidenceReader, {
      commands: ASK_COMMANDS(stage),
      environment,
      output: 'daily',
    });
    const sign = this.build(`daily-sign-${stage}`, roles.dailySign, {
      commands: SIGN_DAY_COMMANDS(stage),
      environment: { ...environment, SIGNING_KEY: evidence.signingKey.keyArn },
      exported: FINDINGS,
    });
    const [owner = '', repo = ''] = config.repository.split('/');
    return new Pipeline(this, `Pipeline-${stage}`, {
      pipelineName: dailyPipeline(stage),
      pipelineType: PipelineType.V2,
      role: roles.daily,
      usePipelineRoleForActions: true,
      artifactBucket: artifacts,
      stages: [
        {
          stageName: 'Source',
          actions: [
            new CodeStarConnectionsSourceAction({
              actionName: 'Source',
              connectionArn: config.connectionArn,
              owner,
              repo,
              branch: config.branch,
              codeBuildCloneOutput: true,
              triggerOnPush: false,
              output: source,
            }),
          ],
        },
        {
          stageName: 'Ask',
          actions: [
            new CodeBuildAction({
              actionName: 'Ask',
              project: ask,
              input: source,
              outputs: [asked],
              environmentVariables: THIS_EXECUTION,
            }),
          ],
        },
        {
          stageName: 'Sign',
          actions: [
            new CodeBuildAction({
              actionName: 'Sign',
              project: sign,
              input: asked,
              variablesNamespace: 'Signed',
              environmentVariables: THIS_EXECUTION,
            }),
          ],
        },
        {
          stageName: 'Tell',
          actions: [
            new CodeBuildAction({
              actionName: 'Findings',
              project: this.tell,
              input: asked,
              environmentVariables: { [FINDINGS]: { value: `#{Signed.${FINDINGS}}` } },
            }),
          ],
        },
      ],
    });
  }

  private build(
    purpose: string,
    role: IRole,
    what: {
      readonly commands: readonly string[];
      readonly environment?: Readonly<Record<string, string>>;
      readonly output?: string;
      readonly exported?: string;
    },
  ): IProject {
    const { artifactKey, environment, logs } = this.props;
    const variables = Object.entries(what.environment ?? {});
    const props: PipelineProjectProps = {
      projectName: ReleaseRoles.project(purpose),
      role,
      encryptionKey: artifactKey,
      environment,
      logging: { cloudWatch: { logGroup: logs } },
      timeout: Duration.hours(1),
      environmentVariables: Object.fromEntries(variables.map(([name, value]) => [name, { value }])),
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        ...(what.exported !== undefined && { env: { 'exported-variables': [what.exported] } }),
        phases: { build: { commands: what.commands } },
        ...(what.output !== undefined && { artifacts: { 'base-directory': what.output, files: ['**/*'] } }),
      }),
    };
    return new PipelineProject(this, purpose, props);
  }

  /** A signing build succeeds only when the pack is signed and kept, so its metric is the day's own word. */
  private alarmOnMissingDay(stage: PipelineStage): void {
    new Alarm(this, `Missing-${stage}`, {
      alarmName: `${DELIVERY_PREFIX}-daily-evidence-missing-${stage}`,
      alarmDescription: `No evidence of what runs in ${stage} was signed and kept for ${MISSING_AFTER_HOURS} hours: see the last run of ${dailyPipeline(stage)}, fix what stopped it and start it by hand (policies/runbooks/deployment.md, "Each day").`,
      metric: new Metric({
        namespace: 'AWS/CodeBuild',
        metricName: 'SucceededBuilds',
        dimensionsMap: { ProjectName: ReleaseRoles.project(`daily-sign-${stage}`) },
        statistic: 'Sum',
        period: Duration.hours(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: MISSING_AFTER_HOURS,
      datapointsToAlarm: MISSING_AFTER_HOURS,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(new SnsAction(this.props.notices.topic));
  }
}
