import { z } from "zod";
import { mostZones } from "../cidr.ts";
import { refusing } from "../contradiction.ts";
import { alarmEmail, deletionProtection, inputsError, logRetentionDays, monthlyBudget, whole } from "../inputShapes.ts";
import { mostStopAlarms } from "../stopAlarms.ts";
import { contradictions } from "./contradictions.ts";
import { experimentNames } from "./experiments.ts";

const stackSetError = "name a stack set: 3 to 40 lower-case letters, digits and hyphens";
const stackSet = z.string({ error: stackSetError }).regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, { error: stackSetError });

const alarmError =
  "give ARNs of alarms, arn:aws:cloudwatch:<region>:<account>:alarm:<name>, such as the output stopAlarmArns of observability";
const alarm = z.string({ error: alarmError }).regex(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.{1,255}$/, {
  error: alarmError,
});

const roleError = "give ARNs of IAM roles such as arn:aws:iam::123456789012:role/launch-autoscaler";
const operationError = "give operations of EC2 such as DescribeInstances";

const shape = z.strictObject(
  {
    experiments: z
      .array(z.enum(experimentNames, { error: `give experiments out of ${experimentNames.join(", ")}` }), {
        error: "give a list of experiments",
      })
      .min(1, { error: `name at least one experiment out of ${experimentNames.join(", ")}` })
      .describe("What is to be tried. A template is made of each; nothing starts it but a person."),
    stackSet: stackSet.describe("The stack set whose machines are struck. Nothing without its tags is."),
    networkStackSet: stackSet
      .optional()
      .describe("The stack set whose subnets are cut off, where the network is one of its own. Left out: `stackSet`."),
    tableStackSet: stackSet
      .optional()
      .describe("The stack set whose global table is paused, where it is another. Left out: `stackSet`."),
    stopAlarmArns: z
      .array(alarm, { error: alarmError })
      .min(1, { error: "name at least one alarm: an experiment that nothing stops is an outage" })
      .max(mostStopAlarms, {
        error: "name at most five alarms, those that players notice first: an experiment has no more",
      })
      .describe("Alarms of this region, any one of which ends an experiment when it rings."),
    minutes: whole("the minutes of an experiment", 1, 60)
      .default(5)
      .describe("How long it lasts; what was cut off is put back then."),
    nodesNamed: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,60}$/, {
        error: "give the part of a node's name behind the stack set's, such as session-nodes",
      })
      .default("session-nodes")
      .describe("The nodes that are struck, by the part of their name tag behind the stack set's."),
    nodePercent: whole("the part of the nodes in percent", 1, 100)
      .default(20)
      .describe("How many of the nodes are struck by node-loss and network-latency, in percent."),
    spotInstances: whole("the spot instances", 1, 5)
      .default(1)
      .describe("How many spot instances are interrupted; the cloud allows five at a time."),
    zoneNumber: whole("the zone, counted from 1", 1, mostZones)
      .default(1)
      .describe("Which zone is lost, counted by name from 1."),
    latencyMillis: whole("the milliseconds of delay", 10, 5000)
      .default(200)
      .describe("How much longer the way out of a node takes, in milliseconds."),
    networkInterface: z
      .string()
      .regex(/^[a-z][a-z0-9]{1,14}$/, { error: "give the name of a network interface such as ens5" })
      .default("ens5")
      .describe("The interface of the nodes, as their system calls it."),
    throttledRoles: z
      .array(
        z.string({ error: roleError }).regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, { error: roleError }),
        {
          error: roleError,
        },
      )
      .max(5, { error: "name at most five roles" })
      .default([])
      .describe("Roles whose calls to EC2 are throttled, such as the cluster autoscaler's."),
    throttledPercent: whole("the part of the calls in percent", 1, 100)
      .default(30)
      .describe("How many of their calls are throttled, in percent."),
    throttledOperations: z
      .array(z.string({ error: operationError }).regex(/^[A-Z][A-Za-z]{3,60}$/, { error: operationError }), {
        error: operationError,
      })
      .min(1, { error: operationError })
      .max(20, { error: "name at most twenty operations" })
      .default(["DescribeInstances", "DescribeInstanceTypes", "DescribeLaunchTemplateVersions"])
      .describe("Which operations of EC2 are throttled."),
    allowAll: z
      .literal(true, { error: "give true, or leave it out" })
      .optional()
      .describe(
        "Says that everything of a kind may be struck: all of a zone (zone-loss), of the region (region-evacuation), or more than half of the nodes.",
      ),
    deletionProtection: deletionProtection("the key of the logs refuses"),
    logRetentionDays: logRetentionDays.default(365).describe("How long it is kept what an experiment did, in days."),
    monthlyBudget: monthlyBudget("50.00").describe(
      "The budget of experiments in this region for a month: they are paid by the minute and action.",
    ),
    alarmEmail: alarmEmail.describe("Who hears of the budget. The address must confirm the subscription."),
  },
  { error: inputsError('{"experiments": ["node-loss"], "stackSet": "launch", "stopAlarmArns": ["arn:…"]}') },
);

/** The inputs of `chaos`. Every default is the closed one. */
export const chaosInputs = shape.superRefine(refusing(contradictions));

export type ChaosInputs = z.output<typeof shape>;
