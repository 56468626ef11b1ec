import { onResource, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";

const openPorts = listSetting({
  name: "openPorts",
  description: "TCP ports that a load balancer may open to the whole internet",
  initial: ["443"],
});

/** Each cloud's own way to say that a balancer stays inside. */
const internalAnnotations: Readonly<Record<string, string>> = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
};

const isInternal = (annotations: Readonly<Record<string, string>> | undefined): boolean =>
  Object.entries(internalAnnotations).some(([name, value]) => annotations?.[name] === value);

const world: readonly string[] = ["0.0.0.0/0", "::/0"];

export const noOpenLoadBalancers = rule({
  name: "kubernetes-no-open-load-balancers",
  description: "A Service of type LoadBalancer must not open ports to the whole internet, but for those of players.",
  reason:
    "The type asks the cloud for an address on the internet, and the cloud's controller opens the nodes' firewall for it, where no rule on firewalls sees it. UDP is what matches are played over, and stays open.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.IR-01"] },
  remediation: [
    "Say where calls come from in loadBalancerSourceRanges, or make the balancer an internal one by its annotation.",
    "Add a port that is meant for the world to openPorts.",
  ],
  settings: [openPorts],
  check: onResource("kubernetes:core/v1:Service", ({ metadata, spec }, report, { setting }) => {
    if (spec?.type !== "LoadBalancer" || isInternal(metadata?.annotations)) return;
    const ranges = spec.loadBalancerSourceRanges ?? [];
    if (ranges.length > 0 && !ranges.some((range) => world.includes(range))) return;
    const open = (spec.ports ?? []).findIndex(
      ({ port, protocol = "TCP" }) => protocol !== "UDP" && !setting(openPorts).includes(String(port)),
    );
    if (open >= 0) report(`spec.ports[${open}] is open to the whole internet`);
  }),
});
