import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { cloudWatchMetric, FIVE_MINUTES } from '../../monitoring/cloudwatch-metric';
import type { GraphDefinition } from '../../monitoring/dashboards';

export interface GraphDashboardProps {
  readonly dashboardName: string;
  readonly graphs: readonly GraphDefinition[];
  /** Shown above the graphs, worst first, when given. */
  readonly alarms?: readonly Alarm[];
}

const FULL_WIDTH = 24;
const GRAPHS_IN_A_ROW = 3;

/** A dashboard of graphs, three in a row. */
export class GraphDashboard extends Construct {
  constructor(scope: Construct, id: string, { dashboardName, graphs, alarms = [] }: GraphDashboardProps) {
    super(scope, id);
    const widgets: IWidget[] = graphs.map(
      ({ title, lines, stacked }) =>
        new GraphWidget({
          title,
          width: FULL_WIDTH / GRAPHS_IN_A_ROW,
          stacked: stacked ?? false,
          left: Object.entries(lines).map(([label, line]) => cloudWatchMetric(line, FIVE_MINUTES, label)),
          leftYAxis: { min: 0 },
        }),
    );
    const rows: IWidget[][] = [];
    for (let first = 0; first < widgets.length; first += GRAPHS_IN_A_ROW)
      rows.push(widgets.slice(first, first + GRAPHS_IN_A_ROW));
    const status =
      alarms.length > 0
        ? [[new AlarmStatusWidget({ alarms: [...alarms], width: FULL_WIDTH, height: 6 })]]
        : [];
    new Dashboard(this, 'Dashboard', { dashboardName, widgets: [...status, ...rows] });
  }
}
