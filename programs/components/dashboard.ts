import { Dashboard as CloudWatchDashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

/** How a metric is shown, or, alone in its row, an expression over the ids of others. */
export interface MetricOptions {
  readonly id?: string;
  readonly expression?: string;
  readonly label?: string;
  readonly stat?: string;
  /** False for what only expressions use. */
  readonly visible?: boolean;
}

/** A metric as the dashboard's body names it: namespace, metric, then dimension names and values in turn, and options at the end. */
export type DashboardMetric = readonly (pulumi.Input<string> | MetricOptions)[];

export interface DashboardGraph {
  readonly title: string;
  readonly statistic: string;
  readonly metrics: readonly DashboardMetric[];
  /** In seconds; left out, a minute. */
  readonly period?: number;
}

export interface DashboardArgs {
  readonly context: StackContext;
  /** What the dashboard is to its stack, in its physical name; left out, `overview`. */
  readonly role?: string;
  /** Shown above all graphs, with their states. */
  readonly alarmArns?: readonly pulumi.Input<string>[];
  readonly graphs: readonly DashboardGraph[];
}

/** CloudWatch's grid is 24 wide. */
const gridWidth = 24;
const graphSize = { width: 12, height: 6 } as const;
const alarmsHeight = 3;

/** The graphs one looks at first when something is wrong in this region. */
export class Dashboard extends pulumi.ComponentResource {
  /** In the cloud's console; empty in the sandbox, of which no console knows. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, place: ComponentPlace) {
    const { context, role = "overview", alarmArns = [], graphs } = args;
    super(componentType(context.blueprint, "Dashboard"), name, {}, place);
    const { region } = context.placement;
    const alarms = alarmArns.length === 0 ? [] : [alarmsWidget(alarmArns)];
    const top = alarms.length * alarmsHeight;
    const widgets = graphs.map(({ title, statistic, metrics, period = 60 }, index) => ({
      type: "metric",
      x: (index % 2) * graphSize.width,
      y: top + Math.floor(index / 2) * graphSize.height,
      ...graphSize,
      properties: { title, region, stat: statistic, period, view: "timeSeries", metrics },
    }));
    const dashboard = new CloudWatchDashboard(
      `${name}-dashboard`,
      {
        dashboardName: context.name("other", role),
        dashboardBody: pulumi.jsonStringify({ widgets: [...alarms, ...widgets] }),
      },
      { parent: this },
    );
    this.url =
      context.placement.cloud === "sandbox"
        ? pulumi.output("")
        : pulumi.interpolate`https://${region}.${context.partition.consoleHost}/cloudwatch/home?region=${region}#dashboards:name=${dashboard.dashboardName}`;
    this.registerOutputs({ url: this.url });
  }
}

function alarmsWidget(alarms: readonly pulumi.Input<string>[]) {
  return {
    type: "alarm",
    x: 0,
    y: 0,
    width: gridWidth,
    height: alarmsHeight,
    properties: { title: "Alarms", alarms },
  };
}
