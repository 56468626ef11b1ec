import { z } from "zod";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { blueprintView } from "./blueprint.ts";
import type { BlueprintService } from "./blueprintService.ts";

const common = { method: "get", tag: "Blueprints", permission: "read", narrowed: "may-ask" } as const;

export function blueprintRoutes(blueprints: BlueprintService): readonly Route[] {
  return [
    reads(
      {
        ...common,
        path: "/v1/blueprints",
        summary: "List what can be built",
        query: z.strictObject(pageParameters),
        answers: { 200: { description: "A page of blueprints.", schema: pageOf(blueprintView) } },
      },
      async ({ query }, db) => ok(await blueprints.list(db, query)),
    ),
    reads(
      {
        ...common,
        path: "/v1/blueprints/{name}",
        summary: "Show a blueprint: the schema of its inputs, its outputs, its notes",
        answers: { 200: { description: "The blueprint.", schema: blueprintView } },
      },
      async ({ params }, db) => ok(await blueprints.get(db, params.name)),
    ),
  ];
}
