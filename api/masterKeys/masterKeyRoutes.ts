import { z } from "zod";
import { created, ok } from "../http/answer.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent } from "../http/schemas.ts";
import { masterKeyView, retireMasterKey } from "./masterKey.ts";
import type { MasterKeyService } from "./masterKeyService.ts";

const common = { tag: "Master keys", permission: "administer" } as const;

export interface MasterKeyRouteDeps {
  readonly masterKeys: MasterKeyService;
  /** Called when there may be something to reseal. */
  readonly onChange: () => void;
}

export function masterKeyRoutes(deps: MasterKeyRouteDeps): readonly Route[] {
  return [list(deps), rotate(deps), retire(deps)];
}

function list({ masterKeys }: MasterKeyRouteDeps): Route {
  return reads(
    {
      ...common,
      method: "get",
      path: "/v1/master-keys",
      summary: "List the versions of the master key, newest first, with what is sealed under each",
      description: "The progress of a rotation is what is still sealed under versions that are leaving.",
      answers: { 200: { description: "All versions.", schema: z.object({ items: z.array(masterKeyView) }) } },
    },
    async (_request, db) => ok({ items: await masterKeys.list(db) }),
  );
}

function rotate({ masterKeys, onChange }: MasterKeyRouteDeps): Route {
  return changes(
    {
      ...common,
      method: "post",
      path: "/v1/master-keys/rotations",
      action: "master-key.rotate",
      summary: "Make a new version of the master key",
      description:
        "Every process learns of it at once and seals under it a few seconds later. What was sealed before is resealed in the background.",
      body: z.strictObject({}).meta({ id: "RotateMasterKey" }),
      answers: { 201: { description: "The new version.", schema: masterKeyView } },
      problems: ["invalid-transition"],
    },
    async ({ caller }, tx) => {
      const view = await masterKeys.rotate(tx, caller);
      const subject = "/v1/master-keys";
      const details = { version: view.version, root: view.root };
      return { answer: created(subject, view), subject, team: undefined, details, afterCommit: onChange };
    },
  );
}

function retire({ masterKeys, onChange }: MasterKeyRouteDeps): Route {
  return changes(
    {
      ...common,
      method: "post",
      path: "/v1/master-keys/{version}/retire",
      action: "master-key.retire",
      summary: "Destroy the key of a version that nothing is sealed under any more",
      description:
        "Refused while a row of the database is under it, while an update runs that began before its successor was active, and while the configuration file of a stack was last used with a secret under it.",
      body: retireMasterKey,
      answers: { 200: { description: "The retired version.", schema: masterKeyView } },
      problems: ["invalid-transition"],
    },
    async ({ params, body, caller }, tx) => {
      const version = /^[1-9]\d{0,4}$/.test(params.version) ? Number(params.version) : undefined;
      if (version === undefined) throw absent("version of the master key", params.version);
      onChange(); // when it is refused for rows that were left behind, they are gone the next time
      const view = await masterKeys.retire(tx, caller, { version, ...body });
      return {
        answer: ok(view),
        subject: "/v1/master-keys",
        team: undefined,
        details: { version, ...body },
        afterCommit: onChange,
      };
    },
  );
}
