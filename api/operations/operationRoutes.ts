import { z } from "zod";
import { accepted, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads, streams } from "../http/route.ts";
import type { EventStreams } from "./eventStreams.ts";
import { operationFilter } from "./operationList.ts";
import { operationSchema } from "./operationSchemas.ts";
import type { OperationService } from "./operationService.ts";

const tag = "Operations";

export function operationRoutes(operations: OperationService, events: EventStreams): readonly Route[] {
  return [
    reads(
      {
        method: "get",
        path: "/v1/operations",
        tag,
        summary: "List operations, newest first",
        permission: "read",
        narrowed: "may-ask",
        query: z.strictObject({ ...pageParameters, ...operationFilter }),
        answers: { 200: { description: "One page.", schema: pageOf(operationSchema) } },
      },
      async ({ query, caller }) => ok(await operations.list(query, caller)),
    ),
    reads(
      {
        method: "get",
        path: "/v1/operations/{id}",
        tag,
        summary: "Show an operation",
        permission: "read",
        narrowed: "may-ask",
        answers: { 200: { description: "The operation.", schema: operationSchema } },
        problems: ["not-found"],
      },
      async ({ params, caller }) => ok(await operations.get(params.id, caller)),
    ),
    changes(
      {
        method: "post",
        path: "/v1/operations/{id}/cancel",
        tag,
        summary: "Cancel an operation",
        description:
          "A queued operation ends at once. A working engine is interrupted, and what is in flight is saved.",
        permission: "change",
        narrowed: "may-ask",
        action: "operation.cancel",
        answers: { 202: { description: "It is being cancelled, or is cancelled.", schema: operationSchema } },
        problems: ["not-found", "invalid-transition"],
      },
      async ({ params, caller }, tx) => {
        const operation = await operations.cancel(tx, params.id, caller);
        const path = `/v1/operations/${operation.id}`;
        return { answer: accepted(path, operation), subject: path, team: operation.team };
      },
    ),
    streams(
      {
        method: "get",
        path: "/v1/operations/{id}/events",
        tag,
        summary: "Follow an operation",
        description:
          "Server-sent events from the first one on, or after `Last-Event-ID`. The stream closes after `end`; asked again after that it answers 204.",
        permission: "read",
        narrowed: "may-ask",
        answers: {
          200: { description: "The events.", contentType: "text/event-stream" },
          204: { description: "Nothing more will come." },
        },
        problems: ["not-found"],
      },
      async ({ params, caller, lastEventId }, res) => {
        const operation = await operations.get(params.id, caller);
        await events.open(res, { subject: operation.id, lastEventId });
      },
    ),
  ];
}
