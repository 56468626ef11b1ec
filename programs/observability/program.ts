import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Budget } from "../components/budget.ts";
import { Dashboard } from "../components/dashboard.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { startStack } from "../stackStart.ts";
import { endingExperiments } from "../stopAlarms.ts";
import { AccountSink } from "./accountSink.ts";
import type { Severity } from "./burnRate.ts";
import { Canaries } from "./canaries.ts";
import { DeliveryReports } from "./deliveryReports.ts";
import { overviewGraphs, serviceGraphs, watchedOf } from "./graphs.ts";
import { IncidentResponse } from "./incidentResponse.ts";
import type { ObservabilityInputs } from "./inputs.ts";
import { Logs } from "./logs.ts";
import { ObjectiveAlarms } from "./objectiveAlarms.ts";
import { OnCall } from "./onCall.ts";
import type { ObservabilityOutputName } from "./outputs.ts";
import { SignalAlarms } from "./signalAlarms.ts";
import { serviceRunbooks, signalPlans } from "./signals.ts";
import { Traces } from "./traces.ts";
import { Undelivered, undeliveredKeyStatement } from "./undelivered.ts";
import { warnings } from "./warnings.ts";

/** Declares what one region is watched by. Must run inside a Pulumi program. */
export async function observability(
  inputs: ObservabilityInputs,
  placement: Placement,
): Promise<Record<ObservabilityOutputName, unknown>> {
  const { root, place, context } = await startStack({
    blueprint: "observability",
    component: "Observability",
    placement,
    deletionProtection: inputs.deletionProtection,
  });
  for (const warning of warnings(inputs, placement)) pulumi.log.warn(warning, root);

  const statements = hasPlatform(inputs) ? [undeliveredKeyStatement(context)] : [];
  const key = new EncryptionKey("encryption", { context, statements }, place);
  const routes = declareRoutes({ context, inputs, keyArn: key.arn }, place);
  const watching = declareObjectives({ context, inputs, routes }, place);
  const sources = declareSources({ context, inputs, keyArn: key.arn }, place);
  const canaryNames = sources.canaries?.names ?? {};
  const { undeliveredQueueName } = routes;
  const plans = signalPlans({ context, inputs, canaryNames, undeliveredQueueName });
  new SignalAlarms("signals", { context, plans, ...routes }, place);
  const delivery = new DeliveryReports("delivery", { context, namespace: inputs.deliveryNamespace }, place);
  const dashboards = declareDashboards({ context, inputs, canaryNames, watching }, place);
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: routes.topicArns.ticket }, place);

  return {
    pageTopicArn: routes.topicArns.page,
    ticketTopicArn: routes.topicArns.ticket,
    alarmArns: byObjective(watching, ({ alarms }) => alarms.alarmArns.page),
    ticketAlarmArns: byObjective(watching, ({ alarms }) => alarms.alarmArns.ticket),
    stopAlarmArns: endingExperiments(watching).map(({ alarms }) => alarms.firstAlarmArn),
    dashboardUrl: dashboards.overview.url,
    serviceDashboardUrls: dashboards.urls,
    deliveryWriterPolicyArn: delivery.writerPolicyArn,
    logGroupNames: sources.logGroupNames,
    canaryNames,
    canaryBucketName: sources.canaries?.bucketName ?? "",
    sinkArn: sources.sink?.arn ?? "",
    responsePlanArn: routes.responsePlanArn ?? "",
    keyArn: key.arn,
  };
}

interface Args {
  readonly context: StackContext;
  readonly inputs: ObservabilityInputs;
}

interface Routes {
  readonly topicArns: Readonly<Record<Severity, pulumi.Output<string>>>;
  readonly actions: Readonly<Record<Severity, readonly pulumi.Output<string>[]>>;
  readonly responsePlanArn: pulumi.Output<string> | undefined;
  readonly undeliveredQueueName: pulumi.Output<string> | undefined;
}

/** Whether something other than a person's mailbox hears alarms: that may fail to take them. */
function hasPlatform({ pageEndpoint, ticketEndpoint }: ObservabilityInputs): boolean {
  return pageEndpoint !== undefined || ticketEndpoint !== undefined;
}

