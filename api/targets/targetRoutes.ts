import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { etagOf } from "../http/etag.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { createTarget, patchTarget, targetView } from "./target.ts";
import type { TargetService } from "./targetService.ts";

const tag = "Targets";

export function targetRoutes(targets: TargetService): readonly Route[] {
  return [list(targets), show(targets), create(targets), change(targets), remove(targets)];
}

function list(targets: TargetService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/targets",
      tag,
      summary: "List where stacks may go, by name",
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject(pageParameters),
      answers: { 200: { description: "A page of targets.", schema: pageOf(targetView) } },
    },
    async ({ query }, db) => ok(await targets.list(db, query)),
  );
}

function show(targets: TargetService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/targets/{name}",
      tag,
      summary: "Show a target",
      permission: "read",
      narrowed: "may-ask",
      answers: { 200: { description: "The target; its ETag is its generation.", schema: targetView } },
    },
    async ({ params }, db) => {
      const target = await targets.get(db, params.name);
      return ok(target, { etag: etagOf(target.generation) });
    },
  );
}

function create(targets: TargetService): Route {
  return changes(
    {
      method: "post",
      path: "/v1/targets",
      action: "target.create",
      quarantine: "may-change",
      tag,
      summary: "Add a target",
      description: "A second account of the sandbox, as `sandbox-production`, or one of AWS.",
      permission: "administer",
      body: createTarget,
      answers: { 201: { description: "The target was added.", schema: targetView } },
      problems: ["already-exists"],
    },
    async ({ body }, tx) => {
      const target = await targets.create(tx, body);
      const subject = `/v1/targets/${target.name}`;
      const { cloud, account, environment, regions, doors } = target;
      return {
        answer: created(subject, target, { etag: etagOf(target.generation) }),
        subject,
        team: undefined,
        details: { cloud, account, environment, regions, doors },
      };
    },
  );
}

function change(targets: TargetService): Route {
  return changes(
    {
      method: "patch",
      path: "/v1/targets/{name}",
      action: "target.change",
      quarantine: "may-change",
      tag,
      summary: "Change a target's regions, doors or credentials",
      permission: "administer",
      body: patchTarget,
      ifMatch: "required",
      answers: { 200: { description: "The target as it is now.", schema: targetView } },
      problems: ["invalid-transition"],
    },
    async ({ params, body, ifMatch }, tx) => {
      const target = await targets.change(tx, params.name, { patch: body, ifMatch });
      return {
        answer: ok(target, { etag: etagOf(target.generation) }),
        subject: `/v1/targets/${target.name}`,
        team: undefined,
        details: { ...body },
      };
    },
  );
}

function remove(targets: TargetService): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/targets/{name}",
      action: "target.delete",
      tag,
      summary: "Remove a target that no stack set uses",
      permission: "administer",
      ifMatch: "optional",
      answers: { 204: { description: "The target is gone." } },
      problems: ["invalid-transition"],
    },
    async ({ params, ifMatch }, tx) => {
      await targets.remove(tx, params.name, ifMatch);
      return { answer: noContent(), subject: `/v1/targets/${params.name}`, team: undefined };
    },
  );
}
