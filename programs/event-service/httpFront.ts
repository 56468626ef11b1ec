import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Authorizer } from "@pulumi/aws/apigatewayv2/authorizer.js";
import { Route } from "@pulumi/aws/apigatewayv2/route.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudFunction } from "../components/cloudFunction.ts";
import { type ComponentPlace, componentType } from "../stackContext.ts";
import { type FrontArgs, loggedStage, wayTo } from "./fronts.ts";

const reading = ["GET /game-events", "GET /game-events/{id}"];
const writing = ["PUT /game-events/{id}", "DELETE /game-events/{id}"];

/** Where the schedule is read and changed: by tokens, with a scope for changes, or by credentials of the cloud. */
export class HttpFront extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly #name: string;
  readonly #args: FrontArgs;
  readonly #api: Api;

  constructor(name: string, args: FrontArgs, place: ComponentPlace) {
    const { context, inputs } = args;
    super(componentType(context.blueprint, "HttpFront"), name, {}, place);
    this.#name = name;
    this.#args = args;
    const { webOrigins: allowOrigins } = inputs;
    const cors = {
      allowOrigins,
      allowMethods: ["GET", "PUT", "DELETE"],
      allowHeaders: ["authorization", "content-type"],
      maxAge: 600,
    };
    this.#api = new Api(
      `${name}-api`,
      {
        name: context.name("other", "http"),
        description: "The schedule of game events",
        protocolType: "HTTP",
        ...(allowOrigins.length === 0 ? {} : { corsConfiguration: cors }),
        tags: context.tags(`${name}-api`),
      },
      { parent: this },
    );
    loggedStage(name, args, { api: this.#api, stage: "$default", parent: this });
    this.apiId = this.#api.id;
    this.endpoint = this.#api.apiEndpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }

  /** Says who answers, once it is there: what answers is told what the alarms on this front guard. Called once. */
  answerBy(answers: CloudFunction): void {
    const api = this.#api;
    const { tokens } = this.#args.inputs;
    const authorizer = this.#authorizer();
    const integration = wayTo(this.#name, answers, { api, payload: "2.0", parent: this });
    const target = pulumi.interpolate`integrations/${integration.id}`;
    for (const routeKey of [...reading, ...writing]) {
      const scoped = tokens !== undefined && writing.includes(routeKey);
      const by =
        authorizer === undefined
          ? { authorizationType: "AWS_IAM" }
          : {
              authorizationType: "JWT",
              authorizerId: authorizer.id,
              ...(scoped ? { authorizationScopes: [tokens.writeScope] } : {}),
            };
      const resource = `${this.#name}-${routeKey.replace(/\W+/g, "-").replace(/-$/, "").toLowerCase()}`;
      new Route(resource, { apiId: api.id, routeKey, target, ...by }, { parent: this });
    }
  }

  #authorizer(): Authorizer | undefined {
    const { tokens } = this.#args.inputs;
    if (tokens === undefined) return undefined;
    return new Authorizer(
      `${this.#name}-tokens`,
      {
        apiId: this.#api.id,
        name: "tokens",
        authorizerType: "JWT",
        identitySources: ["$request.header.Authorization"],
        jwtConfiguration: { issuer: tokens.issuer, audiences: tokens.audiences },
      },
      { parent: this },
    );
  }
}
