import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { PIPELINE_STAGES, type PipelineStage, type StageConfig } from '../../config/schema';
import type { AssemblyFolder } from './assembly-folders';
import { LAST_PACK, NO_RELEASE, RECHECK, RECHECK_COMMANDS, REVIEW } from './recheck-commands';
import { OF_PIPELINE } from './released';
import { RELEASED_PREFIX, type ReleaseEvidence } from './release-evidence';
import { ReleaseRoles } from './release-roles';
import { AS_ONE, FOLDER_DIGEST, HAND_OVER, INSTALL, MAKE_OUT, MAKE_WORK, NOW } from './shell';
import { signCommands } from './sign-commands';

/** What synthesizes the pipeline and all stages; the same command by hand and in the pipeline. */
export const SYNTHESIZE_DELIVERY = 'npx cdk synth --quiet --app "node --import tsx bin/delivery.ts"';

/** Name of the signing build's output that tells where this release's pack is. */
const PACK = 'EVIDENCE_PACK';
/** Name of its output that tells the digest of what may be deployed. */
const DIGEST = 'ASSEMBLY_DIGEST';

/**
 * Lint, tests, then one synthesis of everything that a release deploys, and the gate over each stage of it. This build runs
 * the repository's code and packages, so it neither signs nor keeps anything: it hands over the assembly and the packs. What
 * has changed since the last release is not its to say.
 */
export function gateStep(input: IFileSetProducer, role: IRole, execution: string): CodeBuildStep {
  return new CodeBuildStep('Gate', {
    input,
    role,
    projectName: ReleaseRoles.project('gate'),
    primaryOutputDirectory: 'release',
    env: { EXECUTION: execution },
    installCommands: INSTALL,
    commands: [
      'npm run lint',
      'npm run build',
      'npm test',
      MAKE_OUT,
      ...PIPELINE_STAGES.map(
        (stage) =>
          `npm run compliance -- --stage ${stage} --output "$OUT/packs/${stage}" --purpose release --execution "$EXECUTION"`,
      ),
      `${SYNTHESIZE_DELIVERY} --output "$OUT/assembly"`,
      HAND_OVER('release'),
    ],
  });
}

/**
 * Evaluates what the gate handed over with the gate of the last release, so that a change of the gate does not speak for
 * itself. This build runs the code of that release, which two people let in, and nothing of the one that is evaluated.
 */
export const recheckStep = (
  input: IFileSetProducer,
  gate: CodeBuildStep,
  evidence: ReleaseEvidence,
  role: IRole,
  { commit, execution }: Pick<ReleaseFacts, 'commit' | 'execution'>,
): CodeBuildStep =>
  new CodeBuildStep('Recheck', {
    input,
    additionalInputs: { '../candidate': gate as IFileSetProducer },
    role,
    projectName: ReleaseRoles.project('recheck'),
    primaryOutputDirectory: 'recheck',
    env: {
      EVIDENCE_BUCKET: evidence.bucket.bucketName,
      SIGNING_KEY: evidence.signingKey.keyArn,
      AWS_DEFAULT_REGION: 'us-east-1',
      CANDIDATE: commit,
      EXECUTION: execution,
    },
    commands: RECHECK_COMMANDS,
  });

/** Where the pack is that those who approve a release read first, for the steps after it was signed. */
export const reviewOf = (signed: CodeBuildStep): string => signed.exportedVariable(REVIEW);

/** What the gate of the last release said of this one, in a sentence, for the steps after it was signed. */
export const recheckOf = (signed: CodeBuildStep): string => signed.exportedVariable(RECHECK);

/** Which commit is released, and by which execution: the pipeline's own word, not a build's. */
export interface ReleaseFacts {
  readonly commit: string;
  readonly execution: string;
  readonly repository: string;
  readonly branch: string;
  /** What the assembly consists of. */
  readonly folders: readonly AssemblyFolder[];
  /** ARN of the project that signs. */
  readonly builder: string;
}

/**
 * Lets through exactly what was evaluated, and signs that it did: runs nothing of the repository, its commands stand in the
 * pipeline's template. Its output is what every stage is deployed from.
 */
export const signStep = (
  gate: CodeBuildStep,
  recheck: CodeBuildStep,
  evidence: ReleaseEvidence,
  role: IRole,
  facts: ReleaseFacts,
): CodeBuildStep =>
  new CodeBuildStep('Sign', {
    input: gate as IFileSetProducer,
    additionalInputs: { recheck: recheck as IFileSetProducer },
    role,
    projectName: ReleaseRoles.project('sign'),
    primaryOutputDirectory: 'assembly',
    env: {
      EVIDENCE_BUCKET: evidence.bucket.bucketName,
      SIGNING_KEY: evidence.signingKey.keyArn,
      AWS_DEFAULT_REGION: 'us-east-1',
      COMMIT: facts.commit,
      EXECUTION: facts.execution,
      REPOSITORY: facts.repository,
      BRANCH: facts.branch,
      BUILDER: facts.builder,
    },
    commands: AS_ONE([
      `export ${PACK}="packs/$COMMIT/$EXECUTION"`,
      ...signCommands(facts.folders),
      `export ${DIGEST}="$DIGEST"`,
      `export ${[RECHECK, REVIEW, LAST_PACK].join(' ')}`,
    ]),
  });

