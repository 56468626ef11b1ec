import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, object, type Properties, text } from "../model/values.ts";
import { authorizer, integration, route } from "./apigatewayv2Routes.ts";
import {
  API,
  AUTHORIZER,
  apigatewayv2,
  BAD_REQUEST,
  badRequest,
  INTEGRATION,
  ofApi,
  protocolOf,
  ROUTE,
  STAGE,
} from "./apigatewayv2Service.ts";
import { tagsRule } from "./tags.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const tags = tagsRule(BAD_REQUEST);

const api: ResourceModel = {
  type: API,
  service: apigatewayv2,
  inputs: inputsOf(API, {
    name: { minLength: 1, maxLength: 128 },
    protocolType: { enum: ["HTTP", "WEBSOCKET"] },
    apiKeySelectionExpression: { default: "$request.header.x-api-key" },
    disableExecuteApiEndpoint: { default: false },
    ipAddressType: { enum: ["ipv4", "dualstack"] },
    tags,
  }),
  autoname: { property: "name", maxLength: 128 },
  check: (inputs) => {
    const webSocket = inputs["protocolType"] === "WEBSOCKET";
    if (webSocket && inputs["routeSelectionExpression"] === undefined) {
      return [badRequest("RouteSelectionExpression is required for WebSocket APIs", "routeSelectionExpression")];
    }
    if (!webSocket || inputs["corsConfiguration"] === undefined) return [];
    return [badRequest("CORS configuration is not supported on protocolType WEBSOCKET", "corsConfiguration")];
  },
  removes: ({ id }, cloud) =>
    [STAGE, ROUTE, INTEGRATION, AUTHORIZER].flatMap((type) =>
      cloud.all(type).filter(({ outputs }) => outputs["apiId"] === id),
    ),
  id: ({ cloud }) => cloud.random.hex(10),
  outputs: {
    arn: ({ id, place }) => `arn:aws:apigateway:${place.region}::/apis/${id}`,
    executionArn: ({ id, place }) => `arn:aws:execute-api:${place.region}:${place.account}:${id}`,
    apiEndpoint: ({ id, inputs, place }) => `${schemeOf(inputs)}://${id}.execute-api.${place.region}.amazonaws.com`,
    routeSelectionExpression: () => "$request.method $request.path",
  },
  keys: ["arn"],
  seconds: { create: 2, delete: 2 },
};

const schemeOf = (properties: Properties): string => (properties["protocolType"] === "WEBSOCKET" ? "wss" : "https");

const stage: ResourceModel = {
  type: STAGE,
  service: apigatewayv2,
  inputs: inputsOf(STAGE, {
    apiId: ofApi,
    name: { pattern: "^(\\$default|[a-zA-Z0-9_-]{1,128})$" },
    accessLogSettings: {
      properties: {
        destinationArn: { ref: { type: LOG_GROUP, by: "arn", code: BAD_REQUEST, holds: false } },
      },
    },
    defaultRouteSettings: {
      properties: {
        loggingLevel: { enum: ["OFF", "ERROR", "INFO"] },
        throttlingBurstLimit: { min: 0 },
        throttlingRateLimit: { min: 0 },
      },
    },
    tags,
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["apiId", "name"], code: "ConflictException" }],
  refuse: httpLogsNothing,
  // The provider's id is the name alone, which stages of several APIs share.
  id: ({ inputs }) => `${text(inputs, "apiId")}/${text(inputs, "name")}`,
  outputs: {
    arn: ({ id, place }) => `arn:aws:apigateway:${place.region}::/apis/${id.replace("/", "/stages/")}`,
    deploymentId: ({ inputs, cloud }) => (inputs["autoDeploy"] === true ? cloud.random.hex(6) : ""),
    executionArn: ({ id, place }) => `arn:aws:execute-api:${place.region}:${place.account}:${id}`,
    invokeUrl: ({ inputs, place, cloud }) => {
      const [apiId, name] = [text(inputs, "apiId") ?? "", text(inputs, "name")];
      const scheme = schemeOf(cloud.find(API, apiId)?.outputs ?? {});
      return `${scheme}://${apiId}.execute-api.${place.region}.amazonaws.com/${name === "$default" ? "" : name}`;
    },
  },
  keys: ["arn"],
  seconds: { create: 2, update: 2, delete: 1 },
};

/** Only WebSocket APIs write execution logs; access logs both write. */
function httpLogsNothing(draft: Draft): Problem | undefined {
  const { inputs } = draft;
  const settings = object(inputs, "defaultRouteSettings");
  if (protocolOf(draft) === "WEBSOCKET" || !isProperties(inputs["defaultRouteSettings"])) return undefined;
  if ((settings["loggingLevel"] ?? "OFF") === "OFF" && settings["dataTraceEnabled"] !== true) return undefined;
  return badRequest("Execution logs are not supported on protocolType HTTP", "defaultRouteSettings.loggingLevel");
}

/** Amazon API Gateway, HTTP and WebSocket APIs. */
export const apigatewayv2Models: readonly ResourceModel[] = [api, stage, route, integration, authorizer];
