import type { StoredDeployment } from "../deployments/deployment.ts";

/**
 * State names the service that keeps its secrets by the address at which whoever wrote it reached the service, and a client
 * that reads it asks there. One service has several: loopback for its own engines, a name for laptops, a new one after a move. So
 * each reader is given the address by which it came itself.
 *
 * @param origin as `https://meridian.example.com`
 */
export function reachedAt(stored: StoredDeployment, origin: string): StoredDeployment {
  const provider = stored.deployment.secrets_providers;
  if (provider?.type !== "service") return stored;
  const state = { ...(provider.state as object | undefined), url: origin }; // an object, as every service secrets manager writes it
  return { ...stored, deployment: { ...stored.deployment, secrets_providers: { ...provider, state } } };
}
