import { z } from "zod";
import { apiClient } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";
import { type GateOptions, gateFormats } from "./gateOptions.ts";

export interface ToldJudgement {
  readonly passed: boolean;
  /** In the format that was asked for. */
  readonly text: string;
}

const bundleFile = z.looseObject({ digest: z.string() });

/**
 * Has the service judge, by the rules, settings and exemptions in force there.
 *
 * @param source `{ preview: … }`, `{ stack: "…" }` and the like, as `POST /v1/gate` takes it
 * @throws CliError `problem`, `unreachable`, `bad-answer`
 */
export async function judgeByService(
  world: Pick<World, "env" | "fetch">,
  options: GateOptions,
  source: Readonly<Record<string, unknown>>,
): Promise<ToldJudgement> {
  const { environment, region, stackSet, team, bundle, format } = options;
  const given = { environment, region, stackSet, team, digest: bundle && (await digestOf(bundle)) };
  const response = await apiClient(world).open("/v1/gate", {
    method: "POST",
    body: { ...source, ...given },
    headers: { accept: gateFormats[format] },
  });
  const said = response.headers.get("meridian-judgement");
  if (said !== "passed" && said !== "denied")
    throw new CliError("bad-answer", `${response.url} does not say whether it passes: is it Meridian?`);
  return { passed: said === "passed", text: await response.text() };
}

async function digestOf(file: string): Promise<string> {
  const { readText } = await import("./readDocumentFile.ts");
  const { parseJson } = await import("../../policies/index.ts");
  const parsed = parseJson(await readText(file));
  const read = bundleFile.safeParse("value" in parsed ? parsed.value : undefined);
  if (read.success) return read.data.digest;
  throw new CliError("source", `${file} is no bundle. Get one from GET /v1/gate/bundle?stack=….`);
}
