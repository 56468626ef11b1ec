import { Dashboard as CloudWatchDashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

/** A metric as the dashboard's body names it: namespace, metric, then dimension names and values in turn. */
export type DashboardMetric = readonly pulumi.Input<string>[];

export interface DashboardGraph {
  readonly title: string;
  readonly statistic: string;
  readonly metrics: readonly DashboardMetric[];
}

export interface DashboardArgs {
  readonly context: StackContext;
  readonly graphs: readonly DashboardGraph[];
}

/** CloudWatch's grid is 24 wide. */
const graphSize = { width: 12, height: 6 } as const;

/** The graphs one looks at first when something is wrong in this region. */
export class Dashboard extends pulumi.ComponentResource {
  /** In the cloud's console; empty in the sandbox, of which no console knows. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { context, graphs }: DashboardArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Dashboard"), name, {}, place);
    const { region } = context.placement;
    const widgets = graphs.map(({ title, statistic, metrics }, index) => ({
      type: "metric",
      x: (index % 2) * graphSize.width,
      y: Math.floor(index / 2) * graphSize.height,
      ...graphSize,
      properties: { title, region, stat: statistic, period: 60, view: "timeSeries", metrics },
    }));
    const dashboard = new CloudWatchDashboard(
      `${name}-dashboard`,
      { dashboardName: context.name("other", "overview"), dashboardBody: pulumi.jsonStringify({ widgets }) },
      { parent: this },
    );
    this.url =
      context.placement.cloud === "sandbox"
        ? pulumi.output("")
        : pulumi.interpolate`https://${region}.${context.partition.consoleHost}/cloudwatch/home?region=${region}#dashboards:name=${dashboard.dashboardName}`;
    this.registerOutputs({ url: this.url });
  }
}
