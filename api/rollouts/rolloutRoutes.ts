import { z } from "zod";
import { accepted, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads, streams } from "../http/route.ts";
import type { EventStreams } from "../operations/eventStreams.ts";
import { rolloutSchema } from "./rolloutSchemas.ts";
import type { RolloutService } from "./rolloutService.ts";

const tag = "Rollouts";

export function rolloutRoutes(rollouts: RolloutService, events: EventStreams): readonly Route[] {
  return [
    reads(
      {
        method: "get",
        path: "/v1/rollouts",
        tag,
        summary: "List rollouts, newest first",
        permission: "read",
        query: z.strictObject({ ...pageParameters, stackSet: z.string().max(40).optional() }),
        answers: { 200: { description: "One page.", schema: pageOf(rolloutSchema) } },
      },
      async ({ query, caller }) => ok(await rollouts.list(query, caller)),
    ),
    reads(
      {
        method: "get",
        path: "/v1/rollouts/{id}",
        tag,
        summary: "Show a rollout",
        permission: "read",
        answers: { 200: { description: "The rollout.", schema: rolloutSchema } },
        problems: ["not-found"],
      },
      async ({ params, caller }) => ok(await rollouts.get(params.id, caller)),
    ),
    changes(
      {
        method: "post",
        path: "/v1/rollouts/{id}/cancel",
        tag,
        summary: "Cancel a rollout",
        description: "The operation under way is cancelled, and no further region is begun. What was done stays.",
        permission: "change",
        action: "rollout.cancel",
        answers: { 202: { description: "It is being cancelled, or is cancelled.", schema: rolloutSchema } },
        problems: ["not-found", "invalid-transition"],
      },
      async ({ params, caller }, tx) => {
        const rollout = await rollouts.cancel(tx, params.id, caller);
        const path = `/v1/rollouts/${rollout.id}`;
        return { answer: accepted(path, rollout), subject: path, team: rollout.team };
      },
    ),
    streams(
      {
        method: "get",
        path: "/v1/rollouts/{id}/events",
        tag,
        summary: "Follow a rollout and its operations",
        description:
          "Server-sent events of the rollout and, with its own numbers, of each of its operations. The stream closes after `end`; asked again after that it answers 204.",
        permission: "read",
        answers: {
          200: { description: "The events.", contentType: "text/event-stream" },
          204: { description: "Nothing more will come." },
        },
        problems: ["not-found"],
      },
      async ({ params, caller, lastEventId }, res) => {
        const rollout = await rollouts.get(params.id, caller);
        await events.open(res, { subject: rollout.id, lastEventId });
      },
    ),
  ];
}
