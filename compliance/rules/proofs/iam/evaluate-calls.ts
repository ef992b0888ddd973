import type { AwsCall } from '../../../../lambda/aws-calls';
import { loadStageConfig } from '../../../../lib/config/load';
import { STAGE_NAMES } from '../../../../lib/config/schema';
import type { DeclaredCalls } from '../network/called-services';
import { FUNCTION_IDS } from '../../../../lambda/functions';
import type { ProofRows } from '../proof-rows';
import type { Resource } from '../model/resource';
import { policiesOf } from './inventory';
import { IAM_RULES } from './rules';
import { fromReviewers } from './situations';
import { keyActionsOf, keyOfStore } from './store-keys';
import { asked, contextOfCall, exampleOf, regionOfFunctions, neighboursOf, type Target } from './targets';
import type { EvaluationResult } from './evaluate';
import type { Principal, World } from './world';

const reason = ({ decision, by, missing }: EvaluationResult): string =>
  decision === 'implicit-deny' ? `no ${missing ?? ''} policy allows it` : `${decision} by ${by.join(', ')}`;

/** KMS requests that the store makes in the caller's name. */
function keyProblems(world: World, who: Principal, call: Target): string[] {
  const needs = keyActionsOf(call.action);
  const key = keyOfStore(world.set, call.resource);
  if (!needs || key === undefined) return [];
  const extra = { 'kms:ViaService': `${needs.service}.${call.region}.amazonaws.com` };
  return needs.actions
    .map(
      (action) =>
        [
          action,
          world.decide(who, { ...call, action, resource: key }, 'on behalf by a service', extra),
        ] as const,
    )
    .filter(([, result]) => result.decision !== 'allow')
    .map(([action, result]) => `${call.action} needs ${action} through ${needs.service}: ${reason(result)}`);
}

function callProblems(world: World, who: Principal, call: Target): string[] {
  // Not called by the function: S3 asks about its role when somebody follows the link that it signed.
  const isLink = isReviewLink(who, call);
  const result = world.decide(who, call, 'through our endpoint');
  const own =
    result.decision === 'allow' || isLink ? [] : [`${call.action} on ${call.resource}: ${reason(result)}`];
  const form = isPresignedUpload(call) ? world.decide(who, call, 'by presigned form') : undefined;
  const client =
    form === undefined || form.decision === 'allow'
      ? []
      : [`a client's form cannot ${call.action} on ${call.resource}: ${reason(form)}`];
  const link = isLink ? world.decide(who, call, 'by presigned URL', reviewersOf(world.account)) : undefined;
  const reviewer =
    link === undefined || link.decision === 'allow'
      ? []
      : [`a reviewer's link cannot ${call.action} on ${call.resource}: ${reason(link)}`];
  return [...own, ...client, ...reviewer, ...keyProblems(world, who, call)];
}

function neighbourProblems(world: World, who: Principal, calls: readonly Target[], call: Target): string[] {
  const otherAlias = Object.keys(call.context ?? {}).flatMap((key) => {
    const result = world.decide(who, call, 'through our endpoint', { [key]: 'another' });
    return result.decision === 'allow'
      ? [`${call.action} is allowed with another ${key} by ${result.by.join(', ')}`]
      : [];
  });
  const others = neighboursOf(call.resource)
    .filter(([, arn]) => !calls.some((other) => other.action === call.action && other.resource === arn))
    .map(
      ([what, arn]) =>
        [what, arn, world.decide(who, { ...call, resource: arn }, 'through our endpoint')] as const,
    )
    .filter(([, , result]) => result.decision === 'allow')
    .map(([what, arn, result]) => `${call.action} is allowed on ${what} (${arn}) by ${result.by.join(', ')}`);
  return [...otherAlias, ...others];
}

const WRITES = ['DeleteItem', 'PutItem', 'UpdateItem'].map((operation) => `dynamodb:${operation}`);

/**
 * Who writes items and may not read them may not have them answered by a write either, as far as there is a key for it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function answeredProblems(world: World, who: Principal, calls: readonly Target[], call: Target): string[] {
  const reads = calls.some(
    ({ action, resource }) => action === 'dynamodb:GetItem' && resource === call.resource,
  );
  if (reads || !WRITES.includes(call.action)) return [];
  return ['ALL_OLD', 'ALL_NEW']
    .map(
      (answered) =>
        [
          answered,
          world.decide(who, call, 'through our endpoint', { 'dynamodb:ReturnValues': answered }),
        ] as const,
    )
    .filter(([, { decision }]) => decision === 'allow')
    .map(
      ([answered, { by }]) =>
        `${call.action} on ${call.resource} may answer the item (${answered}) to one who may not read it, by ${by.join(', ')}`,
    );
}

/** What a presigned form, made by `upload`, does for a client; this and a reviewer's link are all that works outside. */
const isPresignedUpload = (call: Target): boolean =>
  call.action === 's3:PutObject' && call.resource.includes('/input/');

/** What a link, made by `reviews`, shows to a reviewer, in a reviewer's network and nowhere else. */
const isReviewLink = ({ name }: Principal, call: Target): boolean =>
  name === 'reviews' && call.action === 's3:GetObject' && call.resource.includes('/review/');

