import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { list, object, text } from "../model/values.ts";
import {
  AUTHORIZER,
  apigatewayv2,
  badRequest,
  INTEGRATION,
  idWithinApi,
  ofApi,
  protocolOf,
  ROUTE,
} from "./apigatewayv2Service.ts";

const HTTP_ROUTE = /^(\$default|(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \/\S*)$/;

export const route: ResourceModel = {
  type: ROUTE,
  service: apigatewayv2,
  inputs: inputsOf(ROUTE, {
    apiId: ofApi,
    authorizationType: { enum: ["NONE", "AWS_IAM", "CUSTOM", "JWT"] },
    authorizerId: { ref: { type: AUTHORIZER, code: "BadRequestException" } },
    target: { pattern: "^integrations/.+$" },
  }),
  unique: [{ by: ["apiId", "routeKey"], code: "ConflictException" }],
  check: (inputs) => {
    const type = text(inputs, "authorizationType") ?? "NONE";
    const wants = type === "CUSTOM" || type === "JWT";
    if (!wants || inputs["authorizerId"] !== undefined) return [];
    return [badRequest(`AuthorizerId is required for authorization type ${type}`, "authorizerId")];
  },
  refuse: (draft) => wrongRoute(draft) ?? missingIntegration(draft),
  id: idWithinApi,
  seconds: { create: 1, update: 1, delete: 1 },
};

function wrongRoute(draft: Draft): Problem | undefined {
  const { inputs } = draft;
  const [key, type] = [text(inputs, "routeKey") ?? "", text(inputs, "authorizationType") ?? "NONE"];
  if (protocolOf(draft) === "HTTP") {
    if (HTTP_ROUTE.test(key)) return undefined;
    return badRequest("The provided route key is not formatted properly for HTTP protocol", "routeKey");
  }
  if (type !== "NONE" && key !== "$connect") {
    return badRequest("Currently, authorization is restricted to the $connect route only", "authorizationType");
  }
  return type === "JWT" ? badRequest("JWT is not supported on protocolType WEBSOCKET", "authorizationType") : undefined;
}

function missingIntegration({ inputs, cloud }: Draft): Problem | undefined {
  const target = text(inputs, "target");
  if (target === undefined) return undefined;
  const id = target.replace("integrations/", "");
  if (cloud.find(INTEGRATION, id)?.outputs["apiId"] === inputs["apiId"]) return undefined;
  return badRequest(`Invalid integration identifier specified: ${id}`, "target");
}

export const integration: ResourceModel = {
  type: INTEGRATION,
  service: apigatewayv2,
  inputs: inputsOf(INTEGRATION, {
    apiId: ofApi,
    integrationType: { immutable: true, enum: ["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"] },
    connectionType: { enum: ["INTERNET", "VPC_LINK"] },
    payloadFormatVersion: { enum: ["1.0", "2.0"] },
    timeoutMilliseconds: { min: 50, max: 30_000 },
  }),
  check: (inputs) => {
    const uri = inputs["integrationUri"] !== undefined || inputs["integrationSubtype"] !== undefined;
    return inputs["integrationType"] === "MOCK" || uri
      ? []
      : [badRequest("IntegrationUri is required for this integration type", "integrationUri")];
  },
  refuse: (draft) => {
    const type = text(draft.inputs, "integrationType") ?? "";
    if (protocolOf(draft) !== "HTTP" || ["AWS_PROXY", "HTTP_PROXY"].includes(type)) return undefined;
    return badRequest(`Integration type ${type} is not supported on protocolType HTTP`, "integrationType");
  },
  refuseDelete: ({ id }, cloud) => {
    const user = cloud.all(ROUTE).find(({ outputs }) => outputs["target"] === `integrations/${id}`);
    if (user === undefined) return undefined;
    const message = `Cannot delete Integration '${id}' because it is referenced by a Route`;
    return { code: "ConflictException", message };
  },
  id: idWithinApi,
  outputs: {
    timeoutMilliseconds: (draft) => (protocolOf(draft) === "WEBSOCKET" ? 29_000 : 30_000),
    integrationResponseSelectionExpression: (draft) =>
      protocolOf(draft) === "WEBSOCKET" ? `\${integration.response.statuscode}` : "",
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

export const authorizer: ResourceModel = {
  type: AUTHORIZER,
  service: apigatewayv2,
  inputs: inputsOf(AUTHORIZER, {
    apiId: ofApi,
    authorizerType: { enum: ["JWT", "REQUEST"] },
    authorizerResultTtlInSeconds: { min: 0, max: 3600 },
    authorizerUri: { pattern: "^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/.+/invocations$" },
    jwtConfiguration: { properties: { issuer: { pattern: "^https://\\S+$" } } },
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["apiId", "name"], code: "ConflictException" }],
  check: (inputs) => {
    const jwt = object(inputs, "jwtConfiguration");
    if (inputs["authorizerType"] === "REQUEST") {
      return inputs["authorizerUri"] === undefined
        ? [badRequest("AuthorizerUri is required for REQUEST authorizers", "authorizerUri")]
        : [];
    }
    if (jwt["issuer"] === undefined || list(jwt, "audiences").length === 0) {
      return [badRequest("JWT authorizers need an issuer and at least one audience", "jwtConfiguration")];
    }
    if (list(inputs, "identitySources").length === 1) return [];
    return [badRequest("JWT authorizers need exactly one identity source", "identitySources")];
  },
  refuse: (draft) =>
    draft.inputs["authorizerType"] === "JWT" && protocolOf(draft) === "WEBSOCKET"
      ? badRequest("JWT authorizers are not supported on protocolType WEBSOCKET", "authorizerType")
      : undefined,
  id: idWithinApi,
  seconds: { create: 1, update: 1, delete: 1 },
};
