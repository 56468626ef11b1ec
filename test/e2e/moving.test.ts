import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { meridianCommand } from "../../cli/meridianCommand.ts";
import { runCli } from "../../cli/runCli.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { type S3Server, startS3Server } from "../support/s3Server.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type Laptop, setUpLaptop } from "./supportLaptop.ts";
import { changesMade, inCloud } from "./supportLedger.ts";
import { type Env, importWithoutMeridian, makeStack, SECRET } from "./supportMoving.ts";
import { HARBOUR } from "./supportPrograms.ts";

/** Every command is a process that loads an SDK; a test here is dozens of them on a machine that others use too. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const PASSPHRASE = { PULUMI_CONFIG_PASSPHRASE: "the passphrase of the old backend" };
const ofS3 = { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };

let service: TestService;
let laptop: Laptop;
let folder: string;
let s3: S3Server;
let database: TestDatabase;

beforeAll(async () => {
  service = await startTestService();
  laptop = await setUpLaptop(service);
  folder = await mkdtemp(path.join(tmpdir(), "meridian-moved-"));
  s3 = await startS3Server();
  database = await testDatabase();
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
  await s3?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A backend to move from, in an environment that opens it. */
async function oldBackend(kind: "file" | "file, gzipped" | "s3" | "postgres", name: string): Promise<Env> {
  await mkdir(path.join(folder, name), { recursive: true });
  const home = { ...PASSPHRASE, PULUMI_HOME: path.join(folder, `home-${name}`) };
  switch (kind) {
    case "file":
      return { ...home, PULUMI_BACKEND_URL: `file://${folder}/${name}` };
    case "file, gzipped":
      return { ...home, PULUMI_BACKEND_URL: `file://${folder}/${name}`, PULUMI_DIY_BACKEND_GZIP: "true" };
    case "s3":
      return { ...home, ...ofS3, PULUMI_BACKEND_URL: s3.backend(name) };
    case "postgres":
      return { ...home, PULUMI_BACKEND_URL: `${database.url}?sslmode=disable&table=${name.replaceAll("-", "_")}` };
  }
}

/** Runs `meridian` as somebody would who has the old backend's environment. */
async function meridian(env: Env, ...args: string[]) {
  let [out, err] = ["", ""];
  const exitCode = await runCli(meridianCommand, args, {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"],
      ...env,
      MERIDIAN_URL: service.url,
      MERIDIAN_KEY: service.adminKey,
    },
    fetch,
    out: (text) => (out += text),
    outBytes: async () => undefined,
    err: (text) => (err += text),
  });
  const report = args.includes("--json") && out !== "" ? JSON.parse(out) : undefined;
  return { exitCode, out, err, report };
}

const outcomes = (report: { stacks: readonly { stack: string; outcome: string }[] }) =>
  Object.fromEntries(report.stacks.map(({ stack, outcome }) => [stack, outcome]));

describe.each([
  ["file", "harbour-file"],
  ["s3", "harbour-s3"],
  ["postgres", "harbour-pg"],
] as const)("from a backend of the kind %s", (kind, name) => {
  test("stacks move in with secrets, protection and dependencies, and show no change afterwards", async () => {
    const old = await oldBackend(kind, name);
    const project = await laptop.project(name, HARBOUR(name));
    for (const stack of ["live", "test"]) {
      await makeStack(project, stack, old);
      await project.ok(["up", "--yes", "--skip-preview", "-s", stack], old);
    }
    await project.ok(["stack", "tag", "set", "owner", "harbour-master", "-s", "live"], old);
    await makeStack(project, "empty", old);

    const dry = await meridian(old, "import-backend", "--dry-run", "--json", old["PULUMI_BACKEND_URL"] ?? "");
    const [live, test_, empty] = ["live", "test", "empty"].map((stack) => `default/${name}/${stack}`);
    expect(outcomes(dry.report), dry.err).toEqual({
      [live as string]: "would-import",
      [test_ as string]: "would-import",
      [empty as string]: "would-import",
    });
    expect((await service.call("GET", `/api/stacks/${live}`)).status).toBe(404);

    const done = await meridian(old, "import-backend", "--json", old["PULUMI_BACKEND_URL"] ?? "");
    expect(done.exitCode, done.out).toBe(0);
    expect(new Set(Object.values(outcomes(done.report)))).toEqual(new Set(["imported"]));
    const report = done.report.stacks.find(({ stack }: { stack: string }) => stack === live);
    expect(report).toMatchObject({
      source: `organization/${name}/live`,
      resources: 6,
      secretsProvider: "passphrase",
      historyEntries: 1,
      tags: { owner: "harbour-master" },
      configCommand: `pulumi stack change-secrets-provider default --stack ${live}`,
    });
    expect(report.secrets).toBeGreaterThan(0);
    expect(done.out + done.err).not.toContain(SECRET);
    expect(done.out + done.err).not.toContain(PASSPHRASE.PULUMI_CONFIG_PASSPHRASE);
    const { body } = await service.call("GET", `/api/stacks/${live}/export`);
    expect(body.deployment.secrets_providers.type).toBe("service");
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect((await service.call("GET", `/api/stacks/${live}`)).body.tags).toMatchObject({ owner: "harbour-master" });

    const here = { ...laptop.withKey(service.adminKey), ...PASSPHRASE };
    for (const stack of ["live", "test"]) {
      const command = report.configCommand.replace("pulumi ", "").replace("/live", `/${stack}`).split(" ");
      await project.ok(command, here);
      const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = here;
      await project.ok(["preview", "--expect-no-changes", "-s", `default/${name}/${stack}`], without);
      expect(await readFile(path.join(project.folder, `Pulumi.${stack}.yaml`), "utf8")).not.toContain("encryptionsalt");
      const output = ["stack", "output", "password", "--show-secrets", "-s", `default/${name}/${stack}`];
      expect((await project.ok(output, without)).stdout.trim()).toBe(SECRET);
    }
    const guarded = await project.pulumi(["destroy", "--yes", "-s", live as string], here);
    expect(guarded.output).toContain("protected");
    expect(await inCloud(service, `${name}/live`)).toEqual(["berth", "door", "network"]);
    expect(await changesMade(service, `${name}/live`)).toHaveLength(3);

    const again = await meridian(old, "import-backend", "--json", old["PULUMI_BACKEND_URL"] ?? "");
    expect(again.exitCode).toBe(0);
    expect(new Set(Object.values(outcomes(again.report)))).toEqual(new Set(["unchanged"]));
  });
});

