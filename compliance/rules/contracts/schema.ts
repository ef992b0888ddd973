import { z } from 'zod';
import { STAGE_NAMES } from '../../../lib/config/schema';

/** How good a source is; the first deployment measures what is only `inferred`. */
const GRADES = [
  'documented',
  'AWS-managed policy',
  'schema',
  "AWS's own code",
  'public production policy',
  'inferred',
] as const;

/** In what form a source was read; pages of AWS are read in public copies of them. */
export const FORMS = [
  /** The text of this very address, in a copy of this year or the last. */
  'at this address',
  /** An older public copy, of the year `copyOf`; AWS may have rewritten the page since. */
  'in an older copy',
  /** Not the page, but somebody who quotes it: `quotedIn`. */
  'by quotation',
  /** Not at all: what it says is carried over from an earlier reading. */
  'not read again',
] as const;

const sourceSchema = z
  .strictObject({
    page: z.url({ protocol: /^https$/ }),
    /** The day on which it was read, or sought in vain. */
    read: z.iso.date(),
    found: z.enum(FORMS),
    /** Year of the older public copy. */
    copyOf: z.int().min(2015).optional(),
    /** Who quotes it. */
    quotedIn: z.url({ protocol: /^https$/ }).optional(),
    grade: z.enum(GRADES),
    /** What the page says, in our words. */
    says: z.string().min(10),
  })
  .refine(({ found, copyOf }) => (found === 'in an older copy') === (copyOf !== undefined), {
    message: 'copyOf is the year of an older copy, and of nothing else',
    path: ['copyOf'],
  })
  .refine(({ found, quotedIn }) => (found === 'by quotation') === (quotedIn !== undefined), {
    message: 'quotedIn says who quotes the page, and is said of nothing else',
    path: ['quotedIn'],
  });

/** Where in a template an edge is. */
const placeSchema = z.strictObject({
  from: z.string().regex(/^AWS::\w+::\w+$/),
  /** Path of the property, positions in lists left out. */
  at: z.string().min(1),
  /** Type of the resource that is named, `external:SERVICE`, or `task:…` of a workflow. */
  to: z.union([
    z.string().regex(/^AWS::\w+::\w+$/),
    z.string().regex(/^external:[a-z0-9-]+$/),
    z.string().regex(/^task:[\w:-]+$/),
    z.literal('*'),
  ]),
});
/** A property whose mere value makes AWS ask for something (`TracingConfig.Mode` is `Active`). */
const switchSchema = z.strictObject({
  from: z.string().regex(/^AWS::\w+::\w+$/),
  at: z.string().min(1),
  is: z.string().min(1),
});

const keysSchema = z.record(z.string().regex(/^[a-z0-9-]+:.+$/), z.string().min(1));

const requestSchema = z
  .strictObject({
    /** When AWS asks. */
    for: z.enum(['create', 'run', 'update', 'restore', 'delete']),
    /** In whose name: a service's own, or a role's (by itself, or by a service that forwards its session). */
    caller: z.union([
      z.strictObject({ service: z.string().min(1) }),
      z.strictObject({ role: z.string().min(1), via: z.string().optional() }),
      z.strictObject({ deployment: z.literal(true), via: z.string().optional() }),
    ]),
    actions: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/)).min(1),
    /** The resource as AWS authorizes it; left out where a part of it has no value (no key, no role). */
    on: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((value) => [value].flat()),
    /** Condition keys that come with the request, with their values. */
    sends: keysSchema.default({}),
    /** Keys of which nobody says whether they come: the request must be allowed with them and without. */
    mayOrMayNotSend: keysSchema.default({}),
    /** Keys of which it is known that they do not come. */
    neverSends: z.array(z.string()).default([]),
    /**
     * Whether the same request for another account's resource is refused: `refused`; `refused if told`, when only
     * keys of which nobody says that they come could tell; or nothing here tells, and why that is bearable.
     */
    forOthers: z
      .union([
        z.literal('refused'),
        z.literal('refused if told'),
        z.strictObject({ notTold: z.string().min(20) }),
      ])
      .optional(),
  })
  .refine(({ sends, mayOrMayNotSend, neverSends }) => {
    const keys = [...Object.keys(sends), ...Object.keys(mayOrMayNotSend), ...neverSends];
    return new Set(keys).size === keys.length;
  }, 'a key is sent, or is not, or nobody knows: one of the three')
  .refine(
    ({ caller, forOthers }) => !('service' in caller) || forOthers !== undefined,
    'a service acts for everybody: say what becomes of the same request for another account (forOthers)',
  );
export type ContractRequest = z.output<typeof requestSchema>;

/** What an exercise on a real account showed. */
const measuredSchema = z.strictObject({
  on: z.iso.date(),
  stage: z.string().min(1),
  /** `confirmed`: as the contract says. `refuted`: otherwise; the contract has to be read again. */
  result: z.enum(['confirmed', 'refuted']),
  /** Id of the exercise of `npm run ops -- first-contact`. */
  by: z.string().min(1),
  seen: z.string().min(1),
  /** Id of the event in CloudTrail. */
  event: z.string().min(1).optional(),
});

/** What AWS asks for at one kind of edge, and where that is written. */
export const contractSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string().min(10),
    edges: z.array(z.union([placeSchema, switchSchema])).min(1),
    requests: z.array(requestSchema).min(1),
    sources: z.array(sourceSchema).min(1),
    /** What the first deployment must show; asked for where a source is `inferred` or a key is in doubt. */
    measure: z.string().min(20).optional(),
    /** What was seen of it on AWS; `npm run compliance -- measured FILE` writes it. */
    measured: z.array(measuredSchema).default([]),
    /** The stages in whose evaluation the edge occurs; all when absent. */
    evaluatedWith: z.array(z.enum(STAGE_NAMES)).min(1).optional(),
  })
  .refine(
    ({ sources, requests, measure }) =>
      measure !== undefined ||
      !(
        sources.some(({ grade }) => grade === 'inferred') ||
        requests.some(({ mayOrMayNotSend }) => Object.keys(mayOrMayNotSend).length > 0)
      ),
    { message: 'what is inferred or in doubt needs a measure', path: ['measure'] },
  )
  .refine(
    ({ sources, measure }) =>
      measure !== undefined ||
      sources.some(
        ({ found, grade }) =>
          found === 'at this address' ||
          found === 'in an older copy' ||
          (found === 'by quotation' && grade === 'schema'),
      ),
    { message: 'what nobody could read at its own address needs a measure', path: ['measure'] },
  );
export type Contract = z.output<typeof contractSchema>;

/** Places where a template names something and AWS asks for nothing by it. */
export const referenceSchema = z.strictObject({
  from: placeSchema.shape.from,
  at: z.array(z.string().min(1)).min(1),
  to: placeSchema.shape.to,
  why: z.string().min(10),
});
export type Reference = z.output<typeof referenceSchema>;

/** Properties that look as if they named something, and name nothing that AWS would ask. */
export const plainNameSchema = z.strictObject({
  /** Paths of properties by resource type. */
  of: z.record(placeSchema.shape.from, z.array(z.string().min(1)).min(1)),
  /** What the value must look like for that to hold. */
  like: z.string().min(1).optional(),
  why: z.string().min(10),
});
export type PlainName = z.output<typeof plainNameSchema>;

/** A resource type at which AWS asks nobody for anything, and why. */
export const quietTypeSchema = z.strictObject({
  types: z.array(z.string().regex(/^AWS::\w+::\w+$/)).min(1),
  why: z.string().min(10),
});
export type QuietType = z.output<typeof quietTypeSchema>;
