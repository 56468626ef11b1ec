import { z } from "zod";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters, positionOf, toPage } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { absent } from "../http/schemas.ts";
import { type PolicyCatalogue, policyView } from "./policy.ts";

const common = { method: "get", tag: "Policies", permission: "read", narrowed: "may-ask" } as const;

export function policyRoutes(catalogue: PolicyCatalogue): readonly Route[] {
  return [list(catalogue), show(catalogue)];
}

function list(catalogue: PolicyCatalogue): Route {
  return reads(
    {
      ...common,
      path: "/v1/policies",
      summary: "List the rules that every step is judged by, by name",
      query: z.strictObject(pageParameters),
      answers: { 200: { description: "A page of policies.", schema: pageOf(policyView) } },
    },
    async ({ query }) => {
      const after = positionOf(query, z.string());
      const rest = catalogue
        .policies()
        .filter(({ name }) => after === undefined || name > after)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return ok(toPage(rest, query, { key: ({ name }) => name, item: (policy) => policy }));
    },
  );
}

function show(catalogue: PolicyCatalogue): Route {
  return reads(
    {
      ...common,
      path: "/v1/policies/{name}",
      summary: "Show a rule: what it refuses, how grave that is, what to do",
      answers: { 200: { description: "The policy.", schema: policyView } },
    },
    async ({ params }) => {
      const found = catalogue.policies().find(({ name }) => name === params.name);
      if (found === undefined) throw absent("policy", params.name);
      return ok(found);
    },
  );
}