describe("what cannot be taken over is left alone, and the rest is", () => {
  test("locked, pending, sealed with another passphrase, sealed by a key service that is not there, taken: each with its reason", async () => {
    const name = "harbour-odd";
    const old = await oldBackend("file, gzipped", name);
    const other = { ...old, PULUMI_CONFIG_PASSPHRASE: "another passphrase" };
    const project = await laptop.project(name, HARBOUR(name));
    for (const stack of ["good", "locked", "pending", "kms", "taken"]) await makeStack(project, stack, old);
    await makeStack(project, "sealed", other);
    for (const [stack, env] of [
      ["good", old],
      ["sealed", other],
    ] as const) {
      await project.ok(["up", "--yes", "--skip-preview", "-s", stack], env);
      await project.ok(["stack", "export", "-s", stack, "--file", path.join(folder, `${stack}.json`)], env);
    }
    const state = JSON.parse(await readFile(path.join(folder, "good.json"), "utf8"));
    const stacks = path.join(folder, name, ".pulumi", "stacks", name);
    const plant = async (stack: string, change: (deployment: typeof state.deployment) => void) => {
      const { deployment } = JSON.parse(JSON.stringify(state).replaceAll("urn:pulumi:good::", `urn:pulumi:${stack}::`));
      change(deployment);
      const checkpoint = { version: 3, checkpoint: { stack: `organization/${name}/${stack}`, latest: deployment } };
      await writeFile(path.join(stacks, `${stack}.json.gz`), gzipSync(JSON.stringify(checkpoint)));
    };
    await plant("pending", (deployment) => {
      deployment.pending_operations = [{ type: "creating", resource: deployment.resources[2] }];
    });
    await plant("kms", (deployment) => {
      const key = { url: "hashivault://nowhere", encryptedkey: "dmF1bHQ6djE6YWJj" };
      deployment.secrets_providers = { type: "cloud", state: key };
    });
    const locks = path.join(folder, name, ".pulumi", "locks", "organization", name, "locked");
    await mkdir(locks, { recursive: true });
    const holder = { pid: 1, username: "alice", hostname: "her-laptop", timestamp: "2026-11-01T00:00:00Z" };
    await writeFile(path.join(locks, "0.json"), JSON.stringify(holder));
    const made = await service.call("POST", `/api/stacks/default/${name}`, { body: { stackName: "taken" } });
    expect(made.status).toBe(200);

    const key = { VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "none", VAULT_MAX_RETRIES: "0" };
    const url = old["PULUMI_BACKEND_URL"] ?? "";
    const run = await meridian({ ...old, ...key }, "import-backend", "--json", "--project", name, "--", url);
    expect(run.exitCode).toBe(1);
    const reasons = Object.fromEntries(
      run.report.stacks.map((each: { source: string; outcome: string; reason?: string }) => [
        each.source.split("/").at(-1),
        `${each.outcome}: ${each.reason ?? ""}`,
      ]),
    );
    expect(reasons).toEqual({
      good: "imported: ",
      locked: expect.stringMatching(/^refused: it is locked.*alice@her-laptop/s),
      pending: expect.stringMatching(/^refused: steps of an update.*creating urn:pulumi:pending::/s),
      kms: expect.stringMatching(/^failed: its secrets cannot be opened/),
      taken: expect.stringMatching(/^refused: a stack of this name is in the service/),
      sealed: expect.stringMatching(/^failed: its secrets cannot be opened: .*incorrect passphrase/s),
    });
    for (const stack of ["locked", "pending", "kms", "sealed"])
      expect((await service.call("GET", `/api/stacks/default/${name}/${stack}`)).status, stack).toBe(404);

    const phrase = path.join(folder, "another-passphrase");
    await writeFile(phrase, `${other.PULUMI_CONFIG_PASSPHRASE}\n`);
    const second = await meridian(
      old,
      "import-backend",
      "--json",
      "--stack",
      "sealed",
      "--passphrase-file",
      phrase,
      "--",
      url,
    );
    expect(outcomes(second.report), second.out).toEqual({ [`default/${name}/sealed`]: "imported" });

    await project.ok(["config", "set", "size", "large", "-s", "good"], old);
    await project.ok(["up", "--yes", "--skip-preview", "-s", "good"], old);
    const good = ["import-backend", "--json", "--stack", "good"];
    const refused = await meridian(old, ...good, "--", url);
    expect(refused.report.stacks[0]).toMatchObject({ outcome: "refused", reason: expect.stringContaining("--adopt") });
    const adopted = await meridian(old, ...good, "--adopt", "--", url);
    expect(adopted.report.stacks[0], adopted.out).toMatchObject({ outcome: "adopted" });
    expect(outcomes((await meridian(old, ...good, "--", url)).report)).toEqual({
      [`default/${name}/good`]: "unchanged",
    });
    const { body } = await service.call("GET", `/api/stacks/default/${name}/good/export`);
    expect(JSON.stringify(body.deployment)).toContain('"large"');
  });

  test("stacks of a layout without projects are taken into the project that their resources name", async () => {
    const legacy = { PULUMI_DIY_BACKEND_LEGACY_LAYOUT: "true", PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "1" };
    const old: Env = { ...(await oldBackend("file", "harbour-legacy")), ...legacy };
    const project = await laptop.project("harbour-legacy", HARBOUR("harbour-legacy"));
    await makeStack(project, "live", old);
    await project.ok(["up", "--yes", "--skip-preview", "-s", "live"], old);
    await makeStack(project, "bare", old);
    const url = old["PULUMI_BACKEND_URL"] ?? "";
    const elsewhere = await meridian(
      old,
      "import-backend",
      "--json",
      "--project",
      "other",
      "--stack",
      "live",
      "--",
      url,
    );
    expect(elsewhere.report.stacks).toEqual([]);
    const run = await meridian(old, "import-backend", "--json", "--", url);
    expect(
      run.report.stacks.map(({ source, outcome }: { source: string; outcome: string }) => [source, outcome]),
    ).toEqual([
      ["bare", "refused"],
      ["live", "imported"],
    ]);
    expect((await service.call("GET", "/api/stacks/default/harbour-legacy/live")).status).toBe(200);
  });

  test("an address that is no backend of this kind is refused before anything is read", async () => {
    const run = await meridian({}, "import-backend", "https://me:secret@app.example.com");
    expect(run.exitCode).toBe(1);
    expect(run.err).toContain("is not a file://, s3:// or postgres:// address");
    expect(run.err).not.toContain("secret@");
  });
});

