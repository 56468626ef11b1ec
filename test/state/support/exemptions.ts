import { newId } from "../../../api/base/ids.ts";
import type { ExemptionRow } from "../../../api/exemptions/exemptionStore.ts";
import { TEAM, type TestBackend } from "./testBackend.ts";

const HOUR_MS = 3_600_000;

/** An exemption that somebody asked for and another approved, of the whole team unless narrowed. @returns its id */
export async function grantExemption(
  { database: { db }, clock, exemptions }: TestBackend,
  policy: string,
  more: Partial<Omit<ExemptionRow, "id" | "policy">> = {},
): Promise<string> {
  const now = clock.now();
  const id = newId("ex");
  const nowhere = { stackSet: null, project: null, stack: null, region: null, urn: null };
  const asked = { requestedBy: "operator of studio", requester: "ada@studio", requesterKey: "key_1", createdAt: now };
  const decided = { decidedBy: "approver of studio", decider: "grace@studio", decidedAt: now };
  const limits = { ceiling: null, maxUses: null, startsAt: now, endsAt: new Date(now.getTime() + HOUR_MS) };
  await db
    .insertInto("exemptions")
    .values({
      ...{ id, team: TEAM, policy, reason: "The players' table moves to the stack vault.", decision: "approved" },
      ...nowhere,
      ...asked,
      ...decided,
      ...{ withdrawnBy: null, withdrawer: null, withdrawnAt: null },
      ...limits,
      ...more,
    })
    .execute();
  exemptions.forget();
  return id;
}

/** As an approver does it in another process, of which this one has not heard. */
export async function withdrawElsewhere({ database: { db } }: TestBackend, id: string): Promise<void> {
  await db.updateTable("exemptions").set({ decision: "withdrawn" }).where("id", "=", id).execute();
}

export const usesOf = async ({ database: { db } }: TestBackend, id: string): Promise<number> =>
  (await db.selectFrom("exemptions").select("uses").where("id", "=", id).executeTakeFirstOrThrow()).uses;
