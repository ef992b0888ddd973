import { LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CatalogueAlarms } from '../constructs/monitoring/catalogue-alarms';
import { CostControls } from '../constructs/monitoring/cost-controls';
import { EventAlert } from '../constructs/monitoring/event-alert';
import { GraphDashboard } from '../constructs/monitoring/graph-dashboard';
import { alarmCatalogue, compositeAlarms } from '../monitoring/alarm-catalogue';
import { networkLines, networkLogFilters } from '../monitoring/alarms/network-alarms';
import { countLines } from '../monitoring/counted-lines';
import { businessGraphs, operationsGraphs } from '../monitoring/dashboards';
import { EVENT_ALERTS } from '../monitoring/event-alerts';
import type { StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/** Alarms, alerts by event, dashboards and the budget: who hears of what, and where it is seen. */
export class MonitoringStack extends StageStack {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props, 'Alarms, alerts, dashboards and budget');
    const { config, names } = props;
    const topic = Topic.fromTopicArn(this, 'AlertTopic', names.topicArn(names.alertTopic));
    const deadLetterQueue = Queue.fromQueueArn(this, 'FailureQueue', names.queueArn(names.failureQueue));

    const alarms = alarmCatalogue(config, names);
    const { byId } = new CatalogueAlarms(this, 'Alarms', {
      names,
      topic,
      alarms,
      composites: compositeAlarms(alarms),
    });
    for (const { id: filter, logGroupName, pattern } of networkLogFilters(names))
      new MetricFilter(this, `Filter-${filter}`, {
        logGroup: LogGroup.fromLogGroupName(this, `Log-${filter}`, logGroupName),
        filterName: names.of(filter),
        ...countLines(networkLines(names, filter), pattern),
      });
    for (const alert of EVENT_ALERTS)
      new EventAlert(this, alert.id, { names, alert, topic, deadLetterQueue });
    new GraphDashboard(this, 'Operations', {
      dashboardName: names.accountWide('operations'),
      graphs: operationsGraphs(config, names),
      alarms: [...byId.values()],
    });
    new GraphDashboard(this, 'Business', {
      dashboardName: names.accountWide('business'),
      graphs: businessGraphs(config),
    });
    // A budget knows no regions.
    if (names.isPrimaryRegion) new CostControls(this, 'Cost', { config, names, topic });
  }
}
