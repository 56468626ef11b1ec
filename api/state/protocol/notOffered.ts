import { Router } from "express";
import { Problem } from "../../base/problem.ts";
import type { Route } from "./protocolRoute.ts";
import type { StackAccess } from "./stackAccess.ts";

/**
 * The answer to what only Pulumi's own service has, and to what a newer client may ask for. A client repeats a GET four times
 * over seven seconds when it is answered 5xx (httpstate/client/api.go), so a GET is told that there is no such thing; it takes
 * that well. Bodies are not looked at: those of environments are YAML.
 */
export function notOffered(route: Route, access: StackAccess): Router {
  return Router().use(
    route(
      async (request) => {
        await access.caller(request);
        const { method, path } = request;
        throw new Problem(
          method === "GET" || method === "HEAD" ? "not-found" : "not-offered",
          `Not offered here: ${method} ${path}. Meridian is no Pulumi Cloud; docs/cli.md lists what it serves.`,
        );
      },
      { body: "ignored" },
    ),
  );
}
