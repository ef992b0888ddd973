import { APPROVERS, DELIVERY_PREFIX, permissionSetRoles, SECURITY_ADMINISTRATORS } from '../../../lib/names';
import { delivery } from '../../../lib/config/delivery';
import { approverPolicy } from '../../../lib/organization/approver-policies';
import { accountPolicies, stageConfigOf } from '../proofs/iam/account-policies';
import type { PolicyInventory } from '../proofs/iam/inventory';
import { ownerOf } from '../proofs/iam/situations';
import { ADMINISTRATOR, parsePolicy } from '../proofs/iam/statement';
import { FOREIGN_ACCOUNT } from '../proofs/iam/targets';
import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';
import type { ProofRows } from '../proofs/proof-rows';
import { actionsMatching, authorizedOn } from '../../service-reference/reference';
import { type Ask, type AskingRole, Evaluator } from './evaluator';
import type { Person, RunbookCommand } from './command-schema';
import { prefixOf } from './expressions';
import type { ResourceIndex } from './resource-index';
import { CONTRACT_RULES } from './rules';
import type { NamedCommand } from './runbook-text';

/** IAM's prefix of a service, where the CLI calls it otherwise. */
const SERVICE: Readonly<Record<string, string>> = {
  accessanalyzer: 'access-analyzer',
  configservice: 'config',
  'service-quotas': 'servicequotas',
  stepfunctions: 'states',
};

/** The action of a command's own name, which IAM may not know (`apigateway`, `s3 sync`). */
function actionOf(command: string): string {
  const [service = '', name = ''] = command.split(' ');
  return `${SERVICE[service] ?? service}:${name.replaceAll('-', '')}`;
}

const permissionSet = (
  name: string,
  account: string,
  identity: AskingRole['identity'] = ADMINISTRATOR,
): AskingRole => ({
  arn: permissionSetRoles(name, account).replace('*', 'sso.amazonaws.com').replaceAll('?', '0'),
  account,
  identity,
  boundary: undefined,
});

/** One application, as the commands of one region meet it. */
interface Place {
  readonly inventory: PolicyInventory;
  readonly index: ResourceIndex;
  readonly evaluator: Evaluator;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
}

function roleOf(person: Person, { inventory, stackName, account, region }: Place): AskingRole | undefined {
  if (person === 'security administrator') return permissionSet(SECURITY_ADMINISTRATORS, account);
  if (person === 'release approver' || person === 'security approver') {
    const approver = person === 'release approver' ? 'release' : 'security';
    const policy = parsePolicy(approverPolicy(approver, { account, region: delivery.region }), person);
    return permissionSet(APPROVERS[approver], account, policy);
  }
  if (person.startsWith('administrator')) return permissionSet('AdministratorAccess', account);
  const name = `${/^serverlessapp-[a-z]+/.exec(stackName)?.[0] ?? ''}-${person}-role`;
  return inventory.roles.find(({ arn }) => arn.endsWith(`/${name}`) || arn.endsWith(`/${name}-${region}`));
}

/** What is wrong with an entry, whoever runs it: actions, and resources on which they are authorized. */
function entryProblems({ command, requests, page }: RunbookCommand): string[] {
  const all = requests.flatMap(({ actions }) => actions);
  const own = actionsMatching(actionOf(command));
  const extra = all.filter((action) => action.toLowerCase() !== actionOf(command));
  return [
    ...all.filter((action) => actionsMatching(action).length === 0).map((action) => `there is no ${action}`),
    ...(own.length > 0 && extra.length === all.length
      ? [`it asks for ${own[0]?.id ?? ''}, which is missing`]
      : []),
    ...all
      .flatMap((action) => actionsMatching(action))
      .flatMap(({ id, dependentActions }) =>
        dependentActions
          .filter((needed) => !all.includes(needed))
          .map((needed) => `${id} needs ${needed} besides, which is missing`),
      ),
    ...(extra.length > 0 && page === undefined ? ['it asks for more than its name without a page'] : []),
  ];
}

