import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import * as pulumi from "@pulumi/pulumi";
import { CloudFunction } from "../components/cloudFunction.ts";
import type { WorkQueue } from "../components/workQueue.ts";
import type { Statement } from "../policyDocument.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { codeOf } from "./code.ts";
import { ContainerWorkers } from "./containerWorkers.ts";
import type { EventServiceInputs } from "./inputs.ts";

export interface WorkersArgs {
  readonly context: StackContext;
  readonly inputs: EventServiceInputs;
  readonly keyArn: pulumi.Input<string>;
  readonly work: WorkQueue;
  readonly deliveries: WorkQueue;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statements: readonly Statement[];
}

export interface Workers {
  readonly functionNames: readonly pulumi.Output<string>[];
  readonly clusterArn: pulumi.Output<string>;
}

/** What takes starts and ends from the queue and sees to them: functions, or containers. */
export function declareWorkers(args: WorkersArgs, place: ComponentPlace): Workers {
  return args.inputs.workers === "functions" ? declareFunctions(args, place) : declareContainers(args, place);
}

function rightsOf({ work, statements }: WorkersArgs): readonly Statement[] {
  return [
    {
      Sid: "TakeWork",
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Resource: work.queueArn,
    },
    ...statements,
  ];
}

function declareFunctions(args: WorkersArgs, place: ComponentPlace): Workers {
  const { context, inputs, keyArn, work } = args;
  const { telemetry } = inputs;
  const run = new CloudFunction(
    "run",
    {
      context,
      keyArn,
      role: "run",
      description: "Starts and ends game events, and tells players who are connected",
      code: codeOf("run", inputs),
      handler: "run.handler",
      environment: args.environment,
      statements: rightsOf(args),
      ...(telemetry === undefined ? {} : { attachedPolicies: { telemetry: telemetry.writerPolicyArn } }),
      timeoutSeconds: inputs.workerSeconds,
      concurrency: inputs.workerConcurrency,
      deadLetterArn: args.deliveries.queueArn,
      logRetentionDays: inputs.logRetentionDays,
    },
    place,
  );
  new EventSourceMapping(
    "run-work",
    {
      functionName: run.arn,
      eventSourceArn: work.queueArn,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      // No more pollers than functions: what finds none free is thrown back, and counts as a try.
      scalingConfig: { maximumConcurrency: inputs.workerConcurrency },
      tags: context.tags("run-work"),
    },
    { parent: run, dependsOn: [run] },
  );
  return {
    functionNames: [run.functionName],
    clusterArn: pulumi.output(""),
  };
}

/** Throws RunError without image or network, which the schema refuses before. */
function declareContainers(args: WorkersArgs, place: ComponentPlace): Workers {
  const { context, inputs, keyArn, work } = args;
  const { workerImage: image, network, workerTasks: tasks, logRetentionDays } = inputs;
  if (image === undefined || network === undefined)
    throw new pulumi.RunError("containers need workerImage and network");
  const workers = new ContainerWorkers(
    "workers",
    {
      context,
      keyArn,
      image,
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      tasks,
      work,
      environment: { ...args.environment, AWS_REGION: context.placement.region, WORK_QUEUE_URL: work.queueUrl },
      statements: [
        ...rightsOf(args),
        { Sid: "UseKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
      ],
      logRetentionDays,
      ...(inputs.telemetry === undefined ? {} : { attachedPolicies: { telemetry: inputs.telemetry.writerPolicyArn } }),
    },
    place,
  );
  return { functionNames: [], clusterArn: workers.clusterArn };
}
