import { markUrns, type ProgramSdk } from "./markUrns.ts";
import type { BlueprintRun } from "./run.ts";
import { readStackConfig } from "./stackConfig.ts";

/**
 * What goes before every blueprint's program, inside a Pulumi program: what to build is read from the stack's configuration, and the
 * resources will be marked with their URNs. Throws RunError when the configuration does not say what to build.
 *
 * Stored artefacts run in the frame of the release that runs them. What it adds to a resource must stay the same for ever.
 */
export function programFrame(sdk: ProgramSdk): BlueprintRun {
  const config = readStackConfig(sdk.getStack(), (key) => {
    const [namespace = "", name = ""] = key.split(":");
    return new sdk.Config(namespace).get(name);
  });
  if (config.ok) {
    markUrns(sdk);
    return config.run;
  }
  throw new sdk.RunError(`this stack's configuration does not say what to build:\n  ${config.problems.join("\n  ")}`);
}
