import type { AnyReadCall } from '../../tools/aws/read-call';
import { whyNotAnswered } from '../../tools/aws/why-not-answered';
import type { VerdictRow } from '../verdict-row';
import {
  type Ask,
  type Aspect,
  type ExpectedRegion,
  type ExpectedResource,
  type LiveCheck,
  NotComparedError,
} from './aspect';
import { describedDifferences } from './compare';
import { DEPLOYED } from './engine';
import { ASPECTS } from './readers/aspects';

/** What somebody does about a difference. */
const REMEDY =
  'Find in CloudTrail who changed it; deploy the release again to undo it, or bring the change into a release.';

/** The questions of one region, each check with the calls that it declares. */
export type AskFor = (calls: readonly AnyReadCall[]) => Ask;

/** When an account was asked. */
export type Clock = () => Date;

/** A rule's answer for one resource, without where the resource is. */
export type ReasonedVerdict = Pick<VerdictRow, 'verdict' | 'message' | 'remedy'>;

/** What an account's silence means: a row that names the permission, never a pass. */
export function notAsked(error: unknown, calls: readonly AnyReadCall[]): ReasonedVerdict {
  if (!(error instanceof Error)) throw error;
  const { found, next } = whyNotAnswered(error, [...new Set(calls.flatMap(({ actions }) => actions))]);
  return { verdict: 'error', message: `Could not ask: ${found}`, remedy: next };
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

/** What the templates say of an aspect of a resource, with the service's own choice where they say nothing. */
export function evaluatedSettings(
  aspect: Aspect,
  resource: ExpectedResource,
  region: ExpectedRegion,
): Record<string, unknown> {
  const expected = aspect.expected?.(resource, region) ?? resource.properties;
  const stated = Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined));
  return pick({ ...aspect.defaults, ...stated }, aspect.properties);
}

async function compareAspect(
  aspect: Aspect,
  resource: ExpectedResource,
  region: ExpectedRegion,
  askFor: AskFor,
): Promise<ReasonedVerdict> {
  try {
    const found = await aspect.read(askFor(aspect.calls), resource, region);
    if (found === undefined)
      return { verdict: 'non-compliant', message: 'It is not in the account any more.', remedy: REMEDY };
    const differences = describedDifferences(
      evaluatedSettings(aspect, resource, region),
      pick(found, aspect.properties),
    );
    return differences.length === 0
      ? { verdict: 'compliant', message: `${aspect.properties.join(', ')}: as expected` }
      : {
          verdict: 'non-compliant',
          message: differences.join('; '),
          remedy: REMEDY,
        };
  } catch (error) {
    return error instanceof NotComparedError
      ? { verdict: 'not-applicable', message: error.message }
      : notAsked(error, aspect.calls);
  }
}

/** Aspects of the resources of a region, a row for each of both. */
export function evaluateResources(
  region: ExpectedRegion,
  askFor: AskFor,
  clock: Clock,
  aspects: readonly Aspect[] = ASPECTS,
): Promise<VerdictRow[]> {
  return Promise.all(
    aspects.flatMap((aspect) =>
      region.resources
        .filter(({ type }) => aspect.types.includes(type))
        .map(async (resource): Promise<VerdictRow> => {
          const outcome = await compareAspect(aspect, resource, region, askFor);
          return {
            engine: DEPLOYED,
            rule: aspect.rule,
            title: aspect.title,
            stack: resource.stack,
            resource: resource.logicalId,
            resourceType: resource.type,
            controls: [...aspect.controls],
            strength: 'property',
            severity: 'error',
            observed: observed(region, clock),
            ...outcome,
          };
        }),
    ),
  );
}

/** Where and when something was seen. */
export const observed = ({ place }: ExpectedRegion, clock: Clock): NonNullable<VerdictRow['observed']> => ({
  account: place.account,
  region: place.region,
  at: clock().toISOString(),
});

/**
 * What no template says, a row for each thing that was looked at.
 * @param elsewhere - how the other evaluated regions of the account are asked.
 */
export async function observeResource(
  check: LiveCheck,
  region: ExpectedRegion,
  askFor: AskFor,
  clock: Clock,
  elsewhere: readonly AskFor[] = [],
): Promise<VerdictRow[]> {
  const common: Pick<VerdictRow, 'engine' | 'rule' | 'title' | 'controls' | 'strength' | 'severity'> = {
    engine: DEPLOYED,
    rule: check.rule,
    title: check.title,
    controls: [...check.controls],
    strength: 'behaviour',
    severity: 'error',
  };
  try {
    const findings = await check.look(
      askFor(check.calls),
      region,
      clock(),
      elsewhere.map((other) => other(check.calls)),
    );
    return findings.map(({ resource, resourceType, stack, problems, seen, error }): VerdictRow => ({
      ...common,
      ...(stack !== undefined && { stack }),
      resource,
      resourceType,
      observed: observed(region, clock),
      ...(error !== undefined
        ? notAsked(error, check.calls)
        : problems.length === 0
          ? { verdict: 'compliant', message: seen }
          : { verdict: 'non-compliant', message: problems.join('; '), remedy: check.remedy }),
    }));
  } catch (error) {
    return [
      {
        ...common,
        resource: `${region.place.account} ${region.place.region}`,
        resourceType: 'region',
        observed: observed(region, clock),
        ...notAsked(error, check.calls),
      },
    ];
  }
}
