import { expect, it } from "vitest";
import { models } from "../../sandbox/kubernetes/index.ts";
import type { Properties } from "../../sandbox/model/values.ts";

/** What Check finds wrong with an object: the fields, in order. */
function found(type: string, object: Properties): readonly (string | undefined)[] {
  const model = models.find((one) => one.type === `kubernetes:${type}`);
  if (model?.checked === undefined) throw new Error(`${type} is not modelled`);
  const request = { name: "thing", olds: {}, seed: new Uint8Array([1]), defaultTags: {}, settings: {} };
  const checked = model.checked({ ...request, news: { metadata: { name: "thing" }, ...object } });
  return (model.check?.(checked) ?? []).map(({ property }) => property);
}

const container: Properties = { name: "server", image: "lobby:1" };

function pod(spec: Properties, more: Properties = {}): Properties {
  return { spec: { containers: [{ ...container, ...more }], ...spec } };
}

const AT = "spec.containers[0]";
const term = (expression: Properties): Properties => ({ podSelector: { matchExpressions: [expression] } });
const EXPRESSION = "spec.podSelector.matchExpressions[0]";
const spread = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
const volume = { name: "tmp", emptyDir: {} };

const POD = "core/v1:Pod";
const POLICY = "networking.k8s.io/v1:NetworkPolicy";

const wrong: readonly [name: string, type: string, object: Properties, field: string][] = [
  ["a container's name in capitals", POD, pod({}, { name: "Server" }), `${AT}.name`],
  ["an image with a space around it", POD, pod({}, { image: " lobby" }), `${AT}.image`],
  [
    "one port name twice",
    POD,
    pod(
      {},
      {
        ports: [
          { name: "a", containerPort: 1 },
          { name: "a", containerPort: 2 },
        ],
      },
    ),
    `${AT}.ports[1].name`,
  ],
  ["a port name without a letter", POD, pod({}, { ports: [{ name: "80", containerPort: 80 }] }), `${AT}.ports[0].name`],
  [
    "a host port that is none",
    POD,
    pod({}, { ports: [{ containerPort: 80, hostPort: 70_000 }] }),
    `${AT}.ports[0].hostPort`,
  ],
  ["a variable without a name", POD, pod({}, { env: [{ name: "", value: "a" }] }), `${AT}.env[0].name`],
  ["a variable with an equals sign", POD, pod({}, { env: [{ name: "A=B", value: "a" }] }), `${AT}.env[0].name`],
  ["a variable from nowhere", POD, pod({}, { env: [{ name: "A", valueFrom: {} }] }), `${AT}.env[0].valueFrom`],
  [
    "two mounts at one place",
    POD,
    pod(
      { volumes: [volume] },
      {
        volumeMounts: [
          { name: "tmp", mountPath: "/a" },
          { name: "tmp", mountPath: "/a" },
        ],
      },
    ),
    `${AT}.volumeMounts[1].mountPath`,
  ],
  [
    "a probe in two ways",
    POD,
    pod({}, { readinessProbe: { exec: { command: ["a"] }, tcpSocket: { port: 1 } } }),
    `${AT}.readinessProbe.tcpSocket`,
  ],
  [
    "a probe of a port that is none",
    POD,
    pod({}, { readinessProbe: { httpGet: { port: 0 } } }),
    `${AT}.readinessProbe.httpGet.port`,
  ],
  [
    "a liveness that must show twice",
    POD,
    pod({}, { livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } }),
    `${AT}.livenessProbe.successThreshold`,
  ],
  [
    "a probe before its time",
    POD,
    pod({}, { startupProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: -1 } }),
    `${AT}.startupProbe.initialDelaySeconds`,
  ],
  [
    "privileges given and taken",
    POD,
    pod({}, { securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    `${AT}.securityContext`,
  ],
  ["a user below root", POD, pod({}, { securityContext: { runAsUser: -1 } }), `${AT}.securityContext.runAsUser`],
  [
    "a resource's name that is none",
    POD,
    pod({}, { resources: { limits: { "a b": "1" } } }),
    `${AT}.resources.limits[a b]`,
  ],
  ["less than no memory", POD, pod({}, { resources: { limits: { memory: "-1" } } }), `${AT}.resources.limits[memory]`],
  ["one name for two sorts of containers", POD, pod({ initContainers: [container] }), "spec.initContainers[0].name"],
  ["one volume twice", POD, pod({ volumes: [volume, volume] }), "spec.volumes[1].name"],
  [
    "a volume of two kinds",
    POD,
    pod({ volumes: [{ ...volume, secret: { secretName: "a" } }] }),
    "spec.volumes[0].secret",
  ],
  ["a volume's name in capitals", POD, pod({ volumes: [{ ...volume, name: "Tmp" }] }), "spec.volumes[0].name"],
  ["a grace that is over", POD, pod({ terminationGracePeriodSeconds: -1 }), "spec.terminationGracePeriodSeconds"],
  ["a node's label that is none", POD, pod({ nodeSelector: { "a/b/c": "d" } }), "spec.nodeSelector"],
  [
    "a toleration of all that equals",
    POD,
    pod({ tolerations: [{ operator: "Equal" }] }),
    "spec.tolerations[0].operator",
  ],
  [
    "a toleration of a value at all",
    POD,
    pod({ tolerations: [{ key: "a", operator: "Exists", value: "b" }] }),
    "spec.tolerations[0].operator",
  ],
  [
    "a toleration that ends without an eviction",
    POD,
    pod({ tolerations: [{ key: "a", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 5 }] }),
    "spec.tolerations[0].effect",
  ],
  [
    "a spread over nothing",
    POD,
    pod({ topologySpreadConstraints: [{ ...spread, maxSkew: 0 }] }),
    "spec.topologySpreadConstraints[0].maxSkew",
  ],
  [
    "one spread twice",
    POD,
    pod({ topologySpreadConstraints: [spread, spread] }),
    "spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}",
  ],
  [
    "an annotation's key with a space",
    POD,
    { ...pod({}), metadata: { name: "a", annotations: { "a b": "c" } } },
    "metadata.annotations",
  ],
  [
    "annotations without end",
    POD,
    { ...pod({}), metadata: { name: "a", annotations: { a: "x".repeat(262_144) } } },
    "metadata.annotations",
  ],
  ["a name left to the API", POD, { ...pod({}), metadata: { generateName: "a-" } }, "metadata.generateName"],
  [
    "a label's value that is too long",
    POD,
    { ...pod({}), metadata: { name: "a", labels: { a: "x".repeat(64) } } },
    "metadata.labels",
  ],
  ["an operator that is none", POLICY, { spec: term({ key: "a", operator: "Is" }) }, `${EXPRESSION}.operator`],
  ["a choice among nothing", POLICY, { spec: term({ key: "a", operator: "In" }) }, `${EXPRESSION}.values`],
  [
    "values of what must only exist",
    POLICY,
    { spec: term({ key: "a", operator: "Exists", values: ["b"] }) },
    `${EXPRESSION}.values`,
  ],
  ["a selector's key that is none", POLICY, { spec: term({ key: "a b", operator: "Exists" }) }, `${EXPRESSION}.key`],
  [
    "a peer of two kinds",
    POLICY,
    { spec: { ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }] } },
    "spec.ingress[0].from[0]",
  ],
  [
    "a range without a first port",
    POLICY,
    { spec: { ingress: [{ ports: [{ endPort: 90 }] }] } },
    "spec.ingress[0].ports[0].port",
  ],
  ["no name for what is elsewhere", "core/v1:Service", { spec: { type: "ExternalName" } }, "spec.externalName"],
  [
    "no address but open to all nodes",
    "core/v1:Service",
    { spec: { type: "NodePort", clusterIP: "None", ports: [{ port: 1 }] } },
    "spec.clusterIP",
  ],
  [
    "sources without a load balancer",
    "core/v1:Service",
    { spec: { ports: [{ port: 1 }], loadBalancerSourceRanges: ["10.0.0.0/8"] } },
    "spec.loadBalancerSourceRanges",
  ],
  [
    "a source that is no network",
    "core/v1:Service",
    { spec: { type: "LoadBalancer", ports: [{ port: 1 }], loadBalancerSourceRanges: ["10.0.0.0/33"] } },
    "spec.loadBalancerSourceRanges[0]",
  ],
  [
    "an indexed job without an end",
    "batch/v1:Job",
    { spec: { completionMode: "Indexed", template: pod({ restartPolicy: "Never" }) } },
    "spec.completions",
  ],
  [
    "a job's name of 64 characters",
    "batch/v1:Job",
    { metadata: { name: "x".repeat(64) }, spec: { template: pod({ restartPolicy: "Never" }) } },
    "metadata.name",
  ],
  [
    "one claim in two exclusive ways",
    "core/v1:PersistentVolumeClaim",
    { spec: { accessModes: ["ReadWriteOncePod", "ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
    "spec.accessModes",
  ],
  [
    "a claim of nothing",
    "core/v1:PersistentVolumeClaim",
    { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "0" } } } },
    "spec.resources[storage]",
  ],
];