/** The digest of what was signed, for the steps after it. */
export const digestOf = (signed: CodeBuildStep): string => signed.exportedVariable(DIGEST);

/** Before a stage: what is about to be deployed there is what was signed. Runs nothing of the repository either. */
export const compareStep = (stage: string, signed: CodeBuildStep, role: IRole): CodeBuildStep =>
  new CodeBuildStep(`Compare-${stage}`, {
    input: signed as IFileSetProducer,
    role,
    projectName: ReleaseRoles.project(`compare-${stage}`),
    env: { [DIGEST]: digestOf(signed) },
    commands: AS_ONE([FOLDER_DIGEST('.'), `test "$DIGEST" = "$${DIGEST}"`]),
  });

/** Where the pack of this release is, for the steps after it was signed. */
export const packOf = (signed: CodeBuildStep): string => signed.exportedVariable(PACK);

/** Where the pack of the last release is, or that there was none, for the steps after this one was signed. */
export const lastPackOf = (signed: CodeBuildStep): string => signed.exportedVariable(LAST_PACK);

export interface RecordStepProps {
  readonly stage: PipelineStage;
  /** It takes nothing of that; a build has to be given something, and the repository is the merge's. */
  readonly signed: CodeBuildStep;
  readonly evidence: ReleaseEvidence;
  readonly pack: string;
  readonly role: IRole;
}

/** Where the pack of a stage is, beside the one of prod, which {@link packOf} tells. */
export const packOfStage = (pack: string, stage: PipelineStage): string =>
  stage === 'prod' ? pack : `${pack}-${stage}`;

/**
 * Says which pack belongs to what runs in a stage now: the next release is compared with that of prod, and each day what is
 * deployed with that of its stage.
 */
export const recordStep = ({ stage, signed, evidence, pack, role }: RecordStepProps): CodeBuildStep =>
  new CodeBuildStep(`Record-${stage}`, {
    input: signed as IFileSetProducer,
    role,
    projectName: ReleaseRoles.project(`record-${stage}`),
    env: { EVIDENCE_BUCKET: evidence.bucket.bucketName, [PACK]: pack },
    commands: recordCommands(stage, packOfStage(`$${PACK}`, stage)),
  });

const recordCommands = (place: PipelineStage | typeof OF_PIPELINE, pack: string): string[] =>
  AS_ONE([
    // Not among the sources, where a link of that name could stand.
    MAKE_WORK,
    `printf %s "${pack}" > $WORK/released`,
    // By a name of its own, each once: what a lock keeps is not covered by a newer version.
    `aws s3api put-object --bucket "$EVIDENCE_BUCKET" --key "${RELEASED_PREFIX}${place}/${NOW}" --body $WORK/released --if-none-match '*'`,
  ]);

/**
 * Says which release people have let in to change the pipeline itself, before it does: the update ends the run that it belongs
 * to, and the next one waits for people again. The release after it is compared with what stands here.
 */
export const recordPipelineBuild = (evidence: ReleaseEvidence, pack: string) => ({
  projectName: ReleaseRoles.project(`record-${OF_PIPELINE}`),
  environmentVariables: { EVIDENCE_BUCKET: { value: evidence.bucket.bucketName } },
  ofAction: { [PACK]: { value: pack } },
  commands: recordCommands(OF_PIPELINE, `$${PACK}`),
});

export interface PicturesStepProps {
  readonly input: IFileSetProducer;
  readonly config: StageConfig;
  /** May take the role release-tester of every stage, and nothing else. */
  readonly role: IRole;
  /** How many pictures, and how many a second: few are a smoke test, many are load. */
  readonly pictures: number;
  readonly perSecond: number;
}

/** The command that plays a client; it fails when a picture does not reach its final state. */
export const sendPicturesCommand = ({
  config,
  pictures,
  perSecond,
}: Omit<PicturesStepProps, 'input' | 'role'>) =>
  `npm run ops -- send-pictures --stage ${config.stage} --count ${pictures} --per-second ${perSecond} --assume release-tester`;

/**
 * As {@link sendPicturesCommand}, once there was a release. Before the first one neither API nor client is there while the
 * functions are made, and nothing shifts: there is no version before.
 */
export const sendPicturesOnceReleased = (props: Omit<PicturesStepProps, 'input' | 'role'>): string =>
  `if [ "$${LAST_PACK}" = ${NO_RELEASE} ]; then echo "No release before this one: nothing shifts."; else ${sendPicturesCommand(props)}; fi`;

/** The environment of a build that asks whether there was a release. */
export const lastPackVariable = (lastPack: string): Record<string, { value: string }> => ({
  [LAST_PACK]: { value: lastPack },
});

/** Sends pictures through a stage's public API and waits until each is in its place; fails when one is not. */
export const picturesStep = (id: string, props: PicturesStepProps): CodeBuildStep =>
  new CodeBuildStep(id, {
    input: props.input,
    role: props.role,
    projectName: ReleaseRoles.project(`${props.config.stage}-pictures`),
    installCommands: INSTALL,
    commands: [sendPicturesCommand(props)],
  });
