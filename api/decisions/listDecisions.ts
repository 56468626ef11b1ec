import { setImmediate as turn } from "node:timers/promises";
import { z } from "zod";
import type { Caller } from "../base/caller.ts";
import { mayReach } from "../base/caller.ts";
import type { Database } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, tokenOf } from "../http/paging.ts";
import { type Decision, type DecisionFilter, isAskedFor, type Outcome, usual } from "./decision.ts";
import { type RowFilter, type RowOrder, readRows, type StoredRow } from "./decisionStore.ts";
import type { Wanted } from "./expandDecisions.ts";
import { createSettledReader } from "./settlePreviews.ts";

/** As many rows are looked through for one page; a rare outcome may then give a page that is short and not the last. */
const MOST_ROWS = 1_000;
/** The same of steps and of what is read of them: half a second of work. */
const MOST_WORK = 500_000;
/** A step by itself, against one decision. */
const STEP_WORK = 10;
/** After as much others take their turn. */
const TURN_WORK = 25_000;
/** Outcomes that follow from what a rule said. */
const spoken: readonly Outcome[] = ["fail", "unknown", "exempted"];

type Request = PageRequest & DecisionFilter & { readonly caller: Caller };

/** A place in the list: of a row the number of the step, and of that the number of the decision that was shown last. */
const place = z.tuple([z.int(), z.int(), z.int()]);
type Place = z.output<typeof place>;

/** The decisions of rows, row by row, in the order asked for. */
export async function listDecisions(
  db: Database,
  request: Request,
  { rows: filter, direction }: { readonly rows: RowFilter; readonly direction: RowOrder["direction"] },
): Promise<Page<Decision>> {
  const objections = request.outcome?.every((outcome) => spoken.includes(outcome)) ?? false;
  const from = positionOf(request, place);
  const wanted = wantedOf(request);
  const items: Decision[] = [];
  let last: Place | undefined = from;
  let [rows, work] = [0, 0];
  const asked = { ...filter, objections, ...beginning(from, direction) };
  for await (const row of readRows(db, asked, { direction, limit: MOST_ROWS })) {
    rows += 1;
    const [first, shown] = from?.[0] === row.row ? [from[1], from[2]] : [0, -1];
    const read = mayReach(request.caller, addressOf(row)) ? await createSettledReader(db, row, wanted) : () => [];
    for (const [at, step] of row.steps.entries()) {
      if (at < first) continue;
      const decisions = read(step);
      for (const [index, found] of decisions.entries()) {
        if ((at === first && index <= shown) || !isAskedFor(request, found)) continue;
        if (items.length === request.pageSize && last !== undefined) return { items, nextPageToken: tokenOf(last) };
        items.push(found);
        last = [row.row, at, index];
      }
      const before = work;
      work += STEP_WORK + decisions.length;
      if (work >= MOST_WORK) return { items, nextPageToken: tokenOf([row.row, at + 1, -1]) };
      if (Math.floor(before / TURN_WORK) < Math.floor(work / TURN_WORK)) await turn();
    }
    last = [row.row, row.steps.length, -1];
  }
  return rows < MOST_ROWS || last === undefined ? { items } : { items, nextPageToken: tokenOf(last) };
}

const wantedOf = ({ policy, urn, outcome = usual }: DecisionFilter): Wanted => ({
  ...(policy !== undefined && { policies: new Set([policy]) }),
  ...(urn !== undefined && { urns: new Set([urn]) }),
  unspoken: new Set(outcome),
});

/** The row of the place from which a page begins may have more to show. */
function beginning(from: Place | undefined, direction: RowOrder["direction"]): RowFilter {
  if (from === undefined) return {};
  return direction === "asc" ? { after: from[0] - 1 } : { before: from[0] + 1 };
}

function addressOf({ team, stack }: StoredRow) {
  const [project = "", ...name] = stack.split("/");
  return { team, project, name: name.join("/") };
}
