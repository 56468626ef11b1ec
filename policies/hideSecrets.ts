import type { KnownResource, Properties } from "./judgedResource.ts";
import { type PropertyPath, pathText } from "./propertyPath.ts";

/** What stands for a secret where it is not to be seen. */
const SECRET_TEXT = "[secret]";

/** The inputs with a fixed text at each secret path; where nobody knows which are secret, for each value there is. */
export function hideSecrets({ inputs, secrets = "unmarked" }: Pick<KnownResource, "inputs" | "secrets">): Properties {
  if (secrets.length === 0) return inputs;
  const hidden = new Set(secrets === "unmarked" ? [] : secrets);
  const isHidden = (path: PropertyPath) => secrets === "unmarked" || hidden.has(pathText(path));

  const shown = (value: unknown, path: PropertyPath): unknown => {
    if (isHidden(path)) return SECRET_TEXT;
    if (Array.isArray(value)) return value.map((item, index) => shown(item, [...path, index]));
    return typeof value === "object" && value !== null ? members(value, path) : value;
  };
  const members = (object: object, path: PropertyPath): Properties =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, shown(value, [...path, key])]));
  return members(inputs, []);
}
