import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

export const MASTER_KEYS_CHANNEL = "master_keys";

const masterKeyStatuses = ["announced", "active", "leaving", "retired"] as const;

const rows = z.number().int().nonnegative();

/** What is sealed under one version. */
const sealedCounts = z.object({
  journalEntries: rows,
  checkpoints: rows,
  engineEvents: rows,
  configurations: rows.describe("updates whose recorded configuration has a secret under it"),
});

export const masterKeyView = z
  .object({
    version: z.number().int().positive(),
    status: z
      .enum(masterKeyStatuses)
      .describe(
        "announced: known to all, used by none yet; active: everything new is sealed under it; leaving: what is under it is being resealed; retired: its key is gone.",
      ),
    root: z
      .string()
      .describe("the key of the key source that wraps it; a root key must be kept while a version names it"),
    sealed: sealedCounts,
    createdAt: timestamp,
    createdBy: z.string(),
    activeAt: timestamp,
    retiredAt: timestamp.optional(),
    retiredBy: z.string().optional(),
  })
  .meta({ id: "MasterKey" });

export type MasterKeyView = z.output<typeof masterKeyView>;

export const retireMasterKey = z
  .strictObject({
    loseConfigurationSecrets: z
      .boolean()
      .default(false)
      .describe("retire although configuration files still have secrets under the version, which nobody can read then"),
  })
  .meta({ id: "RetireMasterKey" });

export const purposeOf = (version: number): string =>
  version === 0 ? "meridian fingerprint key" : `meridian master key ${version}`;

interface Dated {
  readonly version: number;
  readonly activeAt: Date;
  readonly retiredAt: Date | undefined;
}

/** @param newest the highest version that is active at `now` */
export function statusOf(
  { version, activeAt, retiredAt }: Dated,
  { newest, now }: { readonly newest: number; readonly now: Date },
): MasterKeyView["status"] {
  if (retiredAt !== undefined) return "retired";
  if (activeAt > now) return "announced";
  return version === newest ? "active" : "leaving";
}
