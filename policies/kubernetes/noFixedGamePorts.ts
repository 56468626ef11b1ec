import { onResource, rule } from "../rule.ts";

export const noFixedGamePorts = rule({
  name: "kubernetes-no-fixed-game-ports",
  description: "Fleets must not fix the port that a game server takes on its node.",
  reason: "A port of a node is taken once: a fleet that fixes it fits one server on a node, whatever its size.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST09-BP03"], nist: ["PR.IR-04"] },
  remediation: ["Use the port policy Dynamic, which finds a free one, and let players be told it."],
  check: onResource("kubernetes:agones.dev/v1:Fleet", ({ spec }, report, { each }) =>
    each(spec?.template?.spec?.ports, ({ portPolicy, hostPort }, index) => {
      if (portPolicy === "Static" || hostPort) report(`spec.template.spec.ports[${index}] fixes the port on the node`);
    }),
  ),
});
