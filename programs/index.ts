import * as pulumi from "@pulumi/pulumi";
import { programFrame } from "./programFrame.ts";
import { quietPromises } from "./quietPromises.ts";
import { runBlueprint } from "./run.ts";

quietPromises();

/** The entry of `pulumi up`: what stands in the stack's configuration is built, exactly as the service builds it. */
export default async function main() {
  return runBlueprint(programFrame(pulumi));
}
