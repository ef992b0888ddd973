import { z } from 'zod';
import names from './event-names.json';
import data from './log-lines.json';
import { changeSchema } from './change';
import { oursSchema } from './ours';

const source = {
  page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }).optional(),
  read: z.iso.date().optional(),
  /** For lines of our own code, the test that holds them against it. */
  test: z.string().optional(),
};

const entrySchema = z
  .strictObject({
    /** Name of the metric that the filters count into. */
    metric: z.string(),
    log: z.enum(['trail', 'other']),
    ...source,
    /**
     * The page's own line; AWS's record of one call with the fields of another put in (`composed`); as records that others
     * published have it, which AWS does not describe (`public record`).
     */
    grade: z.enum(['documented', 'composed', 'public record', 'our code']),
    /** Calls that must be counted, by event source. */
    calls: z.record(z.string(), z.array(z.string()).min(1)).optional(),
    /** Whether the filter asks for no service: it looks at the call's name alone, or at who calls. */
    anySource: z.literal(true).optional(),
    /** Changes of AWS's record of one call; `null` takes a field away. */
    records: z.array(z.strictObject({ told: z.boolean(), change: changeSchema })).optional(),
    lines: z
      .strictObject({ told: z.array(z.string()).min(1), untold: z.array(z.string()).min(1) })
      .optional(),
    /** Names of ours, as `${NAME}` in changes; of one region at a time. */
    ours: z.record(z.string(), oursSchema).default({}),
  })
  .refine(({ page, read, test }) => (page === undefined ? test !== undefined : read !== undefined), {
    message: 'a page with its day, or a test',
  })
  .refine(({ calls, records, lines }) => (calls ?? records ?? lines) !== undefined, { message: 'a sample' });
export type SampleLines = z.infer<typeof entrySchema>;

const parsed = z
  .strictObject({
    trailRecord: z.strictObject({
      page: z.url(),
      read: z.iso.date(),
      record: z.record(z.string(), z.unknown()),
    }),
    logs: z.array(entrySchema),
  })
  .parse(data);

/** CloudTrail's record of one call, from AWS's page. */
export const TRAIL_RECORD = parsed.trailRecord.record;
/** Sample lines for each metric that filters count; reviewed data. */
export const SAMPLE_LINES: readonly SampleLines[] = parsed.logs;

const namesSchema = z.strictObject({
  /** Where the prefix of IAM's actions is not the beginning of the event source. */
  prefixes: z.record(z.string(), z.string()),
  /** What the records of an action of IAM's may be named, where not after it; of one on some resources alone by a pattern of ARNs. */
  actions: z.array(
    z.strictObject({
      action: z.string(),
      on: z.string().optional(),
      /** The service that records the request, where it is not the action's. */
      source: z.string().optional(),
      names: z.array(z.string()).min(1),
    }),
  ),
  /** Names of calls that are not the names of IAM's actions. */
  names: z.array(
    z.strictObject({
      source: z.string(),
      names: z.array(z.string()),
      page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }),
      read: z.iso.date(),
      reason: z.string().optional(),
    }),
  ),
});
export const EVENT_NAMES = namesSchema.parse(names);
