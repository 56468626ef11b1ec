import { createHash } from "node:crypto";
import type { ExemptedPlace, Exemption } from "./exemption.ts";

/** What a verdict depends on besides what is judged: rules, settings, exemptions, other packs. */
export interface BundleContent {
  readonly pack: { readonly name: string; readonly version: string; readonly digest: string };
  /** As the organisation's file has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Those that may cover the place at this moment or soon; each says when. */
  readonly exemptions: readonly Exemption[];
  readonly ownPacks: readonly { readonly name: string; readonly version: string; readonly digest: string }[];
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
 * exemptions stand beside its settings, and their scope is that stack, since an engine tells a pack no more.
 */
export function bundleConfig(
  { settings, exemptions }: BundleContent,
  { project, stack }: Pick<ExemptedPlace, "project" | "stack">,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const given = Object.entries(settings).map(
    ([policy, of]) => [policy, typeof of === "string" ? { enforcementLevel: of } : of] as const,
  );
  const config = Object.fromEntries(given) as Record<string, Readonly<Record<string, unknown>>>; // read before
  for (const exemption of exemptions) {
    const { policy, scope, ...rest } = exemption;
    const narrowed = { ...rest, policy, scope: { project, stack, ...(scope.urn !== undefined && { urn: scope.urn }) } };
    const listed = config[policy]?.["exemptions"];
    config[policy] = { ...config[policy], exemptions: [...(Array.isArray(listed) ? listed : []), narrowed] };
  }
  return config;
}

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
