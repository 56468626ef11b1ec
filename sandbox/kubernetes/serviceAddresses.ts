import { address, type Cidr, contains, parseCidr, size } from "../aws/cidr.ts";
import type { Draft } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { invalidObject } from "./apiStatus.ts";
import { invalid } from "./fieldError.ts";

const CLUSTER = "aws:eks/cluster:Cluster";
const SERVICE = "kubernetes:core/v1:Service";
const NAMED = { kind: "Service", group: "", resource: "services" } as const;
/** What EKS takes when the cluster's network leaves it free. */
const DEFAULT_RANGE = "10.100.0.0/16";
/** The API server's default `--service-node-port-range`; EKS offers no other. */
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** Why the addresses or node ports that a service asks for cannot be given to it. */
export function refusedAddress(draft: Draft): Problem | undefined {
  const spec = object(draft.inputs, "spec");
  const name = text(object(draft.inputs, "metadata"), "name") ?? "";
  const refused = (field: string, value: string | number, why: string): Problem =>
    invalidObject(NAMED, name, invalid(field, value, why));
  const wanted = text(spec, "clusterIP");
  if (wanted !== undefined && wanted !== "" && wanted !== "None") {
    const at = parseCidr(`${wanted}/32`);
    if (at === undefined) return refused("spec.clusterIP", wanted, "must be a valid IP address");
    if (!contains(rangeOf(draft), at)) {
      return refused("spec.clusterIP", wanted, "failed to allocate IP: the provided IP is not in the valid range");
    }
    if (others(draft).some((one) => one["clusterIP"] === wanted)) {
      return refused("spec.clusterIP", wanted, "failed to allocate IP: provided IP is already allocated");
    }
  }
  return list(spec, "ports").reduce<Problem | undefined>((found, port, i) => {
    const number = isProperties(port) ? port["nodePort"] : undefined;
    if (found !== undefined || !isProperties(port) || typeof number !== "number" || number === 0) return found;
    const field = `spec.ports[${i}].nodePort`;
    if (number < NODE_PORTS.first || number > NODE_PORTS.last) {
      const range = `${NODE_PORTS.first}-${NODE_PORTS.last}`;
      return refused(field, number, `provided port is not in the valid range. The range of valid ports is ${range}`);
    }
    return isOpen(number, text(port, "protocol") ?? "TCP", draft)
      ? refused(field, number, "provided port is already allocated")
      : undefined;
  }, undefined);
}

/** A free address of the cluster's range for services. */
export function clusterIp(draft: Draft): string {
  const range = rangeOf(draft);
  const taken = new Set(others(draft).map((one) => one["clusterIP"]));
  // The first addresses are the API server's own and the name service's.
  for (;;) {
    const candidate = address(range, draft.cloud.random.integer(16, size(range.prefix) - 2));
    if (!taken.has(candidate)) return candidate;
  }
}

/** A free node port; `given` are those given in the same request, and it is added to them. */
export function nodePort(draft: Draft, given: Set<number>): number {
  for (;;) {
    const candidate = draft.cloud.random.integer(NODE_PORTS.first, NODE_PORTS.last);
    if (given.has(candidate) || isOpen(candidate, undefined, draft)) continue;
    given.add(candidate);
    return candidate;
  }
}

function rangeOf({ cloud, place }: Draft): Cidr {
  const cluster = cloud.find(CLUSTER, place.cluster ?? "");
  const network = object(cluster?.outputs ?? {}, "kubernetesNetworkConfig");
  const range = parseCidr(text(network, "serviceIpv4Cidr") ?? DEFAULT_RANGE);
  return range ?? { first: 0x0a640000, prefix: 16 };
}

/** The specs of all other services of the cluster. */
function others({ cloud, previous }: Draft): readonly Properties[] {
  return cloud.all(SERVICE).flatMap((one) => (one.uid === previous?.uid ? [] : [object(one.outputs, "spec")]));
}

/** One number can be open for TCP and for UDP. */
function isOpen(number: number, protocol: string | undefined, draft: Draft): boolean {
  return others(draft).some((spec) =>
    list(spec, "ports").some(
      (port) =>
        isProperties(port) &&
        port["nodePort"] === number &&
        (protocol === undefined || (text(port, "protocol") ?? "TCP") === protocol),
    ),
  );
}
