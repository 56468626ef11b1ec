import { Config } from "@pulumi/pulumi";
import { measuredInputs } from "./measuredInputs.ts";

/** What the measured program builds, the same whoever runs it. */
export interface MeasuredStack {
  readonly resources: number;
  readonly generation: number;
  readonly region: string;
  /** What the stack's tag says to the rules; they refuse resources that say otherwise. */
  readonly environment: string;
  readonly stackSet: string;
}

/** Reads it from the configuration of the stack that runs, as the service and the projects of the benchmark write it. */
export function readMeasuredStack(): MeasuredStack {
  const config = new Config("meridian");
  return {
    ...measuredInputs.parse(config.requireObject("inputs")),
    region: new Config("aws").require("region"),
    environment: config.require("environment"),
    stackSet: config.require("stackSet"),
  };
}
