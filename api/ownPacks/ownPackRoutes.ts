import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import type { AssignmentService } from "./assignmentService.ts";
import { ownPackView, publishPack } from "./ownPack.ts";
import type { OwnPackService } from "./ownPackService.ts";
import { assignPack, packAssignmentView } from "./packAssignment.ts";

const common = { method: "get", tag: "Policy packs", permission: "read", narrowed: "may-ask" } as const;
const ofTeam = z.strictObject({ team: teamParameter });
const pages = z.strictObject({ ...pageParameters, team: teamParameter });

export interface OwnPackRouteDeps {
  readonly packs: OwnPackService;
  readonly assignments: AssignmentService;
  /** Called when an assignment has come or gone. */
  readonly onAssigned: () => void;
}

export function ownPackRoutes({ packs, assignments, onAssigned }: OwnPackRouteDeps): readonly Route[] {
  return [
    ...lookups(packs),
    publish(packs),
    removeVersion(packs),
    ...assignmentLookups(assignments),
    assign(assignments, onAssigned),
    unassign(assignments, onAssigned),
  ];
}

function lookups(packs: OwnPackService): readonly Route[] {
  return [
    reads(
      {
        ...common,
        path: "/v1/policy-packs",
        summary: "List policy packs of teams' own, each in its newest version",
        description: "Those of everyone, and the team's own.",
        query: pages,
        answers: { 200: { description: "A page of packs.", schema: pageOf(ownPackView) } },
        problems: ["not-found"],
      },
      async ({ query, caller }, db) => ok(await packs.list(db, { ...query, caller })),
    ),
    reads(
      {
        ...common,
        path: "/v1/policy-packs/{name}",
        summary: "Show the newest version of a policy pack: its rules, and who published it",
        query: ofTeam,
        answers: { 200: { description: "Its newest version.", schema: ownPackView } },
      },
      async ({ params, query, caller }, db) => ok(await packs.get(db, { ...query, caller, name: params.name })),
    ),
    reads(
      {
        ...common,
        path: "/v1/policy-packs/{name}/versions",
        summary: "List the versions of a policy pack, newest first",
        query: pages,
        answers: { 200: { description: "A page of versions.", schema: pageOf(ownPackView) } },
      },
      async ({ params, query, caller }, db) => ok(await packs.versions(db, { ...query, caller, name: params.name })),
    ),
    reads(
      {
        ...common,
        path: "/v1/policy-packs/{name}/versions/{version}",
        summary: "Show one version of a policy pack",
        query: ofTeam,
        answers: { 200: { description: "The version.", schema: ownPackView } },
      },
      async ({ params: { name, version }, query, caller }, db) =>
        ok(await packs.version(db, { ...query, caller, name, version })),
    ),
  ];
}

function publish(packs: OwnPackService): Route {
  return changes(
    {
      method: "post",
      path: "/v1/policy-packs",
      action: "policy-pack.publish",
      tag: "Policy packs",
      summary: "Publish a policy pack of a team's own, which never changes from then on",
      description:
        "It is loaded in a process without secrets, which takes seconds, and refused with the reason when that fails. Nothing is judged by it before it is assigned. What is published already is answered again, with 200.",
      permission: "change",
      body: publishPack,
      answers: {
        200: { description: "The pack, which was published before.", schema: ownPackView },
        201: { description: "The pack.", schema: ownPackView },
      },
      problems: ["already-exists", "not-found", "unavailable"],
    },
    async ({ body, caller }, tx) => {
      const { pack, fresh } = await packs.publish(tx, body, caller);
      const path = `/v1/policy-packs/${pack.name}/versions/${pack.version}`;
      const { digest, publishedFrom: from, team } = pack;
      return { answer: fresh ? created(path, pack) : ok(pack), subject: path, team, details: { digest, from } };
    },
  );
}

function removeVersion(packs: OwnPackService): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/policy-packs/{name}/versions/{version}",
      action: "policy-pack.remove",
      tag: "Policy packs",
      summary: "Remove a version of a policy pack that is enforced nowhere",
      description:
        "Refused as long as it is assigned, or an operation that it judged has not ended. Verdicts that it gave stay readable; its number is taken by no other contents.",
      permission: "change",
      query: ofTeam,
      answers: { 204: { description: "It is gone." } },
      problems: ["invalid-transition"],
    },
    async ({ params: { name, version }, query, caller }, tx) => {
      const { digest, team } = await packs.remove(tx, { ...query, caller, name, version });
      const subject = `/v1/policy-packs/${name}/versions/${version}`;
      return { answer: noContent(), subject, team, details: { digest } };
    },
  );
}

function assignmentLookups(assignments: AssignmentService): readonly Route[] {
  return [
    reads(
      {
        ...common,
        path: "/v1/pack-assignments",
        summary: "List where policy packs are enforced, newest first",
        description: "For the stacks of the team: its own assignments, and those for everyone.",
        query: pages,
        answers: { 200: { description: "A page of assignments.", schema: pageOf(packAssignmentView) } },
        problems: ["not-found"],
      },
      async ({ query, caller }, db) => ok(await assignments.list(db, { ...query, caller })),
    ),
    reads(
      {
        ...common,
        path: "/v1/pack-assignments/{id}",
        summary: "Show an assignment of a policy pack",
        answers: { 200: { description: "The assignment.", schema: packAssignmentView } },
      },
      async ({ params, caller }, db) => ok(await assignments.get(db, params.id, caller)),
    ),
  ];
}

function assign(assignments: AssignmentService, afterCommit: () => void): Route {
  return changes(
    {
      method: "post",
      path: "/v1/pack-assignments",
      action: "policy-pack.assign",
      tag: "Policy packs",
      summary: "Enforce one version of a policy pack: for everyone, a team, a stack set, a target or an environment",
      description:
        "In force for every step that is judged from then on. A newer version is enforced when it is assigned.",
      permission: "change",
      body: assignPack,
      answers: { 201: { description: "The assignment.", schema: packAssignmentView } },
      problems: ["not-found"],
    },
    async ({ body, caller }, tx) => {
      const assignment = await assignments.assign(tx, body, caller);
      const path = `/v1/pack-assignments/${assignment.id}`;
      const { team } = assignment;
      return { answer: created(path, assignment), subject: path, team, details: { assignment }, afterCommit };
    },
  );
}

function unassign(assignments: AssignmentService, afterCommit: () => void): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/pack-assignments/{id}",
      action: "policy-pack.unassign",
      tag: "Policy packs",
      summary: "Enforce a policy pack there no longer",
      description: "What an admin assigned, an admin takes away.",
      permission: "change",
      answers: { 204: { description: "It is gone." } },
    },
    async ({ params, caller }, tx) => {
      const assignment = await assignments.remove(tx, params.id, caller);
      const subject = `/v1/pack-assignments/${assignment.id}`;
      return { answer: noContent(), subject, team: assignment.team, details: { assignment }, afterCommit };
    },
  );
}
