import { Router } from "express";
import { type Caller, mayReach } from "../../base/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import { type ListedStack, listStacks, listTeams } from "../stacks/stackStore.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import type { StackAccess } from "./stackAccess.ts";

/** Who the client is, which organizations and stacks it sees, and what the service can do. */
export function userRoutes(route: Route, access: StackAccess, db: Database): Router {
  const router = Router();

  // Open to all: a client asks before it has a key. `batch-encrypt` saves a request for each secret; deltas of
  // checkpoints are not announced, because a client that journals sends none.
  router.get(
    "/capabilities",
    route(async () => ({ capabilities: [{ capability: "batch-encrypt" }] })),
  );

  router.get(
    "/user",
    route(async (request) => {
      const caller = await access.caller(request);
      const organizations = (await teamsOf(db, caller)).map((team) => ({
        githubLogin: team,
        name: team,
        avatarUrl: "",
      }));
      const login = caller.name.replaceAll(/[^A-Za-z0-9-_]/g, "-") || caller.id;
      return {
        id: caller.id,
        githubLogin: login,
        name: caller.name,
        email: "",
        avatarUrl: "",
        organizations,
        identities: [],
      };
    }),
  );

  router.get(
    "/user/organizations/default",
    route(async (request) => ({
      gitHubLogin: (await teamsOf(db, await access.caller(request)))[0] ?? "",
      messages: [],
    })),
  );

  router.get(
    "/user/stacks",
    route(async (request) => ({ stacks: await visibleStacks(db, await access.caller(request), request) })),
  );

  return router;
}

/** The team that the first start makes comes first for an admin, who has none of their own. */
async function teamsOf(db: Database, caller: Caller): Promise<readonly string[]> {
  if (caller.team !== undefined) return [caller.team];
  const teams = await listTeams(db);
  return teams.includes("default") ? ["default", ...teams.filter((team) => team !== "default")] : teams;
}

async function visibleStacks(db: Database, caller: Caller, { query }: ProtocolRequest): Promise<readonly object[]> {
  const organization = query.get("organization") ?? undefined;
  if (caller.team !== undefined && organization !== undefined && organization !== caller.team) return [];
  const tagValue = query.get("tagValue") ?? undefined;
  const tagName = query.get("tagName") ?? undefined;
  if (tagValue !== undefined && tagName === undefined)
    throw new Problem("invalid-request", "tagValue needs the tagName whose value it is.");
  const stacks = await listStacks(db, {
    team: caller.team ?? organization,
    project: query.get("project") ?? undefined,
    id: caller.operation?.stackId,
    tagName,
    tagValue,
  });
  return stacks.filter((stack) => mayReach(caller, stack)).map(summarize);
}

function summarize(stack: ListedStack): object {
  const { lastUpdate } = stack;
  return {
    id: stack.id,
    orgName: stack.team,
    projectName: stack.project,
    stackName: stack.name,
    resourceCount: stack.resourceCount,
    links: { self: "" },
    ...(lastUpdate && { lastUpdate: Math.floor(lastUpdate.getTime() / 1000) }),
  };
}
