import { type BundleContent, sealBundle } from "./bundle.ts";
import { environmentOf } from "./environmentOf.ts";
import type { ExemptedPlace } from "./exemption.ts";
import type { Environment } from "./judgedResource.ts";
import { type PolicySettings, readPolicySettings } from "./policySettings.ts";
import { readExemption } from "./readExemption.ts";
import type { Rule } from "./rule.ts";

export interface ReadBundle {
  readonly content: BundleContent;
  readonly settings: PolicySettings;
  /** The stack that it was handed out for. */
  readonly place: (ExemptedPlace & { readonly environment: Environment }) | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

/** Takes a bundle from a file. One whose digest is not that of its content has been changed by somebody. */
export function readBundle(
  given: unknown,
  rules: readonly Rule[],
): ReadBundle | { readonly faults: readonly string[] } {
  if (!isObject(given)) return { faults: ["it must be an object, as GET /v1/gate/bundle answers"] };
  const faults: string[] = [];
  const { pack, settings, exemptions, ownPacks, digest, place } = given;
  if (!isPack(pack)) faults.push("pack: must have the texts name, version and digest");
  if (!Array.isArray(ownPacks) || !ownPacks.every(isPack)) faults.push("ownPacks: must be a list of packs");
  const read = readPolicySettings(settings, rules);
  faults.push(...read.faults.map((fault) => `settings: ${fault}`));
  const taken = (Array.isArray(exemptions) ? exemptions : [undefined]).map((one: unknown) => {
    const policy = isObject(one) && typeof one["policy"] === "string" ? one["policy"] : "";
    return readExemption(policy, one);
  });
  for (const [index, one] of taken.entries()) if (typeof one === "string") faults.push(`exemptions[${index}]: ${one}`);
  if (faults.length > 0) return { faults };
  const content = {
    pack,
    settings,
    exemptions: taken.filter((one) => typeof one !== "string"),
    ownPacks,
  } as BundleContent; // each member was looked at
  const { digest: present } = sealBundle(content);
  if (digest !== present) return { faults: [`digest: is not that of the rest, which is ${present}`] };
  return { content, settings: read.settings, place: isObject(place) ? placeOf(place) : undefined };
}

const placeOf = (place: Properties): ReadBundle["place"] => {
  const texts = Object.entries(place).filter(([, value]) => typeof value === "string");
  const { project = "", stack = "", environment, ...rest } = Object.fromEntries(texts) as Record<string, string>; // as filtered
  return { ...rest, project, stack, environment: environmentOf(environment) };
};

const isPack = (value: unknown): boolean =>
  isObject(value) && ["name", "version", "digest"].every((key) => typeof value[key] === "string");
const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);
