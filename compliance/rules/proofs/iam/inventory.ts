import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { PolicyError } from './errors';
import { RESOURCE_POLICIES } from './resource-policies';
import { joined, parsePolicy, policyId, type Statement } from './statement';

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
    { readonly service: string; readonly region: string; readonly statements: readonly Statement[] }
  >;
}

const names = (resource: Resource, property: string): string[] => resource.list(property).map(String);

/** The policies that roles may have, found by name. */
class PoliciesByName {
  private readonly policies: readonly Resource[];
  private byArn: ReadonlyMap<string, Resource> | undefined;
  private byRole: ReadonlyMap<string, readonly Resource[]> | undefined;

  constructor(private readonly set: TemplateSet) {
    const types = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
    this.policies = [...set.resources(...types), ...set.context(...types)];
  }

  /** The managed policy of an ARN; of two the first. */
  managed(arn: string): Resource | undefined {
    this.byArn ??= new Map(
      this.policies
        .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy')
        .map((policy): [string, Resource] => [this.set.refOf(policy), policy])
        .reverse(),
    );
    return this.byArn.get(arn);
  }

  /** Those that name the role themselves. */
  attachedTo(roleName: string): readonly Resource[] {
    if (!this.byRole) {
      const byRole = new Map<string, Resource[]>();
      for (const policy of this.policies)
        for (const name of new Set(names(policy, 'Roles'))) {
          const attached = byRole.get(name);
          if (attached) attached.push(policy);
          else byRole.set(name, [policy]);
        }
      this.byRole = byRole;
    }
    return this.byRole.get(roleName) ?? [];
  }
}

function managedPolicy(policies: PoliciesByName, arn: string, where: string): Statement[] {
  const policy = policies.managed(arn);
  if (!policy) {
    throw new PolicyError(
      'unknown-resource',
      where,
      `the managed policy ${arn} is not in the templates; its words cannot be evaluated`,
    );
  }
  return parsePolicy(policy.property('PolicyDocument'), policy.path);
}

function identityOf(set: TemplateSet, policies: PoliciesByName, role: Resource): readonly Statement[] {
  const inline = role.objects('Policies').map((policy) => parsePolicy(policy['PolicyDocument'], role.path));
  const attached = policies.attachedTo(set.refOf(role));
  const arns = new Set([
    ...names(role, 'ManagedPolicyArns'),
    ...attached.filter((p) => p.type === 'AWS::IAM::ManagedPolicy').map((p) => set.refOf(p)),
  ]);
  return joined([
    ...inline,
    ...attached
      .filter((policy) => policy.type === 'AWS::IAM::Policy')
      .map((policy) => parsePolicy(policy.property('PolicyDocument'), policy.path)),
    ...[...arns].map((arn) => managedPolicy(policies, arn, role.path)),
  ]);
}

function readRole(set: TemplateSet, policies: PoliciesByName, role: Resource): RolePolicies {
  const boundary = role.optionalText('PermissionsBoundary');
  return {
    arn: `arn:aws:iam::${role.account}:role${role.optionalText('Path') ?? '/'}${set.refOf(role)}`,
    account: role.account,
    resource: role,
    trust: parsePolicy(role.property('AssumeRolePolicyDocument'), role.path),
    identity: identityOf(set, policies, role),
    boundary: boundary === undefined ? undefined : managedPolicy(policies, boundary, role.path),
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
  const policies = new PoliciesByName(set);
  const inventory = {
    roles: set.resources('AWS::IAM::Role').map((role) => readRole(set, policies, role)),
    contextRoles: set.context('AWS::IAM::Role').map((role) => readRole(set, policies, role)),
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
            region: endpoint.region,
            statements: parsePolicy(endpoint.property('PolicyDocument'), endpoint.path),
          },
        ]),
    ),
  };
  signInventory(set, inventory);
  return inventory;
}

const ROLES = 'roles';
const ALIASES = 'aliases of keys';
const roleToken = (arn: string): string => `policies of role ${arn}`;
const POLICIES_ON = 'policies on ';
const policyToken = (arn: string): string => `${POLICIES_ON}${arn}`;
const OWNERS = 'all policies of resources';

/** The set whose inventory it is, and its roles by ARN; of two the first. */
const readFrom = new WeakMap<
  PolicyInventory,
  { readonly set: TemplateSet; readonly roles: ReadonlyMap<string, RolePolicies> }
>();

/** Says what the inventory holds here, for whatever is remembered of templates that differ in a policy elsewhere. */
function signInventory(set: TemplateSet, inventory: PolicyInventory): void {
  const { keyAliases } = inventory;
  const roles = [...inventory.roles, ...inventory.contextRoles];
  readFrom.set(inventory, {
    set,
    roles: new Map(roles.map((role): [string, RolePolicies] => [role.arn, role]).reverse()),
  });
  const policies = [...inventory.resourcePolicies, ...inventory.contextPolicies];
  set.sign(ROLES, () => roles.map(({ arn }) => arn).join('\n'));
  for (const { arn, account, trust, identity, boundary } of roles)
    set.sign(roleToken(arn), () => `${account} ${[trust, identity, boundary].map(policyId).join(' ')}`);
  set.sign(ALIASES, () => JSON.stringify([...keyAliases]));
  const owners = policies.map(({ arn, statements }) => `${arn} ${policyId(statements)}`).join('\n');
  if (set.signed.get(OWNERS) === owners) return;
  set.sign(OWNERS, () => owners);
  for (const token of set.signed.keys())
    if (token.startsWith(POLICIES_ON)) policiesOf(inventory, token.slice(POLICIES_ON.length));
}

/** The role with an ARN, of these templates or of those that they lean on. */
export function roleOf(inventory: PolicyInventory, arn: string): RolePolicies | undefined {
  const read = readFrom.get(inventory);
  read?.set.read(ROLES);
  read?.set.read(roleToken(arn));
  return read?.roles.get(arn);
}

/** What a key is called. */
export function aliasesOf(inventory: PolicyInventory, key: string): readonly string[] | undefined {
  readFrom.get(inventory)?.set.read(ALIASES);
  return inventory.keyAliases.get(key);
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
  const set = readFrom.get(inventory)?.set;
  set?.read(policyToken(arn));
  if (!known.has(arn)) {
    const found = [...inventory.resourcePolicies, ...inventory.contextPolicies].filter(
      ({ arn: owner }) =>
        owner === arn || owner === '*' || arn.startsWith(`${owner}/`) || arn.startsWith(`${owner}:`),
    );
    known.set(arn, found.length === 0 ? undefined : joined(found.map(({ statements }) => statements)));
    set?.sign(policyToken(arn), () => String(policyId(known.get(arn))));
  }
  return known.get(arn);
}
