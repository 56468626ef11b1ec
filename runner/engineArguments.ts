import type { Job, Phase } from "./wire.ts";

const verbs: Readonly<Record<Phase, readonly string[]>> = {
  preview: ["preview"],
  // Without --skip-preview: one process previews and applies, and stops in between on a mandatory verdict.
  up: ["up", "--yes"],
  // What would be deleted is judged as a whole before an engine is asked for: its preview would say the same, a second later.
  destroy: ["destroy", "--yes", "--skip-preview"],
  // There is nothing to judge in a refresh, and a preview of it asks the cloud for everything twice.
  refresh: ["refresh", "--yes", "--skip-preview"],
};

/** Whether the phase needs the stack's program, and with it a language host and the policy pack. */
export function runsProgram(phase: Phase): boolean {
  return phase === "preview" || phase === "up";
}

export interface EngineArguments {
  readonly job: Pick<Job, "phase" | "stack">;
  /** Where the program is served, `host:port`; for phases that run it. */
  readonly client?: string;
  /** The executable that prints the port of a policy pack that already runs. */
  readonly policyPack?: string;
  /** The file that it is configured by. */
  readonly policyConfig?: string;
}

/** The command line of the one engine process of a phase. */
export function engineArguments({ job, client, policyPack, policyConfig }: EngineArguments): readonly string[] {
  const { team, project, name } = job.stack;
  return [
    ...verbs[job.phase],
    ...["--stack", `${team}/${project}/${name}`],
    ...["--non-interactive", "--color", "never", "--suppress-permalink", "--suppress-progress"],
    ...(client === undefined ? [] : ["--client", client, "--exec-kind", "auto.inline"]),
    ...(policyPack === undefined ? [] : ["--policy-pack", policyPack]),
    ...(policyConfig === undefined ? [] : ["--policy-pack-config", policyConfig]),
  ];
}
