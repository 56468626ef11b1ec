import { type Request, type RequestHandler, Router } from "express";
import { type Linked, linkPage } from "./linkPage.ts";

/** Nothing but the service's own style sheet may load; nothing runs, nothing is sent anywhere, nothing may frame it. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a path of three parts may begin with that is no team. */
const rooms = new Set(["api", "docs", "runner", "v1"]);

/**
 * Where the links lead that the Pulumi CLI prints ("View Live", `pulumi console`): it makes them itself, of the console's
 * address and the names of stack and update (backend.go, getPermalink). A browser brings no key, so a page says what the link
 * names and how to see it with a key. It reads nothing: what exists and what does not look the same.
 */
export function linkRouter(): Router {
  return Router()
    .get("/:team/:project/:stack", show)
    .get("/:team/:project/:stack/updates/:version", show)
    .get("/:team/:project/:stack/previews/:preview", show);
}

const show: RequestHandler = (req, res, next) => {
  const linked = linkedIn(req);
  if (linked === undefined) return next();
  res
    .set({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": policy })
    .send(linkPage(linked, `${req.protocol}://${req.get("host") ?? ""}`));
};

const name = /^[A-Za-z0-9-_.]{1,100}$/;
const version = /^[0-9]{1,9}$/;
const uuid = /^[0-9a-f-]{36}$/;

/** @returns undefined for what no stack or update can be called, so that it is refused as any unknown path is */
function linkedIn({ params }: Request): Linked | undefined {
  const { team = "", project = "", stack = "", version: update, preview } = params as Partial<Record<string, string>>; // no route repeats one
  if (rooms.has(team) || ![team, project, stack].every((each) => name.test(each))) return undefined;
  if (update !== undefined && !version.test(update)) return undefined;
  if (preview !== undefined && !uuid.test(preview)) return undefined;
  return { team, project, stack, version: update, preview };
}
