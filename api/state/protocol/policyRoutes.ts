import { Router } from "express";
import { maySee } from "../../base/caller.ts";
import { Problem } from "../../base/problem.ts";
import type { Database } from "../../db/database.ts";
import { policyCatalogue } from "../../gate/index.ts";
import { countStacks } from "../stacks/stackStore.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import { param, type StackAccess } from "./stackAccess.ts";

/** The one group: every stack of every team is in it, and no client can take one out. */
const GROUP = "default-policy-group";

/** What `pulumi policy list` and `pulumi policy group list` show: the pack that the gate judges by. It is not changed here. */
export function policyRoutes(route: Route, access: StackAccess, db: Database): Router {
  const group = { name: GROUP, isOrgDefault: true, entityType: "stacks", mode: "preventative" };

  async function teamIn(request: ProtocolRequest): Promise<string> {
    const caller = await access.caller(request);
    const team = param(request.params, "team");
    if (maySee(caller, team) && caller.operation === undefined) return team;
    throw new Problem("not-found", `There is no organization ${team}.`);
  }

  return Router()
    .get(
      "/orgs/:team/policypacks",
      route(async (request) => {
        await teamIn(request);
        return { policyPacks: packs().map((pack) => ({ ...pack, versions: [1], versionTags: [pack.versionTag] })) };
      }),
    )
    .get(
      "/orgs/:team/policygroups",
      route(async (request) => {
        const numStacks = await countStacks(db, await teamIn(request));
        return { policyGroups: [{ ...group, numStacks, numEnabledPolicyPacks: packs().length }] };
      }),
    )
    .get(
      "/orgs/:team/policygroups/:group",
      route(async (request) => {
        const team = await teamIn(request);
        const asked = param(request.params, "group");
        if (asked !== GROUP) throw new Problem("not-found", `${team} has no policy group ${asked}: it has ${GROUP}.`);
        return { ...group, stacks: [], accounts: [], appliedPolicyPacks: packs() };
      }),
    );
}

/** A pack's versions are numbered by Pulumi's service; ours is the one that the service was built with. */
function packs(): readonly { name: string; displayName: string; version: number; versionTag: string }[] {
  const versions = new Map(policyCatalogue().map(({ pack, packVersion }) => [pack, packVersion]));
  return [...versions].map(([name, versionTag]) => ({ name, displayName: name, version: 1, versionTag }));
}
