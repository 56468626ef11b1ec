import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect } from "vitest";
import { meridianCommand } from "../../../cli/gate/gateAlone.ts";
import { runCli } from "../../../cli/runCli.ts";
import { serveAnalyzer } from "../../../policies/analyzer.ts";
import { ensureEngine } from "../../../toolchain/index.ts";
import { startPermissiveProvider } from "../../policies/support/permissiveProvider.ts";
import { type EngineScript, engineScript, providersAt } from "../../support/engineScript.ts";
import { untilEnded } from "../../support/operations.ts";
import { startTestService } from "../../support/service.ts";
import { pulumiProject } from "../../toolchain/pulumiProject.ts";
import { BLUEPRINT } from "./blueprint.ts";
import { environments, type ParityEnvironment, settings } from "./programs.ts";
import { type Said, saidBy, saidInEvents, type Told } from "./said.ts";

export const REGION = "eu-west-1";

/** The stack set that the service is asked for, of whose one stack every door speaks. */
export const stackSetOf = (environment: ParityEnvironment): string => `parity-${environment}`;
export const stackOf = (environment: ParityEnvironment): string =>
  `${stackSetOf(environment)}.${environment}.${REGION}`;

const declaring = `
import { readFileSync } from "node:fs";
import { declarePrograms } from ${JSON.stringify(new URL("./declarePrograms.ts", import.meta.url).href)};
declarePrograms(JSON.parse(readFileSync("programs.json", "utf8")));
`;

/** A service whose runners ask a provider that takes everything, a project of Pulumi's, and what each door is asked by. */
export type ParityWorld = Awaited<ReturnType<typeof openParityWorld>>;

