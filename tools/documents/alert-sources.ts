import { z } from 'zod';
import type { DocumentedAlert } from '../../lib/monitoring/alert-documents';
import metricData from '../../compliance/rules/proofs/signals/metrics.json';
import eventData from '../../compliance/rules/proofs/signals/events.json';
import lineData from '../../compliance/rules/proofs/signals/log-lines.json';

// The reviewed data by which `proof-signals` evaluates alarms, rules and filters; the proof owns and checks the whole shape.
const sourceSchema = z.object({ page: z.string().optional(), test: z.string().optional() });
const METRICS = z
  .array(sourceSchema.extend({ namespace: z.string(), metrics: z.array(z.string()) }))
  .parse(metricData);
const EVENTS = z.array(sourceSchema.extend({ rule: z.string() })).parse(eventData);
const LINES = z.object({ logs: z.array(sourceSchema.extend({ metric: z.string() })) }).parse(lineData).logs;

/** Read from `policies/runbooks`: a page of AWS as it is, a test of ours by its path. */
const link = (what: string, { page, test }: z.infer<typeof sourceSchema>): string =>
  `[${what}](${page ?? `../../${test}`})`;

function ofMetric({ namespace, name }: { namespace: string; name: string }): string {
  const emitted = METRICS.find((entry) => entry.namespace === namespace && entry.metrics.includes(name));
  if (emitted !== undefined) return link(`${name} of ${namespace}`, emitted);
  const line = LINES.find(({ metric }) => metric === name);
  if (line !== undefined) return link('the lines that it counts', line);
  throw new Error(
    `No page says that the metric ${namespace} ${name} is sent. Add it to compliance/rules/proofs/signals/metrics.json with its page.`,
  );
}

/**
 * The pages on which AWS says that it sends what an alert waits for, as Markdown links; for metrics of ours, the test.
 *
 * @throws Error when nothing says so: an alert without a source is not documented as one.
 */
export function alertSources({ id, metrics }: DocumentedAlert): readonly string[] {
  if (metrics !== undefined) return [...new Set(metrics.map(ofMetric))];
  const event = EVENTS.find(({ rule }) => rule === id);
  return event === undefined ? [] : [link('its event', event)];
}
