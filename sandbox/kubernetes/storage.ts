import type { Draft } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import { list, object, type Properties, sameValue, text, texts, UNKNOWN, type Value } from "../model/values.ts";
import { forbiddenObject } from "./apiStatus.ts";
import { errors, type FieldError, forbidden, invalid, required, unsupported } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { dnsSubdomain } from "./names.ts";
import { each, having } from "./podDefaults.ts";
import { quantity, requestErrors } from "./quantity.ts";
import { selectorErrors } from "./selector.ts";

const STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

const claim: Kind = {
  apiVersion: "v1",
  group: "",
  kind: "PersistentVolumeClaim",
  resource: "persistentvolumeclaims",
  schema: "IoK8sApiCoreV1PersistentVolumeClaim",
  namespaced: true,
  nameForm: dnsSubdomain,
  replacing: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  check: (one) => claimErrors(object(one, "spec")),
  complete: ({ wanted, previous, draft }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) => {
        const chosen = previous === undefined ? usualClass(draft) : object(previous, "spec")["storageClassName"];
        const storageClassName = spec["storageClassName"] ?? chosen;
        return having({ volumeMode: "Filesystem", ...spec }, { storageClassName });
      }),
    }),
  status: (one) => {
    const spec = object(one, "spec");
    const capacity: Properties = { storage: object(object(spec, "resources"), "requests")["storage"] ?? "0" };
    return { phase: "Bound", accessModes: list(spec, "accessModes"), capacity };
  },
  refuse: ({ inputs, previous, cloud }) => {
    if (previous === undefined) return undefined;
    const before = storageOf(previous.outputs);
    const name = text(object(inputs, "metadata"), "name") ?? "";
    const className = text(object(previous.outputs, "spec"), "storageClassName") ?? "";
    const grows = cloud.find(STORAGE_CLASS, className)?.outputs["allowVolumeExpansion"] === true;
    if (storageOf(inputs) <= before || grows) return undefined;
    const why =
      "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    return forbiddenObject(claim, name, why);
  },
  frozen: (previous, wanted) => {
    const shrunk = storageOf(wanted) < storageOf(previous);
    const mode = object(wanted, "spec")["volumeMode"] ?? "Filesystem";
    return errors(
      shrunk && forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"),
      mode !== object(previous, "spec")["volumeMode"]
        ? forbidden("spec", "spec is immutable after creation except resources.requests for bound claims")
        : undefined,
    );
  },
  seconds: { create: 5, delete: 5 },
};

function storageOf(object_: Properties): number {
  return quantity(object(object(object(object_, "spec"), "resources"), "requests")["storage"]) ?? 0;
}

/** The class of claims that name none; it is chosen once, at creation. */
function usualClass(draft: Draft | undefined): Value | undefined {
  if (draft === undefined) return UNKNOWN;
  const found = draft.cloud.all(STORAGE_CLASS).find((one) => isDefault(one));
  return text(object(found?.outputs ?? {}, "metadata"), "name");
}

function isDefault({ outputs }: Resource): boolean {
  return object(object(outputs, "metadata"), "annotations")[DEFAULT_CLASS] === "true";
}

function claimErrors(spec: Properties): FieldError[] {
  const { accessModes, resources, selector } = spec;
  const storage = object(object(spec, "resources"), "requests")["storage"];
  const modes = texts(accessModes);
  const alone = modes.includes("ReadWriteOncePod") && modes.length > 1;
  const unknown = resources === UNKNOWN || object(spec, "resources")["requests"] === UNKNOWN;
  return errors(
    accessModes !== UNKNOWN && list(spec, "accessModes").length === 0
      ? required("spec.accessModes", "at least 1 access mode is required")
      : undefined,
    alone && forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes"),
    storage === undefined && !unknown && required("spec.resources[storage]"),
    quantity(storage) === 0 && invalid("spec.resources[storage]", storage ?? 0, "must be greater than zero"),
    requestErrors(object(spec, "resources"), "spec.resources"),
    selectorErrors(selector, "spec.selector"),
  );
}

const storageClass: Kind = {
  apiVersion: "storage.k8s.io/v1",
  group: "storage.k8s.io",
  kind: "StorageClass",
  resource: "storageclasses",
  schema: "IoK8sApiStorageV1StorageClass",
  namespaced: false,
  nameForm: dnsSubdomain,
  replacing: ["parameters", "provisioner"],
  check: (one) => {
    const { provisioner, reclaimPolicy, volumeBindingMode } = one;
    const among = (field: string, value: unknown, allowed: readonly string[]) =>
      typeof value === "string" && !allowed.includes(value) ? unsupported(field, value, allowed) : undefined;
    return errors(
      provisioner === "" && required("provisioner"),
      among("reclaimPolicy", reclaimPolicy, ["Delete", "Retain"]),
      among("volumeBindingMode", volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]),
    );
  },
  complete: ({ wanted }) => ({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate", ...wanted }),
  frozen: (previous, wanted) =>
    errors(
      (["reclaimPolicy", "volumeBindingMode"] as const).flatMap((name) => {
        const usual = name === "reclaimPolicy" ? "Delete" : "Immediate";
        const same = sameValue(wanted[name] ?? usual, previous[name] ?? usual);
        return same ? [] : [forbidden(name, `updates to ${name} are forbidden.`)];
      }),
    ),
};

export const storage: readonly Kind[] = [claim, storageClass];
