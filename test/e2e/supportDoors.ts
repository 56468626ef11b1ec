import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { sandboxResources } from "../support/operations.ts";
import type { ServiceAnswer, TestService } from "../support/service.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade } from "./supportLedger.ts";
import { GAME } from "./supportPrograms.ts";

/** What whoever came through a door was told. */
export interface Told {
  readonly refused: boolean;
  readonly text: string;
}

/** A production target with both doors, a game on it, and everybody's keys. */
export interface DoorWorld {
  readonly service: TestService;
  /** Runs `pulumi`, on a stack unless the command names its own. */
  cli(stack: string | undefined, args: readonly string[], as?: Readonly<Record<string, string>>): Promise<Told>;
  rest(method: string, route: string, options: { readonly key: string; readonly body?: unknown }): Promise<Told>;
  /** Changes a resource of the game behind Pulumi's back, and what that was about; then changes it back. */
  drifted(name: string, properties: object, about: (id: string) => Promise<Told>): Promise<Told>;
  urn(stack: string, name: string): Promise<string>;
  /** The file of a state as it is exported. */
  exported(stack: string): Promise<string>;
  write(file: string, text: string): Promise<string>;
  configFile(values: Readonly<Record<string, string>>): Promise<string>;
  readonly viewer: string;
  readonly operator: string;
  asViewer(): Readonly<Record<string, string>>;
  /** Everything that must be as it was after a refusal. */
  everything(): Promise<unknown>;
  close(): Promise<void>;
}

export const REGION = "eu-west-1";
export const STACKS = ["game", "vault", "spare"].map((set) => `${set}.live.${REGION}`);
export const [GAME_STACK = "", VAULT_STACK = "", SPARE_STACK = ""] = STACKS;
const full = (stack: string): string => `default/meridian/${stack}`;

const target = { cloud: "sandbox", environment: "production", regions: [REGION, "us-east-1"] };
const common = { from: "10.0.0.0/8", environment: "production", "aws:region": REGION };

export async function setUpDoors(service: TestService): Promise<DoorWorld> {
  await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs: 0 } });
  const live = { ...target, name: "live", account: "222222222222", doors: ["service", "cli"], requiredPolicies: "off" };
  for (const body of [live, { ...target, name: "guarded", account: "333333333333" }])
    expect((await service.call("POST", "/v1/targets", { body })).status).toBe(201);
  const laptop = await setUpLaptop(service);
  const game = await laptop.project("game", GAME);
  await game.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
  await makeStack(game, GAME_STACK, { ...common, tagged: "true" });
  await makeStack(game, VAULT_STACK, { ...common, protect: "true" });
  await game.ok(["config", "set", "-s", full(GAME_STACK), "--secret", "password", "swordfish"]);
  await game.ok(["stack", "init", full(SPARE_STACK)]);
  const keyOf = async (role: string): Promise<string> =>
    (await service.call("POST", "/v1/api-keys", { body: { name: role, role, team: "default" } })).body.key;
  return world({ service, laptop, game, viewer: await keyOf("viewer"), operator: await keyOf("operator") });
}

async function makeStack(game: Project, stack: string, values: Readonly<Record<string, string>>): Promise<void> {
  await game.ok(["stack", "init", full(stack)]);
  const given = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await game.ok(["config", "set-all", "-s", full(stack), ...given]);
  await game.ok(["up", "--yes", "--skip-preview", "-s", full(stack)]);
}

interface Parts {
  readonly service: TestService;
  readonly laptop: Laptop;
  readonly game: Project;
  readonly viewer: string;
  readonly operator: string;
}

interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: unknown;
  readonly protect?: boolean;
}

function world({ service, laptop, game, viewer, operator }: Parts): DoorWorld {
  const written = (file: string) => path.join(game.folder, file);
  const stateOf = async (stack: string): Promise<ServiceAnswer> =>
    service.call("GET", `/api/stacks/${full(stack)}/export`);
  /** What the test itself has done to the cloud stands in its ledger too. */
  const byHand = new Set<string>();
  const resourcesOf = async (stack: string): Promise<readonly Exported[]> =>
    (await stateOf(stack)).body.deployment?.resources ?? [];
  const named = async (name: string) => {
    const all = await sandboxResources(service, `?stack=${encodeURIComponent(`meridian/${GAME_STACK}`)}`);
    const found = all.find(({ urn }) => urn.endsWith(`::${name}`)) as { uid: string; id: string } | undefined; // the list's own shape
    if (found === undefined) throw new Error(`the sandbox has no ${name}`);
    return found;
  };
  async function patch(uid: string, properties: object): Promise<void> {
    const answer = await service.call("PATCH", `/v1/sandbox/resources/${encodeURIComponent(uid)}`, {
      body: { properties },
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }
  return {
    service,
    viewer,
    operator,
    asViewer: () => laptop.withKey(viewer),
    async cli(stack, args, as) {
      const { exitCode, output } = await game.pulumi(
        [...args, ...(stack === undefined ? [] : ["-s", full(stack)])],
        as,
      );
      return { refused: exitCode !== 0, text: output };
    },
    async rest(method, route, { key, body }) {
      const answer = await service.call(method, route, { key, ...(body === undefined ? {} : { body }) });
      return { refused: answer.status >= 400, text: JSON.stringify(answer.body) };
    },
    async drifted(name, properties, about) {
      const { uid, id } = await named(name);
      byHand.add(`update ${name}`);
      const before = (await service.call("GET", `/v1/sandbox/resources/${encodeURIComponent(uid)}`)).body.inputs;
      await patch(uid, properties);
      try {
        return await about(id);
      } finally {
        await patch(uid, Object.fromEntries(Object.keys(properties).map((key) => [key, before[key]])));
      }
    },
    async urn(stack, name) {
      return (await resourcesOf(stack)).find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? `no ${name}`;
    },
    async exported(stack) {
      const { stdout } = await game.ok(["stack", "export", "-s", full(stack)]);
      return stdout;
    },
    async write(file, text) {
      await writeFile(written(file), text);
      return written(file);
    },
    async configFile(values) {
      const base = await readFile(written(`Pulumi.${GAME_STACK}.yaml`), "utf8");
      const lines = Object.entries(values).map(([key, value]) => `  meridian:${key}: ${value}`);
      const others = base
        .split("\n")
        .filter((line) => !Object.keys(values).some((key) => line.includes(`meridian:${key}:`)));
      const file = written(`other-${Object.keys(values).join("-")}.yaml`);
      await writeFile(file, `${others.join("\n").trimEnd()}\n${lines.join("\n")}\n`);
      return file;
    },
    everything: () =>
      Promise.all(
        STACKS.map(async (stack) => ({
          made: (await changesMade(service, `meridian/${stack}`)).filter((change) => !byHand.has(change)),
          // Engines write the order of a state anew, and leave members out that are empty.
          state: (await resourcesOf(stack))
            .map(({ urn, id, type, inputs, protect }) => ({ urn, id, type, inputs, protect: protect === true }))
            .toSorted((a, b) => (a.urn < b.urn ? -1 : 1)),
        })),
      ),
    async close() {
      await laptop.close();
    },
  };
}
