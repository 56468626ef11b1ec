import { readdir, readFile } from "node:fs/promises";
import { expect } from "vitest";
import { untilEnded } from "../support/operations.ts";
import type { PackFolder } from "../support/packArtefact.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { teamFolder } from "../support/teamArtefact.ts";

const REGION = "eu-west-1";

/** A service with a small blueprint of a team, whose stacks packs are tried on. */
export interface PackWorld {
  readonly service: TestService;
  /** Publishes a pack and enforces it; answers what takes it away again. */
  enforce(
    pack: PackFolder,
    scope?: Readonly<Record<string, unknown>>,
  ): Promise<() => Promise<{ readonly status: number }>>;
  /** Makes a stack set, and waits for the end of its first operation. */
  createPets(stackSet: string): Promise<EndedOperation>;
  /** Brings the stack of a stack set up again. */
  bringUp(stackSet: string): Promise<EndedOperation>;
  /** The processes of packs that the service has started. */
  packProcesses(): Promise<readonly number[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and fail when a member is missing
type EndedOperation = any;

export async function startPackWorld(): Promise<PackWorld> {
  const service = await startTestService();
  const { archive } = teamFolder();
  expect((await service.call("POST", "/v1/blueprints", { body: { archive } })).status).toBe(201);

  return {
    service,
    async enforce({ archive: packed }, scope = {}) {
      const body = { archive: packed.toString("base64") };
      const published = await service.call("POST", "/v1/policy-packs", { body });
      expect([200, 201], JSON.stringify(published.body)).toContain(published.status);
      const { name: pack, version } = published.body;
      const assigned = await service.call("POST", "/v1/pack-assignments", { body: { pack, version, ...scope } });
      expect(assigned.status, JSON.stringify(assigned.body)).toBe(201);
      return () => service.call("DELETE", `/v1/pack-assignments/${assigned.body.id}`);
    },
    async createPets(name) {
      const body = { name, blueprint: "pets", target: "sandbox", regions: [REGION] };
      const reply = await service.call("POST", "/v1/stack-sets", { body });
      expect(reply.status, JSON.stringify(reply.body)).toBe(202);
      const rollout = await untilEnded(service, `/v1/rollouts/${reply.body.id}`);
      return untilEnded(service, `/v1/operations/${rollout.regions[0].operation}`);
    },
    async bringUp(stackSet) {
      const path = `/v1/stacks/${stackSet}.sandbox.${REGION}/operations`;
      const reply = await service.call("POST", path, { body: { kind: "up" } });
      expect(reply.status, JSON.stringify(reply.body)).toBe(202);
      return untilEnded(service, `/v1/operations/${reply.body.id}`);
    },
    async packProcesses() {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const found = await Promise.all(
        pids.map(async (pid) => {
          const [status, command] = await Promise.all(
            ["status", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
          );
          const isOurs = new RegExp(`^PPid:\\s${service.pid()}$`, "m").test(status ?? "");
          return isOurs && command?.includes("crossGuardChild") === true ? [Number(pid)] : [];
        }),
      );
      return found.flat();
    },
  };
}

/** A CrossGuard rule's body for the one resource of a pet's stack. */
export const ofPet = (body: string): string => `if (args.type === "random:index/randomPet:RandomPet") { ${body} }`;
