import type { AnyReadCall, Place, ReadCall } from '../../tools/aws/read-call';

/** A resource of an evaluated template, with the ids and ARNs that it has in the account. */
export interface ExpectedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly place: Place;
  readonly physicalId: string;
  /** What the template says, every reference replaced by what it stands for in the account. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Everything that the evaluated templates put into one region of one account, and around it. */
export interface ExpectedRegion {
  readonly place: Place;
  readonly resources: readonly ExpectedResource[];
  /** Those of other regions and accounts too, for what AWS keeps without a region, as IAM does. Names come twice in it. */
  readonly everywhere: readonly ExpectedResource[];
}

/**
 * Puts a question to the account.
 * @throws UndeclaredCallError for one that the check does not declare; the SDK's error when there is no answer.
 */
export type Ask = <I, O>(call: ReadCall<I, O>, input: I) => Promise<O>;

/** A setting that nobody is to read who only reads configuration, with why it can stay unread. */
export class NotComparedError extends Error {
  override readonly name = 'NotComparedError';
}

/** A setting of a kind of resources, as the service's own API tells it. */
export interface Aspect {
  /** Rule of the verdict rows. */
  readonly rule: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly types: readonly string[];
  readonly calls: readonly AnyReadCall[];
  /** The properties of the template that are compared. */
  readonly properties: readonly string[];
  /** What the service does where the template says nothing. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** What the templates say where more than one resource says it; by default the resource's own properties. */
  readonly expected?: (
    resource: ExpectedResource,
    region: ExpectedRegion,
  ) => Readonly<Record<string, unknown>>;
  /** The same properties, in the template's own terms; undefined when the resource is gone. */
  readonly read: (
    ask: Ask,
    resource: ExpectedResource,
    region: ExpectedRegion,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** What was found of something that no template says: whether a thing works. */
export interface Finding {
  readonly resource: string;
  readonly resourceType: string;
  readonly stack?: string | undefined;
  /** Empty when all is well. */
  readonly problems: readonly string[];
  /** What was seen, for the row of a thing that is well. */
  readonly seen: string;
  /** Why it could not be asked; of the others is told all the same. */
  readonly error?: unknown;
}

/** The name that a template gives a resource; its physical id where it gives none. */
export function nameIn(resource: ExpectedResource, property: string): string {
  const name = resource.properties[property];
  return typeof name === 'string' ? name : resource.physicalId;
}

/** Where a finding of a resource stands. */
export const named = ({ stack, logicalId, type }: ExpectedResource) => ({
  stack,
  resource: logicalId,
  resourceType: type,
});

/** Looks at each resource by itself: one that cannot be asked hides none of the others. */
export const each = (
  resources: readonly ExpectedResource[],
  look: (resource: ExpectedResource) => Promise<Finding>,
): Promise<Finding[]> =>
  Promise.all(
    resources.map((resource) =>
      look(resource).catch((error: unknown) => ({ ...named(resource), problems: [], seen: '', error })),
    ),
  );

/**
 * The resources of a type in a region that say by one of their properties what they belong to. A policy, an alias, a stage
 * or a subscription stands where its parent does, and names are the same in both regions of a stage.
 */
export const besides = (
  { resources }: ExpectedRegion,
  type: string,
  property: string,
  id: string,
): ExpectedResource[] =>
  resources.filter((resource) => resource.type === type && resource.properties[property] === id);

/** The resources of a type in a region. */
export const ofType = ({ resources }: ExpectedRegion, type: string): ExpectedResource[] =>
  resources.filter((resource) => resource.type === type);

/** A question about a region that no template answers. */
export interface LiveCheck {
  readonly rule: string;
  readonly title: string;
  readonly controls: readonly string[];
  readonly remedy: string;
  readonly calls: readonly AnyReadCall[];
  /** @param elsewhere - put the same questions to the other evaluated regions of the account. */
  readonly look: (
    ask: Ask,
    region: ExpectedRegion,
    now: Date,
    elsewhere: readonly Ask[],
  ) => Promise<readonly Finding[]>;
}
