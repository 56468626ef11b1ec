import { onResource, rule } from "../rule.ts";
import { numberSetting } from "../setting.ts";

const range = { minimum: 1, maximum: 65535 } as const;
/** The cluster's own range, unless its API server was told otherwise (kubernetes.io/docs/concepts/services-networking/service). */
const firstNodePort = numberSetting(
  { name: "firstNodePort", description: "the first port of nodes that services may take", initial: 30000 },
  range,
);
const lastNodePort = numberSetting(
  { name: "lastNodePort", description: "the last port of nodes that services may take", initial: 32767 },
  range,
);

export const nameNodePorts = rule({
  name: "kubernetes-name-node-ports",
  description: "A Service of type NodePort must name its ports of nodes, within the range that is kept for them.",
  reason:
    "A port that the cluster picks cannot be named in a firewall, so the whole range is opened. One outside the range meets the ports that game servers take on nodes.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.IR-01"] },
  remediation: ["Set nodePort of each port, within the range, and open just that."],
  settings: [firstNodePort, lastNodePort],
  check: onResource("kubernetes:core/v1:Service", ({ spec }, report, { each, setting, show }) => {
    if (spec?.type !== "NodePort") return;
    const [first, last] = [setting(firstNodePort), setting(lastNodePort)];
    each(spec.ports, ({ nodePort }, index) => {
      if (nodePort === undefined || nodePort === 0) report(`spec.ports[${index}] names no nodePort`);
      else if (!(nodePort >= first && nodePort <= last))
        report(`${show(["spec", "ports", index, "nodePort"])} is outside ${first} to ${last}`);
    });
  }),
});
