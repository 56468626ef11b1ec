import { onResource, rule } from "../rule.ts";

export const requireFleetHealth = rule({
  name: "kubernetes-require-fleet-health",
  description: "Game servers of a fleet must be watched: by the health of Agones, or by a probe.",
  reason: "A server that hangs stays allocated: its players are stuck in it, and it counts as capacity.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"] },
  remediation: [
    "Call the SDK's Health(), and leave health.disabled out; or give the server's container a livenessProbe.",
  ],
  check: onResource("kubernetes:agones.dev/v1:Fleet", ({ spec }, report) => {
    const server = spec?.template?.spec;
    if (server?.health?.disabled !== true) return;
    const containers = server.template?.spec?.containers ?? [];
    const own = containers.find(({ name }) => name === server.container) ?? containers[0];
    if (own?.livenessProbe === undefined) report("spec.template.spec.health is disabled, and nothing else probes it");
  }),
});