export async function openParityWorld() {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-parity-"));
  const settingsFile = path.join(folder, "policies.json");
  await writeFile(settingsFile, JSON.stringify(settings));
  const provider = await startPermissiveProvider();
  const engine: EngineScript = await engineScript(
    () => `[ -z "$PULUMI_DEBUG_PROVIDERS" ] || export PULUMI_DEBUG_PROVIDERS=${providersAt(provider.port)}`,
  );
  const service = await startTestService({
    main: path.resolve(import.meta.dirname, "controlProcess.ts"),
    env: {
      MERIDIAN_POLICY_SETTINGS: settingsFile,
      PATH: `${engine.bin}${path.delimiter}${process.env["PATH"]}`,
    },
  });
  const project = await pulumiProject(await ensureEngine(), {
    "Pulumi.yaml": "name: meridian\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "meridian", "type": "module" }',
    "index.js": declaring,
    "programs.json": "[]",
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = providersAt(provider.port);
  project.env["PULUMI_DEBUG_COMMANDS"] = "true"; // the flag --event-log is there for those who debug the engine only
  const ownBackend = { PULUMI_BACKEND_URL: project.env["PULUMI_BACKEND_URL"], PULUMI_ACCESS_TOKEN: "" };

  async function asked(method: string, route: string, body?: unknown, more: { key?: string; etag?: string } = {}) {
    const { key, etag } = more;
    const reply = await service.call(method, route, {
      ...(body !== undefined && { body }),
      ...(key !== undefined && { key }),
      ...(etag !== undefined && { headers: { "if-match": etag, "content-type": "application/merge-patch+json" } }),
    });
    expect(reply.status, `${method} ${route}: ${JSON.stringify(reply.body).slice(0, 800)}`).toBeLessThan(300);
    return reply;
  }

  for (const [index, environment] of environments.entries())
    await asked("POST", "/v1/targets", {
      ...{ name: environment, cloud: "sandbox", environment, regions: [REGION] },
      ...{ account: `${index + 1}`.repeat(12), doors: ["cli", "service"] },
    });

  const analyzer = path.join(folder, "launcher");
  const launch = async () => {
    await writeFile(analyzer, `#!/bin/sh\necho ${await serveAnalyzer()}\nexec cat >/dev/null\n`);
    await chmod(analyzer, 0o700);
    return analyzer;
  };

  async function ended(operation: string): Promise<Said> {
    const { status, verdicts, error } = await untilEnded(service, `/v1/operations/${operation}`, 300_000);
    expect(status, JSON.stringify(error)).toBe("policy-denied");
    return saidBy(verdicts);
  }

  async function changed(method: "POST" | "PATCH", route: string, body: object, etag?: string) {
    const { body: rollout } = await asked(method, route, body, etag === undefined ? {} : { etag });
    const { status, regions } = await untilEnded(service, `/v1/rollouts/${rollout.id}`, 300_000);
    return { status, operation: regions[0].operation };
  }

  return {
    service,
    folder,
    project,
    asked,
    launch,

    /** Which backend `pulumi` and the command line's own previews are for. */
    useService: () =>
      Object.assign(project.env, { PULUMI_BACKEND_URL: service.url, PULUMI_ACCESS_TOKEN: service.adminKey }),
    useOwnBackend: () => Object.assign(project.env, ownBackend),

    /** Makes the stack, with nothing in it. */
    async make(environment: ParityEnvironment): Promise<void> {
      const made = await changed("POST", "/v1/stack-sets", {
        ...{ name: stackSetOf(environment), blueprint: BLUEPRINT, target: environment, regions: [REGION] },
        inputs: { registers: "nothing" },
      });
      expect(made.status).toBe("succeeded");
    },

    /** What is said of an `up` and of a preview that the service is asked for. */
    async operate(environment: ParityEnvironment): Promise<{ readonly up: Said; readonly preview: Said }> {
      const route = `/v1/stack-sets/${stackSetOf(environment)}`;
      const { headers } = await asked("GET", route);
      const { operation } = await changed(
        "PATCH",
        route,
        { inputs: { registers: "programs" } },
        headers.get("etag") ?? "",
      );
      const up = await ended(operation);
      const preview = await asked("POST", `/v1/stacks/${stackOf(environment)}/operations`, { kind: "preview" });
      return { up, preview: await ended(preview.body.id) };
    },

    /** Has one person ask and another approve. */
    async exempt(stack: string, of: { readonly policy: string; readonly name: string; readonly ceiling?: number }) {
      const { policy, name, ceiling } = of;
      const keyOf = async (role: string): Promise<string> => {
        const person = { role, team: "default", person: `${role}@studio.example` };
        return (await asked("POST", "/v1/api-keys", { name: `${role} ${name} ${stack}`, ...person })).body.key;
      };
      const request = {
        ...{ policy, scope: { stack, urn: `*::${name}` }, reason: "A drill of the gate.", ...(ceiling && { ceiling }) },
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      };
      const { body } = await asked("POST", "/v1/exemptions", request, { key: await keyOf("operator") });
      await asked("POST", `/v1/exemptions/${body.id}/approve`, {}, { key: await keyOf("approver") });
    },

    /** One preview by the engine, with what a pack said in it. */
    async preview(...args: readonly string[]) {
      const log = path.join(folder, "events.json");
      await rm(log, { force: true });
      const run = await project.pulumi("preview", "--json", "--event-log", log, ...args);
      const text = await readFile(log, "utf8").catch(() => "");
      const lines = text.split("\n").filter((line) => line !== "");
      const events = lines.map((line) => JSON.parse(line));
      expect(run.exitCode, run.output.slice(-2_000)).not.toBe(0);
      return { run, events, log, said: saidInEvents(events) };
    },

    /** What `meridian gate` says, without a service. */
    async gate(...args: string[]): Promise<Said> {
      const [out, err]: [string[], string[]] = [[], []];
      const exitCode = await runCli(meridianCommand, ["gate", "--format", "json", ...args], {
        ...{ env: project.env, fetch, outBytes: () => undefined },
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
      });
      expect(exitCode, err.join("")).toBe(3);
      return saidBy(JSON.parse(out.join("")).verdicts);
    },

    gateOfService: async (body: object): Promise<Said> => saidBy((await asked("POST", "/v1/gate", body)).body.verdicts),

    /** What the gate of the backend wrote down of the laptop's preview. */
    async writtenDown(stack: string): Promise<Said> {
      const client = new pg.Client({ connectionString: service.databaseUrl });
      await client.connect();
      const { rows } = await client.query<{ verdict: Told }>(
        `select v.verdict from meridian.verdicts v join meridian.updates u on u.id = v.update_id
           join meridian.stacks s on s.id = u.stack_id where s.name = $1 and v.operation is null`,
        [stack],
      );
      await client.end();
      return saidBy(rows.map(({ verdict }) => verdict));
    },

    async close(): Promise<void> {
      await service.close();
      await project.remove();
      provider.close();
      await engine.remove();
      await rm(folder, { recursive: true });
    },
  };
}
