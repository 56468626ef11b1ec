import { Problem } from "../base/problem.ts";
import type { JobSettings } from "./operationExecutor.ts";
import type { OperationRow } from "./operationStore.ts";
import { type StackPlacement, stackConfig } from "./stackConfig.ts";

type Target = StackPlacement["target"];

export interface JobSettingsDeps {
  readonly findTarget: (name: string) => Promise<Target | undefined>;
  /** Credentials of a target, for looking or for changing; fetched for this job and kept nowhere. */
  readonly credentialsOf: (target: string, phase: "preview" | "change") => Promise<Readonly<Record<string, string>>>;
  /** The port at which the sandbox serves Pulumi's provider protocol. */
  readonly sandboxPort: () => Promise<number>;
}

const simulated = ["aws", "kubernetes", "random"] as const;

/** Puts together what the engine of an operation is started with. */
export function createJobSettings(deps: JobSettingsDeps): JobSettings {
  return {
    async forOperation(row) {
      const target = await deps.findTarget(row.target);
      if (target === undefined) throw new Problem("not-found", `The target ${row.target} is switched off or gone.`);
      const { team, region, blueprint, inputs } = row;
      const stackSet = row.stackSet ?? "";
      const config = stackConfig({ team, stackSet, region, target, blueprint, inputs });
      return { config, providerEnv: await providerEnv(row, target) };
    },
  };

  async function providerEnv(row: OperationRow, target: Target): Promise<Readonly<Record<string, string>>> {
    const credentials = await deps.credentialsOf(target.name, row.kind === "preview" ? "preview" : "change");
    if (target.cloud !== "sandbox") return credentials;
    const port = await deps.sandboxPort();
    return { ...credentials, PULUMI_DEBUG_PROVIDERS: simulated.map((name) => `${name}:${port}`).join(",") };
  }
}
