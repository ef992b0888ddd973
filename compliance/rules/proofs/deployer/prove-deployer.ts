import { RELEASED_STAGE } from '../../../../lib/config/schema';
import type { EngineResult } from '../../../verdict-row';
import { type AccountPolicies, accountPolicies, type PolicyReader } from '../iam/account-policies';
import { evaluate } from '../iam/evaluate';
import { policiesOf, type PolicyInventory, readInventory } from '../iam/inventory';
import type { Statement } from '../iam/statement';
import type { Resource } from '../model/resource';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import { handlerRequest } from './handler-request';
import { targetsOf } from './handler-targets';
import { type Handlers, HANDLERS, OPERATIONS, type Operation } from './handlers';
import { excuses, NOT_NEEDED, type NotNeeded } from './not-needed';
import { DEPLOYER_RULES } from './rules';

export interface DeployerProof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
}

interface World {
  readonly set: TemplateSet;
  readonly inventory: PolicyInventory;
  readonly handlers: Handlers;
  readonly entries: readonly NotNeeded[];
  readonly used: Set<NotNeeded>;
  readonly around: (resource: Resource) => AccountPolicies;
}

/** What stays when its stack goes, and when its creation fails: nothing ever deletes it. */
const isKept = (resource: Resource): boolean => resource.raw.DeletionPolicy === 'Retain';

/**
 * The policy on what a handler calls: none while the resource itself is being made, for it is attached after that; a
 * key's comes with the key.
 */
function resourcePolicy(
  { inventory }: World,
  resource: Resource,
  operation: Operation,
  target: string,
): readonly Statement[] | undefined {
  const first =
    operation === 'create' && resource.type !== 'AWS::KMS::Key' && !target.startsWith('arn:aws:kms:');
  return first ? undefined : policiesOf(inventory, target);
}

/** The boundary of a role that a policy is attached to. */
const boundaryOf = ({ inventory }: World, target: string): string | undefined =>
  inventory.roles.find(({ arn }) => arn === target)?.resource.optionalText('PermissionsBoundary');

function refusals(world: World, resource: Resource, operation: Operation): string[] {
  if (operation === 'delete' && isKept(resource)) return [];
  const around = world.around(resource);
  const has = (property: string): boolean => resource.has(property);
  return (world.handlers.types[resource.type]?.[operation] ?? []).flatMap((action) =>
    targetsOf(world.set, resource, action, world.handlers.actions[action] ?? []).flatMap((target) => {
      const verdict = evaluate(handlerRequest(around, resource, action, target, boundaryOf(world, target)), {
        identity: around.deployer.identity,
        resource: resourcePolicy(world, resource, operation, target),
        serviceControl: around.serviceControl,
        resourceControl: around.resourceControl,
        resourcePolicyRules:
          target.startsWith('arn:aws:kms:') &&
          target.includes(':key/') &&
          operation !== 'list' &&
          !(operation === 'create' && resource.type === 'AWS::KMS::Key'),
      });
      if (verdict.decision === 'allow') return [];
      const entry = world.entries.find((each) =>
        excuses(each, { type: resource.type, action, operation, target, has }),
      );
      if (entry) {
        world.used.add(entry);
        return [];
      }
      const why =
        verdict.decision === 'explicit-deny'
          ? `is denied by ${verdict.by.join(', ')}`
          : `no statement of the ${verdict.missing === 'resource' ? 'resource’s policy' : 'execution policies'} allows`;
      return [`${operation}: ${action} on ${target} ${why}`];
    }),
  );
}

/**
 * Proves that CloudFormation's role may call what the handlers of every resource call: in a first creation and its
 * rollback, an update, a replacement and a deletion; under the bootstrap's execution policies, the organisation's
 * policies as the runbook attaches them, and our own policies on the resources. Which calls a handler makes is AWS's
 * word, taken from the resource schemas.
 * @param templates every stack of one application, and of those that it leans on.
 * @param read as {@link accountPolicies} takes it.
 */
export function proveDeployer(
  templates: readonly StackTemplate[],
  entries: readonly NotNeeded[] = NOT_NEEDED,
  read?: PolicyReader,
  handlers: Handlers = HANDLERS,
): DeployerProof {
  const rows = new ProofRows('proof-deployer');
  const set = new TemplateSet(templates);
  const used = new Set<NotNeeded>();
  let calls = 0;
  rows.guarded(DEPLOYER_RULES.handlersKnown, { resource: 'execution role', resourceType: 'role' }, () => {
    const memo = new Map<string, AccountPolicies>();
    const around = ({ stackName, account, region }: Resource): AccountPolicies => {
      const key = `${stackName.split('-')[1] ?? ''} ${account} ${region}`;
      const found = memo.get(key) ?? accountPolicies(stackName, account, region, read);
      memo.set(key, found);
      return found;
    };
    const world = { set, inventory: readInventory(set), handlers, entries, used, around };
    // One verdict a type that AWS describes: a rule that spoke of mistakes alone would look as if it had not run.
    for (const type of new Set(set.resources().map((resource) => resource.type)))
      if (handlers.types[type] !== undefined)
        rows.evaluate(
          DEPLOYER_RULES.handlersKnown,
          { resource: type, resourceType: 'type' },
          [],
          'its schema lists the calls of its handlers',
        );
    for (const resource of set.resources()) {
      rows.guarded(DEPLOYER_RULES.handlerMay, resource, () => {
        const type = handlers.types[resource.type];
        if (!type) {
          const known = entries.find((each) => each.types.includes(resource.type));
          if (known) used.add(known);
          const problems = known ? [] : ['AWS’s schema of this type lists no handlers'];
          rows.evaluate(DEPLOYER_RULES.handlersKnown, resource, problems, known?.reason ?? '');
          return;
        }
        calls += Object.values(type).flat().length;
        const problems = OPERATIONS.flatMap((operation) => refusals(world, resource, operation));
        rows.evaluate(
          DEPLOYER_RULES.handlerMay,
          resource,
          problems,
          'every call of its handlers is allowed, or an entry says why it is not needed',
        );
      });
    }
    const types = new Set(set.resources().map(({ type }) => type));
    // A regulated stage has every type and every policy; the others need fewer entries.
    const isWhole = set
      .resources('AWS::CloudTrail::Trail')
      .some(({ stackName }) => stackName.startsWith(`serverlessapp-${RELEASED_STAGE}-`));
    for (const entry of entries.filter((each) => isWhole && each.types.some((type) => types.has(type)))) {
      const subject = {
        resource: `${entry.types.join(', ')}: ${entry.actions.join(', ')}`,
        resourceType: 'entry',
      };
      rows.evaluate(
        DEPLOYER_RULES.entriesUsed,
        subject,
        used.has(entry) ? [] : ['it excuses nothing'],
        entry.reason,
      );
    }
  });
  return {
    narratives: [
      `CloudFormation’s role: ${calls} calls of the handlers of ${set.resources().length} resources, in every operation, are allowed, or stand in not-needed.json with their reason.`,
    ],
    result: {
      engine: 'proof-deployer',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(DEPLOYER_RULES).map(({ id }) => id),
      failures: [],
      notAssessed: [],
    },
  };
}
