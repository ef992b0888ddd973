import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { PolicyError } from './errors';
import { RESOURCE_POLICIES } from './resource-policies';
import { joined, parsePolicy, type Statement } from './statement';

/** A role of the templates with every policy that bears on its sessions. */
export interface RolePolicies {
  readonly arn: string;
  readonly account: string;
  readonly resource: Resource;
  readonly trust: readonly Statement[];
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
}

/** The policy of one store, key, topic … */
export interface ResourcePolicy {
  /** ARN of what it is attached to; `*` for policies of the whole account (CloudWatch Logs). */
  readonly arn: string;
  readonly account: string;
  readonly resource: Resource;
  readonly statements: readonly Statement[];
}

/** Everything in the templates that says who may do what. */
export interface PolicyInventory {
  readonly roles: readonly RolePolicies[];
  /** Those of the applications that this one leans on; who acts with one is evaluated by it, it itself there. */
  readonly contextRoles: readonly RolePolicies[];
  readonly resourcePolicies: readonly ResourcePolicy[];
  /** Those of the applications that this one leans on; they decide, and are evaluated there. */
  readonly contextPolicies: readonly ResourcePolicy[];
  /** Aliases of the keys, by the key's ARN: what `kms:ResourceAliases` holds in every request on a key. */
  readonly keyAliases: ReadonlyMap<string, readonly string[]>;
  /** Endpoint policies by the endpoint's path, which is its id here. */
  readonly endpoints: ReadonlyMap<
    string,
    { readonly service: string; readonly statements: readonly Statement[] }
  >;
}

const names = (resource: Resource, property: string): string[] => resource.list(property).map(String);

function managedPolicy(set: TemplateSet, arn: string, where: string): Statement[] {
  const type = 'AWS::IAM::ManagedPolicy';
  const policy = [...set.resources(type), ...set.context(type)].find(
    (candidate) => set.refOf(candidate) === arn,
  );
  if (!policy) {
    throw new PolicyError(
      'unknown-resource',
      where,
      `the managed policy ${arn} is not in the templates; its words cannot be evaluated`,
    );
  }
  return parsePolicy(policy.property('PolicyDocument'), policy.path);
}

function identityOf(set: TemplateSet, role: Resource): readonly Statement[] {
  const roleName = set.refOf(role);
  const inline = role.objects('Policies').map((policy) => parsePolicy(policy['PolicyDocument'], role.path));
  const types = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
  const attached = [...set.resources(...types), ...set.context(...types)].filter((policy) =>
    names(policy, 'Roles').includes(roleName),
  );
  const arns = new Set([
    ...names(role, 'ManagedPolicyArns'),
    ...attached.filter((p) => p.type === 'AWS::IAM::ManagedPolicy').map((p) => set.refOf(p)),
  ]);
  return joined([
    ...inline,
    ...attached
      .filter((policy) => policy.type === 'AWS::IAM::Policy')
      .map((policy) => parsePolicy(policy.property('PolicyDocument'), policy.path)),
    ...[...arns].map((arn) => managedPolicy(set, arn, role.path)),
  ]);
}

function readRole(set: TemplateSet, role: Resource): RolePolicies {
  const boundary = role.optionalText('PermissionsBoundary');
  return {
    arn: `arn:aws:iam::${role.account}:role${role.optionalText('Path') ?? '/'}${set.refOf(role)}`,
    account: role.account,
    resource: role,
    trust: parsePolicy(role.property('AssumeRolePolicyDocument'), role.path),
    identity: identityOf(set, role),
    boundary: boundary === undefined ? undefined : managedPolicy(set, boundary, role.path),
  };
}

const readResourcePolicies = (set: TemplateSet, resource: Resource): ResourcePolicy[] =>
  (RESOURCE_POLICIES[resource.type]?.(resource, set) ?? []).map(({ arn, document }) => ({
    arn,
    account: resource.account,
    resource,
    statements: parsePolicy(document, resource.path),
  }));

function readAliases(set: TemplateSet): ReadonlyMap<string, readonly string[]> {
  const type = 'AWS::KMS::Alias';
  const aliases = new Map<string, string[]>();
  for (const alias of [...set.resources(type), ...set.context(type)]) {
    const key = alias.text('TargetKeyId');
    aliases.set(key, [...(aliases.get(key) ?? []), alias.text('AliasName')]);
  }
  return aliases;
}

/** @throws PolicyError or ModelError on anything that cannot be read with certainty. */
export function readInventory(set: TemplateSet): PolicyInventory {
  return {
    roles: set.resources('AWS::IAM::Role').map((role) => readRole(set, role)),
    contextRoles: set.context('AWS::IAM::Role').map((role) => readRole(set, role)),
    resourcePolicies: set.resources().flatMap((resource) => readResourcePolicies(set, resource)),
    contextPolicies: set.context().flatMap((resource) => readResourcePolicies(set, resource)),
    keyAliases: readAliases(set),
    endpoints: new Map(
      set
        .resources('AWS::EC2::VPCEndpoint')
        .filter((endpoint) => endpoint.has('PolicyDocument'))
        .map((endpoint) => [
          endpoint.path,
          {
            service: endpoint.text('ServiceName').split('.').slice(3).join('.'),
            statements: parsePolicy(endpoint.property('PolicyDocument'), endpoint.path),
          },
        ]),
    ),
  };
}

/** Every policy with principals, the roles' trust policies among them, each with the ARN that it protects. */
export const policyHolders = ({ resourcePolicies, roles }: PolicyInventory): ResourcePolicy[] => [
  ...resourcePolicies,
  ...roles.map(({ arn, account, resource, trust }) => ({ arn, account, resource, statements: trust })),
];

const attached = new WeakMap<PolicyInventory, Map<string, readonly Statement[] | undefined>>();

/** The policies attached to the resource behind an ARN; undefined when it has none. */
export function policiesOf(inventory: PolicyInventory, arn: string): readonly Statement[] | undefined {
  let known = attached.get(inventory);
  if (!known) {
    known = new Map();
    attached.set(inventory, known);
  }
  if (!known.has(arn)) {
    const found = [...inventory.resourcePolicies, ...inventory.contextPolicies].filter(
      ({ arn: owner }) =>
        owner === arn || owner === '*' || arn.startsWith(`${owner}/`) || arn.startsWith(`${owner}:`),
    );
    known.set(arn, found.length === 0 ? undefined : joined(found.map(({ statements }) => statements)));
  }
  return known.get(arn);
}
