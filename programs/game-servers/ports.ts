/** The cluster's own range for services; it exists only inside the cluster, and must not overlap the network. */
export const serviceCidr = "172.20.0.0/16";

/** Ports of session servers under `connection: direct`: the part that the control plane gives away by itself. */
export const directPorts = { from: 30086, to: 32767 } as const;
