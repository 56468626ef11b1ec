import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { EndpointGroup } from "../components/endpointGroup.ts";
import { Endpoints } from "../components/endpoints.ts";
import { FlowLogs } from "../components/flowLogs.ts";
import { IsolatedSubnets } from "../components/isolatedSubnets.ts";
import { Network } from "../components/network.ts";
import { Transit } from "../components/transit.ts";
import { startStack } from "../stackStart.ts";
import { asnOf, blockOf, plannedBlocks } from "./addressPlan.ts";
import type { NetworkInputs } from "./inputs.ts";
import type { NetworkOutputName } from "./outputs.ts";
import { isolatedPart, planZonedSubnets, privatePart } from "./subnetPlan.ts";
import { declareTransitPeerings } from "./transitPeerings.ts";
import { alarmPlans } from "./watch.ts";

const blueprint = "network";

/** Declares one region's shared network. Must run inside a Pulumi program. Throws RunError for a region without a place in the plan. */
export async function network(
  inputs: NetworkInputs,
  placement: Placement,
): Promise<Record<NetworkOutputName, unknown>> {
  const { addresses, deletionProtection } = inputs;
  const { region } = placement;
  const cidr = blockOf(addresses, region);
  if (cidr === undefined) throw new pulumi.RunError(`the address plan has no block for ${region}`);
  const { place, context, zones } = await startStack({
    blueprint,
    component: "SharedNetwork",
    placement,
    zones: inputs.zones,
    deletionProtection,
  });
  const key = new EncryptionKey("encryption", { context }, place);
  const subnets = planZonedSubnets(cidr, zones.length);
  const made = new Network("network", { context, cidr, zones, subnets, ipv6: inputs.ipv6 }, place);
  const { vpcId, routeTableIds, privateSubnetIds } = made;
  const isolated = new IsolatedSubnets(
    "isolated",
    {
      context,
      vpcId,
      zones: zones.map((zone, index) => [zone, subnets.isolated[index] ?? cidr]),
      neighbours: [privatePart(cidr), isolatedPart(cidr)],
    },
    place,
  );
  const endpoints = new EndpointGroup("endpoints-group", { context, vpcId, vpcCidr: made.cidr }, place);
  new Endpoints(
    "endpoints",
    {
      context,
      vpcId,
      routeTableIds,
      subnetIds: privateSubnetIds,
      securityGroupId: endpoints.groupId,
      gateways: inputs.gatewayEndpoints,
      interfaces: inputs.interfaceEndpoints,
    },
    place,
  );
  const { logRetentionDays: retentionDays } = inputs;
  const flowLogs = new FlowLogs("flow-logs", { context, vpcId, keyArn: key.arn, retentionDays }, place);

  const transit =
    inputs.transit === undefined
      ? undefined
      : new Transit("transit", { context, vpcId, subnetIds: privateSubnetIds, asn: asnOf(addresses, region) }, place);
  const peerings =
    transit === undefined ? {} : declareTransitPeerings({ context, inputs, network: made, transit }, place);

  const watched = { natGatewayIds: made.natGatewayIds, transitGatewayId: transit?.gatewayId };
  const alarms = new Alarms(
    "alarms",
    { context, keyArn: key.arn, email: inputs.alarmEmail, alarms: alarmPlans(watched) },
    place,
  );
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);

  return {
    vpcId,
    vpcCidr: made.cidr,
    ipv6Cidr: made.ipv6Cidr,
    zones,
    publicSubnetIds: made.publicSubnetIds,
    privateSubnetIds,
    isolatedSubnetIds: isolated.subnetIds,
    privateRouteTableIds: routeTableIds,
    addressPlan: plannedBlocks(addresses),
    transitGatewayId: transit?.gatewayId ?? "",
    transitPeeringIds: peerings,
    flowLogGroupName: flowLogs.groupName,
    keyArn: key.arn,
    alarmTopicArn: alarms.topicArn,
  };
}
