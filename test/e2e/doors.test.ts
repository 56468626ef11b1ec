import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { guardedRoutes, listedRoutes } from "../api/accessTable.ts";
import { documentedRows } from "../support/documentedRows.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type DoorWorld, GAME_STACK, REGION, SPARE_STACK, setUpDoors, type Told, VAULT_STACK } from "./supportDoors.ts";

/** Every command is a process that loads an SDK, on a machine that others use too. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

let service: TestService;
let world: DoorWorld;
beforeAll(async () => {
  service = await startTestService();
  world = await setUpDoors(service);
});
afterAll(async () => {
  await world?.close();
  await service?.close();
});

interface Door {
  readonly door: string;
  readonly reason: RegExp;
  readonly tried: () => Promise<Told>;
}

const OPEN = { from: "0.0.0.0/0" };
const protectedStore = /reliability-protect-data-stores .*refuses aws:dynamodb\/table:Table "players"/;
const openDoor = /security-no-open-management-port .*refuses aws:ec2\/securityGroup:SecurityGroup/;
const forbidden =
  /does not have the permission .*(change|export-secrets|edit-state|import-state|remove-stacks|approve)/;
const operations = `/v1/stacks/${GAME_STACK}/operations`;
const asViewer = (method: string, route: string, body?: unknown) => () =>
  world.rest(method, route, { key: world.viewer, ...(body === undefined ? {} : { body }) });
const exemption = {
  policy: "reliability-protect-data-stores",
  scope: { stack: GAME_STACK },
  reason: "I would like to delete it.",
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
};

const doors: readonly Door[] = [
  {
    door: "up",
    reason: openDoor,
    tried: async () =>
      world.cli(GAME_STACK, ["up", "--yes", "--skip-preview", "--config-file", await world.configFile(OPEN)]),
  },
  {
    door: "up with a provider of its own",
    reason:
      /gate-wrong-placement .*region is us-east-1, and the stack's target is the account 222222222222 in eu-west-1/,
    tried: async () =>
      world.cli(GAME_STACK, ["up", "--yes", "--config-file", await world.configFile({ elsewhere: "us-east-1" })]),
  },
  {
    door: "up without journal and checkpoints",
    reason: /\[403\] This client does not journal its steps/,
    tried: () =>
      world.cli(GAME_STACK, ["up", "--yes", "--skip-preview"], {
        PULUMI_DISABLE_JOURNALING: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
      }),
  },
  {
    door: "preview",
    reason: openDoor,
    tried: async () => world.cli(GAME_STACK, ["preview", "--config-file", await world.configFile(OPEN)]),
  },
  { door: "destroy", reason: protectedStore, tried: () => world.cli(GAME_STACK, ["destroy", "--yes"]) },
  {
    door: "destroy --target",
    reason: /reliability-keep-last-region .*refuses pulumi:pulumi:Stack/,
    tried: async () =>
      world.cli(GAME_STACK, ["destroy", "--yes", "--skip-preview", "--target", await world.urn(GAME_STACK, "players")]),
  },
  {
    door: "destroy --run-program",
    reason: protectedStore,
    tried: () => world.cli(GAME_STACK, ["destroy", "--yes", "--run-program"]),
  },
  {
    door: "refresh",
    reason: protectedStore,
    tried: () =>
      world.drifted(
        "players",
        { tags: { "meridian:protected": "false" }, tagsAll: { "meridian:protected": "false" } },
        () => world.cli(GAME_STACK, ["refresh", "--yes", "--skip-preview"]),
      ),
  },
  {
    door: "import (a resource)",
    reason: openDoor,
    tried: () =>
      world.drifted(
        "door",
        { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] },
        (id) =>
          world.cli(GAME_STACK, [
            ...["import", "aws:ec2/securityGroup:SecurityGroup", "found", id],
            ...["--yes", "--skip-preview", "--generate-code=false", "--protect=false"],
          ]),
      ),
  },
  {
    door: "stack import",
    reason: openDoor,
    tried: async () => {
      const state = (await world.exported(GAME_STACK)).replaceAll("10.0.0.0/8", "0.0.0.0/0");
      return world.cli(GAME_STACK, ["stack", "import", "--file", await world.write("open.json", state)]);
    },
  },
  {
    door: "state delete",
    reason: protectedStore,
    tried: async () => world.cli(GAME_STACK, ["state", "delete", await world.urn(GAME_STACK, "players"), "--yes"]),
  },
  {
    door: "state move",
    reason: protectedStore,
    tried: async () => {
      const stacks = ["--source", `default/meridian/${GAME_STACK}`, "--dest", `default/meridian/${SPARE_STACK}`];
      return world.cli(undefined, ["state", "move", ...stacks, await world.urn(GAME_STACK, "players"), "--yes"]);
    },
  },
  {
    door: "state unprotect",
    reason: protectedStore,
    tried: async () => world.cli(VAULT_STACK, ["state", "unprotect", await world.urn(VAULT_STACK, "players"), "--yes"]),
  },
  {
    door: "state rename",
    reason: forbidden,
    tried: async () =>
      world.cli(
        GAME_STACK,
        ["state", "rename", await world.urn(GAME_STACK, "network"), "net", "--yes"],
        world.asViewer(),
      ),
  },
  {
    door: "stack rm --force",
    reason: /reliability-forget-no-resources.*still has \d+ resources, /s,
    tried: () => world.cli(GAME_STACK, ["stack", "rm", "--yes", "--force"]),
  },
  {
    door: "stack rename",
    reason: /belongs to a stack set, which names it/,
    tried: () => world.cli(GAME_STACK, ["stack", "rename", `other.live.${REGION}`]),
  },
  {
    door: "stack init",
    reason: /The stacks of the target guarded are made by the service/,
    tried: () => world.cli(`by-hand.guarded.${REGION}`, ["stack", "init"]),
  },
  { door: "cancel", reason: forbidden, tried: () => cancelOfAnother() },
  // The CLI needs a program that comes with its packages, not with its source; what it asks for is an update.
  {
    door: "watch",
    reason: forbidden,
    tried: asViewer("POST", `/api/stacks/default/meridian/${GAME_STACK}/update`, {}),
  },
  {
    door: "config with a secret",
    reason: forbidden,
    tried: () => world.cli(GAME_STACK, ["config", "get", "password"], world.asViewer()),
  },
  {
    door: "stack change-secrets-provider",
    reason: /keeps its secrets with passphrase, and .* is bound to a target/,
    tried: () =>
      world.cli(GAME_STACK, ["stack", "change-secrets-provider", "passphrase"], {
        PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      }),
  },
  ...["preview", "up", "refresh", "destroy"].map(
    (kind): Door => ({
      door: `POST /v1/stacks/{stack}/operations ${kind}`,
      reason: forbidden,
      tried: asViewer("POST", operations, { kind }),
    }),
  ),
  {
    door: "POST /v1/stack-sets",
    reason: forbidden,
    tried: asViewer("POST", "/v1/stack-sets", {
      name: "more",
      blueprint: "game-servers",
      target: "live",
      regions: [REGION],
      inputs: {},
    }),
  },
  {
    door: "PATCH /v1/stack-sets/{name}",
    reason: forbidden,
    tried: asViewer("PATCH", "/v1/stack-sets/game", { regions: ["us-east-1"] }),
  },
  { door: "DELETE /v1/stack-sets/{name}", reason: forbidden, tried: asViewer("DELETE", "/v1/stack-sets/game") },
  { door: "POST /v1/rollouts/{id}/cancel", reason: forbidden, tried: asViewer("POST", "/v1/rollouts/ro_x/cancel") },
  {
    door: "POST /v1/exemptions",
    reason: forbidden,
    tried: () => world.rest("POST", "/v1/exemptions", { key: world.viewer, body: exemption }),
  },
  {
    door: "POST /v1/exemptions/{id}/approve",
    reason: /Another person must approve it/,
    tried: () => approvalOfOnesOwn(),
  },
];

/** With the one key that may both. */
async function approvalOfOnesOwn(): Promise<Told> {
  const named = { name: "ada", role: "admin", person: "ada@studio.example" };
  const { key } = (await service.call("POST", "/v1/api-keys", { body: named })).body;
  const { body } = await service.call("POST", "/v1/exemptions", { key, body: exemption });
  const answer = await service.call("POST", `/v1/exemptions/${body.id}/approve`, { key });
  return { refused: answer.status === 403, text: JSON.stringify(answer.body) };
}

