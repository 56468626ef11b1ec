import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters, positionOf, toPage } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { askSandbox, type FindSandbox } from "./sandboxClient.ts";
import {
  driftPatch,
  fault,
  faultRequest,
  latency,
  latencyRequest,
  ledgerEntry,
  quota,
  quotaRequest,
  quotaScope,
  sandboxResource,
  scopeParameters,
} from "./sandboxSchemas.ts";

/** For admins alone: its accounts are shared by all teams, so what stands in them cannot be told apart by team. */
const common = { tag: "Sandbox", permission: "administer", quarantine: "may-change" } as const;
const problems = ["not-found"] as const;

/** The controls of the simulated cloud, passed on to its process while the target exists. */
export function sandboxRoutes(find: FindSandbox): readonly Route[] {
  return [
    ...resourceRoutes(find),
    ...faultRoutes(find),
    ...latencyRoutes(find),
    ...quotaRoutes(find),
    ledgerRoute(find),
  ];
}

function resourceRoutes(find: FindSandbox): readonly Route[] {
  const subjectOf = (uid: string) => ({ subject: `/v1/sandbox/resources/${encodeURIComponent(uid)}`, team: undefined });
  return [
    reads(
      {
        ...common,
        method: "get",
        path: "/v1/sandbox/resources",
        summary: "List what exists in the simulated cloud",
        query: z.strictObject({ ...pageParameters, ...scopeParameters }),
        answers: { 200: { description: "A page of resources.", schema: pageOf(sandboxResource) } },
        problems,
      },
      async ({ query: { pageSize, pageToken, ...filter } }) => {
        const after = positionOf({ pageSize, pageToken }, z.string());
        const { items } = listOf(sandboxResource).parse(
          await askSandbox(find, { method: "GET", path: ["resources"], query: filter }),
        );
        const rest = items
          .filter(({ uid }) => after === undefined || uid > after)
          .toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
        return ok(toPage(rest, { pageSize }, { key: ({ uid }) => uid, item: (resource) => resource }));
      },
    ),
    reads(
      {
        ...common,
        method: "get",
        path: "/v1/sandbox/resources/{uid}",
        summary: "Show a resource of the simulated cloud",
        answers: { 200: { description: "The resource with its properties.", schema: sandboxResource } },
      },
      async ({ params }) => ok(await askSandbox(find, { method: "GET", path: ["resources", params.uid] })),
    ),
    changes(
      {
        ...common,
        method: "patch",
        path: "/v1/sandbox/resources/{uid}",
        action: "sandbox.drift",
        summary: "Change a resource behind Pulumi's back",
        body: driftPatch,
        answers: { 200: { description: "The resource as it is now.", schema: sandboxResource } },
        problems: ["invalid-transition"],
      },
      async ({ params, body }) => {
        const path = ["resources", params.uid];
        const answer = ok(await askSandbox(find, { method: "PATCH", path, body }));
        return { answer, ...subjectOf(params.uid), details: { properties: Object.keys(body.properties) } };
      },
    ),
    changes(
      {
        ...common,
        method: "delete",
        path: "/v1/sandbox/resources/{uid}",
        action: "sandbox.drift",
        summary: "Delete a resource behind Pulumi's back",
        query: z.strictObject({
          force: z.enum(["true", "false"]).optional().describe("Also when something depends on it."),
        }),
        answers: { 204: { description: "It is gone." } },
        problems: ["invalid-transition"],
      },
      async ({ params, query }) => {
        await askSandbox(find, { method: "DELETE", path: ["resources", params.uid], query });
        return { answer: noContent(), ...subjectOf(params.uid) };
      },
    ),
  ];
}

