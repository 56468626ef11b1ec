import { Config, getStack, RunError } from "@pulumi/pulumi";
import { markUrns } from "./markUrns.ts";
import { quietPromises } from "./quietPromises.ts";
import { runBlueprint } from "./run.ts";
import { readStackConfig } from "./stackConfig.ts";

quietPromises();

/** The entry of `pulumi up`: what stands in the stack's configuration is built, exactly as the service builds it. */
export default async function main() {
  const config = readStackConfig(getStack(), (key) => {
    const [namespace = "", name = ""] = key.split(":");
    return new Config(namespace).get(name);
  });
  if (!config.ok)
    throw new RunError(`this stack's configuration does not say what to build:\n  ${config.problems.join("\n  ")}`);
  markUrns();
  return runBlueprint(config.run);
}
