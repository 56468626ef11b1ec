import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { blueprintView, publishBlueprint } from "./blueprint.ts";
import type { BlueprintService } from "./blueprintService.ts";

const common = { method: "get", tag: "Blueprints", permission: "read", narrowed: "may-ask" } as const;
const ofTeam = z.strictObject({ team: teamParameter });
const pages = z.strictObject({ ...pageParameters, team: teamParameter });

export function blueprintRoutes(blueprints: BlueprintService): readonly Route[] {
  return [...lookups(blueprints), publish(blueprints), remove(blueprints)];
}

function lookups(blueprints: BlueprintService): readonly Route[] {
  return [
    reads(
      {
        ...common,
        path: "/v1/blueprints",
        summary: "List what can be built: the present version of each blueprint",
        description: "Those of everyone, and the team's own.",
        query: pages,
        answers: { 200: { description: "A page of blueprints.", schema: pageOf(blueprintView) } },
        problems: ["not-found"],
      },
      async ({ query, caller }, db) => ok(await blueprints.list(db, { ...query, caller })),
    ),
    reads(
      {
        ...common,
        path: "/v1/blueprints/{name}",
        summary: "Show a blueprint: the schema of its inputs, its outputs, its notes",
        query: ofTeam,
        answers: { 200: { description: "Its present version.", schema: blueprintView } },
      },
      async ({ params, query, caller }, db) => ok(await blueprints.get(db, { ...query, caller, name: params.name })),
    ),
    reads(
      {
        ...common,
        path: "/v1/blueprints/{name}/versions",
        summary: "List the artefacts of a blueprint, newest first",
        query: pages,
        answers: { 200: { description: "A page of artefacts.", schema: pageOf(blueprintView) } },
      },
      async ({ params, query, caller }, db) =>
        ok(await blueprints.versions(db, { ...query, caller, name: params.name })),
    ),
    reads(
      {
        ...common,
        path: "/v1/blueprints/{name}/versions/{digest}",
        summary: "Show one artefact of a blueprint",
        query: ofTeam,
        answers: { 200: { description: "The artefact.", schema: blueprintView } },
      },
      async ({ params, query, caller }, db) =>
        ok(await blueprints.version(db, { ...query, caller, name: params.name, digest: params.digest })),
    ),
  ];
}

function publish(blueprints: BlueprintService): Route {
  return changes(
    {
      method: "post",
      path: "/v1/blueprints",
      action: "blueprint.publish",
      tag: "Blueprints",
      summary: "Publish a blueprint of a team's own, as an artefact that never changes",
      description:
        "Nothing in it is run by the service; stacks are built from it by runners of its team. What is published already is answered again, with 200.",
      permission: "change",
      body: publishBlueprint,
      answers: {
        200: { description: "The artefact, which was published before.", schema: blueprintView },
        201: { description: "The artefact.", schema: blueprintView },
      },
      problems: ["already-exists", "not-found"],
    },
    async ({ body, caller }, tx) => {
      const { blueprint, fresh } = await blueprints.publish(tx, body, caller);
      const path = `/v1/blueprints/${blueprint.name}/versions/${blueprint.digest}`;
      const { digest, publishedFrom: from, team } = blueprint;
      return {
        answer: fresh ? created(path, blueprint) : ok(blueprint),
        subject: path,
        team,
        details: { digest, from },
      };
    },
  );
}

function remove(blueprints: BlueprintService): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/blueprints/{name}/versions/{digest}",
      action: "blueprint.remove",
      tag: "Blueprints",
      summary: "Remove an artefact that nothing refers to",
      description: "Refused as long as a stack set, a stack or an operation, ended ones included, was built from it.",
      permission: "change",
      query: ofTeam,
      answers: { 204: { description: "It is gone." } },
      problems: ["invalid-transition"],
    },
    async ({ params, query, caller }, tx) => {
      const removed = await blueprints.remove(tx, { ...query, caller, name: params.name, digest: params.digest });
      const subject = `/v1/blueprints/${removed.name}/versions/${removed.digest}`;
      return { answer: noContent(), subject, team: removed.team, details: { digest: removed.digest } };
    },
  );
}
