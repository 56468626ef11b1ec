import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Authorizer } from "@pulumi/aws/apigatewayv2/authorizer.js";
import { Route } from "@pulumi/aws/apigatewayv2/route.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudFunction } from "../components/cloudFunction.ts";
import type { Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { type FrontArgs, loggedStage, wayTo } from "./fronts.ts";

const stage = "live";

export interface SocketAnswers {
  readonly socket: CloudFunction;
  /** What judges tokens; without it only callers with credentials of the cloud get in. */
  readonly authorise: CloudFunction | undefined;
}

/** Where players connect, to be told when game events start and end. */
export class WebSocketFront extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** Where players who are connected are spoken to, by the ids of their connections. */
  readonly connectionsUrl: pulumi.Output<string>;
  readonly #name: string;
  readonly #api: Api;

  constructor(name: string, args: FrontArgs, place: ComponentPlace) {
    const { context } = args;
    super(componentType(context.blueprint, "WebSocketFront"), name, {}, place);
    this.#name = name;
    this.#api = new Api(
      `${name}-api`,
      {
        name: context.name("other", "socket"),
        description: "Players who are told of game events",
        protocolType: "WEBSOCKET",
        routeSelectionExpression: "$request.body.action",
        tags: context.tags(`${name}-api`),
      },
      { parent: this },
    );
    const live = loggedStage(name, args, { api: this.#api, stage, parent: this });
    this.apiId = this.#api.id;
    this.endpoint = live.invokeUrl;
    this.connectionsUrl = live.invokeUrl.apply((url) => url.replace(/^wss:/, "https:"));
    this.registerOutputs({ endpoint: this.endpoint });
  }

  /** What lets one speak to players who are connected. */
  speakingRights(): readonly Statement[] {
    const connections = pulumi.interpolate`${this.#api.executionArn}/${stage}/POST/@connections/*`;
    return [{ Sid: "TellPlayers", Effect: "Allow", Action: "execute-api:ManageConnections", Resource: connections }];
  }

  /** Says who answers, once it is there. Called once. */
  answerBy({ socket, authorise }: SocketAnswers): void {
    const api = this.#api;
    const integration = wayTo(this.#name, socket, { api, payload: "1.0", parent: this });
    const target = pulumi.interpolate`integrations/${integration.id}`;
    const connecting =
      authorise === undefined
        ? { authorizationType: "AWS_IAM" }
        : { authorizationType: "CUSTOM", authorizerId: this.#judge(authorise).id };
    const child = { parent: this };
    new Route(`${this.#name}-connect`, { apiId: api.id, routeKey: "$connect", target, ...connecting }, child);
    // A connection that is open was let in: API Gateway judges the first of its routes alone.
    for (const routeKey of ["$disconnect", "$default"]) {
      new Route(`${this.#name}-${routeKey.slice(1)}`, { apiId: api.id, routeKey, target }, child);
    }
  }

  #judge(authorise: CloudFunction): Authorizer {
    const judge = new Authorizer(
      `${this.#name}-tokens`,
      {
        apiId: this.#api.id,
        name: "tokens",
        authorizerType: "REQUEST",
        authorizerUri: authorise.invokeArn,
        identitySources: ["route.request.querystring.token"],
      },
      { parent: this },
    );
    new Permission(
      `${this.#name}-tokens`,
      {
        statementId: "front",
        function: authorise.functionName,
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${this.#api.executionArn}/authorizers/${judge.id}`,
      },
      { parent: this },
    );
    return judge;
  }
}