function faultRoutes(find: FindSandbox): readonly Route[] {
  const subject = "/v1/sandbox/faults";
  return [
    reads(
      {
        ...common,
        method: "get",
        path: "/v1/sandbox/faults",
        summary: "List the faults that are set",
        answers: { 200: { description: "All of them.", schema: z.object({ items: z.array(fault) }) } },
        problems,
      },
      async () => ok(await askSandbox(find, { method: "GET", path: ["faults"] })),
    ),
    changes(
      {
        ...common,
        method: "post",
        path: "/v1/sandbox/faults",
        action: "sandbox.fault",
        summary: "Make the simulated cloud fail",
        body: faultRequest,
        answers: { 201: { description: "The fault is set.", schema: fault } },
        problems,
      },
      async ({ body }) => {
        const made = fault.parse(await askSandbox(find, { method: "POST", path: ["faults"], body }));
        const path = `${subject}/${encodeURIComponent(made.id)}`;
        return { answer: created(path, made), subject: path, team: undefined, details: { ...body } };
      },
    ),
    changes(
      {
        ...common,
        method: "delete",
        path: "/v1/sandbox/faults",
        action: "sandbox.fault",
        summary: "Remove every fault",
        answers: { 204: { description: "None is left." } },
        problems,
      },
      async () => {
        await askSandbox(find, { method: "DELETE", path: ["faults"] });
        return { answer: noContent(), subject, team: undefined };
      },
    ),
    changes(
      {
        ...common,
        method: "delete",
        path: "/v1/sandbox/faults/{id}",
        action: "sandbox.fault",
        summary: "Remove a fault",
        answers: { 204: { description: "It is gone." } },
      },
      async ({ params }) => {
        await askSandbox(find, { method: "DELETE", path: ["faults", params.id] });
        return { answer: noContent(), subject: `${subject}/${encodeURIComponent(params.id)}`, team: undefined };
      },
    ),
  ];
}

function latencyRoutes(find: FindSandbox): readonly Route[] {
  const path = "/v1/sandbox/latency";
  return [
    reads(
      {
        ...common,
        method: "get",
        path,
        summary: "Show how slow the simulated cloud is",
        answers: { 200: { description: "The latency.", schema: latency } },
        problems,
      },
      async () => ok(await askSandbox(find, { method: "GET", path: ["latency"] })),
    ),
    changes(
      {
        ...common,
        method: "put",
        path,
        action: "sandbox.latency",
        summary: "Make the simulated cloud slower or faster",
        body: latencyRequest,
        answers: { 200: { description: "The latency as it is now.", schema: latency } },
        problems,
      },
      async ({ body }) => {
        const now = await askSandbox(find, { method: "PUT", path: ["latency"], body });
        return { answer: ok(now), subject: path, team: undefined, details: { ...body } };
      },
    ),
  ];
}

function quotaRoutes(find: FindSandbox): readonly Route[] {
  const path = "/v1/sandbox/quotas";
  return [
    reads(
      {
        ...common,
        method: "get",
        path,
        summary: "List the quotas of an account of the simulated cloud in a region",
        query: z.strictObject(quotaScope),
        answers: { 200: { description: "All of them.", schema: z.object({ items: z.array(quota) }) } },
        problems,
      },
      async ({ query }) => ok(await askSandbox(find, { method: "GET", path: ["quotas"], query })),
    ),
    changes(
      {
        ...common,
        method: "put",
        path,
        action: "sandbox.quota",
        summary: "Set a quota of an account of the simulated cloud in a region",
        body: quotaRequest,
        answers: { 200: { description: "The quota as it is now.", schema: quota } },
        problems,
      },
      async ({ body }) => {
        const now = await askSandbox(find, { method: "PUT", path: ["quotas"], body });
        return { answer: ok(now), subject: path, team: undefined, details: { ...body } };
      },
    ),
  ];
}

function ledgerRoute(find: FindSandbox): Route {
  const { type, stack } = scopeParameters;
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/sandbox/ledger",
      summary: "List every call that the simulated cloud served, oldest first",
      query: z.strictObject({ ...pageParameters, type, stack, operation: z.string().max(40).optional() }),
      answers: { 200: { description: "A page of calls.", schema: pageOf(ledgerEntry) } },
      problems,
    },
    async ({ query: { pageSize, pageToken, ...filter } }) => {
      const after = positionOf({ pageSize, pageToken }, z.int().min(0));
      const query = { ...filter, after, limit: pageSize + 1 };
      const { items } = listOf(ledgerEntry).parse(await askSandbox(find, { method: "GET", path: ["ledger"], query }));
      return ok(toPage(items, { pageSize }, { key: ({ seq }) => seq, item: (entry) => entry }));
    },
  );
}

function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item) });
}
