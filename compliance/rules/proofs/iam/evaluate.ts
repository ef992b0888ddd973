import { covers, principalOf, type PrincipalMatch, statementsAbout } from './matching';
import type { Request } from './request';
import type { Statement } from './statement';

/** Every policy that bears on one request. An absent kind does not exist; an empty one exists and allows nothing. */
export interface Policies {
  readonly identity: readonly Statement[];
  readonly boundary?: readonly Statement[] | undefined;
  readonly resource?: readonly Statement[] | undefined;
  /** Policy of the VPC endpoint through which the request came. */
  readonly endpoint?: readonly Statement[] | undefined;
  /** Service control policies: what they deny, no role of the account may. They bind no service in its own name. */
  readonly serviceControl?: readonly Statement[] | undefined;
  /** Resource control policies: what they deny, nobody may with the account's resources. */
  readonly resourceControl?: readonly Statement[] | undefined;
  /** KMS keys and role trust policies: identity policies count only where the resource's policy lets them. */
  readonly resourcePolicyRules?: boolean;
}

export interface EvaluationResult {
  readonly decision: 'allow' | 'implicit-deny' | 'explicit-deny';
  /** Statements that decided, as `STACK/LOGICAL-ID#Sid`. */
  readonly by: readonly string[];
  /** For an implicit deny: which kind of policy lacks an Allow. */
  readonly missing?: 'identity' | 'boundary' | 'resource' | 'endpoint';
}

const NONE: readonly Statement[] = [];

interface Allow {
  readonly statement: Statement;
  readonly match: PrincipalMatch;
}

const allowing = (statements: readonly Statement[], request: Request): Statement[] =>
  statementsAbout(statements, request.action, 'Allow').filter((statement) => covers(statement, request));

const origins = (statements: readonly Statement[]): string[] =>
  statements.map((statement) => statement.origin);

/** Allows of a policy that has principals, each with the way it covers the caller. */
const resourceAllows = (statements: readonly Statement[], request: Request): Allow[] =>
  allowing(statements, request)
    .map((statement) => ({ statement, match: principalOf(statement, request.caller, false) }))
    .filter(({ match }) => match !== 'none');

function denies(policies: Policies, request: Request): Statement[] {
  const bounded = policies.boundary !== undefined;
  const denying = (statements: readonly Statement[] | undefined): readonly Statement[] =>
    statementsAbout(statements ?? NONE, request.action, 'Deny');
  const withPrincipal = [
    ...denying(policies.resource),
    ...denying(policies.endpoint),
    ...denying(policies.resourceControl),
  ].filter((statement) => principalOf(statement, request.caller, bounded) !== 'none');
  const ofAccount = request.caller.kind === 'role' ? denying(policies.serviceControl) : [];
  return [
    ...withPrincipal,
    ...ofAccount,
    ...denying(policies.identity),
    ...denying(policies.boundary),
  ].filter((statement) => covers(statement, request));
}

/**
 * Decides a request from the policies alone: no session policies, no access points, no ACLs. Of the organisation's
 * policies it knows what they deny; those of ours allow nothing, beside AWS's own that allows everything.
 * Not authoritative; it follows AWS's documented evaluation logic:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * - an explicit deny anywhere wins;
 * - through an endpoint, its policy must allow as well;
 * - same account: identity or resource policy must allow; the boundary limits identity policies, and resource policies
 *   that name the role as their Principal, not those that name a user or everybody, be it with `aws:PrincipalArn` as a condition:
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 * - a resource policy's Allow for the account (`root`) grants nobody by itself: it lets identity policies decide;
 * - KMS keys and trust policies: the resource's policy must allow, directly or by naming the account;
 * - another account: both sides must allow.
 */
export function evaluate(request: Request, policies: Policies): EvaluationResult {
  const denied = denies(policies, request);
  if (denied.length > 0) return { decision: 'explicit-deny', by: origins(denied) };

  const viaEndpoint = policies.endpoint && resourceAllows(policies.endpoint, request);
  if (viaEndpoint?.length === 0) return { decision: 'implicit-deny', by: [], missing: 'endpoint' };

  const fromResource = resourceAllows(policies.resource ?? NONE, request);
  if (request.caller.kind !== 'role') {
    const by = origins(fromResource.map(({ statement }) => statement));
    return by.length > 0
      ? { decision: 'allow', by }
      : { decision: 'implicit-deny', by: [], missing: 'resource' };
  }
  return decideForRole(request, request.caller.account, policies, fromResource);
}

function decideForRole(
  request: Request,
  account: string,
  policies: Policies,
  fromResource: readonly Allow[],
): EvaluationResult {
  const crossAccount = account !== request.resourceAccount;
  const direct = fromResource.filter(({ match }) => match !== 'account');
  const delegated = fromResource.filter(({ match }) => match === 'account');
  const identity = allowing(policies.identity, request);
  const boundary = policies.boundary && allowing(policies.boundary, request);
  const bounded = boundary?.length === 0;

  if (!crossAccount) {
    // Everybody's grant is the session's own, and a user's is his own: an implicit deny of the boundary limits neither.
    const unlimited = direct.filter(({ match }) => match !== 'role');
    const granted = bounded ? unlimited : direct;
    if (granted.length > 0) {
      return { decision: 'allow', by: origins(granted.map(({ statement }) => statement)) };
    }
  }
  const resourceMustAllow = crossAccount || policies.resourcePolicyRules === true;
  const resourceOpens = resourceMustAllow ? [...direct, ...delegated] : [];
  if (resourceMustAllow && resourceOpens.length === 0)
    return { decision: 'implicit-deny', by: [], missing: 'resource' };
  if (identity.length === 0) return { decision: 'implicit-deny', by: [], missing: 'identity' };
  if (bounded) return { decision: 'implicit-deny', by: [], missing: 'boundary' };
  return {
    decision: 'allow',
    by: [...origins(identity), ...origins(resourceOpens.map(({ statement }) => statement))],
  };
}
