import { randomUUID } from "node:crypto";
import { Problem } from "../base/problem.ts";
import type { ReadResource } from "../inventory/cloudListing.ts";
import { keepingSecrets } from "./changedProperties.ts";
import { packageOf } from "./divergence.ts";

/** As much of Pulumi's state as is edited here; everything else passes through. */
export interface EditedState {
  readonly resources?: readonly EditedResource[];
  readonly pending_operations?: readonly { readonly resource: EditedResource; readonly type: string }[];
}

export interface EditedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly [member: string]: unknown;
}

/** What is to become of one resource of a stack. */
export type Settlement =
  | { readonly kind: "bring-in" | "take-over"; readonly found: ReadResource }
  | { readonly kind: "take-out"; readonly urn: string; readonly id: string }
  | { readonly kind: "clear-pending"; readonly urn: string };

/**
 * A stack's state once it says what is so in the cloud.
 *
 * @param region where the stack's default provider works, when that is known
 * @throws Problem `invalid-transition` for a resource whose provider the state does not have
 */
export function settledState<T extends EditedState>(state: T, settlements: readonly Settlement[], region?: string): T {
  const over = new Map(
    settlements.flatMap((each) => (each.kind === "take-over" ? [[keyOf(each.found), each.found] as const] : [])),
  );
  const out = new Set(settlements.filter((each) => each.kind === "take-out").map(keyOf));
  const kept = (state.resources ?? [])
    .filter((resource) => !out.has(keyOf(resource)))
    .map((resource) => takenOver(resource, over.get(keyOf(resource))));
  const pending = state.pending_operations ?? [];
  const incoming = settlements
    .flatMap((each) => (each.kind === "bring-in" ? [each.found] : []))
    // What belongs to a whole account says nothing of a region; it takes the provider that the others have brought.
    .sort((a, b) => Number(a.region === GLOBAL) - Number(b.region === GLOBAL));
  const whole = incoming.length === 0 ? kept : withRoot(kept, incoming);
  const before = whole.length;
  for (const found of incoming) {
    const begun = pending.find(({ resource, type }) => type === "creating" && resource.urn === found.urn)?.resource;
    whole.push(...broughtIn(whole, { found, begun, region }));
  }
  const linked = whole.map((resource, at) => (at < before ? resource : withDependencies(resource, whole)));
  const settled = new Set(settlements.map((each) => ("found" in each ? each.found.urn : each.urn)));
  return {
    ...state,
    resources: withoutMissing(inOrder(linked)),
    ...(state.pending_operations && {
      pending_operations: pending.filter(({ resource }) => !settled.has(resource.urn)),
    }),
  };
}

const GLOBAL = "global";
const keyOf = ({ urn, id }: { readonly urn: string; readonly id?: string }): string => `${urn} ${id ?? ""}`;

function takenOver(resource: EditedResource, found: ReadResource | undefined): EditedResource {
  if (found === undefined) return resource;
  // A bag stays a bag: what is kept is only which of its values are secret.
  const bag = (name: "inputs" | "outputs") => keepingSecrets(resource[name], found[name]) as Record<string, unknown>;
  return { ...resource, inputs: bag("inputs"), outputs: bag("outputs") };
}

interface BroughtIn {
  readonly found: ReadResource;
  /** The resource of the create that was under way, where there is one. */
  readonly begun: EditedResource | undefined;
  readonly region: string | undefined;
}

/** The resource as an engine would have recorded it, with the provider's own resource before it where that is missing too. */
function broughtIn(
  resources: readonly EditedResource[],
  { found, begun, region }: BroughtIn,
): readonly EditedResource[] {
  const { urn, type, id, inputs, outputs } = found;
  if (begun !== undefined) return [{ ...takenOver(begun, found), id }];
  const { provider, made } = providerFor(resources, found.region === GLOBAL ? { ...found, region } : found);
  const parent = parentOf(resources, urn);
  const resource = { urn, type, custom: true, id, inputs, outputs, provider };
  return [...made, parent === undefined ? resource : { ...resource, parent }];
}

/** Programs record what a resource depends on; the ids in its inputs say as much, so that a destroy finds the right order. */
function withDependencies(resource: EditedResource, all: readonly EditedResource[]): EditedResource {
  if (resource.dependencies !== undefined || resource.provider === undefined) return resource;
  const named = new Set(textsIn(resource.inputs));
  const others = all.filter((other) => other !== resource && identifiersOf(other).some((one) => named.has(one)));
  return others.length === 0 ? resource : { ...resource, dependencies: [...new Set(others.map(({ urn }) => urn))] };
}

