import {
  APPROVALS,
  APPROVERS,
  DELIVERY_PREFIX,
  type DeliveryPurpose,
  deliveryRole,
  SIGNING_BUILDS,
} from '../names';
import type { TrailAlertDefinition } from './alarm-definition';
import { ACCOUNT_ALERTS, anyOf, deployRoleTaken, notBy, trailAlert } from './trail-alerts';

const ISSUER = '$.userIdentity.sessionContext.sessionIssuer.userName';
const nobodyElse = (...roles: DeliveryPurpose[]): string =>
  `((${ISSUER} NOT EXISTS) || (${roles.map((role) => `(${ISSUER} != "${deliveryRole(role)}")`).join(' && ')}))`;

const PERMISSION_SET = (name: string): string => `AWSReservedSSO_${name}_*`;
/** An approval by whoever is not of its permission set; of those of the one, of the other's. */
const APPROVED_BY_OTHERS = [
  `(${ISSUER} NOT EXISTS)`,
  `((${ISSUER} != "${PERMISSION_SET(APPROVERS.release)}") && (${ISSUER} != "${PERMISSION_SET(APPROVERS.security)}"))`,
  ...(['release', 'security'] as const).map((kind) => {
    const theirs = APPROVALS[kind].map(
      (approval) => `($.requestParameters.actionName = "${approval.split('/')[1] ?? ''}")`,
    );
    return `((${ISSUER} != "${PERMISSION_SET(APPROVERS[kind])}") && (${theirs.join(' || ')}))`;
  }),
].join(' || ');

/** What a build can be started with instead of its project's, and no action of a pipeline asks for. */
const OVERRIDES = ['buildspecOverride', 'imageOverride', 'serviceRoleOverride'];

/** Of what every account is watched for, what the account of the pipeline can do: it has no recorder and no network. */
const SHARED = [
  'trail-changed',
  'key-disabled-or-deleted',
  'key-policy-changed',
  'root-used',
  'sign-in-without-mfa',
  'access-denied-spike',
  'iam-changed',
  'bucket-policy-changed',
  'resource-policy-changed',
  'alerting-changed',
  'organization-changed',
];

/** What the trail of the delivery account is watched for; alarms of these names tell approvers and security. */
export const DELIVERY_TRAIL_ALERTS: readonly TrailAlertDefinition[] = [
  ...SHARED.map((id) => {
    const found = ACCOUNT_ALERTS.find((each) => each.id === id);
    if (found === undefined) throw new RangeError(`No account is watched for ${id}.`);
    return found;
  }),
  trailAlert(
    'pipeline-changed',
    'critical',
    `{ (($.eventSource = "codepipeline.amazonaws.com") && ${anyOf('CreatePipeline', 'UpdatePipeline', 'DeletePipeline', 'DisableStageTransition', 'OverrideStageCondition', 'RollbackStage')}) || (($.eventSource = "codebuild.amazonaws.com") && ${anyOf('CreateProject', 'UpdateProject', 'DeleteProject', 'UpdateProjectVisibility', 'ImportSourceCredentials', 'BatchDeleteBuilds')}) }`,
    'The pipeline, a build of it or a transition was changed, or what a build did was deleted: what is asked and evaluated before a release may no longer be.',
    'The pipeline changes itself once in a release, after an approval. Anything else: disable the transition to prod, find who did it, compare pipeline and builds with the templates.',
  ),
  trailAlert(
    'build-with-other-commands',
    'critical',
    `{ ($.eventSource = "codebuild.amazonaws.com") && ${anyOf('StartBuild', 'StartBuildBatch', 'RetryBuild')} && (${OVERRIDES.map((name) => `($.requestParameters.${name} = "*")`).join(' || ')} || ${nobodyElse('pipeline', 'daily')} || ${notBy('codepipeline')}) }`,
    'A build was started by somebody else than the pipelines, if with their roles, or with other commands, another image or another role than its project’s: it does with its role what they say.',
    'Stop the build. Find in the trail what it did with its role; revoke the session that started it.',
  ),
  trailAlert(
    'release-started-by-others',
    'critical',
    [
      // A merge starts the pipeline, and that is a service's call.
      `{ ($.eventSource = "codepipeline.amazonaws.com") && ($.eventName = "StartPipelineExecution") && ($.requestParameters.name = "${DELIVERY_PREFIX}") && ${notBy()} }`,
      deployRoleTaken(nobodyElse('self-update')),
    ],
    'A release was started by hand, of a commit of the caller’s choice maybe, or a role that deploys was taken by something else than the pipeline and its update.',
    'The security administrators start a release by hand with a change ticket. Otherwise stop the execution, revoke the session, and see in the trail of the stage what was deployed.',
  ),
  trailAlert(
    'approved-by-others',
    'critical',
    `{ ($.eventSource = "codepipeline.amazonaws.com") && ($.eventName = "PutApprovalResult") && (${APPROVED_BY_OTHERS}) }`,
    'An approval was given, or tried, by somebody whose it is not: a release may be on its way that two people did not let in.',
    'Disable the transition to UpdatePipeline and to prod. Ask both approvers; without their word, stop the execution, find who it was, and see whether scp-clients is attached.',
  ),
  trailAlert(
    'signed-outside-a-release',
    'critical',
    `{ ($.eventSource = "kms.amazonaws.com") && ($.eventName = "Sign") && ${nobodyElse(...SIGNING_BUILDS)} }`,
    'Something was signed with the key of the evidence packs, or tried to be, by somebody else than the signing builds.',
    'The event names key and caller. Treat every pack that was signed since as not signed; replace the key and publish its fingerprint anew.',
  ),
];
