import { z } from 'zod';
import data from './events.json';
import { changeSchema } from './change';
import { oursSchema } from './ours';

const eventSchema = z.looseObject({
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

const entrySchema = z.strictObject({
  /** End of the rule's name. `CLIENT` stands for the id of a client there, and everywhere in the entry for the same. */
  rule: z.string(),
  page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }),
  read: z.iso.date(),
  /** The page's own event, or its envelope and its content put together. */
  grade: z.enum(['documented', 'composed']),
  sample: eventSchema,
  /** Fields that hold names of ours. */
  ours: z.record(z.string(), oursSchema).default({}),
  /** Changes of the sample that the rule must tell, and that it must not. */
  told: z.array(changeSchema).min(1),
  untold: z.array(changeSchema).min(1),
});
export type SampleEvent = z.infer<typeof entrySchema>;

const CLIENT = 'CLIENT';

/** AWS's sample event for each rule, with what must be told of it; reviewed data. */
export const SAMPLE_EVENTS: readonly SampleEvent[] = z.array(entrySchema).parse(data);

/** The entry for a rule, and what it says of this very one; undefined when there is none. */
export function sampleEventOf(ruleName: string): { entry: SampleEvent; filled: SampleEvent } | undefined {
  for (const entry of SAMPLE_EVENTS) {
    const match = new RegExp(`-${entry.rule.replace(CLIENT, '(?<client>[a-z][a-z0-9-]*)')}$`).exec(ruleName);
    if (match === null) continue;
    const client = match.groups?.['client'];
    if (client === undefined) return { entry, filled: entry };
    const filled = entrySchema.parse(JSON.parse(JSON.stringify(entry).replaceAll(CLIENT, client)));
    return { entry, filled };
  }
  return undefined;
}
