import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { inCluster } from "./kubernetesCluster.ts";

const kubernetes = { package: "kubernetes", connect: inCluster } as const;

const object =
  (apiVersion: string, kind: string, more: Properties = {}) =>
  (): Properties => ({
    apiVersion,
    kind,
    metadata: { name: "thing" },
    ...more,
  });

const RBAC = "rbac.authorization.k8s.io";
const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "reader" };
const account = { kind: "ServiceAccount", name: "lobby", namespace: "default" };

const cases: readonly ConformanceCase[] = [
  {
    ...kubernetes,
    type: "kubernetes:core/v1:Namespace",
    smallest: object("v1", "Namespace"),
    id: /^thing$/,
    outputs: { status: { phase: "Active" }, spec: { finalizers: ["kubernetes"] } },
    change: { metadata: { name: "thing", labels: { team: "lobby" } } },
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "a name with a dot", with: { metadata: { name: "a.b" } }, code: "Invalid", property: "metadata.name" },
      {
        name: "a security level that is none",
        with: { metadata: { name: "a", labels: { "pod-security.kubernetes.io/enforce": "strict" } } },
        code: "Invalid",
        property: "metadata.labels[pod-security.kubernetes.io/enforce]",
      },
      {
        name: "the name of a built-in one",
        with: { metadata: { name: "kube-system" } },
        code: "AlreadyExists",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:ServiceAccount",
    smallest: object("v1", "ServiceAccount"),
    id: /^default\/thing$/,
    change: { automountServiceAccountToken: false },
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "the account that is there",
        with: { metadata: { name: "default" } },
        code: "AlreadyExists",
        at: "create",
      },
      {
        name: "a flag in words",
        with: { automountServiceAccountToken: "no" },
        code: "BadRequest",
        property: "automountServiceAccountToken",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:ConfigMap",
    smallest: object("v1", "ConfigMap", { data: { colour: "blue" } }),
    id: /^default\/thing$/,
    change: { data: { colour: "green" } },
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "a number for text", with: { data: { colour: 1 } }, code: "BadRequest", property: "data.colour" },
      { name: "a key with a slash", with: { data: { "a/b": "c" } }, code: "Invalid", property: "data[a/b]" },
      { name: "a key twice", with: { binaryData: { colour: "" } }, code: "Invalid", property: "data[colour]" },
      { name: "more than a mebibyte", with: { data: { a: "x".repeat(1_048_577) } }, code: "Invalid", property: "" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:Secret",
    smallest: object("v1", "Secret", { stringData: { key: "value" } }),
    id: /^default\/thing$/,
    outputs: { data: { key: "dmFsdWU=" }, type: "Opaque", stringData: undefined },
    change: { stringData: { key: "other" } },
    replace: { type: "kubernetes.io/basic-auth", stringData: { username: "a" } },
    spoiled: [
      { name: "data that is not encoded", with: { data: { key: "?" } }, code: "BadRequest", property: "data.key" },
      {
        name: "a certificate without its key",
        with: { type: "kubernetes.io/tls" },
        code: "Invalid",
        property: "data[tls.crt]",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: `kubernetes:${RBAC}/v1:Role`,
    smallest: object(`${RBAC}/v1`, "Role", { rules: [rule] }),
    id: /^default\/thing$/,
    change: { rules: [{ ...rule, verbs: ["get", "list"] }] },
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "a rule without verbs",
        with: { rules: [{ ...rule, verbs: [] }] },
        code: "Invalid",
        property: "rules[0].verbs",
      },
      {
        name: "a rule without resources",
        with: { rules: [{ apiGroups: [""], verbs: ["get"] }] },
        code: "Invalid",
        property: "rules[0].resources",
      },
      {
        name: "a rule about the server's paths",
        with: { rules: [{ nonResourceURLs: ["/healthz"], verbs: ["get"] }] },
        code: "Invalid",
        property: "rules[0].nonResourceURLs",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: `kubernetes:${RBAC}/v1:ClusterRole`,
    smallest: object(`${RBAC}/v1`, "ClusterRole", { rules: [rule] }),
    id: /^thing$/,
    change: { rules: [{ nonResourceURLs: ["/healthz"], verbs: ["get"] }] },
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "a name with a slash", with: { metadata: { name: "a/b" } }, code: "Invalid", property: "metadata.name" },
      {
        name: "paths and resources at once",
        with: { rules: [{ ...rule, nonResourceURLs: ["/healthz"] }] },
        code: "Invalid",
        property: "rules[0].nonResourceURLs",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  ...(["RoleBinding", "ClusterRoleBinding"] as const).map(
    (kind): ConformanceCase => ({
      ...kubernetes,
      type: `kubernetes:${RBAC}/v1:${kind}`,
      smallest: object(`${RBAC}/v1`, kind, { roleRef, subjects: [account] }),
      id: kind === "RoleBinding" ? /^default\/thing$/ : /^thing$/,
      change: { subjects: [{ kind: "Group", name: "players", apiGroup: RBAC }] },
      replace: { roleRef: { ...roleRef, name: "writer" } },
      spoiled: [
        {
          name: "a subject of no kind",
          with: { subjects: [{ kind: "Robot", name: "a" }] },
          code: "Invalid",
          property: "subjects[0].kind",
        },
        {
          name: "an account without a namespace",
          with: { subjects: [{ kind: "ServiceAccount", name: "a" }] },
          code: "Invalid",
          property: "subjects[0].namespace",
        },
        {
          name: "a role of no kind",
          with: { roleRef: { ...roleRef, kind: "Group" } },
          code: "Invalid",
          property: "roleRef.kind",
        },
        { name: "no role", with: { roleRef: null }, code: "Invalid" },
      ],
      taken: { code: "AlreadyExists" },
    }),
  ),
  {
    ...kubernetes,
    type: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
    smallest: object("scheduling.k8s.io/v1", "PriorityClass", { value: 1000 }),
    id: /^thing$/,
    outputs: { preemptionPolicy: "PreemptLowerPriority" },
    change: { description: "players come first" },
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "a value of the system's", with: { value: 1_000_000_001 }, code: "Invalid" },
      {
        name: "a name of the system's",
        with: { metadata: { name: "system-lobby" } },
        code: "Invalid",
        property: "metadata.name",
      },
      { name: "half a value", with: { value: 0.5 }, code: "BadRequest" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:ResourceQuota",
    smallest: object("v1", "ResourceQuota", { spec: { hard: { pods: "2", "requests.cpu": "1" } } }),
    id: /^default\/thing$/,
    change: { spec: { hard: { pods: "3" } } },
    replace: { spec: { hard: { pods: "2" }, scopes: ["Terminating"] } },
    spoiled: [
      { name: "half a pod", with: { spec: { hard: { pods: "0.5" } } }, code: "Invalid", property: "spec.hard[pods]" },
      {
        name: "less than none",
        with: { spec: { hard: { pods: "-1" } } },
        code: "Invalid",
        property: "spec.hard[pods]",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:LimitRange",
    smallest: object("v1", "LimitRange", { spec: { limits: [{ type: "Container", max: { cpu: "1" } }] } }),
    id: /^default\/thing$/,
    change: { spec: { limits: [{ type: "Container", max: { cpu: "2" } }] } },
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "a least over the most",
        with: { spec: { limits: [{ type: "Container", min: { cpu: "2" }, max: { cpu: "1" } }] } },
        code: "Invalid",
        property: "spec.limits[0].min[cpu]",
      },
      {
        name: "two of one type",
        with: { spec: { limits: [{ type: "Pod" }, { type: "Pod" }] } },
        code: "Invalid",
        property: "spec.limits[1].type",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:storage.k8s.io/v1:StorageClass",
    smallest: object("storage.k8s.io/v1", "StorageClass", { provisioner: "ebs.csi.aws.com" }),
    id: /^thing$/,
    outputs: { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
    change: { allowVolumeExpansion: true },
    replace: { provisioner: "efs.csi.aws.com" },
    spoiled: [
      { name: "a way to reclaim there is not", with: { reclaimPolicy: "Keep" }, code: "Invalid" },
      { name: "no provisioner", with: { provisioner: null }, code: "Invalid" },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    smallest: object("v1", "PersistentVolumeClaim", claim("10Gi")),
    id: /^default\/thing$/,
    change: { metadata: { name: "thing", labels: { team: "lobby" } } },
    replace: { spec: { ...claimSpec("10Gi"), accessModes: ["ReadWriteMany"] } },
    spoiled: [
      {
        name: "no size",
        with: { spec: { accessModes: ["ReadWriteOnce"] } },
        code: "Invalid",
        property: "spec.resources[storage]",
      },
      {
        name: "no access mode",
        with: { spec: { ...claimSpec("1Gi"), accessModes: [] } },
        code: "Invalid",
        property: "spec.accessModes",
      },
      {
        name: "an access mode there is not",
        with: { spec: { ...claimSpec("1Gi"), accessModes: ["WriteOnce"] } },
        code: "Invalid",
        property: "spec.accessModes[0]",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
];

function claim(storage: string): Properties {
  return { spec: claimSpec(storage) };
}

function claimSpec(storage: string): Properties {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
}

conformance(cases);
