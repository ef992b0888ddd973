import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { StageConfig } from '../../config/schema';
import { RELEASED_KEY, type ReleaseEvidence } from './release-evidence';
import { ReleaseRoles } from './release-roles';

/** The image's own version manager brings the runtime that the functions run on; packages come from the lock file alone. */
export const INSTALL = ['n 24', 'node --version', 'npm ci --no-audit --no-fund'];

/** What synthesizes the pipeline and all stages; the same command by hand and in the pipeline. */
export const SYNTHESIZE_DELIVERY = 'npx cdk synth --quiet --app "node --import tsx bin/delivery.ts"';

/** Name of the gate's output that tells where this release's pack is. */
const PACK = 'EVIDENCE_PACK';
/** Name of the gate's output that tells where the last release's pack is, or that there was no release. */
const LAST_PACK = 'LAST_PACK';
const NO_RELEASE = 'none';
/** Outside of the sources, which the gate judges. */
const LAST = '/tmp/last-release';

/** Fetches the pack of the last release, if there was one, and verifies it by the key that KMS holds, not by one that lies beside it. */
const FETCH_LAST_RELEASE = [
  'PREVIOUS=',
  `export ${LAST_PACK}=${NO_RELEASE}`,
  `RELEASES=$(aws s3api list-objects-v2 --bucket "$EVIDENCE_BUCKET" --prefix ${RELEASED_KEY} --query 'length(not_null(Contents, \`[]\`))' --output text)`,
  [
    'if [ "$RELEASES" != 0 ]; then',
    `${LAST_PACK}=$(aws s3 cp "s3://$EVIDENCE_BUCKET/${RELEASED_KEY}" -);`,
    `aws s3 cp "s3://$EVIDENCE_BUCKET/$LAST_PACK" ${LAST} --recursive --only-show-errors;`,
    `npm run compliance -- verify ${LAST} --key-id "$SIGNING_KEY";`,
    `PREVIOUS="--previous ${LAST}";`,
    'fi',
  ].join(' '),
];

/**
 * Lint, tests, gate and proofs, then synth: nothing is deployed that did not pass. The evidence pack tells what changed
 * since the last release, is signed, checked and kept before the first stage: there is no release without evidence.
 */
export function gateStep(input: IFileSetProducer, evidence: ReleaseEvidence, role: IRole): CodeBuildStep {
  return new CodeBuildStep('Gate', {
    input,
    role,
    projectName: ReleaseRoles.project('gate'),
    primaryOutputDirectory: 'cdk.out',
    env: {
      EVIDENCE_BUCKET: evidence.bucket.bucketName,
      SIGNING_KEY: evidence.signingKey.keyArn,
      AWS_DEFAULT_REGION: 'us-east-1',
    },
    installCommands: INSTALL,
    commands: [
      'set -e',
      `export ${PACK}="packs/$CODEBUILD_RESOLVED_SOURCE_VERSION/$CODEBUILD_BUILD_NUMBER"`,
      'npm run lint',
      'npm run build',
      'npm test',
      ...FETCH_LAST_RELEASE,
      'npm run compliance -- --stage prod $PREVIOUS',
      'npm run compliance -- sign compliance-report --key-id "$SIGNING_KEY"',
      'aws kms get-public-key --key-id "$SIGNING_KEY" --query PublicKey --output text | base64 -d | openssl pkey -pubin -inform DER -out signing-key.pem',
      'npm run compliance -- verify compliance-report --public-key signing-key.pem --commit "$CODEBUILD_RESOLVED_SOURCE_VERSION"',
      `aws s3 cp compliance-report "s3://$EVIDENCE_BUCKET/$${PACK}/" --recursive --only-show-errors`,
      `aws s3 cp signing-key.pem "s3://$EVIDENCE_BUCKET/$${PACK}.signing-key.pem" --only-show-errors`,
      SYNTHESIZE_DELIVERY,
    ],
  });
}

/** Where the pack of this release is, for the steps after the gate. */
export const packOf = (gate: CodeBuildStep): string => gate.exportedVariable(PACK);

/** Where the pack of the last release is, or that there was none, for the steps after the gate. */
export const lastPackOf = (gate: CodeBuildStep): string => gate.exportedVariable(LAST_PACK);

export interface RecordStepProps {
  readonly input: IFileSetProducer;
  readonly evidence: ReleaseEvidence;
  readonly pack: string;
  readonly role: IRole;
}

/** Says which pack belongs to what runs in production now: the next release is compared with it. */
export const recordStep = ({ input, evidence, pack, role }: RecordStepProps): CodeBuildStep =>
  new CodeBuildStep('Record', {
    input,
    role,
    projectName: ReleaseRoles.project('record'),
    env: { EVIDENCE_BUCKET: evidence.bucket.bucketName, [PACK]: pack },
    commands: [
      'set -e',
      `printf %s "$${PACK}" | aws s3 cp - "s3://$EVIDENCE_BUCKET/${RELEASED_KEY}" --only-show-errors`,
    ],
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
