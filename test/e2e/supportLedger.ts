import { listAll, sandboxResources } from "../support/operations.ts";
import type { TestService } from "../support/service.ts";

interface LedgerEntry {
  readonly urn: string;
  readonly operation: string;
  readonly preview: boolean;
}

const nameOf = ({ urn }: { readonly urn: string }): string => urn.split("::").at(-1) ?? "";

/** What providers were asked to change of a stack in earnest, in order, whether they did or not: `<operation> <name>`. */
export async function changesMade(service: TestService, stack: string): Promise<readonly string[]> {
  const entries = await listAll<LedgerEntry>(service, `/v1/sandbox/ledger?stack=${stack}`);
  return entries
    .filter(({ operation, preview }) => !preview && ["create", "update", "delete"].includes(operation))
    .map((entry) => `${entry.operation} ${nameOf(entry)}`);
}

/** The names of what the simulated cloud holds of a stack, what it makes by itself left out. */
export async function inCloud(service: TestService, stack: string): Promise<readonly string[]> {
  const all = await sandboxResources(service, `?stack=${encodeURIComponent(stack)}`);
  return all
    .filter(({ companionOf }) => companionOf === undefined)
    .map(nameOf)
    .toSorted();
}
