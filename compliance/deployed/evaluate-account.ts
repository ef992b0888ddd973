import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from '../../tools/aws/read-call';
import { applicationIdOf } from '../applications';
import { accountAndRegion } from '../assembly/account-and-region';
import type { Assembly, EvaluatedStack } from '../assembly/model';
import { ModelError } from '../rules/proofs/model/errors';
import { TemplateSet } from '../rules/proofs/model/template-set';
import { byApplication, templatesOf } from '../rules/proofs/prove';
import type { EngineResult, VerdictRow } from '../verdict-row';
import type { ExpectedRegion, ExpectedResource } from './aspect';
import { asker } from './ask';
import { DEPLOYED, DEPLOYED_VERSION } from './engine';
import {
  type AskFor,
  type Clock,
  evaluateResources,
  observeResource,
  notAsked,
  observed,
} from './evaluate-resources';
import { evaluateDrift, evaluateStack, STACK_RULES, stackRow } from './evaluate-stacks';
import { LIVE_CHECKS } from './live/checks';
import { PhysicalIds } from './physical-ids';
import { ASPECTS } from './readers/aspects';
import {
  type DeployedStack,
  detectStackDrift,
  DRIFT_CALLS,
  DRIFT_LEAVES_OUT,
  readStack,
  STACK_CALLS,
  stackNames,
} from './stacks';

/** How an account is asked. */
export interface AccountAccess {
  /** Where and as whom to ask an account; undefined when there is no way to it, with the reason. */
  readonly connect: (account: string, region: string) => Place | { readonly why: string };
  readonly clock: Clock;
  /** Hears the name of each call that is made. */
  readonly told?: (name: string) => void;
  /** How often CloudFormation is asked whether it has finished a comparison. */
  readonly pollMilliseconds?: number;
}

export interface AccountOptions extends AccountAccess {
  /** What was evaluated. */
  readonly assembly: Assembly;
}

interface Environment {
  readonly place: Place;
  readonly stacks: readonly EvaluatedStack[];
  readonly region: ExpectedRegion;
  readonly askFor: AskFor;
  readonly deployed: ReadonlyMap<string, DeployedStack | undefined>;
}

/** The rules of this engine, in the order of the questions. */
export const DEPLOYED_RULES: readonly string[] = [
  ...new Set([
    ...Object.values(STACK_RULES).map(({ rule }) => rule),
    ...ASPECTS.map(({ rule }) => rule),
    ...LIVE_CHECKS.map(({ rule }) => rule),
  ]),
];

/** What would be asked, for the pin of its rules. */
export const accountRules = (): Pick<EngineResult, 'engine' | 'version' | 'rulesRun'> => ({
  engine: DEPLOYED,
  version: DEPLOYED_VERSION,
  rulesRun: [...DEPLOYED_RULES],
});

/** Stacks by the account and region that they are evaluated for. */
function byEnvironment(stacks: readonly EvaluatedStack[]): Map<string, EvaluatedStack[]> {
  const groups = new Map<string, EvaluatedStack[]>();
  for (const stack of stacks) {
    const environment = stack.environment ?? 'unknown';
    groups.set(environment, [...(groups.get(environment) ?? []), stack]);
  }
  return groups;
}

const unreadable = (resource: string, stack: string, message: string): VerdictRow => ({
  engine: DEPLOYED,
  rule: STACK_RULES.readable.rule,
  title: STACK_RULES.readable.title,
  verdict: 'error',
  stack,
  resource,
  controls: [...STACK_RULES.readable.controls],
  strength: 'property',
  severity: 'error',
  message,
});