/** What comes with a request of the reviewers of an account's stage; nothing where there is none of the account. */
function reviewersOf(account: string): Readonly<Record<string, string>> {
  const config = STAGE_NAMES.map(loadStageConfig).find((stage) => stage.account === account);
  return config === undefined ? {} : fromReviewers(config);
}

function outsideProblems(world: World, who: Principal, call: Target): string[] {
  // Services without resource policies have no perimeter of their own; the matrix shows what is left there.
  const hasPerimeter =
    policiesOf(world.inventory, call.resource)?.some((statement) => statement.effect === 'Deny') ?? false;
  if (!hasPerimeter) return [];
  const situations = [
    'from outside',
    'through a foreign endpoint',
    'by presigned URL',
    'by stale presigned URL',
    'by stale presigned form',
  ] as const;
  const found = situations
    .filter((situation) => !situation.startsWith('by') || call.action.startsWith('s3:'))
    .map((situation) => [situation, world.decide(who, call, situation)] as const)
    .filter(([, result]) => result.decision === 'allow')
    .map(
      ([situation, result]) =>
        `${call.action} on ${call.resource} is allowed ${situation} by ${result.by.join(', ')}`,
    );
  const inside = isReviewLink(who, call)
    ? world.decide(who, call, 'from outside', reviewersOf(world.account))
    : undefined;
  if (inside?.decision === 'allow')
    found.push(`${call.action} on ${call.resource} is allowed without a link in a reviewer's network`);
  const form = world.decide(who, call, 'by presigned form');
  return form.decision === 'allow' && call.action.startsWith('s3:') && !isPresignedUpload(call)
    ? [...found, `${call.action} on ${call.resource} is allowed by presigned form`]
    : found;
}

/** What the platform does inside of the function, with the mark that code's own requests carry, so that no policy tells them apart. */
const LIKE_CODE = ['SendTraces', 'WriteOwnLogs'];

/**
 * What the platform does under the role, asked with the role's credentials as code holds them: it must be worth nothing
 * anywhere else. https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function platformProblems(world: World, who: Principal, calls: readonly Target[]): string[] {
  const declared = new Set(calls.map(({ action }) => action));
  const region = regionOfFunctions(world.set);
  const granted = who.identity
    .filter(({ effect, sid }) => effect === 'Allow' && !LIKE_CODE.includes(sid))
    .flatMap(({ actions, resources }) =>
      actions.items
        .filter((action) => !declared.has(action))
        .flatMap((action) =>
          (resources?.items ?? []).map((resource) => ({
            action,
            resource: resource === '*' ? resource : resource.replaceAll('*', 'x'),
            region,
          })),
        ),
    );
  return granted.flatMap((call) =>
    (['from outside', 'through a foreign endpoint'] as const)
      .map((situation) => [situation, world.decide(who, call, situation)] as const)
      .filter(([, { decision }]) => decision === 'allow')
      .map(
        ([situation, { by }]) =>
          `${call.action} on ${call.resource}, which the platform does, is allowed ${situation} by ${by.join(', ')}`,
      ),
  );
}

/** The first closure: each function's declared calls work, and work on nothing else and from nowhere else. */
export function evaluateCalls(rows: ProofRows, world: World, calls: DeclaredCalls): string[] {
  const narratives: string[] = [];
  for (const id of FUNCTION_IDS) {
    const who = world.principals.find(({ name, functionArn }) => name === id && functionArn !== undefined);
    const role = who && roleOf(world, who);
    const declared = calls[id] ?? [];
    if (!who || !role) {
      if (declared.length === 0) continue;
      const subject = { resource: id, resourceType: 'function' };
      rows.add(
        IAM_RULES.callsAllowed,
        subject,
        'non-compliant',
        `${id} is declared and has no role in the templates`,
      );
      continue;
    }
    rows.guarded(IAM_RULES.callsAllowed, role, () => {
      const targets = declared.map((call) => targetOf(world, call));
      const count = `${targets.length} calls`;
      rows.evaluate(
        IAM_RULES.callsAllowed,
        role,
        targets.flatMap((call) => callProblems(world, who, call)),
        `${count}, all allowed through their endpoints`,
      );
      rows.evaluate(
        IAM_RULES.neighboursRefused,
        role,
        targets.flatMap((call) => [
          ...neighbourProblems(world, who, targets, call),
          ...answeredProblems(world, who, targets, call),
        ]),
        `${count}, none allowed on a neighbour, or to answer items that may not be read`,
      );
      rows.evaluate(
        IAM_RULES.outsideRefused,
        role,
        [
          ...targets.flatMap((call) => outsideProblems(world, who, call)),
          ...platformProblems(world, who, targets),
        ],
        `${count}, none allowed outside our endpoints where the store has a perimeter, nor what the platform does but logs and traces`,
      );
      narratives.push(
        `${id} may make exactly these calls: ${declared.map(({ action, resource }) => `${action} on ${resource}`).join(', ') || 'none'}.`,
      );
    });
  }
  return narratives;
}

const targetOf = (world: World, { action, resource }: AwsCall): Target =>
  asked({
    action,
    resource: exampleOf(world.set, resource),
    region: regionOfFunctions(world.set),
    context: contextOfCall(action, resource),
  });

const roleOf = (world: World, who: Principal): Resource | undefined =>
  world.inventory.roles.find((role) => role.arn === who.caller.arn)?.resource;
