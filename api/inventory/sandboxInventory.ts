import { z } from "zod";
import { URN_MARK, urnMark } from "../../programs/urnMark.ts";
import { askSandbox, type FindSandbox } from "../sandboxControl/sandboxClient.ts";
import type { FoundResource, Inventory } from "./inventory.ts";

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string(),
  account: z.string(),
  region: z.string(),
  companionOf: z.string().optional(),
});
const listed = z.object({ items: z.array(resource) });
const findings = z.object({
  underWay: z.boolean(),
  items: z.array(resource.extend({ by: z.enum(["tag", "key", "likeness"]) })),
});

/**
 * The inventory of the simulated cloud. A create is looked up by what a real cloud could be asked by (tag, name, inputs). A whole
 * stack is listed by the URNs that the sandbox notes for its own pages, which a real cloud does not have: there it takes a tag
 * on everything. URNs do not say the team, so that two teams' stacks of one name in one account are told together.
 */
export function createSandboxInventory(sandbox: FindSandbox): Inventory {
  return {
    async ofCreate({ account }, { urn, type, inputs, provider, since }) {
      const tags = markedTags(inputs, urn);
      const body = { urn, type, inputs, provider, tags, since: since.toISOString() };
      const { underWay, items } = findings.parse(await askSandbox(sandbox, { method: "POST", path: ["find"], body }));
      const found = items
        .filter((item) => item.account === account)
        .map(({ by, ...item }) =>
          by === "tag" ? { ...shown(item), urn, by: "mark" as const } : { ...shown(item), urn: undefined, by },
        );
      return { underWay, found };
    },

    async ofStack({ account }, { project, name }) {
      const query = { account, stack: `${project}/${name}` };
      const { items } = listed.parse(await askSandbox(sandbox, { method: "GET", path: ["resources"], query }));
      return items.filter(({ companionOf }) => companionOf === undefined).map(shown);
    },
  };
}

/** Its tags, all of which what it made bears, when the mark of its URN is among them. */
function markedTags({ tags }: Readonly<Record<string, unknown>>, urn: string): object {
  const marked = typeof tags === "object" && tags !== null && URN_MARK in tags && tags[URN_MARK] === urnMark(urn);
  return marked ? tags : {};
}

function shown({ urn, type, id, account, region }: z.output<typeof resource>): FoundResource {
  return { urn, type, id, account, region };
}