/** A viewer's `pulumi cancel` of an update that the admin has started; it goes on. */
async function cancelOfAnother(): Promise<Told> {
  const stack = `/api/stacks/default/meridian/${SPARE_STACK}/update`;
  const { body } = await service.call("POST", stack, { body: { config: {}, options: {}, metadata: {} } });
  const path = `${stack}/${body.updateID}`;
  const started = await service.call("POST", path, { body: { tags: {}, journalVersion: 1 } });
  const told = await world.cli(SPARE_STACK, ["cancel", "--yes"], world.asViewer());
  const authorization = `update-token ${started.body.token}`;
  const renewed = await service.call("POST", `${path}/renew_lease`, {
    body: { duration: 60 },
    headers: { authorization },
  });
  expect(renewed.status, JSON.stringify(renewed.body)).toBe(200);
  await service.call("POST", `${path}/complete`, { body: { status: "succeeded" }, headers: { authorization } });
  return told;
}

test("the page lists the doors that are tried here, each once", () => {
  expect(doors.map(({ door }) => door)).toEqual(documentedRows("doors.md", "Commands and requests"));
});

test.each(doors)("$door: what is refused is told why, and nothing is done", async ({ reason, tried }) => {
  const before = await world.everything();
  const { refused, text } = await tried();
  expect(text).toMatch(reason);
  expect(refused).toBe(true);
  expect(await world.everything()).toEqual(before);
});

test("the table of who may has each route of the whole service, and no other", async () => {
  const { body } = await service.call("GET", "/openapi.json");
  expect(listedRoutes(body)).toEqual(guardedRoutes(body));
});
