import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import { moneyOf } from "../budgets/money.ts";
import type { Database, Tx } from "../db/database.ts";
import { microsOfAmount } from "./amount.ts";
import { attribute, type Directory, needsStates } from "./attribution.ts";
import type { Charge, ReadExport } from "./readExport.ts";
import type { ImportView } from "./spend.ts";
import { insertLines, knownStacks, lockImports, presentExports, replaceExports, type SpendLine } from "./spendStore.ts";

interface SpendDeps {
  readonly clock: Clock;
  /** Which stack's state holds each of these ids. */
  readonly stacksByCloudId: (wanted: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>;
}

export interface SpendService {
  /** By whom charges may be caused, before the transaction that counts them. */
  directoryFor(db: Database, read: ReadExport): Promise<Directory>;
  /** @throws Problem `already-exists` where a period was imported before from another export, and nobody says what this one is to it */
  count(tx: Tx, read: ReadExport, how: Counting): Promise<ImportView>;
}

interface Counting {
  readonly directory: Directory;
  readonly importedBy: string;
  readonly period: "add" | "replace" | undefined;
}

export function createSpendService({ clock, stacksByCloudId }: SpendDeps): SpendService {
  async function place(tx: Tx, read: ReadExport, { charges, how }: { charges: readonly Charge[]; how: Counting }) {
    const [{ period, account } = { period: "", account: "" }] = charges;
    const present = await presentExports(tx, period, account);
    const at = { period, account };
    if (present.some(({ digest }) => digest === read.digest)) return { ...at, outcome: "counted-before" as const };
    if (present.length > 0 && how.period === undefined) throw countedBefore(present[0]?.importedAt, at);
    const replaces = how.period === "replace" && present.length > 0;
    if (replaces)
      await replaceExports(
        tx,
        present.map(({ id }) => id),
        clock.now(),
      );
    const id = newId("sx");
    const rows = charges.reduce((sum, charge) => sum + charge.rows, 0);
    const { format, digest } = read;
    const made = { importedBy: how.importedBy, importedAt: clock.now(), replacedAt: null };
    await tx
      .insertInto("spendExports")
      .values({ id, digest, ...at, format, rows, ...made })
      .execute();
    await insertLines(
      tx,
      charges.map((charge) => lineOf(id, charge, how.directory)),
    );
    return { ...at, outcome: replaces ? ("replaced" as const) : ("imported" as const) };
  }

  return {
    async directoryFor(db, { charges }) {
      const stacks = await knownStacks(db);
      const without = { stacks, stackByResource: new Map<string, string>() };
      const asked = charges.filter((charge) => needsStates(charge, without)).map(({ resource }) => resource);
      return { stacks, stackByResource: await stacksByCloudId(new Set(asked)) };
    },

    async count(tx, read, how) {
      await lockImports(tx);
      const groups = Map.groupBy(read.charges, ({ period, account }) => `${period} ${account}`);
      const periods: ImportView["periods"] = [];
      for (const charges of groups.values()) periods.push(await place(tx, read, { charges, how }));
      const billedBy = (by?: SpendLine["attributedBy"]) =>
        moneyOf(
          sum(
            read.charges.filter((charge) => by === undefined || attribute(charge, how.directory).by === by),
            "billed",
          ),
        );
      return {
        format: read.format,
        digest: read.digest,
        rows: read.rows,
        periods,
        billed: billedBy(),
        effective: moneyOf(sum(read.charges, "effective")),
        attributed: { byTags: billedBy("tags"), byResource: billedBy("resource"), toNobody: billedBy("nothing") },
      };
    },
  };
}

/** Each charge is rounded as it is kept, so that what is told is the sum of what is kept. */
const sum = (charges: readonly Charge[], which: "billed" | "effective"): number =>
  charges.reduce((total, charge) => total + microsOfAmount(charge[which]), 0);

function lineOf(exportId: string, charge: Charge, directory: Directory): SpendLine {
  const { month, service, region, resource, billed, effective, rows } = charge;
  const { by, team, stackSet, stackId, stack } = attribute(charge, directory);
  return {
    exportId,
    month,
    stackId: stackId ?? null,
    team: team ?? null,
    stackSet: stackSet ?? null,
    stack: stack ?? null,
    attributedBy: by,
    service,
    region,
    resource,
    billed: microsOfAmount(billed),
    effective: microsOfAmount(effective),
    rows,
  };
}

function countedBefore(
  importedAt: Date | undefined,
  { period, account }: { readonly period: string; readonly account: string },
): Problem {
  const whose = account === "" ? "" : ` of the account ${account}`;
  const detail =
    `Another export for ${period}${whose} was counted ${importedAt?.toISOString() ?? "before"}, and nothing of this one was. ` +
    "Say period=replace when this one is newer and has all of that period, or period=add when it is a further part of it.";
  return new Problem("already-exists", detail, { facts: { period, account } });
}
