import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { forkAndWait } from "../measure/childProcess.ts";
import type { MeasuredInputs } from "../program/measuredInputs.ts";
import { REGION } from "../service/restClient.ts";
import { type EngineWorld, type OwnBackend, ownBackendEnvironment } from "../stock/engineWorld.ts";

export type Safety = "plain" | "equally-safe";

/** The naive service: an Express handler around the Automation API, with a backend of its own and the pack started cold. */
export interface Baseline {
  /** Of the process with the handlers; its engines are its children. */
  readonly pid: number;
  /** Each answers how many milliseconds of it were the engine's command alone. */
  create(name: string, inputs: MeasuredInputs, safety: Safety): Promise<number>;
  change(name: string, inputs: MeasuredInputs, safety: Safety): Promise<number>;
  destroy(name: string): Promise<number>;
  /** The same with the safety chosen. */
  as(safety: Safety): Pick<Baseline, "destroy"> & {
    create(name: string, inputs: MeasuredInputs): Promise<number>;
    change(name: string, inputs: MeasuredInputs): Promise<number>;
  };
  /** Reads the outputs of a stack that stands. */
  outputs(name: string): Promise<void>;
  close(): Promise<void>;
}

const listening = z.object({ port: z.int() });
const measured = z.object({ engineMs: z.number() });
const built = measured.extend({ outputs: z.object({ generation: z.int() }) });
const read = z.object({ outputs: z.object({ generation: z.int() }) });
export const POLICY_PACK = fileURLToPath(new URL("../../policies", import.meta.url));

/** @throws Error from each of its functions when the answer is not a success. */
export async function startBaseline(world: EngineWorld, backend?: OwnBackend): Promise<Baseline> {
  const folder = await mkdtemp(path.join(world.folder, "baseline-"));
  const scratch = path.join(folder, "tmp");
  await mkdir(scratch);
  const server = await forkAndWait({
    module: new URL("./server.ts", import.meta.url),
    args: [REGION, POLICY_PACK],
    // The Automation API leaves a folder behind for each stack it is asked for: here they go with ours.
    env: { ...(await ownBackendEnvironment(world, folder, backend)), TMPDIR: scratch },
  });
  const url = `http://127.0.0.1:${listening.parse(server.first).port}`;
  const call = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${route}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response.json();
    throw new Error(`the baseline answered ${method} ${route} with ${response.status}: ${await response.text()}`);
  };
  const build = async (
    method: string,
    route: string,
    asked: { safety: Safety; body: MeasuredInputs },
  ): Promise<number> => {
    const query = asked.safety === "equally-safe" ? "?preview=1" : "";
    const { outputs, engineMs } = built.parse(await call(method, `${route}${query}`, asked.body));
    if (outputs.generation !== asked.body.generation) throw new Error(`${route} is still of another generation`);
    return engineMs;
  };
  const baseline: Baseline = {
    pid: server.pid,
    as: (safety) => ({
      create: (name, inputs) => baseline.create(name, inputs, safety),
      change: (name, inputs) => baseline.change(name, inputs, safety),
      destroy: (name) => baseline.destroy(name),
    }),
    create: (name, inputs, safety) => build("POST", "/sites", { safety, body: { ...inputs, name } as MeasuredInputs }),
    change: (name, inputs, safety) => build("PUT", `/sites/${name}`, { safety, body: inputs }),
    destroy: async (name) => measured.parse(await call("DELETE", `/sites/${name}`)).engineMs,
    outputs: async (name) => void read.parse(await call("GET", `/sites/${name}`)),
    async close() {
      await server.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return baseline;
}
