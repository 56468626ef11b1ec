import { z } from "zod";
import { isProblem } from "../base/problem.ts";
import { askSandbox, type FindSandbox } from "../sandboxControl/sandboxClient.ts";
import type { CloudListing, ListedStack, ReadResource } from "./cloudListing.ts";

const properties = z.record(z.string(), z.unknown());
const summary = z.looseObject({ stack: z.string(), companionOf: z.string().optional() });
const view = summary.extend({
  uid: z.string(),
  urn: z.string(),
  type: z.string(),
  id: z.string(),
  account: z.string(),
  region: z.string(),
  inputs: properties,
  outputs: properties,
});
const ledger = z.object({ items: z.array(z.unknown()) });

/**
 * The listing of the simulated cloud, by the URNs that it notes for its own pages. A real cloud has none: there it takes a
 * tag on everything.
 */
export function createSandboxListing(sandbox: FindSandbox): CloudListing {
  const get = (path: readonly string[], query = {}) => askSandbox(sandbox, { method: "GET", path, query });
  return {
    packages: new Set(["aws", "kubernetes"]),
    async stacks() {
      const { items } = z.object({ items: z.array(summary) }).parse(await get(["resources"]));
      const names = items.filter(({ companionOf }) => companionOf === undefined).map(({ stack }) => stack);
      return [...new Set(names)].sort().map(named);
    },
    async ofStack(stack) {
      const found = await get(["engine-views"], { stack: pathOf(stack) });
      const { items } = z.object({ items: z.array(view) }).parse(found);
      return items.filter(({ companionOf }) => companionOf === undefined).map(shown);
    },
    async read(handle) {
      try {
        return shown(view.parse(await get(["engine-views", handle])));
      } catch (error) {
        if (isProblem(error) && error.code === "not-found") return undefined;
        throw error;
      }
    },
    async hasSeen(stack) {
      return ledger.parse(await get(["ledger"], { stack: pathOf(stack), limit: 1 })).items.length > 0;
    },
    removalOf: (handle) => `DELETE /v1/sandbox/resources/${encodeURIComponent(handle)}`,
  };
}

const pathOf = ({ project, name }: ListedStack): string => `${project}/${name}`;

function named(path: string): ListedStack {
  const slash = path.indexOf("/");
  return { project: path.slice(0, slash), name: path.slice(slash + 1) };
}

function shown({ uid, urn, type, id, account, region, inputs, outputs }: z.output<typeof view>): ReadResource {
  return { handle: uid, urn, type, id, account, region, inputs, outputs };
}
