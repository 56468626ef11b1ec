import type { Resource } from "../model/resource.ts";
import { isList, isProperties, type Value } from "../model/values.ts";
import { summary } from "./shownResource.ts";

/** Signatures of Pulumi's deployment format (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A resource as a provider's Read gives it to an engine, in the words of Pulumi's state: inputs and outputs in full, and what
 * was given as a secret marked as one, with its value in clear. It is for whoever keeps state, never for a page.
 */
export function engineView(resource: Resource, now: number) {
  const secrets = new Set(resource.secrets);
  const inputs = marked(resource.inputs, [], secrets);
  return { ...summary(resource, now), inputs, outputs: marked(resource.outputs, [], secrets) };
}

function marked(value: Value, path: readonly (string | number)[], secrets: ReadonlySet<string>): unknown {
  if (secrets.has(JSON.stringify(path))) return { [SIGNATURE]: SECRET, plaintext: JSON.stringify(value) };
  if (isList(value)) return value.map((item, i) => marked(item, [...path, i], secrets));
  if (!isProperties(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, marked(item, [...path, name], secrets)]),
  );
}
