import type { TemplateSet } from '../model/template-set';
import { functionIdOf } from '../function-names';
import { evaluate, type Policies, type EvaluationResult } from './evaluate';
import { cachedResult } from './cached-result';
import { policiesOf, type PolicyInventory, type RolePolicies } from './inventory';
import { FOREIGN_ORGANIZATION, organizationOf } from './organization';
import type { Caller } from './request';
import { contextFor, endpointOf, ownerOf, passesEndpoint, type Situation } from './situations';
import { ADMINISTRATOR, parsePolicy, policyId, type Statement } from './statement';
import { FOREIGN_ACCOUNT, type Target } from './targets';

/** A caller with its own policies. */
export interface Principal {
  readonly name: string;
  readonly caller: Extract<Caller, { kind: 'role' }>;
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  /** ARN of the function whose execution role this is. */
  readonly functionArn: string | undefined;
}

const administrator = (name: string, account: string): Principal => ({
  name,
  caller: { kind: 'role', arn: `arn:aws:iam::${account}:role/administrator`, account },
  identity: ADMINISTRATOR,
  boundary: undefined,
  functionArn: undefined,
});

const ROLE = /role\/serverlessapp-[a-z]+-(.+)-role(?:-([a-z]{2}(?:-[a-z]+)+-\d))?$/;

/** Purpose of a role: `serverlessapp-dev-upload-role` is `upload`, and so is its twin with a region at the end. */
export const purposeOf = ({ arn }: RolePolicies): string => ROLE.exec(arn)?.[1] ?? arn;

/** As {@link purposeOf}, with the region of a role that is not the primary region's. */
export function labelOf(role: RolePolicies): string {
  const region = ROLE.exec(role.arn)?.[2];
  return region === undefined ? purposeOf(role) : `${purposeOf(role)} (${region})`;
}

/** Stands for the policy of a store that is not in the templates: it lets everybody in, so ours must hold by themselves. */
export const OPEN = parsePolicy(
  {
    Statement: { Sid: 'ForeignStoreOpenToAll', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
  },
  'foreign',
);

const POLICY_KINDS = ['identity', 'boundary', 'resource', 'endpoint'] as const;

/** Who may do what, from all policies of the templates together. */
export class World {
  readonly principals: readonly Principal[];
  readonly account: string;
  /** Sent with every request of the account's principals. */
  readonly organization: string | undefined;

  constructor(
    readonly set: TemplateSet,
    readonly inventory: PolicyInventory,
  ) {
    this.account = set.accounts[0] ?? '';
    this.organization = organizationOf(inventory);
    const functions = set.resources('AWS::Lambda::Function');
    const roles = inventory.roles.map((role): Principal => {
      const fn = functions.find((candidate) => candidate.text('Role') === role.arn);
      return {
        name: fn ? (functionIdOf(set.refOf(fn)) ?? labelOf(role)) : labelOf(role),
        caller: { kind: 'role', arn: role.arn, account: role.account },
        identity: role.identity,
        boundary: role.boundary,
        functionArn: fn && set.arnOf(fn),
      };
    });
    this.principals = [
      ...roles,
      administrator("the account's administrator", this.account),
      administrator("another account's administrator", FOREIGN_ACCOUNT),
    ];
  }

  /**
   * Decides one request.
   * @param extra context keys besides those of the situation.
   */
  decide(
    who: Principal,
    target: Target,
    situation: Situation,
    extra: Record<string, string | undefined> = {},
  ): EvaluationResult {
    const owner = ownerOf(target.resource, this.account, FOREIGN_ACCOUNT);
    const endpoint = endpointOf(this.inventory, target.action);
    const policies: Policies = {
      identity: who.identity,
      boundary: who.boundary,
      resource: owner === this.account ? policiesOf(this.inventory, target.resource) : OPEN,
      endpoint: passesEndpoint(situation) ? endpoint?.statements : undefined,
      resourcePolicyRules: target.action.startsWith('kms:'),
    };
    const pairs = {
      'aws:PrincipalOrgID': who.caller.account === FOREIGN_ACCOUNT ? FOREIGN_ORGANIZATION : this.organization,
      'lambda:SourceFunctionArn': who.functionArn,
      ...target.context,
      ...extra,
    };
    return cachedResult(
      [
        who.caller.arn,
        target.action,
        target.resource,
        target.region,
        owner,
        situation,
        endpoint?.id,
        ...Object.entries(pairs).flat(),
        ...POLICY_KINDS.map((kind) => policyId(policies[kind])),
      ].join(' '),
      () => {
        const context = contextFor(who.caller, target, owner, situation, endpoint?.id, pairs);
        const { action, resource } = target;
        return evaluate({ caller: who.caller, action, resource, resourceAccount: owner, context }, policies);
      },
    );
  }
}
