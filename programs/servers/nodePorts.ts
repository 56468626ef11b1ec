/**
 * Node ports are 30000 to 32767. The control plane gives the first 86 away only when asked for by number, the rest by itself
 * (Kubernetes reference, "NodePort services: avoid assigning ports dynamically"): ours are fixed ones out of the first part.
 */
export const nodePorts = {
  lobby: { blue: 30000, green: 30001 },
  api: { blue: 30002, green: 30003 },
  relay: 30010,
  relayHealth: 30011,
  platforms: { console: 30012, pc: 30013, mobile: 30014 },
} as const;
