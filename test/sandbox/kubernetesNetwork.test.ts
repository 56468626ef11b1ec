import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { inCluster } from "./kubernetesCluster.ts";

const kubernetes = { package: "kubernetes", connect: inCluster } as const;

const object = (apiVersion: string, kind: string, spec: Properties) => (): Properties => ({
  apiVersion,
  kind,
  metadata: { name: "thing" },
  spec,
});

const service = (more: Properties = {}, port: Properties = {}): Properties => ({
  spec: { selector: { app: "lobby" }, ports: [{ port: 80, ...port }], ...more },
});
const target = { type: "Utilization", averageUtilization: 65 };
const cpu = { type: "Resource", resource: { name: "cpu", target } };
const autoscaler = (more: Properties = {}): Properties => ({
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "lobby" },
    maxReplicas: 5,
    metrics: [cpu],
    ...more,
  },
});
const backend = { service: { name: "lobby", port: { number: 80 } } };
const ingress = (path: Properties): Properties => ({
  spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend, ...path }] } }] },
});

const cases: readonly ConformanceCase[] = [
  {
    ...kubernetes,
    type: "kubernetes:core/v1:Service",
    smallest: object("v1", "Service", { ports: [{ port: 80 }] }),
    id: /^default\/thing$/,
    outputs: { status: { loadBalancer: {} } },
    change: service({}, { port: 81 }),
    replace: { spec: { ports: [{ port: 80 }], clusterIP: "None" } },
    spoiled: [
      { name: "no ports", with: { spec: { ports: [] } }, code: "Invalid", property: "spec.ports" },
      { name: "a port that is none", with: service({}, { port: 0 }), code: "Invalid", property: "spec.ports[0].port" },
      {
        name: "two ports without names",
        with: { spec: { ports: [{ port: 80 }, { port: 81 }] } },
        code: "Invalid",
        property: "spec.ports[0].name",
      },
      {
        name: "one port twice",
        with: {
          spec: {
            ports: [
              { name: "a", port: 80 },
              { name: "b", port: 80 },
            ],
          },
        },
        code: "Invalid",
        property: "spec.ports[1]",
      },
      {
        name: "a node port of a service inside",
        with: service({}, { nodePort: 30_080 }),
        code: "Invalid",
        property: "spec.ports[0].nodePort",
      },
      {
        name: "a node port out of range",
        with: service({ type: "NodePort" }, { nodePort: 8080 }),
        code: "Invalid",
        at: "create",
      },
      { name: "an address out of range", with: service({ clusterIP: "10.0.0.1" }), code: "Invalid", at: "create" },
      { name: "a type there is not", with: service({ type: "Public" }), code: "Invalid", property: "spec.type" },
      {
        name: "a name that starts with a digit",
        with: { metadata: { name: "1st" } },
        code: "Invalid",
        property: "metadata.name",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    smallest: object("networking.k8s.io/v1", "NetworkPolicy", { podSelector: {}, policyTypes: ["Ingress"] }),
    id: /^default\/thing$/,
    change: { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "a peer that is none",
        with: { spec: { ingress: [{ from: [{}] }] } },
        code: "Invalid",
        property: "spec.ingress[0].from[0]",
      },
      {
        name: "a block that is none",
        with: { spec: { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/33" } }] }] } },
        code: "Invalid",
        property: "spec.egress[0].to[0].ipBlock.cidr",
      },
      {
        name: "a hole outside its block",
        with: { spec: { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/16", except: ["10.1.0.0/24"] } }] }] } },
        code: "Invalid",
        property: "spec.egress[0].to[0].ipBlock.except[0]",
      },
      {
        name: "a range of ports the wrong way round",
        with: { spec: { ingress: [{ ports: [{ port: 90, endPort: 80 }] }] } },
        code: "Invalid",
        property: "spec.ingress[0].ports[0].endPort",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    smallest: object("networking.k8s.io/v1", "Ingress", { defaultBackend: backend }),
    id: /^default\/thing$/,
    change: ingress({}),
    replace: { metadata: { name: "other" } },
    spoiled: [
      { name: "a way to nowhere", with: { spec: {} }, code: "Invalid", property: "spec" },
      {
        name: "a path that is not absolute",
        with: ingress({ path: "api" }),
        code: "Invalid",
        property: "spec.rules[0].http.paths[0].path",
      },
      {
        name: "a path type there is not",
        with: ingress({ pathType: "Regex" }),
        code: "Invalid",
        property: "spec.rules[0].http.paths[0].pathType",
      },
      {
        name: "a backend without a port",
        with: { spec: { defaultBackend: { service: { name: "lobby" } } } },
        code: "Invalid",
        property: "spec.defaultBackend.service.port",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    smallest: object("policy/v1", "PodDisruptionBudget", { maxUnavailable: 1 }),
    id: /^default\/thing$/,
    change: { spec: { maxUnavailable: "25%" } },
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "two measures",
        with: { spec: { maxUnavailable: 1, minAvailable: 1 } },
        code: "Invalid",
        property: "spec",
      },
      {
        name: "more than all",
        with: { spec: { minAvailable: "101%" } },
        code: "Invalid",
        property: "spec.minAvailable",
      },
      {
        name: "a share in words",
        with: { spec: { minAvailable: "half" } },
        code: "Invalid",
        property: "spec.minAvailable",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
  {
    ...kubernetes,
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    smallest: () => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "thing" },
      ...autoscaler(),
    }),
    id: /^default\/thing$/,
    change: autoscaler({ minReplicas: 2 }),
    replace: { metadata: { name: "other" } },
    spoiled: [
      {
        name: "a least over the most",
        with: autoscaler({ minReplicas: 6 }),
        code: "Invalid",
        property: "spec.maxReplicas",
      },
      { name: "a least of none", with: autoscaler({ minReplicas: 0 }), code: "Invalid", property: "spec.minReplicas" },
      {
        name: "no most",
        with: { spec: { scaleTargetRef: { kind: "Deployment", name: "a" } } },
        code: "Invalid",
        property: "spec.maxReplicas",
      },
      {
        name: "a metric without its source",
        with: autoscaler({ metrics: [{ type: "Resource" }] }),
        code: "Invalid",
        property: "spec.metrics[0].resource",
      },
      {
        name: "a period of an hour",
        with: autoscaler({ behavior: { scaleDown: { policies: [{ type: "Pods", value: 1, periodSeconds: 3600 }] } } }),
        code: "Invalid",
        property: "spec.behavior.scaleDown.policies[0].periodSeconds",
      },
    ],
    taken: { code: "AlreadyExists" },
  },
];

conformance(cases);
