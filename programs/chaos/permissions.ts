import { arn, type Statement } from "../policyDocument.ts";
import type { StackContext } from "../stackContext.ts";
import { type Experiment, type ExperimentTarget, latencyDocument } from "./experiments.ts";

/**
 * What the role of one experiment may do: what its actions need, at what carries the tags of its targets, and the writing of its log.
 * Where a resource cannot be named, the tags are a condition: should a template be changed by hand, it still strikes nothing else.
 * Source: AWS FIS user guide, "Actions reference", the permissions of each action.
 */
export function permissionsOf(experiment: Experiment, context: StackContext): readonly Statement[] {
  return [
    ...experiment.actions.flatMap(({ actionId, target }) => {
      const struck = experiment.targets.find(({ name }) => name === target.value);
      return needs[actionId]?.(context, struck) ?? [];
    }),
    {
      Sid: "WriteTheLog",
      Effect: "Allow",
      // None of these can be allowed for one log group. Source: CloudWatch Logs user guide, "Logs sent to CloudWatch Logs".
      Action: [
        "logs:CreateLogDelivery",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      Resource: "*",
    },
  ];
}

type Needs = (context: StackContext, target: ExperimentTarget | undefined) => readonly Statement[];

/** A condition by which only what carries the target's tags can be struck. `Name` may be changed by machines, the others not. */
function onlyTagged(
  target: ExperimentTarget | undefined,
  key = "aws:ResourceTag",
): NonNullable<Statement["Condition"]> {
  const owned = Object.entries(target?.resourceTags ?? {}).filter(([tag]) => tag.startsWith("meridian:"));
  return { StringEquals: Object.fromEntries(owned.map(([tag, value]) => [`${key}/${tag}`, value])) };
}

const look = (Sid: string, actions: readonly string[]): Statement => ({
  Sid,
  Effect: "Allow",
  Action: actions,
  Resource: "*",
});

const byFis = { StringEquals: { "aws:RequestTag/managedByFIS": "true" } };

const needs: Readonly<Record<string, Needs>> = {
  "aws:ec2:terminate-instances": (context, target) => [
    look("FindNodes", ["ec2:DescribeInstances"]),
    {
      Sid: "TerminateNodes",
      Effect: "Allow",
      Action: "ec2:TerminateInstances",
      Resource: arn(context, "ec2", "instance/*"),
      Condition: onlyTagged(target),
    },
  ],
  "aws:ec2:send-spot-instance-interruptions": (context, target) => [
    look("FindNodes", ["ec2:DescribeInstances"]),
    {
      Sid: "InterruptNodes",
      Effect: "Allow",
      Action: "ec2:SendSpotInstanceInterruptions",
      Resource: arn(context, "ec2", "instance/*"),
      Condition: onlyTagged(target),
    },
  ],
  "aws:fis:inject-api-throttle-error": (context) => [
    {
      Sid: "ThrottleCalls",
      Effect: "Allow",
      Action: "fis:InjectApiThrottleError",
      Resource: arn(context, "fis", "experiment/*"),
    },
  ],
  "aws:ssm:send-command": (context, target) => [
    look("FindNodes", ["ec2:DescribeInstances", "ssm:ListCommands", "ssm:CancelCommand"]),
    {
      Sid: "RunOneDocument",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: latencyDocument({ region: context.placement.region, partition: context.partition }),
    },
    {
      Sid: "RunOnNodes",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: arn(context, "ec2", "instance/*"),
      Condition: onlyTagged(target, "ssm:resourceTag"),
    },
  ],
  "aws:dynamodb:global-table-pause-replication": (context, target) => [
    look("FindTables", ["tag:GetResources"]),
    {
      Sid: "PauseReplication",
      Effect: "Allow",
      Action: [
        "dynamodb:DescribeTable",
        "dynamodb:GetResourcePolicy",
        "dynamodb:PutResourcePolicy",
        "dynamodb:DeleteResourcePolicy",
      ],
      Resource: arn(context, "dynamodb", "table/*"),
      Condition: onlyTagged(target),
    },
  ],
  // The action lays an access list of its own over each subnet and takes it away again; those lists carry a tag of the service's.
  "aws:network:disrupt-connectivity": (context, target) => [
    look("FindSubnets", [
      "ec2:DescribeVpcs",
      "ec2:DescribeSubnets",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeManagedPrefixLists",
    ]),
    {
      Sid: "MakeAccessLists",
      Effect: "Allow",
      Action: "ec2:CreateNetworkAcl",
      Resource: arn(context, "ec2", "network-acl/*"),
      Condition: byFis,
    },
    {
      Sid: "MakeAccessListsInNetworks",
      Effect: "Allow",
      Action: "ec2:CreateNetworkAcl",
      Resource: arn(context, "ec2", "vpc/*"),
      Condition: onlyTagged(target),
    },
    {
      Sid: "MarkAccessLists",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: arn(context, "ec2", "network-acl/*"),
      Condition: { StringEquals: { ...byFis.StringEquals, "ec2:CreateAction": "CreateNetworkAcl" } },
    },
    {
      Sid: "FillAndRemoveAccessLists",
      Effect: "Allow",
      Action: ["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"],
      Resource: arn(context, "ec2", "network-acl/*"),
      Condition: { StringEquals: { "ec2:ResourceTag/managedByFIS": "true" } },
    },
    {
      Sid: "CutSubnetsOff",
      Effect: "Allow",
      Action: "ec2:ReplaceNetworkAclAssociation",
      Resource: arn(context, "ec2", "subnet/*"),
      Condition: onlyTagged(target),
    },
    {
      // The list that was there before is put back, and carries tags of whoever made it, or none.
      Sid: "ExchangeAccessLists",
      Effect: "Allow",
      Action: "ec2:ReplaceNetworkAclAssociation",
      Resource: arn(context, "ec2", "network-acl/*"),
    },
  ],
};
