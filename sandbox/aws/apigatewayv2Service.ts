import type { Draft, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { text } from "../model/values.ts";

export const API = "aws:apigatewayv2/api:Api";
export const STAGE = "aws:apigatewayv2/stage:Stage";
export const ROUTE = "aws:apigatewayv2/route:Route";
export const INTEGRATION = "aws:apigatewayv2/integration:Integration";
export const AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer";
export const BAD_REQUEST = "BadRequestException";

/** Source of the codes: Amazon API Gateway V2 API reference, the errors of each resource. */
export const apigatewayv2: Service = {
  name: "apigatewayv2",
  codes: {
    missing: BAD_REQUEST,
    invalid: BAD_REQUEST,
    notFound: "NotFoundException",
    inUse: "ConflictException",
    throttled: "TooManyRequestsException",
  },
};

/** Everything of an API names it, and goes with it. */
export const ofApi: PropertyRule = { immutable: true, ref: { type: API, code: "NotFoundException", holds: false } };

/** An id as API Gateway makes them, within an API. */
export const idWithinApi = ({ cloud }: Draft): string => cloud.random.hex(7);

/** `HTTP` or `WEBSOCKET`, of the API that a draft belongs to. */
export function protocolOf({ inputs, cloud }: Draft): string {
  return text(cloud.find(API, text(inputs, "apiId") ?? "")?.outputs ?? {}, "protocolType") ?? "";
}

export const badRequest = (message: string, property: string): Problem => ({ code: BAD_REQUEST, message, property });
