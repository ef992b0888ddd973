import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  type ConfigurationItem,
  ConfigServiceClient,
  GetResourceConfigHistoryCommand,
  ListDiscoveredResourcesCommand,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { isError, whyNotAnswered } from '../../tools/aws/why-not-answered';
import { callsOf, type Place } from '../../tools/aws/read-call';
import { allPages, asker } from '../deployed/ask';
import type { Ask } from '../deployed/aspect';
import { isOf } from '../controls/evaluate-narratives';
import type { PackContent } from './read-series';
import { controlOf } from './timeline';

const listResources = callsOf(CloudFormationClient, 'cloudformation')(ListStackResourcesCommand);
const config = callsOf(ConfigServiceClient, 'config');
const listDiscovered = config(ListDiscoveredResourcesCommand);
const getHistory = config(GetResourceConfigHistoryCommand);

/** What asking AWS Config for the past needs besides what `deployed` asks. */
export const HISTORY_CALLS = [listResources, listDiscovered, getHistory] as const;

/** A resource on which a control's evidence rests, as the pack names it. */
export interface ControlResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `aws://ACCOUNT/REGION` of its stack. */
  readonly environment: string;
}

/** What AWS Config says of one resource between a pack and an instant. */
export interface ConfigHistory {
  readonly resource: ControlResource;
  readonly state: 'unchanged' | 'changed' | 'could not ask' | 'not recorded';
  readonly text: string;
}

/** How the accounts of a pack are reached; the reason where there is no way to one. */
export type Connect = (account: string, region: string) => Place | { readonly why: string };

/** The rules on which a control rests, or the narratives of a requirement do, each as its engine and its rule. */
function rulesOf(content: PackContent, id: string): [engine: string, rule: string][] {
  const requirement = content.requirements.find((each) => `${each.framework}:${each.id}` === id);
  const controls = requirement
    ? requirement.parts.map(({ narrative }) => controlOf(content, narrative))
    : [controlOf(content, id)];
  return controls
    .flatMap((control) => control?.evidence ?? [])
    .filter(({ kind }) => kind === 'rule')
    .map(({ source }) => {
      const [engine = '', ...rule] = source.split(': ');
      return [engine, rule.join(': ')];
    });
}

/** The resources of the templates that the rules of a control evaluated, each once. */
export function resourcesOfControl(content: PackContent, id: string): ControlResource[] {
  const rules = rulesOf(content, id);
  const environments = new Map(content.identity.stacks.map(({ name, environment }) => [name, environment]));
  const found = new Map<string, ControlResource>();
  for (const { engine, rule, stack, resource, resourceType } of content.rows) {
    const environment = stack === undefined ? undefined : environments.get(stack);
    if (
      stack === undefined ||
      environment === undefined ||
      resource === undefined ||
      resourceType?.startsWith('AWS::') !== true ||
      resourceType === 'AWS::CloudFormation::Stack' ||
      !rules.some(([of, wanted]) => isOf({ engine, rule }, of, wanted))
    )
      continue;
    found.set(`${stack}/${resource}`, { stack, logicalId: resource, type: resourceType, environment });
  }
  return [...found.values()];
}

interface Asked {
  readonly ask: Ask;
  readonly physical: ReadonlyMap<string, string>;
}

