import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { makeJobFolder, makeJobsFolder } from "../../runner/jobFolder.ts";
import { runPhase } from "../../runner/runPhase.ts";
import type { Job } from "../../runner/wire.ts";
import type { Ground } from "../ground.ts";
import { BLUEPRINT, BLUEPRINT_DIGEST } from "../program/blueprint.ts";
import { library } from "../program/library.ts";
import { REGION } from "../service/restClient.ts";
import { engineWorldEnvironment } from "../stock/engineWorld.ts";

export interface WarmPreviews {
  /** Milliseconds of the engine in one preview of a stack that has nothing yet. Without a port: with no pack. */
  preview(resources: number, analyzerPort: number | undefined): Promise<number>;
  close(): Promise<void>;
}

const STACK = { team: "default", project: "judged", name: "previewed" } as const;

/**
 * Previews as a runner runs them, with this process in the place of the runner, so that each may be given another pack.
 */
export async function prepareWarmPreviews({ meridian, world }: Ground): Promise<WarmPreviews> {
  const home = await mkdtemp(path.join(world.folder, "previews-"));
  await makeJobsFolder(home);
  const token = `token ${meridian.adminKey}`;
  const stackUrl = `/api/stacks/${STACK.team}/${STACK.project}`;
  await meridian.rest.call("POST", stackUrl, { stackName: STACK.name }, { authorization: token });
  const { PULUMI_DEBUG_PROVIDERS = "" } = engineWorldEnvironment(world, home);
  return {
    async preview(resources, analyzerPort) {
      const job: Job = {
        id: "measured",
        operation: "measured",
        phase: "preview",
        stack: STACK,
        backend: { url: meridian.url, token: meridian.adminKey },
        blueprint: { name: BLUEPRINT, digest: BLUEPRINT_DIGEST },
        config: {
          "aws:region": REGION,
          "meridian:inputs": JSON.stringify({ resources, generation: 1 }),
          "meridian:environment": "production",
          "meridian:stackSet": "measured",
        },
        providerEnv: { PULUMI_DEBUG_PROVIDERS },
        policies: analyzerPort !== undefined,
      };
      const folder = await makeJobFolder(home, process.pid, job);
      const assignment = { job, engine: world.engine, home: path.join(home, "pulumi"), folder };
      const ended = await runPhase(analyzerPort === undefined ? assignment : { ...assignment, analyzerPort }, {
        programs: { automation, programOf: async () => library.run, digests: () => ({}) },
        onEngine: () => undefined,
        interrupted: () => false,
      });
      await rm(folder, { recursive: true, force: true });
      if (ended?.end.exitCode === 0) return ended.engineMs;
      throw new Error(`a preview failed: ${ended?.end.stdout.slice(-1_000)} ${ended?.end.stderr.slice(-1_000)}`);
    },
    async close() {
      await meridian.rest.call("DELETE", `${stackUrl}/${STACK.name}`, undefined, { authorization: token });
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
