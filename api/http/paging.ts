import { z } from "zod";
import { invalidRequest } from "./parse.ts";
import { unstorableFaults } from "./unstorableFaults.ts";

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** The two query parameters of every list; spread into a route's `query` schema. */
export const pageParameters = {
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  pageToken: z.string().max(1_000).optional().describe("`nextPageToken` of the page before; opaque."),
};

export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextPageToken: z.string().optional().describe("Absent on the last page."),
  });
}

/**
 * The place after which a page begins: the sort key of the last row seen, so that rows made or gone between two pages
 * neither repeat nor hide others.
 *
 * @throws Problem `invalid-request` for a token that this list did not give.
 */
export function positionOf<T extends z.ZodType>(request: PageRequest, key: T): z.output<T> | undefined {
  if (request.pageToken === undefined) return undefined;
  const given = decode(request.pageToken);
  const result = key.safeParse(given);
  if (result.success && unstorableFaults(given).length === 0) return result.data;
  throw invalidRequest([
    { pointer: "/query/pageToken", detail: "This list gave no such token. Begin again without one." },
  ]);
}

/** Cuts `pageSize + 1` rows, which is what a store reads to learn whether there is more, to a page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  request: PageRequest,
  shape: { readonly key: (row: Row) => unknown; readonly item: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, request.pageSize);
  const last = shown.at(-1);
  const items = shown.map(shape.item);
  if (rows.length <= request.pageSize || last === undefined) return { items };
  return { items, nextPageToken: tokenOf(shape.key(last)) };
}

/** The token of a place, for a list that cuts its pages itself. */
export const tokenOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString("base64url");

function decode(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined; // the caller's schema refuses it with a message for people
  }
}
