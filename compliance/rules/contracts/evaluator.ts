import { evaluate, type Policies, type EvaluationResult } from '../proofs/iam/evaluate';
import {
  aliasesOf,
  policiesOf,
  type PolicyInventory,
  roleOf,
  type RolePolicies,
} from '../proofs/iam/inventory';
import { covers, principalOf, speaksOf } from '../proofs/iam/matching';
import { testCondition } from '../proofs/iam/operators';
import { type Caller, contextOf, type Request } from '../proofs/iam/request';
import { cachedResult } from '../proofs/iam/cached-result';
import { policyId, type Statement } from '../proofs/iam/statement';
import { FOREIGN_ACCOUNT } from '../proofs/iam/targets';
import { foreign } from '../proofs/iam/example';
import { OPEN } from '../proofs/iam/world';
import type { AccountPolicies } from '../proofs/iam/account-policies';

/** A role with the policies that bear on its sessions. */
export type AskingRole = Pick<RolePolicies, 'arn' | 'account' | 'identity' | 'boundary'>;

/** One request that AWS makes, in full. */
export interface Ask {
  readonly caller:
    { readonly service: string } | { readonly role: AskingRole; readonly via: string | undefined };
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly region: string;
  readonly sends: Readonly<Record<string, string>>;
}

type Pairs = Record<string, string | undefined>;

/**
 * Keys of every request, by who makes it. `aws:SourceOrgID` comes with `aws:SourceAccount` and `aws:SourceArn` when the
 * source's account is in an organisation. What a key is called (`kms:ResourceAliases`) comes with every request on it:
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
function baseOf(ask: Ask, organizationId: string): Pairs {
  const always: Pairs = {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': ask.region,
    'aws:ResourceAccount': ask.resourceAccount,
  };
  if ('service' in ask.caller) {
    const told = Object.keys(ask.sends).some((key) => /^aws:Source(Account|Arn)$/.test(key));
    return {
      ...always,
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': ask.caller.service,
      ...(told ? { 'aws:SourceOrgID': organizationId } : {}),
    };
  }
  const { role, via } = ask.caller;
  return {
    ...always,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': role.account,
    'aws:PrincipalOrgID': organizationId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:ViaAWSService': via === undefined ? 'false' : 'true',
    ...(ask.action.startsWith('kms:') ? { 'kms:CallerAccount': role.account } : {}),
    ...(via !== undefined && ask.action.startsWith('kms:')
      ? { 'kms:ViaService': `${via}.${ask.region}.amazonaws.com` }
      : {}),
  };
}

const NO_STATEMENTS: readonly Statement[] = [];
const POLICY_KINDS = ['identity', 'boundary', 'resource', 'serviceControl', 'resourceControl'] as const;

/** Everything that decides a request of AWS. */
export class Evaluator {
  /** Actions of the allowed requests by the statements that they needed (`STACK/LOGICAL-ID#Sid`). */
  readonly used = new Map<string, Set<string>>();

  constructor(
    private readonly inventory: PolicyInventory,
    private readonly around: AccountPolicies,
  ) {}

  /** CloudFormation's role beside the resource. */
  get deployer(): AskingRole {
    return this.around.deployer;
  }

  role(arn: string): RolePolicies | undefined {
    return roleOf(this.inventory, arn);
  }

  /** What the same request meets when somebody of another account and organisation is behind it. */
  decideForOthers(ask: Ask): EvaluationResult {
    const { caller, resourceAccount } = ask;
    const sends = Object.fromEntries(
      Object.entries(ask.sends).map(([key, value]) => [key, foreign(value, resourceAccount)]),
    );
    if ('service' in caller) return this.decide({ ...ask, sends }, 'o-another0organization');
    const stranger = {
      ...caller.role,
      arn: foreign(caller.role.arn, resourceAccount),
      account: FOREIGN_ACCOUNT,
    };
    return this.decide(
      { ...ask, sends, caller: { role: { ...stranger, boundary: undefined }, via: caller.via } },
      'o-another0organization',
    );
  }

  decide(ask: Ask, organizationId = this.around.organizationId): EvaluationResult {
    const result = cachedResult(this.wordsOf(ask, organizationId), () => {
      const { request, policies } = this.question(ask, organizationId);
      return evaluate(request, policies);
    });
    if (result.decision === 'allow')
      for (const origin of result.by)
        this.used.set(origin, (this.used.get(origin) ?? new Set()).add(ask.action));
    return result;
  }