function requestProblems(entry: RunbookCommand, place: Place): string[] {
  const { account, region, stackName, index, evaluator } = place;
  const role = roleOf(entry.by, place);
  if (!role) return [`there is no role of the ${entry.by}`];
  const prefix = prefixOf({ stackName });
  const values: Readonly<Record<string, string>> = {
    account,
    region,
    prefix,
    client: stageConfigOf(stackName).clients[0]?.id ?? '',
    stack: `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/0f8fad5b`,
  };
  const resourceOf = (on: string): string => {
    const domain = /^key of (\w+)$/.exec(on)?.[1];
    if (domain === undefined) return on.replace(/\$\{(\w+)\}/g, (_whole, name: string) => values[name] ?? '');
    const alias = index.withArn(`arn:aws:kms:${region}:${account}:alias/${prefix}-${domain}`);
    return alias === undefined ? '' : (index.keyArn(alias.text('TargetKeyId'), alias) ?? '');
  };
  return entry.requests.flatMap(({ actions, on, via, sends }) =>
    actions.flatMap((action) => {
      const resource = resourceOf(on);
      const ask: Ask = {
        caller: { role, via },
        action,
        resource,
        resourceAccount: ownerOf(resource, account, FOREIGN_ACCOUNT),
        region: action.startsWith('iam:') || action.startsWith('account:') ? 'us-east-1' : region,
        sends: Object.fromEntries(Object.entries(sends).map(([key, value]) => [key, resourceOf(value)])),
      };
      const [known] = actionsMatching(action);
      if (known && !authorizedOn(known, resource)) return [`${action} is not authorized on ${resource}`];
      const verdict = evaluator.decide(ask);
      return verdict.decision === 'allow'
        ? []
        : [`the ${entry.by} needs ${action} on ${resource}: ${evaluator.whyNot(ask, verdict)}`];
    }),
  );
}

/** The application in whose account and region a command runs. */
function isPlace(where: RunbookCommand['where'][number], applicationId: string): boolean {
  if (applicationId === DELIVERY_PREFIX) return where === 'delivery';
  return where === (applicationId.endsWith('-recovery') ? 'second' : 'primary');
}

/** A resource of the region that most resources of an application are in: some of its stacks are in the other one. */
function ofLargestRegion(set: TemplateSet): Resource | undefined {
  const resources = set.resources();
  const countIn = (wanted: string): number => resources.filter(({ region }) => region === wanted).length;
  const regions = [...new Set(resources.map(({ region }) => region))];
  const [main] = regions.sort((one, other) => countIn(other) - countIn(one));
  return resources.find(({ region }) => region === main);
}

/** Evaluates every command against the applications that are there. @param named what the runbooks say */
export function evaluateCommands(
  rows: ProofRows,
  entries: readonly RunbookCommand[],
  named: readonly NamedCommand[],
  applications: readonly {
    readonly id: string;
    readonly inventory: PolicyInventory;
    readonly index: ResourceIndex;
    readonly set: TemplateSet;
  }[],
): void {
  const rule = CONTRACT_RULES.commandsAllowed;
  for (const { file, command, by } of named) {
    const entry = entries.find(
      (each) => each.command === command && each.by === by && each.in.includes(file),
    );
    if (entry) continue;
    const problem =
      by === undefined
        ? `${file} does not say who runs it`
        : `${file} tells the ${by} to run it, and policies/runbooks/commands.yaml has no such entry`;
    rows.evaluate(rule, { resource: `aws ${command}`, resourceType: 'command' }, [problem], '');
  }
  const placed = applications.flatMap(({ id, inventory, index, set }) => {
    const resource = ofLargestRegion(set);
    if (!resource) return [];
    const { stackName, account, region } = resource;
    const evaluator = new Evaluator(inventory, accountPolicies(stackName, account, region));
    return [{ id, inventory, index, evaluator, stackName, account, region }];
  });
  for (const entry of entries) {
    const subject = { resource: `aws ${entry.command}`, resourceType: 'command' };
    const unnamed = entry.in.filter(
      (file) =>
        !named.some((one) => one.file === file && one.command === entry.command && one.by === entry.by),
    );
    const places = placed.filter(({ id }) =>
      entry.by === 'management account' ? false : entry.where.some((where) => isPlace(where, id)),
    );
    const refused = places.flatMap((place) => requestProblems(entry, place));
    rows.evaluate(
      rule,
      subject,
      [
        ...unnamed.map((file) => `${file} does not name it for the ${entry.by}`),
        ...entryProblems(entry),
        ...refused,
      ],
      `the ${entry.by} may run it`,
    );
  }
}
