import { loadStageConfig } from '../../../../lib/config/load';
import { RELEASED_STAGE, STAGE_NAMES, type StageConfig } from '../../../../lib/config/schema';
import { DELIVERY_PREFIX } from '../../../../lib/names';
import { regionalName } from '../../../../tools/attack-regions';
import { applicationIdOf, regionalApplicationIds } from '../../../applications';
import { functionIdOf } from '../function-names';
import { type AccountPolicies, accountPolicies, type PolicyReader } from '../iam/account-policies';
import { evaluate, type Policies, type EvaluationResult } from '../iam/evaluate';
import { policiesOf, type PolicyInventory, readInventory } from '../iam/inventory';
import { statementsAbout } from '../iam/matching';
import { FOREIGN_ORGANIZATION } from '../iam/organization';
import { contextFor, endpointOf, passesEndpoint, type Situation } from '../iam/situations';
import { ADMINISTRATOR, type Statement } from '../iam/statement';
import { FOREIGN_ACCOUNT } from '../iam/targets';
import { labelOf, OPEN } from '../iam/world';
import type { Resource } from '../model/resource';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import { bootstrapRoles } from './bootstrap-roles';
import { askedAsGranted } from './chosen-keys';
import { foundOnce } from './found-once';

/** A role that somebody could hold. */
export interface Holder {
  /** Unique among holders, in words. */
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  /** Absent for people of an account, whom nothing of ours makes. */
  readonly trust: readonly Statement[] | undefined;
  /** Its role in the templates. */
  readonly resource: Resource | undefined;
  readonly functionArn: string | undefined;
}

/** One request of an attack. */
export interface Ask {
  readonly action: string;
  readonly resource: string;
  readonly situation?: Situation;
  /** Keys besides those of every request. */
  readonly context?: Readonly<Record<string, string | undefined>>;
}

/** What an attacker has changed by what he holds. */
export interface Changes {
  /** Roles whose identity policies he writes. */
  readonly widened: Set<string>;
  /** Roles without their boundary. */
  readonly unbounded: Set<string>;
  /** Resources whose own policy he writes. */
  readonly opened: Set<string>;
  /** Nothing of the organisation holds him: he writes its policies. */
  readonly aboveOrganization: boolean;
}

/** A world that was asked before, and which of its answers no longer hold. */
export interface Since {
  readonly world: AttackWorld;
  /** Whether an answer may be another now; by a comparison of the policies that decide; absent where no policy is another. */
  readonly isStale?:
    ((result: EvaluationResult, holder: Holder) => boolean) | 'where a policy is another' | undefined;
}

/** Who asked, and the answers: nothing else knows the policies that a role had which an attacker made, for no template has it. */
interface Asked {
  readonly by: Holder;
  readonly results: Map<string, EvaluationResult>;
}

interface Application {
  readonly templates: readonly StackTemplate[];
  readonly set: TemplateSet;
  readonly inventory: PolicyInventory;
}

/** The region in a request's ARN, or at the end of its bucket's name. */
const regionIn = (resource: string): string | undefined =>
  /^arn:aws:s3:::[^/]*-([a-z]{2}(?:-[a-z]+)+-\d)(?:\/|$)/.exec(resource)?.[1] ??
  /^arn:aws:[^:]+:([^:]+):/.exec(resource)?.[1];

const FROM_OUTSIDE: Situation = 'from outside';
const POLICY_KINDS = [
  'identity',
  'boundary',
  'resource',
  'endpoint',
  'serviceControl',
  'resourceControl',
] as const satisfies readonly (keyof Policies)[];
/** Policies of ours bind nobody of another organisation. */
const NO_ORGANIZATION = { serviceControl: undefined, resourceControl: undefined };

const accountIn = (arn: string): string | undefined => /(?<![0-9a-f])\d{12}(?![0-9a-f])/.exec(arn)?.[0];

const above = new Map<string, readonly string[]>();

