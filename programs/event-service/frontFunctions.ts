import type * as pulumi from "@pulumi/pulumi";
import { CloudFunction } from "../components/cloudFunction.ts";
import type { WorkQueue } from "../components/workQueue.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { codeOf, type HandlerName } from "./code.ts";
import type { Connections } from "./connections.ts";
import type { HttpFront } from "./httpFront.ts";
import type { EventServiceInputs } from "./inputs.ts";
import type { LiveSettings } from "./liveSettings.ts";
import type { ScheduleStore } from "./scheduleStore.ts";
import type { WebSocketFront } from "./webSocketFront.ts";

/** What each function before players keeps of the account's thousand: enough for hundreds of requests a second of some ten milliseconds. */
const frontConcurrency = 50;

export interface FrontFunctionsArgs {
  readonly context: StackContext;
  readonly inputs: EventServiceInputs;
  readonly keyArn: pulumi.Input<string>;
  readonly http: HttpFront;
  readonly socket: WebSocketFront;
  readonly store: ScheduleStore;
  readonly connections: Connections;
  readonly deliveries: WorkQueue;
  readonly live: LiveSettings;
}

/** The functions that answer at the two fronts; answers their names. */
export function declareFrontFunctions(
  args: FrontFunctionsArgs,
  place: ComponentPlace,
): readonly pulumi.Output<string>[] {
  const { context, inputs, keyArn, store, connections, live } = args;
  const { tokens } = inputs;
  const answering = (
    name: HandlerName,
    own: Pick<ConstructorParameters<typeof CloudFunction>[1], "description" | "environment" | "statements">,
  ) =>
    new CloudFunction(
      name,
      {
        context,
        keyArn,
        role: name,
        code: codeOf(name, inputs),
        handler: `${name}.handler`,
        timeoutSeconds: 10,
        concurrency: frontConcurrency,
        deadLetterArn: args.deliveries.queueArn,
        logRetentionDays: inputs.logRetentionDays,
        ...own,
      },
      place,
    );
  const api = answering("api", {
    description: "Answers on the schedule of game events",
    environment: { SCHEDULE_TABLE: store.tableName, ...live.environment },
    statements: [...store.rights("write"), ...live.statements],
  });
  const socket = answering("socket", {
    description: "Notes which players are connected",
    environment: { CONNECTION_TABLE: connections.tableName },
    statements: connections.rights("PutItem", "DeleteItem"),
  });
  const authorise =
    tokens === undefined
      ? undefined
      : answering("authorise", {
          description: "Judges the tokens of players who connect",
          environment: { TOKEN_ISSUER: tokens.issuer, TOKEN_AUDIENCES: JSON.stringify(tokens.audiences) },
          statements: [],
        });
  args.http.answerBy(api);
  args.socket.answerBy({ socket, authorise });
  const made = [api, socket, ...(authorise === undefined ? [] : [authorise])];
  return made.map(({ functionName }) => functionName);
}
