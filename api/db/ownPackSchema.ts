import type { Generated } from "kysely";

/** One version of a pack of policies under its name; a team of null is everyone. */
export interface OwnPackTable {
  id: Generated<string>;
  team: string | null;
  name: string;
  version: string;
  digest: string;
  kind: string;
  description: string;
  policies: unknown;
  /** Where it was taken from. */
  origin: unknown;
  publishedBy: string;
  publishedAt: Generated<Date>;
}

export interface OwnPackArchiveTable {
  digest: string;
  archive: Buffer;
}

/** A version that was taken away: it is published again with the same contents, or never. */
export interface RemovedPackTable {
  team: string | null;
  name: string;
  version: string;
  digest: string;
}

/** Where a pack is enforced; what is null narrows nothing. */
export interface PackAssignmentTable {
  id: string;
  packId: string;
  team: string | null;
  stackSet: string | null;
  target: string | null;
  environment: string | null;
  level: string | null;
  /** By an admin: then only an admin takes it away. */
  imposed: boolean;
  assignedBy: string;
  assignedAt: Generated<Date>;
}
