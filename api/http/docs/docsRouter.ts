import { readFileSync } from "node:fs";
import { type RequestHandler, type Response, Router } from "express";
import { describeRoutes } from "../openApi.ts";
import type { Route } from "../route.ts";
import { problemsPage } from "./problemsPage.ts";
import { referencePage } from "./referencePage.ts";

/** Nothing but the one style sheet may load, so the pages work without internet and cannot run anything. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/openapi.json`, and the pages for people: `/docs` and `/docs/problems`. All are made once. */
export function docsRouter(routes: readonly Route[], version: string): Router {
  const document = describeRoutes(routes, version);
  const json = JSON.stringify(document);
  const style = readFileSync(new URL("./docs.css", import.meta.url), "utf8");
  const router = Router();
  router.get("/openapi.json", give("application/json", json));
  router.get("/docs", give("text/html; charset=utf-8", referencePage(document)));
  router.get("/docs/problems", give("text/html; charset=utf-8", problemsPage(routes)));
  router.get("/docs/docs.css", give("text/css; charset=utf-8", style));
  return router;
}

function give(type: string, text: string): RequestHandler {
  return (_req, res: Response) => {
    res.set({ "content-type": type, "cache-control": "no-cache", "content-security-policy": policy }).send(text);
  };
}
