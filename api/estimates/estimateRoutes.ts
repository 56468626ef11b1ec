import { ok } from "../http/answer.ts";
import { type Route, reads } from "../http/route.ts";
import { estimateRequest, estimateView } from "./estimate.ts";
import type { EstimateService } from "./estimateService.ts";

/** Bytes: an export of some thousand resources. */
const DOCUMENT_LIMIT = 16 * 1_048_576;

export function estimateRoutes(estimates: EstimateService): readonly Route[] {
  return [
    reads(
      {
        method: "post",
        path: "/v1/estimates",
        tag: "Estimates",
        summary: "Estimate what a preview, an exported state, an engine's events or a stack costs a month",
        description:
          "Changes nothing, and asks no provider. Every preview of a stack of the service says the same of itself: see `estimate` of an operation.",
        permission: "read",
        narrowed: "may-ask",
        body: estimateRequest,
        bodyLimit: DOCUMENT_LIMIT,
        answers: { 200: { description: "The estimate.", schema: estimateView } },
        problems: ["not-found"],
      },
      async ({ body, caller }, db) => ok(await estimates.estimate(db, caller, body)),
    ),
  ];
}
