import { onResource, rule } from "../rule.ts";

/**
 * Routes of HTTP are a method and a path. Of a WebSocket API only the connection can be authorised, and what comes over it is then. A browser that
 * asks what is allowed brings no credentials.
 */
const hasCaller = (key: string): boolean => key === "$connect" || (key.includes(" ") && !key.startsWith("OPTIONS "));

export const requireRouteAuthorization = rule({
  name: "security-require-route-authorization",
  description: "Routes of an API must say how callers are authorised.",
  reason:
    "A route of which nobody says it is open to everybody who finds it. One that is meant to be open can say NONE.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["APIGateway.8"], nist: ["PR.AA-03"] },
  remediation: ["Set authorizationType to AWS_IAM, JWT or CUSTOM with an authorizer; or to NONE, where all may call."],
  check: onResource("aws:apigatewayv2/route:Route", ({ routeKey, authorizationType }, report) => {
    if (hasCaller(routeKey) && !authorizationType) report("authorizationType is not set, which lets everybody call");
  }),
});
