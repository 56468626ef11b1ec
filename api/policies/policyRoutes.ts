import { z } from "zod";
import type { Database } from "../db/database.ts";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters, positionOf, toPage } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { absent, teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { type Policy, type PolicyCatalogue, policyView } from "./policy.ts";

const common = { method: "get", tag: "Policies", permission: "read", narrowed: "may-ask" } as const;

export function policyRoutes(catalogue: PolicyCatalogue): readonly Route[] {
  return [list(catalogue), show(catalogue)];
}

const pages = z.strictObject({ ...pageParameters, team: teamParameter });
const which = z.strictObject({
  team: teamParameter,
  pack: z.string().max(100).optional().describe("Where several packs have a rule of this name."),
  packVersion: z.string().max(40).optional(),
});

/** Unique, and in the order of names: nothing in a name sorts before the space. */
const keyOf = ({ name, pack, packVersion }: Policy): string => `${name} ${pack} ${packVersion}`;
const byKey = (one: Policy, other: Policy): number => (keyOf(one) < keyOf(other) ? -1 : 1);
const isEnforced = ({ assignments }: Policy): boolean => assignments === undefined || assignments.length > 0;

async function policiesFor(catalogue: PolicyCatalogue, db: Database, team: string): Promise<readonly Policy[]> {
  await requireTeam(db, team);
  return catalogue.policies(db, team);
}

function list(catalogue: PolicyCatalogue): Route {
  return reads(
    {
      ...common,
      path: "/v1/policies",
      summary: "List the rules that steps are judged by, by name",
      description:
        "Meridian's, and those of the own packs that the team sees: of each pack the newest version, and those that are assigned.",
      query: pages,
      answers: { 200: { description: "A page of policies.", schema: pageOf(policyView) } },
      problems: ["not-found"],
    },
    async ({ query, caller }, db) => {
      const after = positionOf(query, z.string());
      const policies = await policiesFor(catalogue, db, teamOf(caller, query.team));
      const rest = policies.filter((policy) => after === undefined || keyOf(policy) > after).toSorted(byKey);
      return ok(toPage(rest, query, { key: keyOf, item: (policy) => policy }));
    },
  );
}

function show(catalogue: PolicyCatalogue): Route {
  return reads(
    {
      ...common,
      path: "/v1/policies/{name}",
      summary: "Show a rule: what it refuses, how grave that is, what to do",
      description: "Where several packs or versions have it: one that is enforced, and of those the newest.",
      query: which,
      answers: { 200: { description: "The policy.", schema: policyView } },
    },
    async ({ params, query: { team, pack, packVersion }, caller }, db) => {
      const named = (await policiesFor(catalogue, db, teamOf(caller, team))).filter(
        (policy) =>
          policy.name === params.name &&
          (pack === undefined || policy.pack === pack) &&
          (packVersion === undefined || policy.packVersion === packVersion),
      );
      const found = named.find(isEnforced) ?? named[0];
      if (found === undefined) throw absent("policy", params.name);
      return ok(found);
    },
  );
}