/** Every resource of the evaluated templates with the ids of the account, and what could not be told. */
function expectedResources(
  assembly: Assembly,
  places: ReadonlyMap<string, Place>,
  ids: PhysicalIds,
  physical: ReadonlyMap<string, string>,
): { resources: ExpectedResource[]; rows: VerdictRow[] } {
  const resources: ExpectedResource[] = [];
  const rows: VerdictRow[] = [];
  for (const { templates } of byApplication(templatesOf(assembly))) {
    for (const resource of new TemplateSet(templates).resources()) {
      const { stackName: stack, logicalId, type, account, region, path: token } = resource;
      const place = places.get(`aws://${account}/${region}`);
      const physicalId = physical.get(token);
      // Not asked, or not there: either is a row of its stack.
      if (place === undefined || physicalId === undefined) continue;
      try {
        const properties = ids.in(resource.resolved()) as Readonly<Record<string, unknown>>;
        resources.push({ stack, logicalId, type, place, physicalId, properties });
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        rows.push(unreadable(logicalId, stack, error.message));
      }
    }
  }
  return { resources, rows };
}

/** Rows about an environment that nobody could ask. */
const notReached = (stacks: readonly EvaluatedStack[], environment: string, why: string): VerdictRow[] =>
  stacks.map(({ name }) => ({
    ...unreadable(name, name, `Could not ask ${environment.replace('aws://', '')}: ${why}`),
    rule: STACK_RULES.deployed.rule,
    title: STACK_RULES.deployed.title,
    resourceType: 'AWS::CloudFormation::Stack',
  }));

async function readStacks(
  stacks: readonly EvaluatedStack[],
  askFor: AskFor,
  report: (stack: string, error: unknown) => void,
): Promise<Map<string, DeployedStack | undefined>> {
  const read = new Map<string, DeployedStack | undefined>();
  await Promise.all(
    stacks.map(async ({ name }) => {
      try {
        read.set(name, await readStack(askFor(STACK_CALLS), name));
      } catch (error) {
        report(name, error);
      }
    }),
  );
  return read;
}

/** Stacks of the evaluated applications that are there and were not evaluated. */
async function unevaluated(
  { stacks, region, askFor }: Environment,
  evaluatedNames: ReadonlySet<string>,
  clock: Clock,
): Promise<VerdictRow[]> {
  const applications = new Set(stacks.map(({ name }) => applicationIdOf(name)));
  const where = observed(region, clock);
  const subject = `${region.place.account} ${region.place.region}`;
  try {
    const names = await stackNames(askFor(STACK_CALLS));
    const strangers = names.filter(
      (name) =>
        applicationIdOf(name) !== undefined &&
        applications.has(applicationIdOf(name)) &&
        !evaluatedNames.has(name),
    );
    return strangers.length === 0
      ? [
          stackRow(STACK_RULES.unevaluated, subject, where, {
            verdict: 'compliant',
            message: `${names.length} stacks; none of this system but the evaluated ones`,
          }),
        ]
      : strangers.map((name) =>
          stackRow(STACK_RULES.unevaluated, name, where, {
            verdict: 'non-compliant',
            message: 'It is in the account and was not evaluated.',
            remedy: 'Find in CloudTrail who made it; delete it, or evaluate it.',
          }),
        );
  } catch (error) {
    return [stackRow(STACK_RULES.unevaluated, subject, where, notAsked(error, STACK_CALLS))];
  }
}

async function drift(
  { stacks, region, askFor, deployed }: Environment,
  { clock, pollMilliseconds }: AccountOptions,
): Promise<VerdictRow[]> {
  const there = stacks.filter(({ name }) => deployed.get(name) !== undefined);
  const rows = await Promise.all(
    there.map(async ({ name }) => {
      try {
        return evaluateDrift(
          name,
          await detectStackDrift(
            askFor(DRIFT_CALLS),
            name,
            deployed.get(name)?.resources ?? [],
            pollMilliseconds,
          ),
          observed(region, clock),
        );
      } catch (error) {
        return [stackRow(STACK_RULES.drift, name, observed(region, clock), notAsked(error, DRIFT_CALLS))];
      }
    }),
  );
  return rows.flat();
}

