import { isProperties, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { duplicate, errors, type FieldError, forbidden, invalid, required, tooLong } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { configKey, dnsSubdomain } from "./names.ts";

const core = { apiVersion: "v1", group: "", namespaced: true, nameForm: dnsSubdomain } as const;
/** Bytes of all values together (k8s.io/api, core/v1). */
const MAX_SIZE = 1024 * 1024;

const configMap: Kind = {
  ...core,
  kind: "ConfigMap",
  resource: "configmaps",
  schema: "IoK8sApiCoreV1ConfigMap",
  // The provider makes a new one for new content, so that pods restart, unless it is told that it may change in place.
  replacing: ({ olds, settings }) =>
    settings["enableConfigMapMutable"] === true && olds["immutable"] !== true ? [] : ["data", "binaryData"],
  check: (one) => {
    const { data, binaryData } = one;
    const both = Object.keys(isProperties(data) ? data : {}).filter(
      (key) => object(one, "binaryData")[key] !== undefined,
    );
    return errors(
      keyErrors(data, "data"),
      keyErrors(binaryData, "binaryData"),
      base64Errors(binaryData, "binaryData"),
      both.map((key) => duplicate(`data[${key}]`, key)),
      sizeOf(data) + sizeOf(binaryData) > MAX_SIZE && tooLong("", MAX_SIZE),
    );
  },
  frozen: (previous, wanted) => frozenContent(previous, wanted),
};

const secret: Kind = {
  ...core,
  kind: "Secret",
  resource: "secrets",
  schema: "IoK8sApiCoreV1Secret",
  secretOutputs: ["data", "stringData"],
  replacing: ({ olds, settings }) =>
    settings["enableSecretMutable"] === true && olds["immutable"] !== true ? ["type"] : ["type", "data", "stringData"],
  check: (one) => {
    const { data, stringData } = one;
    return errors(
      keyErrors(data, "data"),
      keyErrors(stringData, "stringData"),
      base64Errors(data, "data"),
      sizeOf(data) + sizeOf(stringData) > MAX_SIZE && tooLong("data", MAX_SIZE),
      typeErrors(one),
    );
  },
  // `stringData` is a way to write, never to be read: the API server answers all of it in `data`.
  complete: ({ wanted }) => {
    const { stringData, ...rest } = wanted;
    const data = { ...object(wanted, "data"), ...encoded(stringData) };
    const unknown = stringData === UNKNOWN || wanted["data"] === UNKNOWN;
    const none = stringData === undefined && wanted["data"] === undefined;
    return { type: "Opaque", ...rest, ...(none ? {} : { data: unknown ? UNKNOWN : data }) };
  },
  frozen: (previous, wanted) => frozenContent(previous, wanted),
};

function encoded(stringData: Value | undefined): Properties {
  if (!isProperties(stringData)) return {};
  return Object.fromEntries(
    Object.entries(stringData).map(([key, value]) => [
      key,
      typeof value === "string" ? Buffer.from(value).toString("base64") : value,
    ]),
  );
}

function keyErrors(data: Value | undefined, field: string): FieldError[] {
  if (!isProperties(data)) return [];
  return Object.keys(data).flatMap((key) => {
    const bad = configKey(key);
    return bad === undefined ? [] : [invalid(`${field}[${key}]`, key, bad)];
  });
}

/** The values are content, secret or not: they are never shown. */
function base64Errors(data: Value | undefined, field: string): FieldError[] {
  if (!isProperties(data)) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value !== "string" || /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
      ? []
      : [{ field: `${field}.${key}`, fault: "Invalid value", detail: "must be base64-encoded" } as const],
  );
}

function sizeOf(data: Value | undefined): number {
  if (!isProperties(data)) return 0;
  return Object.values(data).reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 0), 0);
}

/** Keys that the API server demands of secrets of its own types. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

function typeErrors(one: Properties): FieldError[] {
  if (one["data"] === UNKNOWN || one["stringData"] === UNKNOWN) return [];
  const given = { ...object(one, "data"), ...object(one, "stringData") };
  const type = text(one, "type") ?? "Opaque";
  const missing = (KEYS[type] ?? []).filter((key) => given[key] === undefined);
  const user =
    type === "kubernetes.io/basic-auth" && given["username"] === undefined && given["password"] === undefined;
  return errors(
    missing.map((key) => required(`data[${key}]`)),
    user && required("data[username]"),
  );
}

/** What is immutable stays so, and so does its content. */
function frozenContent(previous: Properties, wanted: Properties): FieldError[] {
  if (previous["immutable"] !== true || wanted["immutable"] === true) return [];
  return [forbidden("immutable", "field is immutable when `immutable` is set")];
}

export const configuration: readonly Kind[] = [configMap, secret];