it.each(wrong)("%s is found in a %s", (_, type, object, field) => {
  expect(found(type, object)).toEqual([field]);
});

it.each([
  [
    "a pod with all sorts of right things",
    POD,
    pod(
      { volumes: [volume, { name: "b", configMap: { name: "b" } }], tolerations: [{ operator: "Exists" }] },
      {
        ports: [{ name: "game-udp", containerPort: 7777, protocol: "UDP" }],
        env: [
          { name: "A", valueFrom: { secretKeyRef: { name: "a", key: "b" } } },
          { name: "a.b-C", value: "" },
        ],
        resources: { requests: { cpu: 0.5, memory: "1e3" }, limits: { cpu: "500m", memory: "1Gi" } },
        lifecycle: { preStop: { sleep: { seconds: 30 } } },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ),
  ],
  ["a service without an address", "core/v1:Service", { spec: { clusterIP: "None" } }],
  ["a policy that selects", POLICY, { spec: term({ key: "example.com/a", operator: "NotIn", values: ["b"] }) }],
  [
    "a hole in a block",
    POLICY,
    { spec: { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }] } },
  ],
  ["an image by digest", POD, pod({}, { image: "registry.example:5000/lobby@sha256:00" })],
] as const)("%s is right", (_, type, object) => {
  expect(found(type, object)).toEqual([]);
});