function identifiersOf({ custom, type, id, outputs }: EditedResource): readonly string[] {
  if (custom !== true || type.startsWith("pulumi:")) return [];
  const arn = outputs?.["arn"];
  return [id, arn].filter((text): text is string => typeof text === "string" && text.length > 3);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const ROOT = "pulumi:pulumi:Stack";

/** Every resource of a stack stands below its root, which a stack that was never updated does not have. */
function withRoot(resources: EditedResource[], [first]: readonly ReadResource[]): EditedResource[] {
  if (first === undefined || resources.some(({ type }) => type === ROOT)) return resources;
  const { stack, project } = partsOf(first.urn);
  return [
    { urn: `urn:pulumi:${stack}::${project}::${ROOT}::${project}-${stack}`, type: ROOT, custom: false },
    ...resources,
  ];
}

/** `urn:pulumi:<stack>::<project>::<parent's types>$<type>::<name>` (sdk/go/common/resource/urn). */
function partsOf(urn: string): { readonly stack: string; readonly project: string; readonly types: string } {
  const [head = "", project = "", types = ""] = urn.split("::");
  return { stack: head.split(":")[2] ?? "", project, types };
}

/** The one resource that can be the parent by its types; left out where there are several, for the next update to say. */
function parentOf(resources: readonly EditedResource[], urn: string): string | undefined {
  const { types } = partsOf(urn);
  const above = types.includes("$") ? types.slice(0, types.lastIndexOf("$")) : ROOT;
  const [only, ...others] = resources.filter((other) => partsOf(other.urn).types === above);
  return others.length === 0 ? only?.urn : undefined;
}

interface ProviderChoice {
  /** `<urn>::<id>` */
  readonly provider: string;
  readonly made: readonly EditedResource[];
}

interface Sought {
  readonly urn: string;
  readonly type: string;
  /** Undefined where nothing says it. */
  readonly region: string | undefined;
}

/**
 * The provider of the resource's package that works where the resource stands. A stack without any gets the default one of
 * an AWS region, which its next update takes for its own; a cluster's provider cannot be made up.
 */
function providerFor(resources: readonly EditedResource[], { urn, type, region }: Sought): ProviderChoice {
  const kind = `pulumi:providers:${packageOf(type)}`;
  const present = resources.filter((each) => each.type === kind);
  const fitting = present.filter(({ inputs }) => {
    const own = inputs?.["region"];
    return region === undefined || own === undefined || own === region;
  });
  const chosen = fitting.find(({ urn: of }) => isDefault(of)) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (chosen !== undefined) return { provider: `${chosen.urn}::${chosen.id ?? ""}`, made: [] };
  if (present.length > 0 || packageOf(type) !== "aws" || region === undefined) {
    const detail = `The stack's state has no provider ${kind}${region === undefined ? "" : ` for ${region}`}, so ${urn} cannot be adopted alone. Adopt the rest, run the stack's program with pulumi import for this one, or forget it.`;
    throw new Problem("invalid-transition", detail, { facts: { urn } });
  }
  const { stack, project } = partsOf(urn);
  const made = {
    urn: `urn:pulumi:${stack}::${project}::${kind}::default`,
    type: kind,
    custom: true,
    id: randomUUID(),
    inputs: { region },
    outputs: { region },
  };
  return { provider: `${made.urn}::${made.id}`, made: [made] };
}

const isDefault = (urn: string): boolean => /^default(_|$)/.test(urn.split("::").at(-1) ?? "");

/** A state whose resources refer to one that is not there, or comes later, is refused by every engine. */
function withoutMissing(resources: readonly EditedResource[]): readonly EditedResource[] {
  const before = new Set<string>();
  return resources.map((resource) => {
    const checked = referringTo(before, resource);
    before.add(resource.urn);
    return checked;
  });
}

function referringTo(present: ReadonlySet<string>, resource: EditedResource): EditedResource {
  const { parent, dependencies, propertyDependencies, deletedWith, replaceWith, ...rest } = resource;
  const there = (urns: readonly string[]) => urns.filter((urn) => present.has(urn));
  return {
    ...rest,
    ...(parent !== undefined && present.has(parent) && { parent }),
    ...(dependencies && { dependencies: there(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([name, urns]) => [name, there(urns ?? [])]),
      ),
    }),
    ...(deletedWith !== undefined && present.has(deletedWith) && { deletedWith }),
    ...(replaceWith && { replaceWith: there(replaceWith) }),
  };
}

/** Each after what it refers to, as an engine's checks ask for; otherwise as they were. */
function inOrder(resources: readonly EditedResource[]): readonly EditedResource[] {
  const byUrn = Map.groupBy(resources, ({ urn }) => urn);
  const placed = new Set<EditedResource>();
  const ordered: EditedResource[] = [];
  const place = (resource: EditedResource): void => {
    if (placed.has(resource)) return;
    placed.add(resource); // before what it refers to: a circle, which no state has, must not go round for ever
    for (const urn of refersTo(resource)) for (const other of byUrn.get(urn) ?? []) place(other);
    ordered.push(resource);
  };
  resources.forEach(place);
  return ordered;
}

function refersTo({ parent, provider, dependencies = [] }: EditedResource): readonly string[] {
  const providerUrn = provider?.slice(0, provider.lastIndexOf("::"));
  return [parent, providerUrn, ...dependencies].filter((urn) => urn !== undefined);
}
