import { type Ask, type AttackWorld, type Changes, type Holder, sameAsk } from './attack-world';
import { foundOnce } from './found-once';
import { purposesOf } from './pass-role';
import { statementsAbout } from '../iam/matching';
import { ADMINISTRATOR, type Statement } from '../iam/statement';

/** How a step of an escalation is told: `what → whom`. */
export interface Step {
  readonly by: string;
  readonly primitive: string;
  readonly gains: string;
}

/** Whom an attacker holds, what he has changed, and how he came to it. */
export interface Foothold {
  readonly holders: Map<string, Holder>;
  readonly changes: Changes;
  readonly steps: Step[];
}

/** Where a resource's own policy is written, by the kind of its ARN. */
const POLICY_WRITES: readonly (readonly [pattern: RegExp, action: string])[] = [
  [/^arn:aws:kms:.*:key\//, 'kms:PutKeyPolicy'],
  [/^arn:aws:s3:::/, 's3:PutBucketPolicy'],
  [/^arn:aws:dynamodb:/, 'dynamodb:PutResourcePolicy'],
  [/^arn:aws:sqs:/, 'sqs:SetQueueAttributes'],
  [/^arn:aws:sns:/, 'sns:SetTopicAttributes'],
  [/^arn:aws:secretsmanager:/, 'secretsmanager:PutResourcePolicy'],
  [/^arn:aws:execute-api:/, 'apigateway:UpdateRestApiPolicy'],
];

/** The request that writes a resource's own policy. */
interface PolicyWrite {
  readonly arn: string;
  readonly asks: readonly Ask[];
  /** The account whose roles alone it concerns, where the request names none. */
  readonly within?: string;
}

function policyWrites(world: AttackWorld, arn: string): PolicyWrite[] {
  const [, action] = POLICY_WRITES.find(([pattern]) => pattern.test(arn)) ?? [];
  if (action === undefined) return [];
  // An API is configured under another ARN than it is called by, one without an account.
  const [, region] = /^arn:aws:execute-api:([^:]+):/.exec(arn) ?? [];
  if (region === undefined) return [{ arn, asks: [sameAsk({ action, resource: arn })] }];
  const resource = `arn:aws:apigateway:${region}::/restapis/x`;
  return [{ arn, asks: [sameAsk({ action, resource })], within: world.ownerOf(arn, '') }];
}

/** The policies attached to a role, by ARN. */
const attachedTo = (holder: Holder): string[] =>
  (holder.resource?.list('ManagedPolicyArns') ?? []).map(String);

const boundaryArnOf = (holder: Holder): string | undefined =>
  holder.resource?.optionalText('PermissionsBoundary');

/** Whether the trust of a role lets in anybody else than services, which take it in their own name. */
export const isForRoles = ({ trust }: Holder): boolean =>
  trust?.some(
    ({ effect, principals }) =>
      effect === 'Allow' &&
      (principals === undefined || principals.not || principals.items === '*' || 'AWS' in principals.items),
  ) ?? true;

/**
 * Ways by which whoever holds a role comes to another, or to more; the closed list. Each is a list of alternatives, an
 * alternative a list of requests that all have to be allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html and the primitives that public
 * collections of escalations name: policy versions, attachments, trust edits, boundary edits, PassRole with whatever runs
 * under a role, code and definitions, resource and key policies.
 */
function escalationsTo(world: AttackWorld, role: Holder): { primitive: string; alternatives: Ask[][] }[] {
  const context = { 'iam:PermissionsBoundary': boundaryArnOf(role) };
  const on = (action: string, resource: string, extra?: Ask['context']): Ask[] => [
    sameAsk({ action, resource, ...(extra ? { context: extra } : {}) }),
  ];
  return [
    { primitive: 'takes', alternatives: isForRoles(role) ? [on('sts:AssumeRole', role.arn)] : [] },
    { primitive: 'edits the trust of', alternatives: [on('iam:UpdateAssumeRolePolicy', role.arn)] },
    {
      primitive: 'runs something as',
      alternatives: purposesOf(world, role).map((asks) => asks.map(sameAsk)),
    },
    {
      primitive: 'widens',
      alternatives: [
        on('iam:PutRolePolicy', role.arn, context),
        on('iam:AttachRolePolicy', role.arn, context),
        ...attachedTo(role).flatMap((policy) => [
          on('iam:CreatePolicyVersion', policy),
          on('iam:SetDefaultPolicyVersion', policy),
        ]),
      ],
    },
    {
      primitive: 'lifts the boundary of',
      alternatives:
        role.boundary === undefined
          ? []
          : [
              on('iam:DeleteRolePermissionsBoundary', role.arn),
              on('iam:PutRolePermissionsBoundary', role.arn),
              ...(boundaryArnOf(role) === undefined
                ? []
                : [on('iam:CreatePolicyVersion', boundaryArnOf(role) ?? '')]),
            ],
    },
  ];
}

/** A role that an attacker makes: everything within the boundary that he has to give it, or without one. */
function madeRoles(world: AttackWorld, account: string): { holder: Holder; asks: Ask[] }[] {
  const anyRole = [world.application, world.delivery]
    .flatMap(({ inventory }) => inventory.roles)
    .find((role) => role.account === account);
  const boundaryArn = anyRole?.resource.optionalText('PermissionsBoundary');
  const prefix = account === world.config.account ? 'serverlessapp-prod' : 'serverlessapp-delivery';
  return [
    {
      name: `serverlessapp-made-role`,
      arn: `arn:aws:iam::${account}:role/${prefix}-made-role`,
      bounded: true,
    },
    { name: 'unbounded made role', arn: `arn:aws:iam::${account}:role/made`, bounded: false },
  ].flatMap(({ name, arn, bounded }) => {
    if (bounded && boundaryArn === undefined) return [];
    const context = { 'iam:PermissionsBoundary': bounded ? boundaryArn : undefined };
    return [
      {
        holder: {
          name: `${name} in ${world.placeOf(account)}`,
          arn,
          account,
          identity: ADMINISTRATOR,
          boundary: bounded ? anyRole?.boundary : undefined,
          trust: undefined,
          resource: undefined,
          functionArn: undefined,
        },
        asks: ['iam:CreateRole', 'iam:AttachRolePolicy'].map((action) =>
          sameAsk({ action, resource: arn, context }),
        ),
      },
    ];
  });
}

/** Every step that there is in a world, whoever takes it; the same for each position, and so made once. */
export interface Ways {
  readonly world: AttackWorld;
  readonly subjects: readonly (readonly [role: Holder, gains: ReturnType<typeof escalationsTo>])[];
  /** For each resource whose own policy can be written. */
  readonly policies: readonly PolicyWrite[];
  /** Roles that somebody of an account makes. */
  readonly madeIn: (account: string) => ReturnType<typeof madeRoles>;
}

/** @returns what {@link escalate} follows */
export function waysOf(world: AttackWorld): Ways {
  const arns = [world.application, world.delivery].flatMap(({ inventory }) =>
    [...new Set(inventory.resourcePolicies.map(({ arn }) => arn))].filter((arn) => arn !== '*'),
  );
  const made = new Map<string, ReturnType<typeof madeRoles>>();
  return {
    world,
    subjects: world.holders.map((role) => [role, escalationsTo(world, role)]),
    policies: arns.flatMap((arn) => policyWrites(world, arn)),
    madeIn: (account) => foundOnce(made, account, () => madeRoles(world, account)),
  };
}

/** Of each list of statements the steps of which it grants each request something; of the others none is taken. */
const granted = new WeakMap<Ways, WeakMap<readonly Statement[], readonly (readonly Ask[][])[][]>>();

/** The alternatives of each gain of each subject of which the policy of a role may allow every request. */
function grantedBy(ways: Ways, identity: readonly Statement[]): readonly (readonly Ask[][])[][] {
  const speaks = ({ action }: Ask): boolean => statementsAbout(identity, action, 'Allow').length > 0;
  const ofWays = foundOnce(
    granted,
    ways,
    () => new WeakMap<readonly Statement[], readonly (readonly Ask[][])[][]>(),
  );
  return foundOnce(ofWays, identity, () =>
    ways.subjects.map(([, gains]) =>
      gains.map(({ alternatives }) => alternatives.filter((asks) => asks.every(speaks))),
    ),
  );
}

/**
 * Follows every primitive until nothing more is gained.
 * @param isTaken whether somebody takes a step that he may; he does unless it says otherwise.
 */
export function escalate(
  ways: Ways,
  start: readonly Holder[],
  changes: Changes,
  isTaken: (holder: Holder, asks: readonly Ask[]) => boolean = () => true,
): Foothold {
  const { world, subjects, policies, madeIn } = ways;
  const foothold: Foothold = { holders: new Map(start.map((each) => [each.name, each])), changes, steps: [] };
  const may = (holder: Holder, asks: readonly Ask[]): boolean =>
    asks.length > 0 &&
    asks.every((ask) => world.mayEver(holder, ask.action, changes)) &&
    isTaken(holder, asks) &&
    asks.every((ask) => world.decide(holder, ask, changes).decision === 'allow');
  const note = (by: Holder, primitive: string, gains: string): void => {
    foothold.steps.push({ by: by.name, primitive, gains });
  };
  /** All that answers to a holder depend on: the changes that bear on him, which only ever become more. */
  const stateOf = ({ arn }: Holder): string =>
    `${changes.widened.has(arn)} ${changes.unbounded.has(arn)} ${changes.opened.size}`;
  /** Who was asked everything, and what had changed then. */
  const askedAt = new Map<Holder, string>();
  for (let size = -1; size !== foothold.steps.length;) {
    size = foothold.steps.length;
    for (const holder of [...foothold.holders.values()]) {
      const before = stateOf(holder);
      if (askedAt.get(holder) === before) continue;
      const alternativesOf = grantedBy(ways, holder.identity);
      for (const [subject, [role, gains]] of subjects.entries()) {
        for (const [gain, { primitive, alternatives }] of gains.entries()) {
          const done =
            primitive === 'widens'
              ? changes.widened.has(role.arn)
              : primitive === 'lifts the boundary of'
                ? changes.unbounded.has(role.arn)
                : foothold.holders.has(role.name);
          if (done) continue;
          const possible = changes.widened.has(holder.arn)
            ? alternatives
            : (alternativesOf[subject]?.[gain] ?? alternatives);
          if (!possible.some((asks) => may(holder, asks))) continue;
          note(holder, primitive, role.name);
          if (primitive === 'widens') changes.widened.add(role.arn);
          else if (primitive === 'lifts the boundary of') changes.unbounded.add(role.arn);
          else foothold.holders.set(role.name, role);
        }
      }
      for (const { holder: made, asks } of madeIn(holder.account)) {
        if (foothold.holders.has(made.name) || !may(holder, asks)) continue;
        note(holder, 'makes', made.name);
        foothold.holders.set(made.name, made);
      }
      for (const { arn, asks, within } of policies) {
        if (changes.opened.has(arn) || (within ?? holder.account) !== holder.account || !may(holder, asks))
          continue;
        note(holder, 'writes the policy of', arn);
        changes.opened.add(arn);
      }
      // Where nothing of it changed meanwhile, asking him again says the same.
      if (stateOf(holder) === before) askedAt.set(holder, before);
    }
  }
  return foothold;
}
