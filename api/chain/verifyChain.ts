import { z } from "zod";
import type { Database } from "../db/database.ts";
import { type ChainedRecord, type ChainFault, type ChainHead, followChain } from "./chain.ts";
import type { ChainStore } from "./chainStore.ts";
import { type Restore, readRestores, restoreOf } from "./restores.ts";

/** Records read at a time, so that a chain of any length takes little memory. */
const PAGE = 500;
/** A chain that was rewritten from its beginning has a fault for every head; as many say enough. */
const MOST_FAULTS = 100;

/** What a verification answers, under the name that it has in the document of the API. */
export const chainVerification = (id: string) =>
  z
    .object({
      status: z
        .enum(["intact", "restored", "broken"])
        .describe(
          "`restored`: nothing is wrong but heads of a time that a restore from a backup took away. Whether there was one, you know.",
        ),
      records: z.int().describe("How many records the chain has."),
      head: z
        .object({ position: z.int(), hash: z.string() })
        .describe("The end of the chain. Keep it where whoever owns the database cannot reach."),
      headsCompared: z.int().describe("How many heads from elsewhere were compared."),
      uncovered: z.int().describe("How many records come after the last of these heads: no head holds them yet."),
      late: z.int().describe("Records that have waited for their place in the chain for more than a minute."),
      faults: z.array(
        z.object({
          position: z.int().describe("The first record that is concerned."),
          fault: z.enum(["changed", "removed", "rewritten", "cut-off", "restored"]),
          detail: z.string(),
          restore: z.string().optional().describe("Of `restored`: the id of the restore's quarantine."),
        }),
      ),
    })
    .meta({ id });
export type ChainVerification = z.output<ReturnType<typeof chainVerification>>;

/** A head to compare with; without its time no restore can explain that it is not in the chain. */
export interface GivenHead extends ChainHead {
  readonly at?: Date;
}

/** What else a chain's owner looks at in each record. @returns what is wrong with it */
type Examine = (record: ChainedRecord) => string | undefined;

/** Computes the whole chain anew, and compares it with heads that were kept outside the database. */
export async function verifyChain(
  db: Database,
  store: ChainStore,
  { heads, examine }: { readonly heads: readonly GivenHead[]; readonly examine?: Examine },
): Promise<ChainVerification> {
  const restores = await readRestores(db);
  const explained = (head: GivenHead) => head.at && restoreOf(restores, head.at);
  const chain = followChain(heads.filter((head) => explained(head) === undefined));
  const lost = new Map(heads.flatMap((head) => lossOf(head, explained(head))));
  const found: ChainFault[] = [];
  let [after, records] = [0, 0];
  for (;;) {
    const page = await store.read(db, after, PAGE);
    for (const record of page) {
      chain.take(record);
      lost.delete(keyOf({ position: record.position, hash: record.hash.toString("hex") }));
      const detail = examine?.(record);
      if (detail !== undefined) found.push({ position: record.position, fault: "changed", detail });
    }
    records += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE) break;
  }
  const { faults, head } = chain.end();
  const broken = [...faults, ...found];
  const restored = [...lost.values()];
  const covered = Math.max(0, ...heads.map(({ position }) => Math.min(position, head.position)));
  return {
    status: broken.length > 0 ? "broken" : restored.length > 0 ? "restored" : "intact",
    records,
    head,
    headsCompared: heads.length,
    uncovered: head.position - covered,
    late: await store.countLate(db),
    faults: [...broken, ...restored].slice(0, MOST_FAULTS),
  };
}

type VerificationFault = ChainVerification["faults"][number];

const keyOf = ({ position, hash }: ChainHead): string => `${position}:${hash}`;

function lossOf(head: GivenHead, restore: Restore | undefined): readonly (readonly [string, VerificationFault])[] {
  if (restore === undefined) return [];
  const { id, backupMadeAt, restoredAt } = restore;
  const detail = `The head that was kept elsewhere for ${head.position} is of a time that the restore ${id} took away: of ${restoredAt.toISOString()}, from a backup of ${backupMadeAt.toISOString()}.`;
  return [[keyOf(head), { position: head.position, fault: "restored", detail, restore: id }]];
}