  /** The policies that bear on a request. */
  private policiesFor({ caller, action, resource, resourceAccount }: Ask): Policies {
    const own = 'service' in caller ? undefined : caller.role;
    const trust = action === 'sts:AssumeRole' ? this.role(resource)?.trust : undefined;
    const abroad = own !== undefined && resourceAccount !== own.account && own.account !== FOREIGN_ACCOUNT;
    return {
      identity: own?.identity ?? NO_STATEMENTS,
      boundary: own?.boundary,
      resource: abroad ? OPEN : (trust ?? policiesOf(this.inventory, resource)),
      serviceControl: own?.account === FOREIGN_ACCOUNT ? undefined : this.around.serviceControl,
      resourceControl: this.around.resourceControl,
      resourcePolicyRules: action.startsWith('kms:') || action === 'sts:AssumeRole',
    };
  }

  /** Everything on which the answer depends, in one line. */
  private wordsOf(ask: Ask, organizationId: string): string {
    const { caller, action, resource, resourceAccount, region, sends } = ask;
    const policies = this.policiesFor(ask);
    return [
      'contract',
      ...('service' in caller ? [caller.service] : [caller.role.arn, caller.role.account, caller.via ?? '-']),
      action,
      resource,
      resourceAccount,
      region,
      organizationId,
      ...Object.entries(sends).flat(),
      'called',
      ...(action.startsWith('kms:') ? (aliasesOf(this.inventory, resource) ?? []) : []),
      ...POLICY_KINDS.map((kind) => policyId(policies[kind])),
    ].join('\u0000');
  }

  private question(ask: Ask, organizationId: string): { request: Request; policies: Policies } {
    const { caller, action, resource, resourceAccount } = ask;
    const who: Caller =
      'service' in caller
        ? { kind: 'service', service: caller.service }
        : { kind: 'role', arn: caller.role.arn, account: caller.role.account };
    return {
      request: {
        caller: who,
        action,
        resource,
        resourceAccount,
        context: contextOf({
          ...baseOf(ask, organizationId),
          ...(action.startsWith('kms:')
            ? { 'kms:ResourceAliases': aliasesOf(this.inventory, resource) }
            : {}),
          ...ask.sends,
        }),
      },
      policies: this.policiesFor(ask),
    };
  }

  /** Why nobody allows it: the statements that come nearest, with the tests that they fail. */
  whyNot(ask: Ask, { decision, by, missing }: EvaluationResult): string {
    if (decision === 'explicit-deny') return `denied by ${by.join(', ')}`;
    const { request, policies } = this.question(ask, this.around.organizationId);
    const near = [...(policies.resource ?? []), ...policies.identity, ...(policies.boundary ?? [])]
      .filter((statement) => statement.effect === 'Allow' && nearly(statement, request))
      .map((statement) => ({ statement, failed: failing(statement, request) }))
      // A statement for another role is not the one that somebody meant for this request.
      .filter(({ failed }) => !failed.some((condition) => condition.startsWith('aws:principalarn ')))
      .sort((a, b) => a.failed.length - b.failed.length)
      .slice(0, NEAREST)
      .map(({ statement, failed }) => `${statement.origin} asks for ${failed.join(' and ')}`);
    const why = `no ${missing ?? ''} policy allows it`;
    return near.length === 0 ? why : `${why}; ${near.join('; ')}`;
  }
}

/** How many of the statements that come nearest are told of. */
const NEAREST = 2;

const without = (statement: Statement): Statement => ({ ...statement, conditions: [] });

/** Whether only its conditions keep a statement from covering a request. */
const nearly = (statement: Statement, request: Request): boolean =>
  speaksOf(statement, request.action) &&
  covers(without(statement), request) &&
  !covers(statement, request) &&
  (statement.principals === undefined || principalOf(statement, request.caller, false) !== 'none');

const failing = (statement: Statement, request: Request): string[] =>
  statement.conditions
    .filter(
      ({ operator, key, values }) =>
        !testCondition(operator, request.context.get(key), values, statement.origin),
    )
    .map(({ key, values }) => {
      const actual = request.context.get(key);
      return `${key} ${values.join(' or ')} (${actual === undefined ? 'which does not come' : `it is ${actual.join(', ')}`})`;
    });