/** Whom a page wakes, and who reads a ticket. */
function declareRoutes(
  { context, inputs, keyArn }: Args & { readonly keyArn: pulumi.Input<string> },
  place: ComponentPlace,
): Routes {
  const hears = {
    page: { email: inputs.alarmEmail, endpoint: inputs.pageEndpoint },
    ticket: { email: inputs.ticketEmail, endpoint: inputs.ticketEndpoint },
  };
  const undelivered = hasPlatform(inputs) ? new Undelivered("undelivered", { context, keyArn }, place) : undefined;
  const undeliveredArn = undelivered?.arn;
  const { topicArns } = new OnCall("on-call", { context, keyArn, undeliveredArn, hears }, place);
  const response = inputs.incidentResponse;
  const plan =
    response === undefined ? undefined : new IncidentResponse("incident", { context, keyArn, response }, place);
  const opened = plan === undefined ? [] : [plan.planArn];
  return {
    topicArns,
    actions: { page: [topicArns.page, ...opened], ticket: [topicArns.ticket] },
    responsePlanArn: plan?.planArn,
    undeliveredQueueName: undelivered?.queueName,
  };
}

function declareObjectives({ context, inputs, routes }: Args & { readonly routes: Routes }, place: ComponentPlace) {
  return watchedOf(inputs.services).map(({ service, objective, name, indicator }) => ({
    service: service.name,
    name,
    alarms: new ObjectiveAlarms(
      `${service.name}-${name}`,
      {
        context,
        service: service.name,
        objective: { ...objective, name },
        indicator,
        actions: routes.actions,
        topicArns: routes.topicArns,
        runbookUrls: serviceRunbooks(inputs, service.runbookUrl),
      },
      place,
    ),
  }));
}

type Watching = ReturnType<typeof declareObjectives>;

function byObjective<Value>(
  watching: Watching,
  of: (each: Watching[number]) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(watching.map((each) => [`${each.service}/${each.name}`, of(each)]));
}

/** Where what is looked at comes from: logs, traces, visits, other accounts. */
function declareSources(
  { context, inputs, keyArn }: Args & { readonly keyArn: pulumi.Input<string> },
  place: ComponentPlace,
) {
  const groups = inputs.logGroups.map((group) => {
    const retentionDays = group.retentionDays ?? inputs.logRetentionDays;
    return [group.name, new Logs(`logs-${group.name}`, { context, keyArn, ...group, retentionDays }, place)] as const;
  });
  new Traces("traces", { context, ...inputs.traces }, place);
  const { canaries, canaryRuntime: runtime, logRetentionDays: retentionDays, crossAccount } = inputs;
  return {
    logGroupNames: Object.fromEntries(groups.map(([name, { groupName }]) => [name, groupName])),
    canaries:
      canaries.length === 0
        ? undefined
        : new Canaries("canaries", { context, keyArn, canaries, runtime, retentionDays }, place),
    sink: crossAccount === undefined ? undefined : new AccountSink("accounts", { context, ...crossAccount }, place),
  };
}

interface DashboardsArgs extends Args {
  readonly canaryNames: Readonly<Record<string, pulumi.Input<string>>>;
  readonly watching: Watching;
}

function declareDashboards({ context, inputs, canaryNames, watching }: DashboardsArgs, place: ComponentPlace) {
  const delivery = { namespace: inputs.deliveryNamespace, stackSet: context.placement.stackSet };
  const visits = Object.values(canaryNames).map((name) => [
    "CloudWatchSynthetics",
    "SuccessPercent",
    "CanaryName",
    name,
    { stat: "Average" },
  ]);
  const pages = watching.map(({ alarms }) => alarms.alarmArns.page);
  const overview = new Dashboard(
    "overview",
    { context, alarmArns: pages, graphs: overviewGraphs(inputs.services, delivery, visits) },
    place,
  );
  const own = inputs.services.map((service) => {
    const alarmArns = watching
      .filter((each) => each.service === service.name)
      .flatMap(({ alarms }) => [alarms.alarmArns.page, alarms.alarmArns.ticket]);
    const dashboard = new Dashboard(
      `service-${service.name}`,
      { context, role: `service-${service.name}`, alarmArns, graphs: serviceGraphs(service) },
      place,
    );
    return [service.name, dashboard.url] as const;
  });
  return { overview, urls: Object.fromEntries(own) };
}
