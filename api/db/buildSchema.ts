import type { Generated } from "kysely";

// What is built, from what and where: targets, artefacts, stack sets and what they take of each other.

export interface TargetTable {
  name: string;
  cloud: string;
  account: string;
  environment: string;
  regions: string[];
  doors: string[];
  credentials: unknown;
  /** `served` or `off`: whether laptops are handed the policy pack for stacks of the target. */
  requiredPolicies: Generated<string>;
  generation: Generated<number>;
  createdAt: Generated<Date>;
  updatedAt: Generated<Date>;
}

export interface BlueprintArtefactTable {
  digest: string;
  name: string;
  version: string;
  manifest: unknown;
  publishedBy: string;
  publishedAt: Generated<Date>;
}

/** Apart from the artefacts, so that reading those reads no archives. Artefacts that were never stored have none. */
export interface ArtefactArchiveTable {
  digest: string;
  archive: Buffer;
}

/** Who may use an artefact under its name; a team of null is everyone. */
export interface BlueprintPublicationTable {
  id: Generated<string>;
  team: string | null;
  name: string;
  digest: string;
  /** Where it was taken from. */
  origin: unknown;
  publishedBy: string;
  publishedAt: Generated<Date>;
}

export interface StackSetTable {
  id: Generated<string>;
  team: string;
  name: string;
  blueprint: string;
  blueprintDigest: string;
  target: string;
  regions: string[];
  inputs: unknown;
  status: string;
  generation: Generated<number>;
  createdBy: string;
  createdAt: Generated<Date>;
  updatedAt: Generated<Date>;
  deletedAt: Date | null;
}

export interface StackSetReferenceTable {
  stackSetId: string;
  /** A JSON pointer from the inputs' root. */
  pointer: string;
  sourceId: string;
  output: string;
  /** Null for the region of the stack that takes it. */
  region: string | null;
}

export interface TakenOutputTable {
  stackSetId: string;
  region: string;
  pointer: string;
  sourceId: string;
  sourceRegion: string;
  output: string;
  value: unknown;
  /** The operation that brought the stack up with it, or is about to. */
  operation: string;
}