describe("a stack moves out", () => {
  test.each(["file", "postgres"] as const)(
    "to a backend of the kind %s, and goes on there without a change",
    async (kind) => {
      const name = `leaving-${kind}`;
      const project = await laptop.project(name, HARBOUR(name));
      const here = laptop.withKey(service.adminKey);
      await makeStack(project, "live", here);
      await project.ok(["up", "--yes", "--skip-preview", "-s", "live"], here);
      const file = path.join(folder, `${name}.json`);
      await project.ok(["stack", "export", "--show-secrets", "-s", "live", "--file", file], here);
      const config = await project.ok(["config", "--show-secrets", "--json", "-s", "live"], here);

      const there = await oldBackend(kind, name);
      await project.ok(["stack", "init", "live"], there);
      await project.ok(["config", "set-all", "--json", config.stdout, "-s", "live"], there);
      if (kind === "file") {
        const loggedIn = { ...there, PULUMI_HOME: here["PULUMI_HOME"] ?? "" };
        await project.ok(["stack", "import", "--file", file, "-s", "live"], loggedIn);
      } else await importWithoutMeridian(project, file, there);
      await project.ok(["preview", "--expect-no-changes", "-s", "live"], there);
      const kept = (await project.ok(["stack", "export", "-s", "live"], there)).stdout;
      expect(JSON.parse(kept).deployment.secrets_providers.type).toBe("passphrase");
      expect(kept).not.toContain(SECRET);
      await project.ok(["config", "set", "size", "large", "-s", "live"], there);
      await project.ok(["up", "--yes", "--skip-preview", "-s", "live"], there);
      expect((await changesMade(service, `${name}/live`)).slice(3)).toEqual(["update berth"]);
    },
  );
});
