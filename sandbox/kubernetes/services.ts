import { parseCidr } from "../aws/cidr.ts";
import type { Draft } from "../model/model.ts";
import { isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { outOfRange } from "./containerCheck.ts";
import { errors, type FieldError, forbidden, invalid, repeated, required } from "./fieldError.ts";
import type { Completion, Kind } from "./kind.ts";
import { loadBalancerName } from "./loadBalancerName.ts";
import { labelErrors } from "./metadata.ts";
import { dns1035Label, dnsLabel, dnsSubdomain, portName } from "./names.ts";
import { each, having } from "./podDefaults.ts";
import { clusterIp, nodePort, refusedAddress } from "./serviceAddresses.ts";

const service: Kind = {
  apiVersion: "v1",
  group: "",
  kind: "Service",
  resource: "services",
  schema: "IoK8sApiCoreV1Service",
  namespaced: true,
  nameForm: dns1035Label,
  replacing: ["spec.clusterIP"],
  check: (one) => serviceErrors(object(one, "spec")),
  complete: (completion) => having(completion.wanted, { spec: completedSpec(completion) }),
  status: (one, { previous, draft }) => {
    if (typeOf(object(one, "spec")) !== "LoadBalancer") return { loadBalancer: {} };
    const before = object(object(previous ?? {}, "status"), "loadBalancer");
    if (before["ingress"] !== undefined) return { loadBalancer: before };
    return { loadBalancer: { ingress: [{ hostname: loadBalancerName(one, draft) }] } };
  },
  refuse: refusedAddress,
  seconds: { create: 5, update: 3, delete: 5 },
};

function typeOf(spec: Properties): string {
  return text(spec, "type") ?? "ClusterIP";
}

function serviceErrors(spec: Properties): FieldError[] {
  if (spec["type"] === UNKNOWN || spec["ports"] === UNKNOWN) return [];
  const type = typeOf(spec);
  const headless = spec["clusterIP"] === "None";
  const ports = list(spec, "ports").filter(isProperties);
  const name = text(spec, "externalName");
  const bad = name === undefined ? undefined : dnsSubdomain(name.toLowerCase());
  const external = type === "ExternalName";
  return errors(
    ports.length === 0 && !headless && !external && required("spec.ports"),
    external && (spec["externalName"] === undefined || name === "") && required("spec.externalName"),
    external && name !== "" && bad !== undefined && invalid("spec.externalName", name, bad),
    external && spec["clusterIP"] !== undefined && spec["clusterIP"] !== ""
      ? forbidden("spec.clusterIP", "may not be set when `type` is 'ExternalName'")
      : undefined,
    headless && (type === "NodePort" || type === "LoadBalancer")
      ? invalid("spec.clusterIP", "None", `may not be set to 'None' for ${type} services`)
      : undefined,
    labelErrors(spec["selector"], "spec.selector"),
    portErrors(ports, type),
    rangeErrors(list(spec, "loadBalancerSourceRanges"), type),
  );
}

function portErrors(ports: readonly Properties[], type: string): FieldError[] {
  const key = ({ port, protocol = "TCP" }: Properties): Value =>
    port === UNKNOWN || protocol === UNKNOWN ? UNKNOWN : `${String(port)}/${String(protocol)}`;
  return errors(
    repeated(
      ports.map(({ name }) => name),
      (i) => `spec.ports[${i}].name`,
    ),
    repeated(ports.map(key), (i) => `spec.ports[${i}]`),
    ports.flatMap((one, i) => {
      const at = `spec.ports[${i}]`;
      const { name, port, targetPort, nodePort: open } = one;
      const badName = typeof name === "string" ? dnsLabel(name) : undefined;
      const badTarget = typeof targetPort === "string" ? portName(targetPort) : undefined;
      return errors(
        ports.length > 1 && (name === undefined || name === "") && required(`${at}.name`),
        badName !== undefined && invalid(`${at}.name`, name, badName),
        outOfRange(port, `${at}.port`),
        outOfRange(targetPort, `${at}.targetPort`),
        badTarget !== undefined && invalid(`${at}.targetPort`, targetPort, badTarget),
        open !== undefined && open !== 0 && type !== "NodePort" && type !== "LoadBalancer"
          ? forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${type}'`)
          : undefined,
      );
    }),
  );
}

function rangeErrors(ranges: readonly Value[], type: string): FieldError[] {
  const at = "spec.loadBalancerSourceRanges";
  return errors(
    ranges.length > 0 && type !== "LoadBalancer" && forbidden(at, "may only be used when `type` is 'LoadBalancer'"),
    ranges.flatMap((range, i) =>
      typeof range === "string" && !range.includes(":") && parseCidr(range.trim()) === undefined
        ? [invalid(`${at}[${i}]`, range, "must be a network such as 10.0.0.0/16")]
        : [],
    ),
  );
}

/** With the API's defaults and what it allocates (k8s.io/kubernetes, pkg/apis/core/v1/defaults.go). */
function completedSpec({ wanted, previous, draft }: Completion): Value | undefined {
  return each(wanted["spec"], (given) => {
    const before = object(previous ?? {}, "spec");
    const type = typeOf(given);
    const affinity: Value = given["sessionAffinity"] ?? "None";
    const sticky = affinity === "ClientIP" ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } : {};
    const spec: Properties = { type, sessionAffinity: affinity, ...sticky, ...given };
    if (type === "ExternalName") return having(spec, { ports: each(given["ports"], completedPort) });
    const address: Value = given["clusterIP"] ?? before["clusterIP"] ?? allocated(draft, clusterIp);
    const opens = type === "NodePort" || type === "LoadBalancer";
    return having(
      {
        ...(opens ? { externalTrafficPolicy: "Cluster" } : {}),
        ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
        internalTrafficPolicy: "Cluster",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        clusterIP: address,
        clusterIPs: [address],
        ...spec,
      },
      { ports: opens ? opened(given["ports"], before, draft) : each(given["ports"], completedPort) },
    );
  });
}

function completedPort(port: Properties): Properties {
  return { protocol: "TCP", targetPort: port["port"] ?? 0, ...port };
}

/** Ports with the node ports that they have, had, or are given now. */
function opened(ports: Value | undefined, before: Properties, draft: Draft | undefined): Value | undefined {
  const had = list(before, "ports").filter(isProperties);
  const taken = new Set<number>();
  return each(ports, (port) => {
    const completed = completedPort(port);
    const old = had.find((one) => one["port"] === port["port"] && one["protocol"] === completed["protocol"]);
    const fresh = (from: Draft): number => nodePort(from, taken);
    return { nodePort: old?.["nodePort"] ?? allocated(draft, fresh), ...completed };
  });
}

/** In a preview nothing is allocated. */
function allocated(draft: Draft | undefined, allocate: (draft: Draft) => Value): Value {
  return draft === undefined ? UNKNOWN : allocate(draft);
}

export const services: readonly Kind[] = [service];
