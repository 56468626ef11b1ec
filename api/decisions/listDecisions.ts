import { z } from "zod";
import type { Caller } from "../base/caller.ts";
import { mayReach } from "../base/caller.ts";
import type { Database } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, tokenOf } from "../http/paging.ts";
import { type Decision, type DecisionFilter, isAskedFor, type Outcome } from "./decision.ts";
import { type RowFilter, type RowOrder, readRows, type StoredRow } from "./decisionStore.ts";
import { settledDecisions } from "./settlePreviews.ts";

/** Rows read at a time. */
const CHUNK = 50;
/** As many rows are looked through for one page; a rare outcome may then give a page that is short and not the last. */
const MOST_ROWS = 1_000;
/** Outcomes that follow from what a rule said. */
const spoken: readonly Outcome[] = ["fail", "unknown", "exempted"];

type Request = PageRequest & DecisionFilter & { readonly caller: Caller };

/** A place in the list: within a row, the number of the decision that was shown last. */
const place = z.tuple([z.int(), z.int()]);
type Place = z.output<typeof place>;

/** The decisions of rows, row by row, in the order asked for. */
export async function listDecisions(
  db: Database,
  request: Request,
  { rows: filter, direction }: { readonly rows: RowFilter; readonly direction: RowOrder["direction"] },
): Promise<Page<Decision>> {
  const objections = request.outcome?.every((outcome) => spoken.includes(outcome)) ?? false;
  const from = positionOf(request, place);
  const items: Decision[] = [];
  let last: Place | undefined = from;
  for (let looked = 0; looked < MOST_ROWS; looked += CHUNK) {
    const chunk = await readRows(
      db,
      { ...filter, objections, ...beyond(last, from, direction) },
      { direction, limit: CHUNK },
    );
    for (const row of chunk) {
      const shown = last?.[0] === row.row ? last[1] : -1;
      const decisions = mayReach(request.caller, addressOf(row)) ? await settledDecisions(db, row) : [];
      for (const [index, found] of decisions.entries()) {
        if (index <= shown || !isAskedFor(request, found)) continue;
        if (items.length === request.pageSize && last !== undefined) return { items, nextPageToken: tokenOf(last) };
        items.push(found);
        last = [row.row, index];
      }
      last = [row.row, decisions.length];
    }
    if (chunk.length < CHUNK) return { items };
  }
  return last === undefined ? { items } : { items, nextPageToken: tokenOf(last) };
}

/** The row of the place from which a page begins may have more to show; after that each row is read once. */
function beyond(last: Place | undefined, from: Place | undefined, direction: RowOrder["direction"]): RowFilter {
  if (last === undefined) return {};
  const again = last === from ? 1 : 0;
  return direction === "asc" ? { after: last[0] - again } : { before: last[0] + again };
}

function addressOf({ team, stack }: StoredRow) {
  const [project = "", ...name] = stack.split("/");
  return { team, project, name: name.join("/") };
}