/** An ARN, and whatever it lies below: few are asked about, each very often. */
const pathOf = (arn: string): readonly string[] =>
  foundOnce(above, arn, () => {
    const path: string[] = [];
    for (let at = arn.length; at !== -1; at = arn.lastIndexOf('/', at - 1)) path.push(arn.slice(0, at));
    return path;
  });

/** Whether a set holds an ARN, or one that it lies below. */
const isBelow = (arns: ReadonlySet<string>, arn: string): boolean =>
  pathOf(arn).some((each) => arns.has(each));

/** Whoever asks, and what of the changes bears on this request. */
function keyOfAsker(holder: Holder, { resource }: Ask, changes: Changes): string {
  const changed =
    (changes.widened.has(holder.arn) ? 'w' : '') +
    (changes.unbounded.has(holder.arn) ? 'u' : '') +
    (changes.opened.size > 0 && isBelow(changes.opened, resource) ? 'o' : '') +
    (changes.aboveOrganization ? 'a' : '');
  return changed === '' ? holder.arn : `${changed} ${holder.arn}`;
}

/** Requests are made once and asked by everybody: putting one into words takes longer than looking it up. */
const asked = new WeakMap<Ask, string>();

function keyOfAsk(ask: Ask): string {
  const known = asked.get(ask);
  if (known !== undefined) return known;
  const { action, resource, situation = '', context } = ask;
  const key = `${action} ${resource} ${situation} ${context ? JSON.stringify(context) : ''}`;
  asked.set(ask, key);
  return key;
}

const interned = new Map<string, Ask>();

/** The one object for all requests of the same words: what was found of one holds for each, in whatever world it is made. */
export function sameAsk(ask: Ask): Ask {
  return foundOnce(interned, keyOfAsk(ask), () => ask);
}

/** Everybody and everything in the accounts of production and of the pipeline, in every region, and the policies of the organisation over them. */
export class AttackWorld {
  readonly config: StageConfig;
  /** The primary one, and then the one that takes over. */
  readonly regions: readonly [primary: string, recovery: string];
  /** The released stage, in every region. */
  readonly application: Application;
  readonly delivery: Application;
  readonly holders: readonly Holder[];
  private readonly around = new Map<string, AccountPolicies>();
  private readonly byArn: ReadonlyMap<string, Holder>;
  /** What was asked, by whoever asked with what changed, and then by the request. */
  private readonly askers = new Map<string, Asked>();
  /** @param templates those of the released stage and of the pipeline, at least. */
  constructor(
    templates: readonly StackTemplate[],
    private readonly read?: PolicyReader,
    private readonly since?: Since,
  ) {
    this.config = loadStageConfig(RELEASED_STAGE);
    const ofIds = (ids: readonly string[], before: Application | undefined): Application => {
      const own = templates.filter(({ stackName }) => ids.includes(applicationIdOf(stackName) ?? ''));
      if (
        before?.templates.length === own.length &&
        own.every((each, index) => each === before.templates[index])
      )
        return before;
      const set = new TemplateSet(own.map((template) => ({ ...template, context: false })));
      return { templates: own, set, inventory: readInventory(set) };
    };
    this.application = ofIds(regionalApplicationIds(RELEASED_STAGE), since?.world.application);
    this.delivery = ofIds([DELIVERY_PREFIX], since?.world.delivery);
    const dev = loadStageConfig('dev');
    const { deliveryAccount, account, region, drRegion } = this.config;
    this.regions = [region, drRegion];
    this.holders = [
      ...[this.application, this.delivery].flatMap((application) => this.rolesOf(application)),
      ...[account, deliveryAccount, loadStageConfig('staging').account, dev.account].flatMap((where) =>
        this.deployers(where, region),
      ),
      // No other stage runs there.
      ...[account, deliveryAccount].flatMap((where) => this.deployers(where, drRegion)),
    ];
    this.byArn = new Map(this.holders.map((holder) => [holder.arn, holder]));
  }

