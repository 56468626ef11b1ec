import type { Clock } from "../base/clock.ts";
import { ok } from "../http/answer.ts";
import { type Route, reads, receives } from "../http/route.ts";
import { teamOf } from "../teams/team.ts";
import { readExport } from "./readExport.ts";
import { importQuery, importView, spendQuery, spendView } from "./spend.ts";
import { spendReport } from "./spendReport.ts";
import type { SpendService } from "./spendService.ts";

const tag = "Spend";

export function spendRoutes(spend: SpendService, clock: Clock): readonly Route[] {
  return [take(spend), show(clock)];
}

function take(spend: SpendService): Route {
  return receives(
    {
      method: "post",
      path: "/v1/spend",
      action: "spend.import",
      tag,
      summary: "Import an export of what was really spent",
      description:
        "FOCUS 1.x or AWS's Cost and Usage Report (2.0 or legacy), as CSV, plain or gzip. All of it is counted, or nothing.",
      permission: "administer",
      contentTypes: ["text/csv", "application/gzip"],
      query: importQuery,
      answers: { 200: { description: "What was counted, and for whom.", schema: importView } },
      problems: ["already-exists", "body-too-large"],
    },
    async ({ query, caller }, body, db) => {
      const read = await readExport(body);
      const directory = await spend.directoryFor(db, read);
      return {
        digest: read.digest,
        async change(tx) {
          const how = { directory, importedBy: caller.name, period: query.period };
          const view = await spend.count(tx, read, how);
          const { digest, format, rows, periods } = view;
          return {
            answer: ok(view),
            subject: "/v1/spend",
            team: undefined,
            details: { digest, format, rows, periods },
          };
        },
      };
    },
  );
}

function show(clock: Clock): Route {
  return reads(
    {
      method: "get",
      path: "/v1/spend",
      tag,
      summary: "Show what was really spent in a month, beside the estimate, by stack",
      permission: "read",
      query: spendQuery,
      answers: { 200: { description: "The month of a team, or of one stack set.", schema: spendView } },
    },
    async ({ query, caller }, db) => {
      const { month, stackSet } = query;
      const team = teamOf(caller, query.team);
      const all = caller.team === undefined && stackSet === undefined;
      return ok(await spendReport(db, { month, team, stackSet, now: clock.now(), all }));
    },
  );
}
