import { contains, isCidr6, parseCidr } from "../aws/cidr.ts";
import { isProperties, list, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { outOfRange } from "./containerCheck.ts";
import { errors, type FieldError, forbidden, invalid, required } from "./fieldError.ts";
import type { Kind } from "./kind.ts";
import { loadBalancerName } from "./loadBalancerName.ts";
import { dnsLabel, dnsSubdomain, portName } from "./names.ts";
import { each, having } from "./podDefaults.ts";
import { selectorErrors } from "./selector.ts";

const networking = {
  apiVersion: "networking.k8s.io/v1",
  group: "networking.k8s.io",
  namespaced: true,
  nameForm: dnsSubdomain,
  generation: true,
} as const;

const networkPolicy: Kind = {
  ...networking,
  kind: "NetworkPolicy",
  resource: "networkpolicies",
  schema: "IoK8sApiNetworkingV1NetworkPolicy",
  check: (one) => {
    const spec = object(one, "spec");
    return errors(
      selectorErrors(spec["podSelector"], "spec.podSelector"),
      list(spec, "ingress").flatMap((rule, i) => ruleErrors(rule, "from", `spec.ingress[${i}]`)),
      list(spec, "egress").flatMap((rule, i) => ruleErrors(rule, "to", `spec.egress[${i}]`)),
    );
  },
  complete: ({ wanted }) =>
    having(wanted, {
      spec: each(wanted["spec"], (spec) => {
        const egress = spec["egress"] === undefined ? [] : ["Egress"];
        const ports = (rules: Value | undefined): Value | undefined =>
          each(rules, (rule) => having(rule, { ports: each(rule["ports"], (port) => ({ protocol: "TCP", ...port })) }));
        return having(
          { podSelector: {}, policyTypes: ["Ingress", ...egress], ...spec },
          { ingress: ports(spec["ingress"]), egress: ports(spec["egress"]) },
        );
      }),
    }),
};

function ruleErrors(rule: Value, side: "from" | "to", field: string): FieldError[] {
  if (!isProperties(rule)) return [];
  return errors(
    list(rule, side).flatMap((peer, i) => (isProperties(peer) ? peerErrors(peer, `${field}.${side}[${i}]`) : [])),
    list(rule, "ports").flatMap((port, i) => (isProperties(port) ? portErrors(port, `${field}.ports[${i}]`) : [])),
  );
}

function peerErrors(peer: Properties, field: string): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  return errors(
    !selects && ipBlock === undefined && required(field, "must specify a peer"),
    selects && ipBlock !== undefined && forbidden(field, "may not specify both ipBlock and another peer"),
    selectorErrors(podSelector, `${field}.podSelector`),
    selectorErrors(namespaceSelector, `${field}.namespaceSelector`),
    isProperties(ipBlock) && blockErrors(ipBlock, `${field}.ipBlock`),
  );
}

function blockErrors(block: Properties, field: string): FieldError[] {
  const cidr = text(block, "cidr");
  if (cidr === undefined || isCidr6(cidr)) return [];
  const outer = parseCidr(cidr);
  if (outer === undefined) return [invalid(`${field}.cidr`, cidr, "must be a network such as 10.0.0.0/16")];
  return texts(block["except"]).flatMap((except, i) => {
    const inner = parseCidr(except);
    const strict = inner !== undefined && contains(outer, inner) && inner.prefix > outer.prefix;
    return strict ? [] : [invalid(`${field}.except[${i}]`, except, `must be a strict subset of \`cidr\` ${cidr}`)];
  });
}

function portErrors({ port, endPort }: Properties, field: string): FieldError[] {
  const bad = typeof port === "string" ? portName(port) : undefined;
  return errors(
    outOfRange(port, `${field}.port`),
    bad !== undefined && invalid(`${field}.port`, port, bad),
    endPort !== undefined && port === undefined && required(`${field}.port`, "must be specified with `endPort`"),
    typeof endPort === "number" && typeof port === "number" && endPort < port
      ? invalid(`${field}.endPort`, endPort, "must be greater than or equal to `port`")
      : undefined,
  );
}

const ingress: Kind = {
  ...networking,
  kind: "Ingress",
  resource: "ingresses",
  schema: "IoK8sApiNetworkingV1Ingress",
  check: (one) => {
    const spec = object(one, "spec");
    const { defaultBackend, rules } = spec;
    const none = defaultBackend === undefined && (rules === undefined || list({ rules }, "rules").length === 0);
    return errors(
      none && invalid("spec", {}, "either `defaultBackend` or `rules` must be specified"),
      isProperties(defaultBackend) && backendErrors(defaultBackend, "spec.defaultBackend"),
      list(spec, "rules").flatMap((rule, i) => (isProperties(rule) ? hostErrors(rule, `spec.rules[${i}]`) : [])),
    );
  },
  status: (one, { previous, draft }) => {
    const before = object(object(previous ?? {}, "status"), "loadBalancer");
    if (before["ingress"] !== undefined) return { loadBalancer: before };
    return { loadBalancer: { ingress: [{ hostname: loadBalancerName(one, draft) }] } };
  },
  seconds: { create: 30, update: 5, delete: 10 },
};

function hostErrors(rule: Properties, field: string): FieldError[] {
  const host = text(rule, "host");
  const bad = host === undefined || host === "" ? undefined : dnsSubdomain(host.replace(/^\*\./, ""));
  return errors(
    bad !== undefined && invalid(`${field}.host`, host, bad),
    list(object(rule, "http"), "paths").flatMap((path, i) =>
      isProperties(path) ? pathErrors(path, `${field}.http.paths[${i}]`) : [],
    ),
  );
}

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

function pathErrors(one: Properties, field: string): FieldError[] {
  const { path, pathType, backend } = one;
  const exact = pathType === "Exact" || pathType === "Prefix";
  return errors(
    typeof pathType === "string" && !PATH_TYPES.includes(pathType)
      ? invalid(`${field}.pathType`, pathType, `must be one of ${PATH_TYPES.join(", ")}`)
      : undefined,
    exact && (path === undefined || (typeof path === "string" && !path.startsWith("/")))
      ? invalid(`${field}.path`, path, "must be an absolute path")
      : undefined,
    isProperties(backend) && backendErrors(backend, `${field}.backend`),
  );
}

function backendErrors({ service, resource }: Properties, field: string): FieldError[] {
  if (service !== undefined && resource !== undefined) {
    return [invalid(field, {}, "cannot set both resource and service backends")];
  }
  if (service === undefined && resource === undefined) return [required(field, "must specify a service or a resource")];
  if (!isProperties(service)) return [];
  const name = text(service, "name");
  const bad = name === undefined ? undefined : dnsLabel(name);
  const port = object(service, "port");
  const none = isProperties(service["port"]) ? Object.keys(port).length === 0 : service["port"] === undefined;
  return errors(
    bad !== undefined && invalid(`${field}.service.name`, name, bad),
    none && required(`${field}.service.port`, "port name or number is required"),
    port["name"] !== undefined && port["number"] !== undefined
      ? invalid(`${field}.service.port`, {}, "cannot set both port name and port number")
      : undefined,
    outOfRange(port["number"], `${field}.service.port.number`),
  );
}

export const network: readonly Kind[] = [networkPolicy, ingress];
