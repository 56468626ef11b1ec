import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isProblem, Problem } from "../base/problem.ts";
import { MOST_AMOUNT, readAmount } from "./amount.ts";
import { type CsvRow, csvRows } from "./csvRows.ts";
import { exportFault } from "./exportFault.ts";
import { type ExportFormat, type FormatName, formatOf, type OwnerTag, ownerTag } from "./exportFormat.ts";

/** Rows of an export that concern the same thing, added up. */
export interface Charge {
  /** The month it is billed in, `2026-11`. */
  readonly period: string;
  /** The month it was used in. */
  readonly month: string;
  readonly account: string;
  readonly service: string;
  readonly region: string;
  readonly resource: string;
  /** By its tags; empty where it has none. */
  readonly owner: string;
  readonly stackSet: string;
  /** In units of 10^-15 dollars. */
  billed: bigint;
  effective: bigint;
  rows: number;
}

export interface ReadExport {
  readonly format: FormatName;
  /** Of the unpacked content, in hexadecimal. */
  readonly digest: string;
  readonly rows: number;
  readonly charges: readonly Charge[];
}

interface ExportLimits {
  /** Bytes once unpacked. */
  readonly bytes: number;
  /** Different things that are charged for. */
  readonly charges: number;
}

const exportLimits: ExportLimits = { bytes: 8 * 1024 ** 3, charges: 250_000 };

/**
 * Reads an export as it comes, row by row; what is kept are sums.
 *
 * @throws Problem `invalid-request` with row and column of the first fault, `body-too-large`
 */
export async function readExport(
  body: { readonly content: Readable; readonly gzipped: boolean },
  limits: ExportLimits = exportLimits,
): Promise<ReadExport> {
  const hash = createHash("sha256");
  const charges = new Map<string, Charge>();
  let format: ExportFormat | undefined;
  let rows = 0;
  for await (const row of csvRows(unpacked(body, { limits, hash }))) {
    if (format === undefined) {
      format = formatOf(row.fields);
      continue;
    }
    rows += 1;
    if (add(charges, chargeOf(row, format)) > MOST_AMOUNT)
      throw exportFault({
        row: row.number,
        detail: "With this row one thing costs more than a thousand million dollars.",
      });
    if (charges.size > limits.charges)
      throw exportFault({
        row: row.number,
        detail: `More than ${limits.charges} things are charged for. Split the export by day or account.`,
      });
  }
  if (format === undefined) throw exportFault({ detail: "The export is empty: not even a header is in it." });
  if (rows === 0) throw exportFault({ detail: "The export has a header and no rows." });
  return { format: format.name, digest: hash.digest("hex"), rows, charges: [...charges.values()] };
}

interface Unpacking {
  readonly limits: ExportLimits;
  readonly hash: ReturnType<typeof createHash>;
}

async function* unpacked(
  { content, gzipped }: { readonly content: Readable; readonly gzipped: boolean },
  { limits, hash }: Unpacking,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of gzipped ? content.pipe(createGunzip()) : content) {
      bytes += chunk.length;
      if (bytes > limits.bytes)
        throw new Problem("body-too-large", `The export has more than ${limits.bytes} bytes once unpacked. Split it.`);
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    if (isProblem(error)) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code.startsWith("Z_"))
      throw exportFault({ detail: `It cannot be unpacked as gzip (${code}): it is damaged or cut off.` });
    throw error;
  }
}

/** @returns the largest of its sums, whatever its sign */
function add(charges: Map<string, Charge>, charge: Charge): bigint {
  const { period, month, account, service, region, resource, owner, stackSet } = charge;
  const key = JSON.stringify([period, month, account, service, region, resource, owner, stackSet]);
  const known = charges.get(key);
  if (known === undefined) {
    charges.set(key, charge);
    return 0n;
  }
  known.billed += charge.billed;
  known.effective += charge.effective;
  known.rows += 1;
  return [known.billed, -known.billed, known.effective, -known.effective].reduce((a, b) => (a > b ? a : b));
}

function chargeOf({ number, fields }: CsvRow, { columns, header }: ExportFormat): Charge {
  if (fields.length !== header.length)
    throw exportFault({ row: number, detail: `The row has ${fields.length} columns and the header ${header.length}.` });
  const text = (column: number | undefined): string => (column === undefined ? "" : (fields[column] ?? "").trim());
  const fault = (column: number, detail: string) => exportFault({ row: number, column: header[column] ?? "", detail });

  function amount(column: number): bigint {
    const read = readAmount(text(column));
    if (read === undefined) throw fault(column, `${JSON.stringify(text(column).slice(0, 60))} is no amount.`);
    return read;
  }
  function monthOf(column: number): string {
    const month = /^(\d{4}-(?:0[1-9]|1[0-2]))-\d{2}/.exec(text(column))?.[1];
    if (month === undefined)
      throw fault(column, `${JSON.stringify(text(column).slice(0, 60))} is no time, as 2026-11-01T00:00:00Z is.`);
    return month;
  }
  const unstorable = fields.findIndex((field) => field.includes("\0"));
  if (unstorable >= 0) throw fault(unstorable, "There is a character zero in the value.");
  const currency = text(columns.currency);
  if (currency !== "USD")
    throw fault(
      columns.currency,
      `The currency is ${JSON.stringify(currency.slice(0, 20))}. Only USD can be compared with estimates: export in USD.`,
    );
  const tags = tagsOf(text(columns.tags), () => fault(columns.tags ?? 0, "The tags are no JSON object."));
  const tag = (name: OwnerTag): string => text(columns.tagColumns.get(name)) || (tags.get(name) ?? "");
  const billed = amount(columns.billed);
  return {
    period: monthOf(columns.period),
    month: monthOf(columns.charged),
    account: text(columns.account),
    service: text(columns.service),
    region: text(columns.region),
    resource: text(columns.resource),
    owner: tag("meridian-owner"),
    stackSet: tag("meridian-stack-set"),
    billed,
    effective: columns.effective === undefined ? effectiveOf(billed) : amount(columns.effective),
    rows: 1,
  };

  /** As AWS says: usage that a plan or reservation covers costs its part of that, and the plan's own negation nothing. */
  function effectiveOf(unblended: bigint): bigint {
    const { covered } = columns;
    const type = text(covered?.type);
    if (type === "SavingsPlanNegation") return 0n;
    const column =
      type === "SavingsPlanCoveredUsage"
        ? covered?.plan
        : type === "DiscountedUsage"
          ? covered?.reservation
          : undefined;
    return column === undefined || text(column) === "" ? unblended : amount(column);
  }
}

function tagsOf(text: string, fault: () => Problem): ReadonlyMap<OwnerTag, string> {
  const found = new Map<OwnerTag, string>();
  if (text === "") return found;
  let tags: unknown;
  try {
    tags = JSON.parse(text);
  } catch {
    throw fault();
  }
  if (tags === null) return found;
  if (typeof tags !== "object" || Array.isArray(tags)) throw fault();
  for (const [key, value] of Object.entries(tags)) {
    const tag = ownerTag(key);
    if (tag !== undefined && typeof value === "string") found.set(tag, value);
  }
  return found;
}
