import { z } from "zod";
import { accepted, ok } from "../http/answer.ts";
import { pageOf, pageParameters, positionOf, toPage } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { teamParameter, thingName } from "../http/schemas.ts";
import { addressOf } from "../stacks/stack.ts";
import type { SettlementWay } from "./divergence.ts";
import { listDivergences } from "./divergenceStore.ts";
import { findLatestQuarantine } from "./quarantineStore.ts";
import {
  divergenceKind,
  divergenceSchema,
  divergenceStatus,
  quarantineSchema,
  viewDivergence,
  viewQuarantine,
} from "./recoverySchemas.ts";
import type { RecoveryService } from "./recoveryService.ts";

/** For admins alone: divergences cross teams, and whose a resource is may be what is to be found out. */
const common = { tag: "Recovery", permission: "administer" } as const;
const change = { ...common, quarantine: "may-change", problems: ["invalid-transition"] } as const;
const QUARANTINE = "/v1/quarantine";

/** How a person takes away what is not wanted, by the handle of the cloud that listed it. */
type RemovalOf = (handle: string) => string | undefined;

export function recoveryRoutes(recovery: RecoveryService, removalOf: RemovalOf): readonly Route[] {
  return [
    ...quarantineRoutes(recovery),
    listRoute(removalOf),
    ...settleOneRoutes(recovery, removalOf),
    ...settleStackRoutes(recovery),
  ];
}

function quarantineRoutes(recovery: RecoveryService): readonly Route[] {
  const answers = { 200: { description: "The quarantine.", schema: quarantineSchema } };
  return [
    reads(
      { ...common, method: "get", path: QUARANTINE, summary: "Show the quarantine of a restored service", answers },
      async (_request, db) => ok(viewQuarantine(await recovery.status(db))),
    ),
    changes(
      {
        ...change,
        method: "post",
        path: "/v1/quarantine/listing",
        action: "quarantine.list",
        summary: "List the divergences again",
        description: "What is settled stays settled, unless it differs again.",
        answers: { 202: { description: "They are being listed.", schema: quarantineSchema } },
      },
      async (_request, tx) => ({
        answer: accepted(QUARANTINE, viewQuarantine(await recovery.listAgain(tx))),
        subject: QUARANTINE,
        team: undefined,
        afterCommit: () => void recovery.begin(),
      }),
    ),
    changes(
      {
        ...change,
        method: "post",
        path: "/v1/quarantine/release",
        action: "quarantine.release",
        summary: "End the quarantine: everything may change again",
        body: z.strictObject({
          override: z
            .boolean()
            .default(false)
            .describe("Also with divergences open, or clouds that could not be asked."),
        }),
        answers,
      },
      async ({ body, caller }, tx) => ({
        answer: ok(viewQuarantine(await recovery.release(tx, { caller, ...body }))),
        subject: QUARANTINE,
        team: undefined,
        details: { override: body.override },
      }),
    ),
  ];
}

function listRoute(removalOf: RemovalOf): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/divergences",
      summary: "List where states and clouds differ, after a restore",
      query: z.strictObject({
        ...pageParameters,
        status: divergenceStatus.optional(),
        kind: divergenceKind.optional(),
        stack: z.string().max(300).optional().describe("As in `/v1/stacks`; of another project `project/name`."),
        team: thingName.optional(),
      }),
      answers: { 200: { description: "A page.", schema: pageOf(divergenceSchema) } },
    },
    async ({ query: { pageSize, pageToken, stack, ...filter } }, db) => {
      const after = positionOf({ pageSize, pageToken }, z.string());
      const quarantine = await findLatestQuarantine(db);
      if (quarantine === undefined) return ok({ items: [] });
      const named = stack === undefined ? {} : choiceOf(stack);
      const limit = pageSize + 1;
      const rows = await listDivergences(db, { ...filter, ...named, quarantine: quarantine.id, after, limit });
      const item = (row: (typeof rows)[number]) => viewDivergence(row, removalOf);
      return ok(toPage(rows, { pageSize }, { key: ({ id }) => id, item }));
    },
  );
}

const ways = {
  adopt: "Take what the cloud has into the state",
  forget: "Let go of what the other side does not have",
} as const satisfies Record<SettlementWay, string>;

const team = teamParameter.describe("Whose it shall be, where that cannot be told.");

function settleOneRoutes(recovery: RecoveryService, removalOf: RemovalOf): readonly Route[] {
  return (["adopt", "forget"] as const).map((way) =>
    changes(
      {
        ...change,
        method: "post",
        path: `/v1/divergences/{id}/${way}`,
        action: `divergence.${way}`,
        summary: `${ways[way]}: one divergence`,
        query: z.strictObject({ team }),
        answers: { 200: { description: "The divergence, settled.", schema: divergenceSchema } },
      },
      async ({ params, query, caller }, tx) => {
        const settled = await recovery.settleOne(tx, params.id, { caller, way, team: query.team });
        const { kind, urn, cloudId } = settled;
        return {
          answer: ok(viewDivergence(settled, removalOf)),
          subject: `/v1/divergences/${params.id}`,
          team: settled.team,
          details: { kind, urn, cloudId },
        };
      },
    ),
  );
}

function settleStackRoutes(recovery: RecoveryService): readonly Route[] {
  return (["adopt", "forget"] as const).map((way) =>
    changes(
      {
        ...change,
        method: "post",
        path: `/v1/divergences/${way}`,
        action: `divergence.${way}`,
        summary: `${ways[way]}: all of one stack`,
        description:
          way === "adopt"
            ? "What is `in-cloud` or `changed`."
            : "What is `in-state` or `never-made`. What still stands in the cloud is forgotten one by one.",
        body: z.strictObject({ stack: z.string().min(1).max(300), team: thingName.optional() }),
        answers: { 200: { description: "How many.", schema: z.object({ settled: z.int() }) } },
      },
      async ({ body, caller }, tx) => {
        const settled = await recovery.settleStack(tx, { ...choiceOf(body.stack), team: body.team }, { caller, way });
        return {
          answer: ok({ settled }),
          subject: `/v1/stacks/${encodeURIComponent(body.stack)}`,
          team: body.team,
          details: { settled },
        };
      },
    ),
  );
}

function choiceOf(stack: string): { readonly project: string; readonly stack: string } {
  const { project, name } = addressOf(stack);
  return { project, stack: name };
}