  private rolesOf({ set, inventory }: Application): Holder[] {
    const functions = set.resources('AWS::Lambda::Function');
    return inventory.roles.map((role) => {
      const fn = functions.find((candidate) => candidate.text('Role') === role.arn);
      const own = fn && functionIdOf(set.refOf(fn));
      return {
        name:
          (own && this.named(own, role.resource.region)) ??
          (role.account === this.config.deliveryAccount ? `delivery's ${labelOf(role)}` : labelOf(role)),
        arn: role.arn,
        account: role.account,
        identity: role.identity,
        boundary: role.boundary,
        trust: role.trust,
        resource: role.resource,
        functionArn: fn && set.arnOf(fn),
      };
    });
  }

  private deployers(account: string, region: string): Holder[] {
    const where = this.named(this.placeOf(account), region);
    const { deployer } = this.organizationOf(account);
    return bootstrapRoles(deployer, region, this.config.deliveryAccount).map(
      ({ purpose, arn, identity, trust }) => ({
        name: purpose === 'cfn-exec' ? `CloudFormation in ${where}` : `${purpose} role in ${where}`,
        arn,
        account,
        identity,
        boundary: undefined,
        trust,
        resource: undefined,
        functionArn: undefined,
      }),
    );
  }

  /** What something is called that there is in each region: `upload`, and `upload (us-west-2)`. */
  readonly named = (name: string, region: string): string => regionalName(name, region, this.config.region);

  /** Where a request is made: global services are asked in the primary region. */
  regionOf({ action, resource, context }: Ask): string {
    const set = context?.['aws:RequestedRegion'];
    return set ?? (action.startsWith('iam:') ? undefined : regionIn(resource)) ?? this.config.region;
  }

  /** The account in words. */
  placeOf(account: string): string {
    if (account === this.config.account) return 'production';
    if (account === this.config.deliveryAccount) return 'delivery';
    if (account === loadStageConfig('staging').account) return 'staging';
    if (account === loadStageConfig('dev').account) return 'dev';
    return 'another organisation';
  }

  /** Somebody with every right in his own account, by a permission set that is not the security administrators'. */
  administrator(account: string): Holder {
    return this.permissionSet(`administrator of ${this.placeOf(account)}`, 'AdministratorAccess', account);
  }