const told = (what: string, counts: readonly (readonly [type: string, count: number])[]): string[] =>
  counts.length === 0
    ? []
    : [
        `${DEPLOYED}: ${what}: ${[...counts]
          .sort(([a], [b]) => a.localeCompare(b, 'en'))
          .map(([type, count]) => `${type} (${count})`)
          .join(', ')}.`,
      ];

/** Types of which neither a check of ours says anything nor CloudFormation's comparison can be relied on to. */
function onlyByDrift(resources: readonly ExpectedResource[]): string[] {
  const ours = new Set(ASPECTS.flatMap(({ types }) => types));
  const counts = new Map<string, number>();
  for (const { type } of resources) if (!ours.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts.size === 0
    ? []
    : [
        ...told(
          'compared by CloudFormation alone, where it can compare the type',
          [...counts].filter(([type]) => !(type in DRIFT_LEAVES_OUT)),
        ),
        ...told(
          'in the stacks, and their settings not compared, because a value that is to be kept secret would be read',
          [...counts].filter(([type]) => type in DRIFT_LEAVES_OUT),
        ),
      ];
}

/**
 * Compares an account with the templates that were evaluated: stacks, their templates, CloudFormation's own comparison, each
 * setting as its service tells it, and whether what watches, records and keeps does so. It only reads.
 */
export async function evaluateAccount(options: AccountOptions): Promise<EngineResult> {
  const { assembly, connect, clock, told } = options;
  const rows: VerdictRow[] = [];
  const places = new Map<string, Place>();
  const ids = new PhysicalIds();
  const physical = new Map<string, string>();
  const reached: Omit<Environment, 'region'>[] = [];
  for (const [environment, stacks] of byEnvironment(assembly.stacks)) {
    const where = accountAndRegion(environment);
    const place =
      where === undefined
        ? { why: 'the template is for no account and region' }
        : connect(where.account, where.region);
    if ('why' in place) {
      rows.push(...notReached(stacks, environment, place.why));
      continue;
    }
    places.set(environment, place);
    const askFor = asker(place, told);
    const seen = { account: place.account, region: place.region, at: clock().toISOString() };
    const deployed = await readStacks(stacks, askFor, (name, error) =>
      rows.push(stackRow(STACK_RULES.deployed, name, seen, notAsked(error, STACK_CALLS))),
    );
    for (const [name, stack] of deployed)
      for (const resource of stack?.resources ?? []) {
        ids.add(name, resource);
        physical.set(`${name}/${resource.logicalId}`, resource.physicalId);
      }
    reached.push({ place, stacks, askFor, deployed });
  }
  const expected = expectedResources(assembly, places, ids, physical);
  rows.push(...expected.rows);
  const evaluatedNames = new Set(assembly.stacks.map(({ name }) => name));
  for (const { place, stacks, askFor, deployed } of reached) {
    const region: ExpectedRegion = {
      place,
      resources: expected.resources.filter((resource) => resource.place === place),
      everywhere: expected.resources,
    };
    const environment: Environment = { place, stacks, askFor, deployed, region };
    const elsewhere = reached
      .filter((other) => other.place !== place && other.place.account === place.account)
      .map((other) => other.askFor);
    const [drifted, ...others] = await Promise.all([
      drift(environment, options),
      evaluateResources(region, askFor, clock),
      unevaluated(environment, evaluatedNames, clock),
      ...LIVE_CHECKS.map((check) => observeResource(check, region, askFor, clock, elsewhere)),
    ]);
    for (const stack of stacks)
      if (deployed.has(stack.name))
        rows.push(
          ...evaluateStack(
            stack,
            readFileSync(path.join(assembly.directory, stack.templateFile), 'utf8'),
            deployed.get(stack.name),
            observed(region, clock),
          ),
        );
    rows.push(...drifted, ...others.flat());
  }
  return {
    ...accountRules(),
    rows,
    failures: [],
    notAssessed: onlyByDrift(expected.resources),
  };
}
