import type { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Integration } from "@pulumi/aws/apigatewayv2/integration.js";
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudFunction } from "../components/cloudFunction.ts";
import type { StackContext } from "../stackContext.ts";
import type { EventServiceInputs } from "./inputs.ts";

/** What both fronts are made from. */
export interface FrontArgs {
  readonly context: StackContext;
  readonly inputs: EventServiceInputs;
  readonly keyArn: pulumi.Input<string>;
}

/** What is written of each request: nothing that a player sent, and no token. */
const accessLog = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  sourceIp: "$context.identity.sourceIp",
  routeKey: "$context.routeKey",
  status: "$context.status",
  latency: "$context.integration.latency",
  error: "$context.error.message",
});

/** A stage that deploys by itself, lets in no more than it is told to, and logs who came. */
export function loggedStage(
  name: string,
  { context, inputs, keyArn }: FrontArgs,
  on: { readonly api: Api; readonly stage: string; readonly parent: pulumi.Resource },
): Stage {
  const logs = new LogGroup(
    `${name}-access`,
    {
      name: pulumi.interpolate`/meridian/${context.name("other", `${name}-access`)}`,
      retentionInDays: inputs.logRetentionDays,
      kmsKeyId: keyArn,
      tags: context.tags(`${name}-access`),
    },
    { parent: on.parent },
  );
  return new Stage(
    `${name}-stage`,
    {
      apiId: on.api.id,
      name: on.stage,
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: accessLog },
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingRateLimit: inputs.throttle.rate,
        throttlingBurstLimit: inputs.throttle.burst,
      },
      tags: context.tags(`${name}-stage`),
    },
    { parent: on.parent },
  );
}

/** The way from an API to a function, and the API's right to go it. */
export function wayTo(
  name: string,
  target: CloudFunction,
  on: { readonly api: Api; readonly payload: "1.0" | "2.0"; readonly parent: pulumi.Resource },
): Integration {
  const { api, payload, parent } = on;
  new Permission(
    name,
    {
      statementId: "front",
      function: target.functionName,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/*`,
    },
    { parent },
  );
  return new Integration(
    name,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: target.invokeArn,
      payloadFormatVersion: payload,
    },
    { parent },
  );
}
