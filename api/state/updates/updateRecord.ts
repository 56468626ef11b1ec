import type { Door, UpdateKind } from "../../gate/index.ts";

export type UpdateStatus = "created" | "running" | "succeeded" | "failed" | "cancelled";

/** How many resources were created, changed and so on; as in an operation's `changes` and `applied`. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

export const noChanges: ChangeCounts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

/** What the client said of an update when it asked for it; kept for the history. */
export interface UpdateRequest {
  readonly config: Readonly<Record<string, ConfigValue>>;
  readonly message: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A value of a stack's configuration; a secret one is ciphertext. */
export interface ConfigValue {
  readonly string: string;
  readonly secret: boolean;
  readonly object: boolean;
}

/** What was refused of one request of a client that sends whole checkpoints, of the end of a preview, or for want of money. */
export interface RecordedRefusal {
  /** Without it a rule has refused. */
  readonly code?: "budget-exceeded";

  /** Fingerprint of the request, in hexadecimal; the same request gets the same answer. */
  readonly digest: string;
  readonly message: string;
  /** `<type of operation> <urn>` of each step that was refused and will never run. */
  readonly steps: readonly string[];
}

export interface UpdateRecord {
  readonly id: string;
  readonly stackId: string;
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly status: UpdateStatus;
  /** The version of the state that the update makes; undefined for one that makes none. */
  readonly version: number | undefined;
  readonly operation: string | undefined;
  readonly door: Door;
  readonly requestedBy: string;
  /** The id of who asked for it; undefined for updates of before it was kept. */
  readonly actor: string | undefined;
  /** Whether the client journals (as against sending whole checkpoints); undefined before the start. */
  readonly journaled: boolean | undefined;
  readonly leaseHash: Buffer | undefined;
  readonly leaseExpiresAt: Date | undefined;
  readonly request: UpdateRequest;
  readonly refusals: readonly RecordedRefusal[];
  readonly changes: ChangeCounts | undefined;
  readonly applied: ChangeCounts | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** The version of the client's engine, as it says itself (cmd/pulumi/metadata): it stands in the manifest of its states. */
export const engineOf = ({ request }: Pick<UpdateRecord, "request">): string | undefined =>
  request.environment["pulumi.version"];

export const hasEnded = ({ status }: Pick<UpdateRecord, "status">): boolean =>
  status !== "created" && status !== "running";

/** What an exemption counts as one use: an operation goes on in another update after a crash. */
export const workOf = ({ operation, id }: Pick<UpdateRecord, "operation" | "id">): string => operation ?? id;

/** Who asked for the update, as the audit log names them. */
export const startedBy = ({ actor, requestedBy }: UpdateRecord): { readonly id: string; readonly name: string } => ({
  id: actor ?? "unknown",
  name: requestedBy,
});
