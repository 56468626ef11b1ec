import type { CheckRequest } from "../cloud/checkedInputs.ts";
import { seededRandomness } from "../cloud/randomness.ts";
import {
  containsUnknown,
  isList,
  isProperties,
  object,
  type Properties,
  sameValue,
  text,
  UNKNOWN,
  type Value,
} from "../model/values.ts";
import { errors, type FieldError, forbidden, invalid, required } from "./fieldError.ts";
import type { Completion, Kind } from "./kind.ts";
import { labelValue, qualifiedName } from "./names.ts";

/** The annotation by which the Kubernetes provider remembers that it made a name up. */
const AUTONAMED = "pulumi.com/autonamed";
/** Total size of annotations in bytes (k8s.io/apimachinery, api/validation). */
const ANNOTATIONS_SIZE = 256 * 1024;

export function nameOf(object_: Properties): string | undefined {
  return text(object(object_, "metadata"), "name");
}

/** The namespace of an object that has been checked; undefined for an unknown one and for cluster-wide objects. */
export function namespaceOf(object_: Properties): string | undefined {
  return text(object(object_, "metadata"), "namespace");
}

/** The provider's id of an object: `namespace/name`, or the name of a cluster-wide one. */
export function idOf(object_: Properties): string {
  const namespace = namespaceOf(object_);
  const name = nameOf(object_) ?? "";
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** An object as Check answers it: without nulls, with its kind, a namespace where it needs one, and a name. */
export function checkedObject(kind: Kind, request: CheckRequest): Properties {
  const given = withoutNulls(request.news);
  const typed = { apiVersion: kind.apiVersion, kind: kind.kind, ...(isProperties(given) ? given : {}) };
  const metadata: Value = request.news["metadata"] ?? {};
  if (!isProperties(metadata)) return typed;
  const placed = withNamespace(object(typed, "metadata"), kind, request.settings);
  return { ...typed, metadata: withName(placed, request) };
}

function withNamespace(metadata: Properties, kind: Kind, settings: Properties): Properties {
  const { namespace, ...rest } = metadata;
  if (!kind.namespaced) return rest;
  const chosen = namespace === undefined || namespace === "" ? text(settings, "namespace") : namespace;
  return { ...rest, namespace: chosen ?? "default" };
}

function withName(metadata: Properties, request: CheckRequest): Properties {
  if (metadata["name"] !== undefined || metadata["generateName"] !== undefined) return metadata;
  const name = isAutonamed(request.olds) ? nameOf(request.olds) : generatedName(request);
  if (name === undefined) return metadata;
  const annotations = metadata["annotations"] ?? {};
  const noted = isProperties(annotations) ? { ...annotations, [AUTONAMED]: "true" } : annotations;
  return { ...metadata, name, annotations: noted };
}

/** The Pulumi name, a hyphen and eight hex digits, unless the engine proposes another one. */
function generatedName({ name, seed, autonaming }: CheckRequest): string | undefined {
  if (autonaming?.mode === "disable") return undefined;
  if (autonaming?.mode === "propose" || autonaming?.mode === "enforce") return autonaming.proposedName;
  return `${name}-${seededRandomness(Buffer.from(seed).toString("hex")).hex(8)}`;
}

export function isAutonamed(object_: Properties): boolean {
  return object(object(object_, "metadata"), "annotations")[AUTONAMED] === "true";
}

/** The API knows no null: it is absence. */
function withoutNulls(value: Value): Value {
  if (isList(value)) return value.map(withoutNulls);
  if (!isProperties(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === null ? [] : [[name, withoutNulls(item)]])),
  );
}

export function metadataErrors(kind: Kind, object_: Properties): FieldError[] {
  if (object_["metadata"] === UNKNOWN) return [];
  const metadata = object(object_, "metadata");
  return errors(
    nameErrors(kind, metadata),
    labelErrors(metadata["labels"], "metadata.labels"),
    annotationErrors(metadata["annotations"], "metadata.annotations"),
  );
}

function nameErrors(kind: Kind, metadata: Properties): FieldError[] {
  const { name, generateName } = metadata;
  if (name === undefined && generateName !== undefined) {
    return [forbidden("metadata.generateName", "is not supported in server-side apply mode")];
  }
  if (name === undefined || name === "") return [required("metadata.name", "a name is required")];
  const bad = typeof name === "string" ? kind.nameForm(name) : undefined;
  return bad === undefined ? [] : [invalid("metadata.name", name, bad)];
}

/** Keys and values of labels, and of what must match them. */
export function labelErrors(labels: Value | undefined, field: string): FieldError[] {
  if (!isProperties(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => {
    const badKey = qualifiedName(key);
    const badValue = typeof value === "string" ? labelValue(value) : undefined;
    return errors(
      badKey !== undefined && invalid(field, key, badKey),
      badValue !== undefined && invalid(field, value, badValue),
    );
  });
}

function annotationErrors(annotations: Value | undefined, field: string): FieldError[] {
  if (!isProperties(annotations)) return [];
  const bad = Object.keys(annotations).flatMap((key) => {
    const why = qualifiedName(key.toLowerCase());
    return why === undefined ? [] : [invalid(field, key, why)];
  });
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  const over = { field, fault: "Too long", detail: `may not be more than ${ANNOTATIONS_SIZE} bytes` } as const;
  return size > ANNOTATIONS_SIZE ? [...bad, over] : bad;
}

/** Metadata with what the API server adds. In the preview of a create there is nothing to add yet. */
export function completedMetadata(kind: Kind, completed: Properties, { previous, draft }: Completion): Value {
  if (completed["metadata"] === UNKNOWN) return UNKNOWN;
  const given = object(completed, "metadata");
  if (previous === undefined) {
    if (draft === undefined) return given;
    const { random, now } = draft.cloud;
    return {
      ...given,
      uid: uuid(random.hex(32)),
      creationTimestamp: now.replace(/\.\d+Z$/, "Z"),
      resourceVersion: String(random.integer(1_000, 9_999_999)),
      ...(kind.generation === true ? { generation: 1 } : {}),
    };
  }
  const before = object(previous, "metadata");
  const { uid = null, creationTimestamp = null } = before;
  const changed = kind.generation === true && !sameValue(completed["spec"], previous["spec"]);
  const generation = Number(before["generation"] ?? 1) + (changed ? 1 : 0);
  return {
    ...given,
    uid,
    creationTimestamp,
    // Clients must take it for opaque; a count of the object's own lets a preview say what it will be.
    resourceVersion: containsUnknown(completed) ? UNKNOWN : String(Number(before["resourceVersion"] ?? 0) + 1),
    ...(kind.generation === true ? { generation: containsUnknown(completed["spec"]) ? UNKNOWN : generation } : {}),
  };
}

/** The form of RFC 9562, version 4, from 32 hex digits. */
function uuid(hex: string): string {
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
