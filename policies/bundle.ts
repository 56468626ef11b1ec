import { createHash } from "node:crypto";
import type { ExemptedPlace, Exemption } from "./exemption.ts";
import type { Rule } from "./rule.ts";

/** The configuration of a pack, by policy. */
export type PackConfig = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface BundledPack {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  /** Where it is another one than the rules' own. */
  readonly level?: string;
}

/** What a verdict depends on besides what is judged: rules, settings, exemptions, other packs. */
export interface BundleContent {
  readonly pack: { readonly name: string; readonly version: string; readonly digest: string };
  /** As the organisation's file has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Those that may cover the place at this moment or soon; each says when. */
  readonly exemptions: readonly Exemption[];
  readonly ownPacks: readonly BundledPack[];
}

export interface Bundle extends BundleContent {
  /** Of all the rest: who judges by another one judges otherwise. */
  readonly digest: string;
}

/** Gives a bundle its digest, which does not depend on the order of what has none. */
export function sealBundle({ pack, settings, exemptions, ownPacks }: BundleContent): Bundle {
  const content: BundleContent = {
    pack,
    settings,
    exemptions: exemptions.toSorted(byText(({ id }) => id)),
    ownPacks: ownPacks.toSorted(byText(({ name }) => name)),
  };
  return { ...content, digest: `sha256:${createHash("sha256").update(canonical(content)).digest("hex")}` };
}

/**
 * What a bundle says in the form of a configuration file of `pulumi --policy-pack-config`, for one stack: there each policy's
 * exemptions stand beside its settings, and their scope is that stack, since an engine tells a pack no more. Each policy that
 * is named has its level: an engine refuses one without, where the pack has not told it of the policy.
 */
export function bundleConfig(
  { settings, exemptions }: BundleContent,
  { project, stack }: Pick<ExemptedPlace, "project" | "stack">,
  rules: readonly Pick<Rule, "name" | "level">[],
): PackConfig {
  const levelOfAll = levelIn(settings["all"]);
  const entries = rules.flatMap(({ name, level }) => {
    const own = settings[name];
    const granted = exemptions.filter(({ policy }) => policy === name);
    if (own === undefined && levelOfAll === undefined && granted.length === 0) return [];
    const values = typeof own === "object" && own !== null ? own : {};
    const listed = granted.map(({ scope: { urn }, ...rest }) => ({
      ...rest,
      scope: { project, stack, ...(urn !== undefined && { urn }) },
    }));
    const entry = {
      ...values,
      enforcementLevel: levelIn(own) ?? levelOfAll ?? level,
      ...(listed.length > 0 && { exemptions: listed }),
    };
    return [[name, entry] as const];
  });
  return Object.fromEntries(entries);
}

/** A level stands alone, or among a policy's settings. */
const levelIn = (given: unknown): unknown =>
  typeof given === "object" && given !== null ? Reflect.get(given, "enforcementLevel") : given;

/** JSON with the members of each object in one order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(byText(([key]) => key))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.join(",")}}`;
}

/** By code units, which is the same on every machine. */
const byText =
  <T>(text: (of: T) => string) =>
  (left: T, right: T): number =>
    text(left) < text(right) ? -1 : 1;
