import {
  type ConfigurationItem,
  ConfigServiceClient,
  DescribeConfigurationRecorderStatusCommand,
  GetResourceConfigHistoryCommand,
  ListDiscoveredResourcesCommand,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { isError, whyNotAnswered } from '../../tools/aws/why-not-answered';
import { callsOf } from '../../tools/aws/read-call';
import { accountAndRegion } from '../assembly/account-and-region';
import { allPages, asker } from '../deployed/ask';
import type { Ask } from '../deployed/aspect';
import type { AccountAccess } from '../deployed/evaluate-account';
import { LIST_RESOURCES, listStackResources } from '../deployed/stacks';
import { isOf } from '../controls/evaluate-narratives';
import type { PackContent } from './read-series';
import { controlOf } from './timeline';

const config = callsOf(ConfigServiceClient, 'config');
const recorderStatus = config(DescribeConfigurationRecorderStatusCommand);
const listDiscovered = config(ListDiscoveredResourcesCommand);
const getHistory = config(GetResourceConfigHistoryCommand);

/** What asking AWS Config for the past needs besides what `deployed` asks. */
export const HISTORY_CALLS = [LIST_RESOURCES, recorderStatus, listDiscovered, getHistory] as const;

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
  /** Why it shows nothing that nothing was recorded; undefined when the recorder ran all through. */
  readonly silence: string | undefined;
}

const minute = (instant: Date | undefined): string =>
  instant === undefined ? 'at no stated time' : `${instant.toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** The last part of an ARN or a composed id: what AWS Config may have as the resource's name. */
const nameIn = (physicalId: string): string => physicalId.split(/[/|]|:(?=[^/]*$)/).at(-1) ?? physicalId;

/**
 * Why the silence of AWS Config between two instants shows nothing: it tells when its recorder was started and stopped last.
 * https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorderStatus.html
 */
async function whySilent(ask: Ask, from: Date, to: Date): Promise<string | undefined> {
  const { ConfigurationRecordersStatus: [recorder] = [] } = await ask(recorderStatus, {});
  if (recorder === undefined) return 'AWS Config has no recorder';
  const { recording, lastStartTime, lastStopTime, lastStatus } = recorder;
  if (lastStartTime === undefined || lastStartTime > from)
    return `AWS Config's recorder was last started ${minute(lastStartTime)}, and may not have run before`;
  if (recording !== true && (lastStopTime === undefined || lastStopTime < to))
    return `AWS Config's recorder was stopped ${minute(lastStopTime)}`;
  return lastStatus === 'Failure' ? "AWS Config's recorder failed" : undefined;
}

/**
 * The id by which AWS Config knows a resource: the one in the account, or that of the resource of its name. What was
 * deleted may have had the same name.
 */
async function recordedId(ask: Ask, type: string, physicalId: string): Promise<string | undefined> {
  const common = { resourceType: type as ResourceType, includeDeletedResources: true };
  const found = async (by: { resourceIds: string[] } | { resourceName: string }) =>
    allPages(
      (nextToken) => ask(listDiscovered, { ...common, ...by, nextToken }),
      ({ resourceIdentifiers }) => resourceIdentifiers,
      ({ nextToken }) => nextToken,
    );
  const living = (all: Awaited<ReturnType<typeof found>>) =>
    all.find(({ resourceDeletionTime }) => resourceDeletionTime === undefined);
  const byId = await found({ resourceIds: [physicalId] });
  const there = living(byId);
  if (there?.resourceId !== undefined) return there.resourceId;
  const byName = await found({ resourceName: nameIn(physicalId) });
  return (living(byName) ?? byId[0] ?? byName[0])?.resourceId;
}

/**
 * What an item says of a resource that is there and recorded; others tell that it was deleted, or is not recorded.
 * https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationItem.html
 */
const RECORDED = new Set<string | undefined>(['OK', 'ResourceDiscovered']);

const describeItem = ({
  configurationItemCaptureTime: at,
  configurationItemStatus: status,
}: ConfigurationItem): string => `${minute(at)} ${status ?? ''}`.trim();

async function ofResource(
  { ask, physical, silence }: Asked,
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
    return {
      state: 'changed',
      text: `${resourceId} was recorded anew: ${within.map(describeItem).join('; ')}`,
    };
  if (silence !== undefined) return { state: 'not recorded', text: silence };
  const before = await ask(getHistory, {
    ...between,
    laterTime: to,
    limit: 1,
    chronologicalOrder: 'Reverse',
  });
  const [last] = before.configurationItems ?? [];
  if (last === undefined)
    return { state: 'not recorded', text: `AWS Config has nothing of ${resourceId} by then` };
  return RECORDED.has(last.configurationItemStatus)
    ? { state: 'unchanged', text: `${resourceId} is as recorded ${describeItem(last)}` }
    : { state: 'not recorded', text: `the last of ${resourceId} is ${describeItem(last)}` };
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
  connect: AccountAccess['connect'],
): Promise<ConfigHistory[]> {
  const asked = new Map<string, Promise<Asked>>();
  const stacksOf = (environment: string): string[] => [
    ...new Set(resources.filter((each) => each.environment === environment).map(({ stack }) => stack)),
  ];
  const reach = async (environment: string): Promise<Asked> => {
    const where = accountAndRegion(environment);
    if (where === undefined) throw new NoWayError('the pack names no account and region');
    const place = connect(where.account, where.region);
    if ('why' in place) throw new NoWayError(place.why);
    const ask = asker(place)(HISTORY_CALLS);
    const physical = new Map<string, string>();
    for (const stack of stacksOf(environment))
      for (const { logicalId, physicalId } of await listStackResources(ask, stack))
        physical.set(`${stack}/${logicalId}`, physicalId);
    return { ask, physical, silence: await whySilent(ask, from, to) };
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
