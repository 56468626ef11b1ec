import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { meridianCommand } from "../../cli/gate/gateAlone.ts";
import { runCli } from "../../cli/runCli.ts";
import { serveAnalyzer } from "../../policies/analyzer.ts";
import { pack, UNKNOWN } from "../../policies/index.ts";
import { ensureEngine } from "../../toolchain/index.ts";
import { type PermissiveProvider, startPermissiveProvider } from "../policies/support/permissiveProvider.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { environments, exempted, type ParityEnvironment, programsOf, settings } from "./supportParity.ts";

/** Each preview registers some hundred resources, on a machine that others use too. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const REGION = "eu-west-1";
const packFolder = path.resolve(import.meta.dirname, "../../policies");

/** Declares what `resources.json` lists; in a preview a value of the seed that its provider did not give is not known. */
const program = `
import { readFileSync } from "node:fs";
import { CustomResource, secret } from "@pulumi/pulumi";
const resources = JSON.parse(readFileSync("resources.json", "utf8"));
const seed = new CustomResource("aws:test/seed:Seed", "seed", { later: undefined });
const fill = (value) => {
  if (value === ${JSON.stringify(UNKNOWN)}) return seed.later;
  if (Array.isArray(value)) return value.map(fill);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)])) : value;
};
const hide = (inputs) => Object.fromEntries(Object.entries(inputs).map(([key, item]) => [key, secret(item)]));
for (const { type, name, inputs, secret } of resources) new CustomResource(type, name, secret ? hide(inputs) : fill(inputs));
`;

/** What a door says: policy, resource, outcome, level; each once. */
type Said = readonly string[];

interface Told {
  readonly policy: string;
  readonly urn: string;
  readonly outcome: string;
  readonly level: string;
}

/** The gate's own verdicts (`gate-…`, on places and the like) are no policy's. */
const saidBy = (told: readonly Told[]): Said =>
  [
    ...new Set(
      told
        .filter(({ policy }) => !policy.startsWith("gate-"))
        .map(({ policy, urn, outcome, level }) => `${urn.split("::").at(-1)} ${policy} ${outcome} ${level}`),
    ),
  ].toSorted();

/** An engine's event has no outcome; the words of the pack tell it. */
const outcomeOf = (message: string): string => {
  if (message.includes("is not known yet")) return "unknown";
  return message.includes("exempted until") ? "exempted" : "fail";
};

