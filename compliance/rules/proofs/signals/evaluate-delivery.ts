import type { TemplateSet } from '../model/template-set';
import type { ProofRows } from '../proof-rows';
import { SIGNAL_RULES } from './rules';
import { watchOf } from './watched-metrics';

/** What tells that a rule's event reached nobody. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
const LOST = ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'];

/** Whether an alarm watches each rule's own failures. */
export function evaluateDelivery(rows: ProofRows, set: TemplateSet): void {
  const watched = new Set(
    set
      .resources('AWS::CloudWatch::Alarm')
      .flatMap((alarm) =>
        alarm.remember(evaluateDelivery, () =>
          watchOf(alarm).metrics.map(
            ({ namespace, name, dimensions }) =>
              `${alarm.account} ${alarm.region} ${namespace} ${name} ${dimensions['RuleName'] ?? ''}`,
          ),
        ),
      ),
  );
  for (const rule of set.resources('AWS::Events::Rule')) {
    rows.guarded(SIGNAL_RULES.delivery, rule, () => {
      const name = rule.optionalText('Name') ?? rule.path;
      rows.evaluate(
        SIGNAL_RULES.delivery,
        rule,
        LOST.filter(
          (metric) => !watched.has(`${rule.account} ${rule.region} AWS/Events ${metric} ${name}`),
        ).map((metric) => `no alarm watches its ${metric}`),
        'alarms watch what reaches neither target nor dead-letter queue',
      );
    });
  }
}
