import type { DocumentKind, Environment, JudgeContext } from "../../policies/index.ts";
import { CliError } from "../cliError.ts";
import type { GateOptions } from "./gateOptions.ts";
import type { ToldJudgement } from "./judgeByService.ts";
import { readText } from "./readDocumentFile.ts";

type Policies = typeof import("../../policies/index.ts");

/**
 * Judges by the rules of this checkout, without any service.
 *
 * @throws CliError `source` with every fault of the document, the settings or the bundle; `stale-bundle`
 */
export async function judgeByCheckout(
  options: GateOptions,
  kind: DocumentKind,
  given: unknown,
): Promise<ToldJudgement> {
  const policies = await import("../../policies/index.ts");
  const {
    applyExemptions,
    createJudge,
    judgeProgram,
    pack,
    readDocument,
    readFailures,
    rulesAskedOf,
    sealBundle,
    summarize,
  } = policies;
  const read = readDocument(kind, given);
  const faults = "faults" in read ? read.faults : readFailures(given);
  if ("faults" in read || faults.length > 0)
    throw new CliError(
      "source",
      `The ${kind} cannot be judged:${faults.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`).join("")}`,
    );
  const { content, exemptions, settings, place } = await basisOf(options, policies);
  const { project, stack, steps } = read;
  const known = place?.project === project && place.stack === stack ? place : undefined;
  const { environment = known?.environment ?? "production", region, stackSet } = options;
  const context: JudgeContext = {
    ...known,
    ...{ project, stack, phase: "preview", environment: environment as Environment }, // commander has seen to it
    ...(region && { region }),
    ...(stackSet && { stackSet }),
  };
  const judge = createJudge(pack, settings);
  const verdicts = applyExemptions(judgeProgram(judge, steps, context), exemptions, context, new Date());
  const judgement = summarize({
    ...{ project, stack, environment: context.environment, verdicts, digest: sealBundle(content).digest },
    rulesAsked: rulesAskedOf({ judge, settings, pack }, steps),
    resources: steps.length,
  });
  return { passed: judgement.passed, text: policies.judgementForms[options.format](judgement) };
}

/** Settings and exemptions: of a bundle, of a configuration file, or none. */
async function basisOf({ bundle, packConfig }: GateOptions, policies: Policies) {
  const { pack, packDigest, readBundle, readPolicyConfig } = policies;
  const own = { name: pack.name, version: pack.version, digest: packDigest() };
  const file = bundle ?? packConfig;
  const given = file === undefined ? {} : await readJson(file, policies);
  if (bundle !== undefined) {
    const read = readBundle(given, pack.rules);
    if ("faults" in read) throw new CliError("source", `${bundle} is no bundle:${listed(read.faults)}`);
    const { pack: theirs, ownPacks } = read.content;
    if (theirs.digest !== own.digest)
      throw new CliError(
        "stale-bundle",
        `${bundle} is of the pack ${theirs.version} with the digest ${theirs.digest}, and this checkout has ${own.version} with ${own.digest}. ` +
          "Get the bundle anew and use the service's version of the checkout, or let the service judge.",
      );
    if (ownPacks.length > 0)
      throw new CliError(
        "source",
        `${bundle} names packs that the service alone can judge by: ${ownPacks.map(({ name }) => name).join(", ")}. Leave out --offline.`,
      );
    return { ...read, exemptions: read.content.exemptions };
  }
  const { settings, exemptions, faults } = readPolicyConfig(given, pack.rules);
  if (faults.length > 0) throw new CliError("source", `${file} has faults:${listed(faults)}`);
  // It was read without a fault, hence the cast.
  const content = { pack: own, settings: given as Readonly<Record<string, unknown>>, exemptions, ownPacks: [] };
  return { content, settings, exemptions, place: undefined };
}

async function readJson(file: string, { parseJson }: Policies): Promise<unknown> {
  const parsed = parseJson(await readText(file));
  if ("value" in parsed) return parsed.value;
  throw new CliError("source", `${file}, ${parsed.fault}`);
}

const listed = (faults: readonly string[]): string => faults.map((fault) => `\n  ${fault}`).join("");