let service: TestService;
let provider: PermissiveProvider;
let project: PulumiProject;
let folder: string;
let files: Readonly<Record<string, string>>;
const stackOf = (environment: ParityEnvironment): string => `parity.${environment}.${REGION}`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-parity-"));
  const settingsFile = path.join(folder, "policies.json");
  await writeFile(settingsFile, JSON.stringify(settings));
  service = await startTestService({ env: { MERIDIAN_POLICY_SETTINGS: settingsFile } });
  provider = await startPermissiveProvider();
  project = await pulumiProject(await ensureEngine(), {
    "Pulumi.yaml": "name: meridian\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "package.json": '{ "name": "meridian", "type": "module" }',
    "index.js": program,
    "resources.json": "[]",
  });
  project.env["PULUMI_DEBUG_PROVIDERS"] = ["aws", "kubernetes"].map((name) => `${name}:${provider.port}`).join(",");
  project.env["PULUMI_DEBUG_COMMANDS"] = "true"; // the flag --event-log is there for those who debug the engine only
  files = { ...project.env } as Record<string, string>; // an environment without what has no value
  for (const [index, environment] of environments.entries()) {
    const body = {
      name: environment,
      cloud: "sandbox",
      environment,
      regions: [REGION],
      account: `${index + 1}`.repeat(12),
    };
    const made = await service.call("POST", "/v1/targets", { body: { ...body, doors: ["cli", "service"] } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  }
});
afterAll(async () => {
  await project?.remove();
  provider?.close();
  await service?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** Has one person ask and another approve. */
async function exempt(
  stack: string,
  of: { readonly policy: string; readonly name: string; readonly ceiling?: number },
) {
  const keyOf = async (role: string) =>
    (
      await service.call("POST", "/v1/api-keys", {
        body: { name: `${role} ${of.name} ${stack}`, role, team: "default", person: `${role}@studio.example` },
      })
    ).body.key;
  const { policy, name, ceiling } = of;
  const body = {
    ...{ policy, scope: { stack, urn: `*::${name}` }, reason: "A drill of the gate.", ...(ceiling && { ceiling }) },
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const asked = await service.call("POST", "/v1/exemptions", { body, key: await keyOf("operator") });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  const approved = await service.call("POST", `/v1/exemptions/${asked.body.id}/approve`, {
    body: {},
    key: await keyOf("approver"),
  });
  expect(approved.status, JSON.stringify(approved.body)).toBeLessThan(300);
}

async function previewed(env: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const log = path.join(folder, "events.json");
  await rm(log, { force: true });
  Object.assign(project.env, env);
  const run = await project.pulumi("preview", "--json", "--event-log", log, ...args);
  const events = (await readFile(log, "utf8").catch(() => ""))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const said = events.flatMap(({ policyEvent: event }) =>
    event === undefined
      ? []
      : [
          {
            policy: event.policyName,
            urn: event.resourceUrn,
            level: event.enforcementLevel,
            outcome: outcomeOf(event.message),
          },
        ],
  );
  return { run, events, said: saidBy(said), log };
}

async function gate(...args: string[]): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await runCli(meridianCommand, ["gate", "--format", "json", ...args], {
    ...{ env: project.env, fetch, outBytes: () => undefined },
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  expect(exitCode, err.join("")).toBe(3);
  return saidBy(JSON.parse(out.join("")).verdicts);
}

async function byService(body: object): Promise<Said> {
  const reply = await service.call("POST", "/v1/gate", { body });
  expect(reply.status, JSON.stringify(reply.body).slice(0, 500)).toBe(200);
  return saidBy(reply.body.verdicts);
}

/** What the gate of the backend wrote down of the last preview of a stack. */
async function writtenDown(stack: string): Promise<Said> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ verdict: Told }>(
    `select v.verdict from meridian.verdicts v join meridian.updates u on u.id = v.update_id
       join meridian.stacks s on s.id = u.stack_id where s.name = $1`,
    [stack],
  );
  await client.end();
  return saidBy(rows.map(({ verdict }) => verdict));
}

/** Who sees a preview by its events finds a secret sealed: the policies that look there say that they cannot know. */
const secretsApart = (said: Said): Said => said.filter((line) => !line.startsWith("secret-tag "));

const doors: Partial<Record<ParityEnvironment, Readonly<Record<string, Said>>>> = {};

describe.each(environments)("in %s", (environment) => {
  const stack = stackOf(environment);

  test("every door that a program can come through says the same of it", async () => {
    const programs = programsOf(environment);
    expect(programs.length).toBeGreaterThan(13);
    await writeFile(
      path.join(project.folder, "resources.json"),
      JSON.stringify(programs.flatMap(({ resources }) => resources)),
    );
    const backend = { PULUMI_BACKEND_URL: service.url, PULUMI_ACCESS_TOKEN: service.adminKey };
    Object.assign(project.env, backend);
    const init = await project.pulumi("stack", "init", `default/meridian/${stack}`);
    expect(init.exitCode, init.output).toBe(0);
    await project.pulumi("config", "set", "aws:region", REGION, "-s", `default/meridian/${stack}`);
    await exempt(stack, { policy: "security-no-open-management-port", name: exempted.door });
    for (const name of [exempted.within, exempted.over])
      await exempt(stack, { policy: "cost-limit-fleets", name, ceiling: 500 });
    const bundle = await service.call("GET", `/v1/gate/bundle?stack=${stack}`);
    expect(bundle.body.exemptions).toHaveLength(3);
    const [config, bundleFile] = [path.join(folder, "config.json"), path.join(folder, "bundle.json")];
    await writeFile(config, JSON.stringify(bundle.body.config));
    await writeFile(bundleFile, JSON.stringify(bundle.body));

    const laptop = await previewed(backend, "-s", `default/meridian/${stack}`);
    expect(laptop.run.exitCode, laptop.run.output.slice(-2_000)).not.toBe(0);
    const written = await writtenDown(stack);

    delete project.env["PULUMI_ACCESS_TOKEN"];
    Object.assign(project.env, { PULUMI_BACKEND_URL: files["PULUMI_BACKEND_URL"] });
    await project.pulumi("stack", "init", stack);
    await project.pulumi("stack", "tag", "set", "meridian:environment", environment, "-s", stack);
    await project.pulumi("stack", "tag", "set", "meridian:stack-set", "parity", "-s", stack);
    const crossGuard = await previewed({}, "-s", stack, "--policy-pack", packFolder, "--policy-pack-config", config);
    const launcher = path.join(folder, "launcher");
    await writeFile(launcher, `#!/bin/sh\necho ${await serveAnalyzer()}\nexec cat >/dev/null\n`);
    await chmod(launcher, 0o700);
    const runners = await previewed({}, "-s", stack, "--policy-pack", launcher, "--policy-pack-config", config);

    const { steps } = JSON.parse(runners.run.output.slice(0, runners.run.output.lastIndexOf("}") + 1));
    const preview = path.join(folder, "preview.json");
    await writeFile(preview, JSON.stringify({ steps }));
    project.env["PULUMI_STACK"] = stack;
    const told = {
      laptop: laptop.said,
      crossGuard: crossGuard.said,
      runners: runners.said,
      written: secretsApart(written),
      gateOnProgram: secretsApart(await gate("-C", project.folder, "--bundle", bundleFile)),
      gateOnPreview: secretsApart(await gate("--preview", preview, "--bundle", bundleFile)),
      gateOnEvents: secretsApart(await gate("--events", runners.log, "--bundle", bundleFile)),
      servicePreview: secretsApart(await byService({ preview: { steps }, digest: bundle.body.digest })),
      serviceEvents: secretsApart(await byService({ events: runners.events })),
    };
    delete project.env["PULUMI_STACK"];
    doors[environment] = told;
    for (const [door, said] of Object.entries(told))
      expect(secretsApart(said), `${door}: ${crossGuard.run.output.slice(-500)}`).toEqual(
        secretsApart(crossGuard.said),
      );
  });

  test("settings and exemptions hold there", () => {
    const said = doors[environment]?.["crossGuard"] ?? [];
    const of = (name: string) =>
      said.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
    expect(of("open-door")).toContain("security-no-open-management-port fail mandatory");
    expect(of(exempted.door)).toContain("security-no-open-management-port exempted advisory");
    expect(of(exempted.within)).toContain("cost-limit-fleets exempted advisory");
    expect(of(exempted.over)).toContain("cost-limit-fleets fail mandatory");
    expect(of("limit-that-is-set").filter((line) => line.startsWith("cost-limit-fleets"))).toEqual([]);
    expect(of("unknown-size")).toContain("cost-limit-fleets unknown advisory");
    expect(said.some((line) => line.includes("cost-recommend-tags"))).toBe(false);
    expect(
      said
        .filter((line) => line.includes("security-require-session-metadata fail"))
        .every((line) => line.endsWith("advisory")),
    ).toBe(true);
  });

  test("a secret is judged in clear by a pack, and is not known to who sees the events alone", () => {
    const of = (door: string) =>
      (doors[environment]?.[door] ?? []).filter((line) => line.startsWith("secret-tag security-no-open"));
    for (const door of ["laptop", "crossGuard", "runners"])
      expect(of(door), door).toEqual(["secret-tag security-no-open-management-port fail mandatory"]);
  });
});

test("the programs are at least forty, and each rule on inputs has said something somewhere", () => {
  const programs = environments.flatMap((environment) => programsOf(environment));
  expect(programs.length).toBeGreaterThan(40);
  const said = new Set(
    Object.values(doors)
      .flatMap((told) => told["crossGuard"] ?? [])
      .map((line) => line.split(" ")[1]),
  );
  expect(pack.rules.filter(({ name }) => said.has(name)).length).toBeGreaterThan(10);
});
