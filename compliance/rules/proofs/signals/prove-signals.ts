import type { EngineResult } from '../../../verdict-row';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import type { EventMatcher } from './event-matcher';
import { evaluateAlarms } from './evaluate-alarms';
import { evaluateDelivery } from './evaluate-delivery';
import { evaluateEvents } from './evaluate-events';
import { evaluateFilters } from './evaluate-filters';
import { evaluateLowered } from './evaluate-lowered';
import { SIGNAL_RULES } from './rules';
import { SAMPLE_EVENTS } from './sample-events';
import { SAMPLE_LINES } from './sample-lines';

export interface SignalProof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
}

/**
 * Proves that alarms and alerts can go off: their metrics are sent by AWS or by our code, event patterns match the
 * events that AWS documents, log filters count the lines that the log will have. It shows nothing of what AWS does
 * otherwise than it documents, nor that a message reaches a person.
 * @param templates every stack that is evaluated together; samples that no rule uses are evaluated where the pipeline is among them.
 */
export function proveSignals(templates: readonly StackTemplate[], matcher: EventMatcher): SignalProof {
  const rows = new ProofRows('proof-signals');
  const set = new TemplateSet(templates.map((template) => ({ ...template, context: false })));
  evaluateAlarms(rows, set);
  evaluateLowered(rows, set);
  const events = evaluateEvents(rows, set, matcher);
  const lines = evaluateFilters(rows, set);
  evaluateDelivery(rows, set);
  const whole = set.resources('AWS::CodePipeline::Pipeline').length > 0;
  if (whole) {
    for (const entry of SAMPLE_EVENTS)
      rows.evaluate(
        SIGNAL_RULES.entries,
        { resource: `event for ${entry.rule}`, resourceType: 'sample' },
        events.has(entry) ? [] : ['no rule has this name'],
        entry.page,
      );
    for (const entry of SAMPLE_LINES)
      rows.evaluate(
        SIGNAL_RULES.entries,
        { resource: `lines for ${entry.metric}`, resourceType: 'sample' },
        lines.has(entry) ? [] : ['no filter counts into a metric of this name'],
        entry.page ?? entry.test ?? '',
      );
  }
  const unshown = SAMPLE_LINES.filter((entry) => lines.has(entry) && entry.grade === 'public record');
  const of = (type: string): number => set.resources(type).length;
  return {
    narratives: [
      `${of('AWS::CloudWatch::Alarm')} alarms watch metrics that AWS or our code sends. ` +
        `${of('AWS::Events::Rule')} event rules match AWS's sample events and no near miss, by the embedded AWS's matcher. ` +
        `${of('AWS::Logs::MetricFilter')} metric filters count sample lines of their logs and no near miss.` +
        (unshown.length === 0
          ? ''
          : ` AWS describes no record of: ${unshown.map(({ metric }) => metric).join(', ')}; the first deployment has to show it.`),
    ],
    result: {
      engine: 'proof-signals',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(SIGNAL_RULES).map(({ id }) => id),
      failures: [],
      notAssessed: [],
    },
  };
}
