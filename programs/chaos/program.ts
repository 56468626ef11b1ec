import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { Alarms } from "../components/alarms.ts";
import { Budget } from "../components/budget.ts";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { startStack } from "../stackStart.ts";
import { experimentsOf } from "./experiments.ts";
import { ExperimentTemplate } from "./experimentTemplate.ts";
import type { ChaosInputs } from "./inputs.ts";
import type { ChaosOutputName } from "./outputs.ts";

/** Declares one region's experiments. Starts none. Must run inside a Pulumi program. */
export async function chaos(inputs: ChaosInputs, placement: Placement): Promise<Record<ChaosOutputName, unknown>> {
  refuseStrangeAlarms(inputs, placement);
  const losesZone = inputs.experiments.includes("zone-loss");
  const { root, aws, place, context, zones } = await startStack({
    blueprint: "chaos",
    component: "Chaos",
    placement,
    ...(losesZone ? { zones: inputs.zoneNumber } : {}),
    deletionProtection: inputs.deletionProtection,
  });
  const { arn: keyArn } = new EncryptionKey("encryption", { context }, place);
  const group = new LogGroup(
    "experiments-log",
    {
      name: pulumi.interpolate`/meridian/${context.name("other", "experiments")}`,
      retentionInDays: inputs.logRetentionDays,
      kmsKeyId: keyArn,
      tags: context.tags("experiments-log"),
    },
    { parent: root, provider: aws },
  );
  const ground = {
    region: placement.region,
    partition: context.partition,
    environment: placement.environment,
    zone: zones[inputs.zoneNumber - 1],
  };
  const templates = experimentsOf(inputs, ground).map((experiment) => {
    const { stopAlarmArns } = inputs;
    const args = { context, experiment, stopAlarmArns, logGroupArn: group.arn };
    return [experiment.name, new ExperimentTemplate(experiment.name, args, place).templateId] as const;
  });
  const alarms = new Alarms("alarms", { context, keyArn, email: inputs.alarmEmail, alarms: [] }, place);
  new Budget("budget", { context, limit: inputs.monthlyBudget, topicArn: alarms.topicArn }, place);
  return {
    experimentTemplateIds: Object.fromEntries(templates),
    logGroupName: group.name,
    alarmTopicArn: alarms.topicArn,
  };
}

/** A stack set names one list for all of its regions, unless each takes its own region's from another stack set. */
function refuseStrangeAlarms({ stopAlarmArns }: ChaosInputs, { region }: Placement): void {
  const strange = stopAlarmArns.find((alarm) => alarm.split(":")[3] !== region);
  if (strange === undefined) return;
  throw new pulumi.RunError(
    `stopAlarmArns names ${strange}, which is not of ${region}: an experiment is stopped by alarms of its own region. Take them from a stack set: {"from": "<observability>", "output": "stopAlarmArns"}`,
  );
}
