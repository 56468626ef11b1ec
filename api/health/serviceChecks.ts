import { access, constants } from "node:fs/promises";
import type { Database } from "../db/database.ts";
import type { ReadinessChecks } from "./readiness.ts";

export interface CheckedParts {
  readonly db: Database;
  readonly engine: { readonly binary: string };
  /** Undefined while the target `sandbox` is switched off. */
  readonly sandbox: { grpcPort(): Promise<number> } | undefined;
  /** The runner hosts that are attached; undefined when none is expected here. */
  readonly hosts: (() => readonly unknown[]) | undefined;
}

/** What a control process needs to do its work. */
export function serviceChecks({ db, engine, sandbox, hosts }: CheckedParts): ReadinessChecks {
  return {
    database: async () => void (await db.selectFrom("teams").select("name").limit(1).execute()),
    engine: () => access(engine.binary, constants.X_OK),
    ...(sandbox === undefined ? {} : { sandbox: async () => void (await sandbox.grpcPort()) }),
    ...(hosts === undefined ? {} : { "runner-host": async () => requireOne(hosts()) }),
  };
}

function requireOne(attached: readonly unknown[]): void {
  if (attached.length === 0) throw new Error("no runner host is attached yet");
}
