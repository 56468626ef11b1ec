import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { Dashboard } from "../components/dashboard.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { inRegion, startStack } from "../stackStart.ts";
import { AnycastEntry } from "./anycastEntry.ts";
import { declareContent } from "./content.ts";
import { convergence } from "./convergence.ts";
import { standingCost } from "./cost.ts";
import { EdgeLogs } from "./edgeLogs.ts";
import { Firewall } from "./firewall.ts";
import type { EdgeInputs } from "./inputs.ts";
import { OriginHealth } from "./originHealth.ts";
import type { EdgeOutputName } from "./outputs.ts";
import { RegionalNames } from "./regionalNames.ts";
import { declareSwitches } from "./switches.ts";
import { planTraffic } from "./traffic.ts";
import { alarmPlans, dashboardGraphs } from "./watch.ts";

/** Where the cloud keeps what stands before a CDN, and the metrics of CDN, firewall and health checks. */
const globalRegion = "us-east-1";

/** Declares the entry of all regions. Must run inside a Pulumi program. */
export async function edge(inputs: EdgeInputs, placement: Placement): Promise<Record<EdgeOutputName, unknown>> {
  const { domain, deletionProtection } = inputs;
  const stack = await startStack({ blueprint: "edge", component: "Edge", placement, deletionProtection });
  const { place, context } = stack;
  const worldwide = inRegion(stack, { region: globalRegion, purpose: "worldwide" });
  const origins = planTraffic(inputs);

  const key = new EncryptionKey("encryption", { context: worldwide.context }, worldwide.place);
  const logs = new EdgeLogs("logs", { context, retentionDays: inputs.logRetentionDays }, place);
  const { listeners, clientAffinity, healthInterval: interval } = inputs;
  const entry = new AnycastEntry(
    "entry",
    { context, origins, listeners, clientAffinity, logBucket: logs.bucketName },
    { ...place, dependsOn: [logs] },
  );
  const firewall = new Firewall(
    "firewall",
    {
      context: worldwide.context,
      keyArn: key.arn,
      retentionDays: inputs.logRetentionDays,
      requestsPerFiveMinutes: inputs.cdn.requestsPerFiveMinutes,
    },
    worldwide.place,
  );
  const { delivery, contentBucketName } = declareContent({ context, inputs, firewall, logs }, place);
  const health = new OriginHealth("health", { context, origins, interval }, place);
  const { switches, evacuation } = declareSwitches({ stack, inputs, origins });
  const names =
    domain === undefined
      ? undefined
      : new RegionalNames(
          "names-of-regions",
          { context, domain, routing: inputs.routing, origins, entry, health: health.checks, switches },
          place,
        );

  const watched = {
    health: health.checks,
    switches: switches?.checks ?? {},
    distributionId: delivery.distributionId,
    webAclName: firewall.metricName,
  };
  const alarms = new Alarms(
    "alarms",
    { context: worldwide.context, keyArn: key.arn, email: inputs.alarmEmail, alarms: alarmPlans(watched) },
    worldwide.place,
  );
  const dashboard = new Dashboard(
    "overview",
    { context: worldwide.context, graphs: dashboardGraphs(watched) },
    worldwide.place,
  );
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn, everywhere: true }, place);

  return {
    entry: domain?.name ?? entry.dnsName,
    regionalEntry: names?.regional ?? "",
    acceleratorArn: entry.arn,
    acceleratorDnsName: entry.dnsName,
    acceleratorAddresses: entry.addresses,
    cdnDomainName: delivery.publicName,
    cdnDistributionId: delivery.distributionId,
    contentBucketName,
    webAclArn: firewall.arn,
    healthCheckIds: health.checks,
    switchIds: switches?.ids ?? {},
    evacuationRunbook: evacuation,
    convergence: convergence(inputs),
    standingCost: standingCost(inputs),
    alarmTopicArn: alarms.topicArn,
    dashboardUrl: dashboard.url,
  };
}
