import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const kind = (name: string) => `aws:apigatewayv2/${name.toLowerCase()}:${name}`;
const [API, STAGE, ROUTE, INTEGRATION, AUTHORIZER] = ["Api", "Stage", "Route", "Integration", "Authorizer"].map(
  kind,
) as [string, string, string, string, string]; // five names above
const BAD = "BadRequestException";
const invocation =
  "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:100000000001:function:api/invocations";
const webSocket = { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" };
const id = (made: Made, name: string): string => made[name]?.id ?? "";

const withApis = async ({ make }: Workshop): Promise<Made> => {
  const http = await make(API, { name: "http", protocolType: "HTTP" });
  const socket = await make(API, { name: "socket", ...webSocket });
  const call = { integrationType: "AWS_PROXY", integrationUri: invocation };
  return {
    http,
    socket,
    call: await make(INTEGRATION, { apiId: http.id, ...call, payloadFormatVersion: "2.0" }),
    socketCall: await make(INTEGRATION, { apiId: socket.id, ...call }),
    group: await make("aws:cloudwatch/logGroup:LogGroup", { name: "/api" }),
  };
};
const jwt = { issuer: "https://id.example.com/", audiences: ["game"] };

const cases: readonly ConformanceCase[] = [
  {
    type: API,
    smallest: () => ({ name: "events", protocolType: "HTTP" }),
    id: /^[0-9a-z]{10}$/,
    outputs: {
      apiEndpoint: /^https:\/\/[0-9a-z]{10}\.execute-api\.eu-west-1\.amazonaws\.com$/,
      executionArn: /^arn:aws:execute-api:eu-west-1:\d{12}:[0-9a-z]{10}$/,
    },
    change: { description: "Game events", disableExecuteApiEndpoint: true },
    replace: webSocket,
    spoiled: [
      { name: "a protocol there is not", with: { protocolType: "GOPHER" }, code: BAD },
      {
        name: "a WebSocket that chooses no route",
        with: { protocolType: "WEBSOCKET" },
        code: BAD,
        property: "routeSelectionExpression",
      },
    ],
  },
  {
    type: STAGE,
    needs: withApis,
    smallest: (made) => ({ apiId: id(made, "http"), name: "$default" }),
    id: /^[0-9a-z]{10}\/\$default$/,
    outputs: { invokeUrl: /^https:\/\/[0-9a-z]{10}\.execute-api\.eu-west-1\.amazonaws\.com\/$/ },
    change: { defaultRouteSettings: { throttlingBurstLimit: 100, throttlingRateLimit: 50 } },
    replace: { name: "live" },
    spoiled: [
      { name: "a name with a space", with: { name: "my stage" }, code: BAD },
      {
        name: "logs to a group that does not exist",
        with: {
          accessLogSettings: { destinationArn: "arn:aws:logs:eu-west-1:1:log-group:x", format: "$context.status" },
        },
        code: BAD,
        at: "create",
      },
      {
        name: "execution logs of an HTTP API",
        with: { defaultRouteSettings: { loggingLevel: "INFO" } },
        code: BAD,
        at: "create",
      },
    ],
    taken: { code: "ConflictException" },
  },
  {
    type: INTEGRATION,
    needs: withApis,
    smallest: (made) => ({ apiId: id(made, "http"), integrationType: "AWS_PROXY", integrationUri: invocation }),
    id: /^[0-9a-z]{7}$/,
    outputs: { timeoutMilliseconds: 30_000 },
    change: { payloadFormatVersion: "2.0", timeoutMilliseconds: 5000 },
    replace: (made) => ({ apiId: id(made, "socket") }),
    spoiled: [
      { name: "nothing to call", with: { integrationUri: null }, code: BAD },
      { name: "a mock for HTTP", with: { integrationType: "MOCK" }, code: BAD, at: "create" },
      { name: "a minute of waiting", with: { timeoutMilliseconds: 60_000 }, code: BAD },
    ],
    dependant: {
      type: ROUTE,
      inputs: (made, needs) => ({ apiId: id(needs, "http"), routeKey: "GET /x", target: `integrations/${made.id}` }),
      code: "ConflictException",
    },
  },
  {
    type: ROUTE,
    needs: withApis,
    smallest: (made) => ({
      apiId: id(made, "http"),
      routeKey: "GET /game-events",
      target: `integrations/${id(made, "call")}`,
    }),
    id: /^[0-9a-z]{7}$/,
    outputs: { authorizationType: "NONE" },
    change: { authorizationType: "AWS_IAM" },
    replace: (made) => ({ apiId: id(made, "socket"), target: `integrations/${id(made, "socketCall")}` }),
    spoiled: [
      { name: "a key that is no route", with: { routeKey: "FETCH game-events" }, code: BAD, at: "create" },
      { name: "a token that nobody checks", with: { authorizationType: "JWT" }, code: BAD, property: "authorizerId" },
      { name: "an integration that does not exist", with: { target: "integrations/abc1234" }, code: BAD, at: "create" },
      {
        name: "authorisation of a WebSocket after it is open",
        with: (made) => ({ apiId: id(made, "socket"), routeKey: "say", target: null, authorizationType: "AWS_IAM" }),
        code: BAD,
        at: "create",
      },
    ],
    taken: { code: "ConflictException" },
  },
  {
    type: AUTHORIZER,
    needs: withApis,
    smallest: (made) => ({
      apiId: id(made, "http"),
      name: "players",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: jwt,
    }),
    id: /^[0-9a-z]{7}$/,
    change: { jwtConfiguration: { ...jwt, audiences: ["game", "console"] } },
    spoiled: [
      {
        name: "an issuer without TLS",
        with: { jwtConfiguration: { ...jwt, issuer: "http://id" } },
        code: BAD,
        property: "jwtConfiguration.issuer",
      },
      { name: "a token for nobody", with: { jwtConfiguration: { issuer: jwt.issuer } }, code: BAD },
      {
        name: "a request that nobody judges",
        with: { authorizerType: "REQUEST" },
        code: BAD,
        property: "authorizerUri",
      },
      { name: "tokens for a WebSocket", with: (made) => ({ apiId: id(made, "socket") }), code: BAD, at: "create" },
    ],
    taken: { code: "ConflictException" },
  },
];

conformance(cases);
