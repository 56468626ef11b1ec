import type { JudgedResource, Step } from "../judgedResource.ts";
import { type EngineProperties, readProperties } from "../readProperties.ts";
import type { DocumentFault } from "./readDocument.ts";

export type ReadState = { readonly resource: JudgedResource } | { readonly faults: readonly DocumentFault[] };

interface GivenState {
  readonly state: unknown;
  /** Where it stands in the document. */
  readonly pointer: string;
  readonly step: Step;
  readonly before?: Properties;
}

type Properties = Readonly<Record<string, unknown>>;

/** What `pulumi preview --json` prints in the place of a secret; a rule finds it unknown, as it does a sealed one. */
const BLINDED = "[secret]";
const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: BLINDED };

/** One resource of Pulumi's state, as an export, a preview and an event have it. */
export function readState({ state, pointer, step, before }: GivenState): ReadState {
  if (!isObject(state)) return fault(pointer, "must be the state of a resource.");
  const { urn, type, id, parent, provider, protect } = state;
  if (typeof urn !== "string" || !/^urn:pulumi:[^:]*::[^:]*::/.test(urn))
    return fault(`${pointer}/urn`, "must be a URN of Pulumi's.");
  if (typeof type !== "string" || type === "") return fault(`${pointer}/type`, "must be the type of a resource.");
  try {
    const { inputs, secrets } = read(state["inputs"]);
    const dependencies = readDependencies(state["propertyDependencies"]);
    return {
      resource: {
        urn,
        type,
        name: urn.split("::").slice(3).join("::"),
        step,
        inputs,
        secrets,
        protect: protect === true,
        ...(isText(id) && { id }),
        ...(state["outputs"] != null && { outputs: read(state["outputs"]).inputs }),
        ...(dependencies && { propertyDependencies: dependencies }),
        ...(isText(parent) && { parent }),
        ...(isText(provider) && { provider }),
        ...(step === "delete" || step === "replace" ? { old: oldState(before ?? state) } : {}),
      },
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      return fault(pointer, "has properties that are none of Pulumi's."); // its own words may quote a secret
    throw error;
  }
}

const oldState = (state: Properties): NonNullable<JudgedResource["old"]> => ({
  inputs: read(state["inputs"]).inputs,
  outputs: read(state["outputs"]).inputs,
  protect: state["protect"] === true,
});

function read(properties: unknown) {
  if (properties === undefined || properties === null) return readProperties({});
  if (!isObject(properties)) throw new TypeError("properties are an object");
  return readProperties(unblinded(properties) as EngineProperties); // an object stays one
}

const unblinded = (value: unknown): unknown => {
  if (value === BLINDED) return sealed;
  if (Array.isArray(value)) return value.map(unblinded);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === "ciphertext" ? item : unblinded(item)]),
  );
};

function readDependencies(given: unknown): JudgedResource["propertyDependencies"] {
  if (!isObject(given)) return undefined;
  return Object.fromEntries(
    Object.entries(given).map(([key, urns]) => [key, Array.isArray(urns) ? urns.filter(isText) : []]),
  );
}

const fault = (pointer: string, detail: string): ReadState => ({ faults: [{ pointer, detail: `It ${detail}` }] });
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);