const minute = (instant: Date | undefined): string =>
  instant === undefined ? 'at no stated time' : `${instant.toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** The last part of an ARN or a composed id: what AWS Config may have as the resource's name. */
const nameIn = (physicalId: string): string => physicalId.split(/[/|]|:(?=[^/]*$)/).at(-1) ?? physicalId;

/** The id by which AWS Config knows a resource: the one in the account, or that of the resource of its name. */
async function recordedId(ask: Ask, type: string, physicalId: string): Promise<string | undefined> {
  const common = { resourceType: type as ResourceType, includeDeletedResources: true };
  const byId = await ask(listDiscovered, { ...common, resourceIds: [physicalId] });
  const [first] = byId.resourceIdentifiers ?? [];
  if (first?.resourceId !== undefined) return first.resourceId;
  const byName = await ask(listDiscovered, { ...common, resourceName: nameIn(physicalId) });
  return byName.resourceIdentifiers?.[0]?.resourceId;
}

const said = ({
  configurationItemCaptureTime: at,
  configurationItemStatus: status,
}: ConfigurationItem): string => `${minute(at)} ${status ?? ''}`.trim();

async function ofResource(
  { ask, physical }: Asked,
  resource: ControlResource,
  from: Date,
  to: Date,
): Promise<Omit<ConfigHistory, 'resource'>> {
  const physicalId = physical.get(`${resource.stack}/${resource.logicalId}`);
  if (physicalId === undefined)
    return { state: 'not recorded', text: 'it is not in the account today; ask by its id of then' };
  const resourceId = await recordedId(ask, resource.type, physicalId);
  if (resourceId === undefined)
    return { state: 'not recorded', text: `AWS Config has not recorded ${physicalId}` };
  const between = { resourceType: resource.type as ResourceType, resourceId };
  const changes = await allPages(
    (nextToken) => ask(getHistory, { ...between, earlierTime: from, laterTime: to, nextToken }),
    ({ configurationItems }) => configurationItems,
    ({ nextToken }) => nextToken,
  );
  // AWS answers with what was recorded within the span; what is older was so already when the pack was made.
  const within = changes.filter(
    ({ configurationItemCaptureTime: at }) => at === undefined || (at > from && at <= to),
  );
  if (within.length > 0)
    return { state: 'changed', text: `${resourceId} was recorded anew: ${within.map(said).join('; ')}` };
  const before = await ask(getHistory, {
    ...between,
    laterTime: to,
    limit: 1,
    chronologicalOrder: 'Reverse',
  });
  const [last] = before.configurationItems ?? [];
  return last === undefined
    ? { state: 'not recorded', text: `AWS Config has nothing of ${resourceId} by then` }
    : { state: 'unchanged', text: `${resourceId} is as recorded ${said(last)}` };
}

const EMPTY = ['ResourceNotDiscovered'];

/**
 * Asks AWS Config what became of the resources of a control between a pack and an instant behind it. It reads only.
 * https://docs.aws.amazon.com/config/latest/APIReference/API_GetResourceConfigHistory.html
 */
export async function askConfigHistory(
  resources: readonly ControlResource[],
  from: Date,
  to: Date,
  connect: Connect,
): Promise<ConfigHistory[]> {
  const asked = new Map<string, Promise<Asked>>();
  const stacksOf = (environment: string): string[] => [
    ...new Set(resources.filter((each) => each.environment === environment).map(({ stack }) => stack)),
  ];
  const reach = async (environment: string): Promise<Asked> => {
    const [, account = '', region = ''] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment) ?? [];
    const place = connect(account, region);
    if ('why' in place) throw new NoWayError(place.why);
    const ask = asker(place)(HISTORY_CALLS);
    const physical = new Map<string, string>();
    for (const StackName of stacksOf(environment))
      for (const { LogicalResourceId, PhysicalResourceId } of await allPages(
        (NextToken) => ask(listResources, { StackName, NextToken }),
        ({ StackResourceSummaries }) => StackResourceSummaries,
        ({ NextToken }) => NextToken,
      ))
        if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
          physical.set(`${StackName}/${LogicalResourceId}`, PhysicalResourceId);
    return { ask, physical };
  };
  return Promise.all(
    resources.map(async (resource): Promise<ConfigHistory> => {
      try {
        const reached = asked.get(resource.environment) ?? reach(resource.environment);
        asked.set(resource.environment, reached);
        return { resource, ...(await ofResource(await reached, resource, from, to)) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (isError(error, ...EMPTY))
          return { resource, state: 'not recorded', text: 'AWS Config has nothing of it in that time' };
        const { found } = whyNotAnswered(error, [
          ...new Set(HISTORY_CALLS.flatMap(({ actions }) => actions)),
        ]);
        return {
          resource,
          state: 'could not ask',
          text: `Could not ask: ${error instanceof NoWayError ? error.message : found}`,
        };
      }
    }),
  );
}

/** There is no way to the account. */
class NoWayError extends Error {
  override readonly name = 'NoWayError';
}

/** The answer as text; a pack's verdict holds on where nothing of the control was recorded anew, and nowhere else. */
export function describeHistory(
  history: readonly ConfigHistory[],
  control: string,
  pack: string,
  from: Date,
  to: Date,
): string {
  const count = (state: ConfigHistory['state']): number =>
    history.filter((each) => each.state === state).length;
  const open = history.filter(({ state }) => state !== 'unchanged');
  const conclusion =
    history.length === 0
      ? `The pack names no resource of ${control}, so that AWS Config cannot be asked.`
      : open.length === 0
        ? `AWS Config recorded no change of any of its ${history.length} resources since: what ${pack} says of ${control} held at ${minute(to)} still.`
        : `AWS Config does not show that what ${pack} says of ${control} held at ${minute(to)} still: of ${history.length} resources ${count('unchanged')} unchanged, ${count('changed')} changed, ${count('not recorded')} not recorded, ${count('could not ask')} could not be asked.`;
  return [
    `AWS Config, from ${minute(from)} (${pack}) to ${minute(to)}`,
    ...open.map(
      ({ resource: { stack, logicalId, type }, state, text }) =>
        `  ${state}: ${type} ${stack}/${logicalId}: ${text}`,
    ),
    conclusion,
  ].join('\n');
}
