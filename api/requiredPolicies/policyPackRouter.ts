import { Router } from "express";
import { Problem } from "../base/problem.ts";
import type { RequiredPolicies } from "./requiredPolicies.ts";

/** Where the archive of a version is. */
export const packPath = (name: string, version: string): string => `/policy-packs/${name}/${version}.tgz`;

/**
 * The archives of the policy pack. An engine fetches them without a key (httpstate/client, DownloadPolicyPack), and there is nothing in
 * them that `GET /v1/policies` does not tell.
 */
export function policyPackRouter(required: RequiredPolicies): Router {
  return Router().get("/policy-packs/:name/:file", async (req, res) => {
    const pack = await required.pack();
    if (pack === undefined || req.path !== packPath(pack.name, pack.version))
      throw new Problem(
        "not-found",
        `There is no policy pack at ${req.path}. Run the command again: it is told of the one in force.`,
      );
    res.set({ "content-type": "application/gzip", "cache-control": "public, max-age=31536000, immutable" });
    res.send(pack.archive);
  });
}
