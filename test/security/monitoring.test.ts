import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alarmName } from '../../lib/monitoring/alarm-definition';
import { alarmCatalogue, COMPOSITE_ALARMS } from '../../lib/monitoring/alarm-catalogue';
import { EVENT_ALERTS } from '../../lib/monitoring/event-alerts';
import { RUNBOOK } from '../../lib/monitoring/runbook';
import { trailAlerts } from '../../lib/monitoring/trail-alerts';
import { Names } from '../../lib/names';
import { alertPages } from '../../tools/documents/alert-pages';
import { mutated, ofType, STAGES, type SynthesizedStage, synthesized } from '../support/synthesized-stage';

const root = path.join(__dirname, '..', '..');
const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';
const sections = new Set(
  [...readFileSync(path.join(root, RUNBOOK), 'utf8').matchAll(/^## (\S+)$/gm)].map(([, anchor]) => anchor),
);

/** Alarms that call nobody, or leave whom they call alone. */
const idleAlarms = (stage: SynthesizedStage): string[] =>
  [...ofType(stage, ALARM), ...ofType(stage, COMPOSITE)]
    .filter(({ Properties }) => {
      const anchor = /Runbook: \S+#(\S+)$/.exec(String(Properties['AlarmDescription']))?.[1];
      return !(
        JSON.stringify(Properties['AlarmActions']) ===
          JSON.stringify([stage.names.topicArn(stage.names.alertTopic)]) &&
        Properties['ActionsEnabled'] !== false &&
        anchor !== undefined &&
        sections.has(anchor)
      );
    })
    .map(({ id }) => id);

/** Targets of rules that keep nothing of what could not be delivered. */
const forgetfulRules = (stage: SynthesizedStage): string[] =>
  ofType(stage, 'AWS::Events::Rule')
    .filter(({ Properties }) =>
      (Properties['Targets'] as { DeadLetterConfig?: unknown }[]).some(
        (target) => target.DeadLetterConfig === undefined,
      ),
    )
    .map(({ id }) => id);

interface Watched {
  readonly Namespace: string | undefined;
  readonly MetricName: string;
}

/** The counts of lines that an alarm watches, by itself or in an expression. */
const linesWatchedBy = (stage: SynthesizedStage, properties: Readonly<Record<string, unknown>>): Watched[] =>
  [
    properties as unknown as Watched,
    ...((properties['Metrics'] ?? []) as { MetricStat?: { Metric: Watched } }[]).flatMap(
      ({ MetricStat }) => MetricStat?.Metric ?? [],
    ),
  ].filter(({ Namespace }) => String(Namespace).startsWith(`${stage.names.prefix}/`));

/** Alarms over filters of logs whose filter writes no metric of that name. */
const deafAlarms = (stage: SynthesizedStage): string[] => {
  const written = ofType(stage, 'AWS::Logs::MetricFilter').flatMap(({ Properties }) =>
    (Properties['MetricTransformations'] as { MetricNamespace: string; MetricName: string }[]).map(
      ({ MetricNamespace, MetricName }) => `${MetricNamespace} ${MetricName}`,
    ),
  );
  return ofType(stage, ALARM)
    .filter(({ Properties }) =>
      linesWatchedBy(stage, Properties).some(
        ({ Namespace, MetricName }) => !written.includes(`${Namespace} ${MetricName}`),
      ),
    )
    .map(({ id }) => id);
};

describe.each(STAGES)('monitoring of %s', (name) => {
  const stage = synthesized(name);
  it('calls somebody for every alarm, who finds what to do', () => {
    expect(idleAlarms(stage)).toEqual([]);
  });
  it('loses no alert', () => {
    expect(forgetfulRules(stage)).toEqual([]);
  });
  it('listens to metrics that exist', () => {
    expect(deafAlarms(stage)).toEqual([]);
  });
  it('makes every alarm of the catalogue', () => {
    const expected = [...alarmCatalogue(stage.config, stage.names), ...COMPOSITE_ALARMS].map((alarm) =>
      stage.names.of(alarmName(alarm)),
    );
    const made = [...ofType(stage, ALARM), ...ofType(stage, COMPOSITE)].map(
      ({ Properties }) => Properties['AlarmName'] as string,
    );
    expect(made).toEqual(expect.arrayContaining(expected));
  });
  it('watches every queue, function and the workflow', () => {
    const watched = JSON.stringify(ofType(stage, ALARM));
    const named = [
      ...ofType(stage, 'AWS::SQS::Queue').map(({ Properties }) => Properties['QueueName'] as string),
      ...ofType(stage, 'AWS::Lambda::Function').map(({ Properties }) => Properties['FunctionName'] as string),
      stage.names.stateMachineArn,
    ];
    expect(named.filter((resource) => !watched.includes(`"${resource}"`))).toEqual([]);
  });
  it('tells the budget’s state', () => {
    const [budget] = ofType(stage, 'AWS::Budgets::Budget');
    expect(budget?.Properties['NotificationsWithSubscribers']).toHaveLength(3);
  });
});

describe('the catalogue', () => {
  const { config, names } = synthesized('prod');
  const everything = [...alarmCatalogue(config, names), ...COMPOSITE_ALARMS, ...EVENT_ALERTS];
  it('has no name twice', () => {
    const ids = everything.map(alarmName);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
  it('keeps within what CloudWatch takes', () => {
    // Metric filter patterns: 1,024 characters. Alarm descriptions: 1,024.
    const patterns = trailAlerts(names, new Names(config, config.drRegion)).flatMap(
      (alert) => alert.patterns,
    );
    expect(patterns.filter((pattern) => pattern.length > 1024)).toEqual([]);
    expect(everything.filter(({ why, response }) => why.length + response.length > 800)).toEqual([]);
  });
  it('is what docs/generated/alerts.md and the runbook say (else: npm run generate)', () => {
    for (const [file, expected] of Object.entries(alertPages()))
      expect({ file, text: readFileSync(path.join(root, file), 'utf8') }).toEqual({ file, text: expected });
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  it.each([
    ['that is silent', ALARM, 'AlarmActions', []],
    ['that calls another topic', COMPOSITE, 'AlarmActions', ['arn:aws:sns:us-east-1:111122223333:other']],
    ['whose actions are off', ALARM, 'ActionsEnabled', false],
    ['that explains nothing', ALARM, 'AlarmDescription', 'Something is wrong'],
    ['that points nowhere', ALARM, 'AlarmDescription', `Runbook: ${RUNBOOK}#nothing`],
  ])('an alarm %s is found', (_what, type, property, value) => {
    expect(idleAlarms(mutated(dev, type, (r) => (r[property] = value)))).toHaveLength(1);
  });
  it('a rule without dead-letter queue is found', () => {
    const worse = mutated(
      dev,
      'AWS::Events::Rule',
      (properties) => delete (properties['Targets'] as { DeadLetterConfig?: unknown }[])[0]?.DeadLetterConfig,
    );
    expect(forgetfulRules(worse)).toHaveLength(1);
  });
  it('a removed metric filter is found', () => {
    const worse = mutated(dev, 'AWS::Logs::MetricFilter', (r) => (r['MetricTransformations'] = []));
    expect(deafAlarms(worse)).toHaveLength(1);
  });
});
