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
  /** End of the rule's name. */
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

/** AWS's sample event for each rule, with what must be told of it; reviewed data. */
export const SAMPLE_EVENTS: readonly SampleEvent[] = z.array(entrySchema).parse(data);
