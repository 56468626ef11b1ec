import { withoutNulls } from "../model/defaults.ts";
import type { Autoname, ResourceModel } from "../model/model.ts";
import { containsUnknown, isProperties, list, object, type Properties, text, type Value } from "../model/values.ts";
import { seededRandomness } from "./randomness.ts";

/** How the engine wants missing names to be made (the stack's `pulumi:autonaming` setting). */
export interface Autonaming {
  readonly mode: "default" | "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckRequest {
  /** The Pulumi name. */
  readonly name: string;
  readonly olds: Properties;
  readonly news: Properties;
  /** Fresh for each step, unless a saved plan carries it: names in a preview differ from those of the update. */
  readonly seed: Uint8Array;
  readonly autonaming?: Autonaming;
  /** The tags that the provider's configuration gives to everything taggable. */
  readonly defaultTags: Properties;
  /** Of the provider's configuration (see `ProviderConfiguration.settings`). */
  readonly settings: Properties;
}

/** Inputs as the rest of the protocol will see them: no nulls, a name where one is made, `tagsAll`. */
export function checkedInputs(request: CheckRequest, model: ResourceModel | undefined): Properties {
  const given = withoutNulls(request.news);
  if (model === undefined) return given;
  if (model.checked !== undefined) return model.checked({ ...request, news: given });
  return withAllTags(withName(given, request, model), request.defaultTags, model);
}

function withName(given: Properties, request: CheckRequest, model: ResourceModel): Properties {
  const { autoname } = model;
  if (autoname === undefined || given[autoname.property] !== undefined) return given;
  const { property } = autoname;
  // A generated name stays for the life of the resource; the engine sends no olds when it is to be replaced.
  const old = wasGenerated(request.olds, property) ? text(request.olds, property) : undefined;
  const name = old ?? generatedName(request, autoname);
  return name === undefined ? given : { ...given, [property]: name, __defaults: [property] };
}

/** Whether the value of an input is a generated name. The AWS provider marks it in the same way. */
export function wasGenerated(inputs: Properties, property: string): boolean {
  return list(inputs, "__defaults").includes(property);
}

function generatedName(request: CheckRequest, rule: Autoname): string | undefined {
  const { autonaming } = request;
  const { prefix = "", maxLength } = rule;
  if (autonaming?.mode === "disable") return undefined;
  if (autonaming?.mode === "propose" || autonaming?.mode === "enforce") return `${prefix}${autonaming.proposedName}`;
  const suffix = seededRandomness(Buffer.from(request.seed).toString("hex")).hex(7);
  const name = `${prefix}${request.name.slice(0, maxLength - prefix.length - 8)}-${suffix}`;
  return rule.lower === true ? name.toLowerCase() : name;
}

function withAllTags(given: Properties, defaultTags: Properties, model: ResourceModel): Properties {
  if (model.inputs["tags"]?.kind !== "map") return given;
  const tags: Value = given["tags"] ?? {};
  if (!isProperties(tags)) return containsUnknown(tags) ? { ...given, tagsAll: tags } : given;
  return { ...given, tagsAll: { ...defaultTags, ...tags } };
}

/** The tags of a provider's `defaultTags` configuration. */
export function defaultTagsOf(configuration: Properties): Properties {
  return object(object(configuration, "defaultTags"), "tags");
}
