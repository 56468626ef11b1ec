import { listAll, sandboxResources } from "./operations.ts";
import type { TestService } from "./service.ts";

interface LedgerEntry {
  readonly seq: number;
  readonly operation: string;
  readonly preview: boolean;
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  readonly outcome: "ok" | "error" | "lost";
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
}

/** What Pulumi's state says that a stack has in the cloud: `<urn> <id>`. Random values live in the state alone. */
export async function recorded(service: TestService, stack: string): Promise<readonly string[]> {
  const { body } = await service.call("GET", `/api/stacks/default/meridian/${stack}/export`);
  const resources: readonly StateResource[] = body.deployment.resources ?? [];
  return resources
    .filter(({ custom, type, id }) => custom && id !== undefined && !/^(pulumi|random):/.test(type))
    .map(({ urn, id }) => `${urn} ${id}`)
    .toSorted();
}

/** What the simulated cloud has of a stack, what it makes by itself left out: `<urn> <id>`. */
export async function existing(service: TestService, stack: string): Promise<readonly string[]> {
  const all = await sandboxResources(service, `?stack=${encodeURIComponent(`meridian/${stack}`)}`);
  return all
    .filter(({ companionOf }) => companionOf === undefined)
    .map(({ urn, id }) => `${urn} ${id}`)
    .toSorted();
}

/** The creates of a stack that the cloud carried out, each as often as it did. */
export async function createsOf(service: TestService, stack: string): Promise<readonly LedgerEntry[]> {
  const query = `stack=${encodeURIComponent(`meridian/${stack}`)}&operation=create`;
  const entries = await listAll<LedgerEntry>(service, `/v1/sandbox/ledger?${query}`);
  return entries.filter(({ preview, outcome, type }) => !preview && outcome !== "error" && !type.startsWith("random:"));
}

/** The URNs that were created more than once. */
export function doubled(creates: readonly LedgerEntry[]): readonly string[] {
  const seen = new Set<string>();
  return creates.filter(({ urn }) => seen.size === seen.add(urn).size).map(({ urn }) => urn);
}
