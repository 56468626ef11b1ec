import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionCode } from "../components/cloudFunction.ts";
import type { EventServiceInputs } from "./inputs.ts";

const files = {
  api: new URL("./handlers/api.mjs", import.meta.url),
  authorise: new URL("./handlers/authorise.mjs", import.meta.url),
  cloud: new URL("./handlers/cloud.mjs", import.meta.url),
  configuration: new URL("./handlers/configuration.mjs", import.meta.url),
  plan: new URL("./handlers/plan.mjs", import.meta.url),
  run: new URL("./handlers/run.mjs", import.meta.url),
  socket: new URL("./handlers/socket.mjs", import.meta.url),
} as const;

/** The functions by their handler's file. `cloud` and `configuration` are what handlers share. */
export type HandlerName = Exclude<keyof typeof files, "cloud" | "configuration">;

const shared: Readonly<Record<HandlerName, readonly (keyof typeof files)[]>> = {
  api: ["cloud", "configuration"],
  authorise: [],
  plan: ["cloud"],
  run: ["cloud", "configuration"],
  socket: ["cloud"],
};

/** The code of one function: the blueprint's own handler with what it shares, or the whole archive that the inputs name. */
export function codeOf(name: HandlerName, { artefact }: EventServiceInputs): FunctionCode {
  if (artefact !== undefined) {
    return { s3Bucket: artefact.bucket, s3Key: artefact.key, s3ObjectVersion: artefact.version };
  }
  // As text and not as paths: the state of a stack must not say where a program once lay.
  const assets = [name, ...shared[name]].map((file) => [
    `${file}.mjs`,
    new pulumi.asset.StringAsset(readFileSync(files[file], "utf8")),
  ]);
  return { code: new pulumi.asset.AssetArchive(Object.fromEntries(assets)) };
}
