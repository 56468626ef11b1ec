import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { ArchiveError, unpackFiles } from "../../programs/artefacts/archive.ts";
import { type ArtefactFile, digestOfFiles, textOf } from "../../programs/artefacts/artefactFile.ts";
import { lockFaults, packageLock } from "../../programs/artefacts/packageLock.ts";
import type { PackArtefact } from "../../runner/packs/index.ts";
import type { Fault, Problem } from "../base/problem.ts";
import { invalidRequest } from "../http/parse.ts";

/** `PulumiPolicy.yaml`, as far as a service needs it before anything is run. */
const manifest = z.looseObject({
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })], { error: "give the runtime, nodejs or opa" }),
});

/**
 * Reads an archive that somebody sent; none of it is run here.
 *
 * @throws Problem `invalid-request` with every fault.
 */
export function receivePack(archive: Buffer, said: string | undefined): PackArtefact {
  const files = unpack(archive);
  const digest = digestOfFiles(files);
  if (said !== undefined && said !== digest) {
    const detail = `The archive holds the pack ${digest}, not ${said}. Pack and send it again.`;
    throw invalidRequest([{ pointer: "/digest", detail }]);
  }
  const kind = kindOf(files);
  const faults = kind === "crossguard" ? crossGuardFaults(files) : regoFaults(files);
  if (faults.length > 0) throw refusedPack(faults);
  return { digest, kind };
}

export function refusedPack(details: readonly string[]): Problem {
  return invalidRequest(details.map((detail): Fault => ({ pointer: "/archive", detail })));
}

function unpack(archive: Buffer): readonly ArtefactFile[] {
  try {
    return unpackFiles(archive);
  } catch (error) {
    if (error instanceof ArchiveError) throw refusedPack([error.message]);
    throw error;
  }
}

function kindOf(files: readonly ArtefactFile[]): PackArtefact["kind"] {
  const text = textOf(files, "PulumiPolicy.yaml");
  if (text === undefined) throw refusedPack(["PulumiPolicy.yaml: it is missing: put it at the top of the folder."]);
  const { success, data, error } = manifest.safeParse(yamlOf(text));
  if (!success) throw refusedPack([`PulumiPolicy.yaml: ${error.issues[0]?.message ?? "it is not as it must be"}.`]);
  const runtime = typeof data.runtime === "string" ? data.runtime : data.runtime.name;
  if (runtime === "nodejs") return "crossguard";
  if (runtime === "opa") return "rego";
  throw refusedPack([`PulumiPolicy.yaml: the runtime is ${JSON.stringify(runtime)}: give nodejs or opa.`]);
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 });
  } catch {
    return undefined; // which no schema here takes
  }
}

function crossGuardFaults(files: readonly ArtefactFile[]): readonly string[] {
  const faults = ["package.json", "package-lock.json"]
    .filter((file) => textOf(files, file) === undefined)
    .map((file) => `${file}: it is missing: put it at the top of the folder.`);
  const text = textOf(files, "package-lock.json");
  if (text === undefined) return faults;
  const lock = packageLock.safeParse(jsonOf(text));
  if (!lock.success) return [...faults, "package-lock.json: it is no lock of npm 7 or newer: run npm install."];
  const needed = Object.hasOwn(lock.data.packages, "node_modules/@pulumi/policy");
  const missing = needed ? [] : ["it has no @pulumi/policy: run npm install @pulumi/policy"];
  return [...faults, ...[...missing, ...lockFaults(lock.data)].map((fault) => `package-lock.json: ${fault}.`)];
}

function regoFaults(files: readonly ArtefactFile[]): readonly string[] {
  const compiled = ["bundle.tar.gz", "policy.wasm"].some((file) => textOf(files, file) !== undefined);
  return compiled ? [] : ["There is neither bundle.tar.gz nor policy.wasm: build one with opa build -t wasm -e …"];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which no schema here takes
  }
}
