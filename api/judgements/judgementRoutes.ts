import { z } from "zod";
import { judgementTypes } from "../gate/index.ts";
import { ok, okAs } from "../http/answer.ts";
import type { AuditSink } from "../http/audit.ts";
import { type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { bundleView, DOCUMENT_LIMIT, judgementRequest, judgementView } from "./judgement.ts";
import { judgementRecord } from "./judgementRecord.ts";
import type { JudgementService } from "./judgementService.ts";

const tag = "Gate";
type Form = keyof typeof judgementTypes;
const forms = Object.keys(judgementTypes) as [Form, ...Form[]]; // the keys of a const object

export function judgementRoutes(judgements: JudgementService, audit: AuditSink): readonly Route[] {
  return [judge(judgements, audit), bundle(judgements)];
}

function judge(judgements: JudgementService, audit: AuditSink): Route {
  return reads(
    {
      method: "post",
      path: "/v1/gate",
      tag,
      summary: "Judge a preview, an exported state, an engine's events, or a stack by its state",
      description:
        "Changes nothing, and asks no provider. Who asked about what, and what was said, is in the audit log. What is secret in a document stays closed: a rule that reads it finds it not known yet.",
      permission: "read",
      narrowed: "may-ask",
      body: judgementRequest,
      bodyLimit: DOCUMENT_LIMIT,
      produces: forms,
      answers: { 200: { description: "The judgement, whether or not it passes.", schema: judgementView } },
      problems: ["not-found", "stale-bundle", "not-acceptable"],
    },
    async ({ body, caller, produces, requestId }, db) => {
      const judged = await judgements.judge(db, caller, body);
      await audit.record(db, judgementRecord(judged, { caller, requestId }));
      const { judgement } = judged;
      const form = judgementTypes[produces as Form]; // chosen among the declared
      // A pipeline that wants SARIF or JUnit learns here whether it may go on.
      const said = { "meridian-judgement": judgement.passed ? "passed" : "denied" };
      return okAs(`${produces}; charset=utf-8`, form(judgement), said);
    },
  );
}

function bundle(judgements: JudgementService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/gate/bundle",
      tag,
      summary: "Show what verdicts on a stack depend on: rules, settings, exemptions, own packs",
      description: "The ETag is the digest. A pipeline keeps it as a file, for `meridian gate --bundle FILE`.",
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject({
        stack: z.string().min(1).max(300).describe("`name`, or `project/name`"),
        team: teamParameter,
      }),
      answers: { 200: { description: "The bundle.", schema: bundleView } },
      problems: ["not-found"],
    },
    async ({ query, caller }, db) => {
      const found = await judgements.bundle(db, caller, query);
      return ok(found, { etag: `"${Reflect.get(found, "digest")}"` });
    },
  );
}
