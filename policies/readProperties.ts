import type { Properties } from "./judgedResource.ts";
import { type PropertyPath, pathText } from "./propertyPath.ts";
import { UNKNOWN } from "./unknown.ts";

/** Properties as they stand in Pulumi's state and journal: secrets, outputs and assets are objects with a signature. */
export type EngineProperties = Readonly<Record<string, unknown>>;

/** Signatures of Pulumi's deployment format (sdk/go/common/resource/sig). */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

interface ReadProperties {
  readonly inputs: Properties;
  readonly secrets: readonly string[];
}

/**
 * Turns properties of the engine into the plain JSON that rules read, with the paths of what is secret. A secret must be
 * opened first (`plaintext`, which is JSON text, or `value`): one that is still sealed is unknown to a rule, and so fails
 * a mandatory rule that needs it. Throws a SyntaxError when a plaintext is not JSON.
 */
export function readProperties(properties: EngineProperties): ReadProperties {
  const secrets: string[] = [];

  const openSecret = (secret: Properties): unknown => {
    if (typeof secret["plaintext"] === "string") return JSON.parse(secret["plaintext"]);
    return "value" in secret ? secret["value"] : UNKNOWN;
  };

  const read = (value: unknown, path: PropertyPath): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => read(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    const object = value as Properties; // neither an array nor null
    if (object[signature] === secretSignature) {
      secrets.push(pathText(path));
      return read(openSecret(object), path);
    }
    if (object[signature] === outputSignature) {
      if (object["secret"] === true) secrets.push(pathText(path));
      return "value" in object ? read(object["value"], path) : UNKNOWN;
    }
    return readObject(object, path);
  };

  // A null is how a program says that it leaves a property out; rules know only `undefined`.
  const readObject = (object: Properties, path: PropertyPath): Properties =>
    Object.fromEntries(
      Object.entries(object)
        .filter(([, item]) => item !== null)
        .map(([key, item]) => [key, read(item, [...path, key])]),
    );

  const inputs = readObject(properties, []);
  return { inputs, secrets };
}