  /** Somebody with every right in an account but those that the organisation keeps from holders of his permission set. */
  permissionSet(name: string, permissionSet: string, account = this.config.deliveryAccount): Holder {
    return {
      name,
      arn: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${permissionSet}_0123456789abcdef`,
      account,
      identity: ADMINISTRATOR,
      boundary: undefined,
      trust: undefined,
      resource: undefined,
      functionArn: undefined,
    };
  }

  holder(name: string): Holder {
    const found = this.holders.find((each) => each.name === name);
    if (!found) throw new RangeError(`There is no role ${name} in the templates.`);
    return found;
  }

  private organizationOf(account: string): AccountPolicies {
    const known = this.around.get(account);
    if (known) return known;
    const stage = STAGE_NAMES.find((name) => loadStageConfig(name).account === account) ?? RELEASED_STAGE;
    const policies = accountPolicies(`serverlessapp-${stage}-keys`, account, this.config.region, this.read);
    this.around.set(account, policies);
    return policies;
  }

  /** Whether any Allow of the holder's own speaks of the action: the question that spares most others. */
  mayEver(holder: Holder, action: string, { widened }: Changes): boolean {
    return widened.has(holder.arn) || statementsAbout(holder.identity, action, 'Allow').length > 0;
  }

  private resourcePolicy(ask: Ask, owner: string, { opened }: Changes): readonly Statement[] | undefined {
    if (owner === FOREIGN_ACCOUNT) return OPEN;
    if (opened.size > 0 && isBelow(opened, ask.resource)) return OPEN;
    if (ask.action.startsWith('sts:AssumeRole')) return this.byArn.get(ask.resource)?.trust;
    const of = owner === this.config.deliveryAccount ? this.delivery : this.application;
    return policiesOf(of.inventory, ask.resource);
  }

  /** Who owns what an ARN names; names of buckets hold their account. */
  ownerOf(arn: string, asker: string): string {
    return accountIn(arn) ?? asker;
  }

  /** Whether a request is for somebody else's account, outside of the organisation. */
  readonly isForeign = ({ resource }: Ask): boolean => resource.includes(FOREIGN_ACCOUNT);

  /** The endpoint through which a request goes: one carries what is asked in its own region. */
  private endpointOf(ask: Ask, region: string): ReturnType<typeof endpointOf> {
    return endpointOf(this.application.inventory, ask.action, region);
  }

  /** Whether a request wants an endpoint that the network does not have. */
  readonly isWayless = (ask: Ask): boolean =>
    ask.situation === 'through our endpoint' && this.endpointOf(ask, this.regionOf(ask)) === undefined;

  /** The world that was asked before, where each of its answers holds here too. */
  get unchangedSince(): AttackWorld | undefined {
    return this.since?.isStale === undefined ? this.since?.world : undefined;
  }

  /** Decides a request under every policy, as the attacker has changed them; what was asked before is remembered. */
  decide(holder: Holder, ask: Ask, changes: Changes): EvaluationResult {
    const asker = keyOfAsker(holder, ask, changes);
    const key = keyOfAsk(ask);
    const { results } = foundOnce<string, Asked>(this.askers, asker, () => ({
      by: holder,
      results: new Map(),
    }));
    return foundOnce(results, key, () => {
      const then = this.since?.world.askers.get(asker);
      const before = then?.results.get(key);
      const isKept = then && before && !this.isStale(before, then.by, holder, ask, changes);
      return isKept ? before : this.evaluate(holder, ask, changes);
    });
  }

  private isStale(
    before: EvaluationResult,
    then: Holder,
    holder: Holder,
    ask: Ask,
    changes: Changes,
  ): boolean {
    const { world, isStale } = this.since ?? {};
    if (world === undefined || isStale === undefined) return false;
    if (isStale !== 'where a policy is another') return isStale(before, holder);
    const now = this.policiesAt(holder, ask, changes);
    const of = world.policiesAt(then, ask, changes);
    // Policies of the same words are read once, and joined once.
    return (
      then.functionArn !== holder.functionArn ||
      now.endpointId !== of.endpointId ||
      POLICY_KINDS.some((kind) => now.policies[kind] !== of.policies[kind])
    );
  }

  /** Every policy that bears on a request, as the attacker has changed them, and the endpoint through which it goes. */
  private policiesAt(
    holder: Holder,
    ask: Ask,
    changes: Changes,
  ): { policies: Policies; endpointId: string | undefined; region: string; owner: string } {
    const owner = this.ownerOf(ask.resource, holder.account);
    const region = this.regionOf(ask);
    const endpoint = this.endpointOf(ask, region);
    const { serviceControl } =
      holder.account === FOREIGN_ACCOUNT ? NO_ORGANIZATION : this.organizationOf(holder.account);
    const { resourceControl } = owner === FOREIGN_ACCOUNT ? NO_ORGANIZATION : this.organizationOf(owner);
    // A key's policy decides about it; an alias has none, and is asked of the caller's own policies.
    // https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    const isKey = ask.action.startsWith('kms:') && !ask.resource.includes(':alias/');
    const policies = {
      identity: changes.widened.has(holder.arn) ? ADMINISTRATOR : holder.identity,
      boundary: changes.unbounded.has(holder.arn) ? undefined : holder.boundary,
      resource: this.resourcePolicy(ask, owner, changes),
      endpoint: passesEndpoint(ask.situation ?? FROM_OUTSIDE) ? endpoint?.statements : undefined,
      resourcePolicyRules: isKey || ask.action.startsWith('sts:AssumeRole'),
      serviceControl: changes.aboveOrganization ? undefined : serviceControl,
      resourceControl: changes.aboveOrganization ? undefined : resourceControl,
    };
    return { policies, endpointId: endpoint?.id, region, owner };
  }

  private evaluate(holder: Holder, ask: Ask, changes: Changes): EvaluationResult {
    const { policies, endpointId, region, owner } = this.policiesAt(holder, ask, changes);
    const caller = { kind: 'role', arn: holder.arn, account: holder.account } as const;
    const context = contextFor(
      caller,
      { action: ask.action, resource: ask.resource, region },
      owner,
      ask.situation ?? FROM_OUTSIDE,
      endpointId,
      {
        'aws:PrincipalOrgID':
          holder.account === FOREIGN_ACCOUNT ? FOREIGN_ORGANIZATION : this.config.organizationId,
        's3:ResourceAccount': ask.action.startsWith('s3:') ? owner : undefined,
        'lambda:SourceFunctionArn': holder.functionArn,
        ...ask.context,
      },
    );
    const { action, resource } = ask;
    const request = { caller, action, resource, resourceAccount: owner, context };
    const result = evaluate(request, policies);
    if (result.decision === 'allow') return result;
    // Whoever asks chooses what a grant wants to hear.
    return (
      askedAsGranted(policies, ask, context)
        .map((chosen) => evaluate({ ...request, context: chosen }, policies))
        .find(({ decision }) => decision === 'allow') ?? result
    );
  }

  /**
   * Decides whether somebody whom another identity provider vouches for may take a role, were its trust open to him: the
   * calls are not signed, and whoever makes them is no principal of an account.
   * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
   */
  decideVouchedFor(
    action: 'sts:AssumeRoleWithSAML' | 'sts:AssumeRoleWithWebIdentity',
    role: Holder,
  ): EvaluationResult {
    return evaluate(
      {
        caller: { kind: 'anonymous' },
        action,
        resource: role.arn,
        resourceAccount: role.account,
        context: new Map([['aws:requestedregion', [this.config.region]]]),
      },
      { identity: [], resource: OPEN, resourceControl: this.organizationOf(role.account).resourceControl },
    );
  }

  /** Decides whether a role of another organisation, with every right there, may take a role of ours, were its trust open to it. */
  decideForeign(role: Holder): EvaluationResult {
    const foreign: Holder = {
      name: 'foreign role',
      arn: `arn:aws:iam::${FOREIGN_ACCOUNT}:role/any`,
      account: FOREIGN_ACCOUNT,
      identity: ADMINISTRATOR,
      boundary: undefined,
      trust: undefined,
      resource: undefined,
      functionArn: undefined,
    };
    const opened = { ...NOTHING_CHANGED, opened: new Set([role.arn]) };
    return this.decide(foreign, { action: 'sts:AssumeRole', resource: role.arn }, opened);
  }

  /** Decides a request of somebody without any credentials. */
  decideAnonymous(ask: Ask): EvaluationResult {
    const owner = this.ownerOf(ask.resource, this.config.account);
    const context = new Map<string, readonly string[]>([
      ['aws:securetransport', ['true']],
      ['aws:requestedregion', [this.regionOf(ask)]],
      ['aws:sourceip', ['203.0.113.10']],
      ['s3:tlsversion', ['1.3']],
    ]);
    return evaluate(
      {
        caller: { kind: 'anonymous' },
        action: ask.action,
        resource: ask.resource,
        resourceAccount: owner,
        context,
      },
      {
        identity: [],
        resource: this.resourcePolicy(ask, owner, NOTHING_CHANGED),
        resourceControl: this.organizationOf(owner).resourceControl,
      },
    );
  }
}

export const NOTHING_CHANGED: Changes = {
  widened: new Set(),
  unbounded: new Set(),
  opened: new Set(),
  aboveOrganization: false,
};
