import { z } from 'zod';
import data from './metrics.json';

const entrySchema = z
  .strictObject({
    namespace: z.string(),
    metrics: z.array(z.string()).min(1),
    /** Each exact set of dimensions with which the metrics exist, its names in order. */
    dimensions: z.array(z.array(z.string()).refine((names) => [...names].sort().join() === names.join())),
    /** Statistics that say something of the metric; `percentile` for all of them. */
    statistics: z.array(z.enum(['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum', 'percentile'])),
    unit: z.enum(['Count', 'Milliseconds', 'Seconds', 'Percent', 'None']),
    /** The one region where the metric is, when it is not that of the resource. */
    region: z.string().optional(),
    /** Nothing is sent while the resource rests (`while used`), or while there is nothing to tell (`unless zero`). */
    sent: z.enum(['while used', 'unless zero']),
    /** Where AWS says so, and the day on which that was read; for a metric of ours, the test that holds it against the code. */
    page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }).optional(),
    read: z.iso.date().optional(),
    test: z.string().optional(),
  })
  .refine(({ page, read, test }) => (page === undefined ? test !== undefined : read !== undefined), {
    message: 'a page with its day, or a test',
  });
export type EmittedMetric = z.infer<typeof entrySchema>;

/** Metrics that AWS or our own code sends; reviewed data. */
export const EMITTED_METRICS: readonly EmittedMetric[] = z.array(entrySchema).parse(data);
