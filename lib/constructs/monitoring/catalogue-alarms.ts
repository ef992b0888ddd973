import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  type AlarmDefinition,
  alarmName,
  type CompositeAlarmDefinition,
} from '../../monitoring/alarm-definition';
import { cloudWatchMetric } from '../../monitoring/cloudwatch-metric';
import { alertMessage } from '../../monitoring/runbook';
import type { Names } from '../../names';

const COMPARISONS: Record<AlarmDefinition['comparison'], ComparisonOperator> = {
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  'at least': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
};
const MISSING_DATA: Record<AlarmDefinition['missingData'], TreatMissingData> = {
  notBreaching: TreatMissingData.NOT_BREACHING,
  breaching: TreatMissingData.BREACHING,
};

export interface CatalogueAlarmsProps {
  readonly names: Names;
  readonly alarms: readonly AlarmDefinition[];
  readonly composites: readonly CompositeAlarmDefinition[];
  readonly topic: ITopic;
}

/** The alarms of the catalogue; each calls somebody and says what to do. */
export class CatalogueAlarms extends Construct {
  readonly byId: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, props: CatalogueAlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.topic);
    const make = (definition: AlarmDefinition): Alarm => {
      const alarm = new Alarm(this, alarmName(definition), {
        alarmName: props.names.of(alarmName(definition)),
        alarmDescription: alertMessage(definition),
        metric: cloudWatchMetric(definition.metric, Duration.seconds(definition.periodSeconds)),
        comparisonOperator: COMPARISONS[definition.comparison],
        threshold: definition.threshold,
        evaluationPeriods: definition.evaluationPeriods,
        datapointsToAlarm: definition.datapointsToAlarm ?? definition.evaluationPeriods,
        treatMissingData: MISSING_DATA[definition.missingData],
      });
      alarm.addAlarmAction(action);
      return alarm;
    };
    this.byId = new Map(props.alarms.map((definition) => [alarmName(definition), make(definition)]));
    for (const composite of props.composites) this.composite(props.names, composite, action);
  }

  private composite(names: Names, definition: CompositeAlarmDefinition, action: SnsAction): void {
    const members = definition.anyOf.map((id) => {
      const alarm = this.byId.get(id);
      if (alarm === undefined)
        throw new RangeError(`The composite alarm ${definition.id} names an unknown alarm: ${id}`);
      return alarm;
    });
    new CompositeAlarm(this, definition.id, {
      compositeAlarmName: names.of(definition.id),
      alarmDescription: alertMessage(definition),
      alarmRule: AlarmRule.anyOf(...members),
    }).addAlarmAction(action);
  }
}
