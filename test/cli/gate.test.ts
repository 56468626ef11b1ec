import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Exemption, pack, packDigest, sealBundle } from "../../policies/index.ts";
import { ensureEngine } from "../../toolchain/index.ts";
import { type PermissiveProvider, startPermissiveProvider } from "../policies/support/permissiveProvider.ts";
import { type PulumiProject, pulumiProject } from "../toolchain/pulumiProject.ts";
import { type FakeService, fakeService } from "./fakeService.ts";
import { runGate as gate } from "./runGate.ts";

const type = "aws:ec2/securityGroup:SecurityGroup";
const door = (cidr: string, name = "door") => ({
  ...{ urn: `urn:pulumi:dev::game::${type}::${name}`, type, custom: true },
  inputs: { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [cidr] }] },
});
const exported = (...resources: object[]) => ({ version: 3, deployment: { resources } });
const OPEN = "0.0.0.0/0";
const CLOSED = "10.0.0.0/8";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-gate-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, typeof content === "string" ? content : JSON.stringify(content));
  return at;
}

describe("without a service, by the checkout's own rules", () => {
  test("an open door is denied with 3, a closed one passes with 0", async () => {
    const open = await gate(["--state", await file("open.json", exported(door(OPEN)))]);
    expect(open).toMatchObject({ exitCode: 3, err: "" });
    expect(open.out).toContain("REFUSED  security-no-open-management-port");
    const closed = await gate(["--state", await file("closed.json", exported(door(CLOSED)))]);
    expect(closed).toMatchObject({ exitCode: 0, err: "" });
    expect(closed.out).toMatch(/^passed: 0 refused/m);
  });

  test("an event log is read line by line, a preview as it is printed", async () => {
    const event = (cidr: string, name: string) =>
      JSON.stringify({ resourcePreEvent: { metadata: { op: "create", type, new: door(cidr, name) } } });
    const log = await file("events.json", `${event(CLOSED, "a")}\n${event(OPEN, "b")}\n\n`);
    const told = JSON.parse((await gate(["--events", log, "--format", "json"])).out);
    expect(told).toMatchObject({ passed: false, summary: { resources: 2, refusals: 1 } });
    const preview = await file("preview.json", { steps: [{ op: "create", newState: door(OPEN) }] });
    expect(await gate(["--preview", preview])).toMatchObject({ exitCode: 3 });
  });

  test("each format goes where it is asked to go", async () => {
    const state = await file("formats.json", exported(door(OPEN)));
    const output = path.join(folder, "report");
    const forms = { sarif: /"version": "2\.1\.0"/, junit: /^<\?xml/, json: /"passed": false/, text: /^denied:/m };
    for (const [format, form] of Object.entries(forms)) {
      const run = await gate(["--state", state, "--format", format, "--output", output]);
      expect(run).toMatchObject({ exitCode: 3, out: "", err: "" });
      expect(await readFile(output, "utf8")).toMatch(form);
    }
  });

  test("settings and exemptions of a configuration file hold, as they do for pulumi", async () => {
    const state = await file("settings.json", exported(door(OPEN)));
    const name = "security-no-open-management-port";
    const advisory = await file("advisory.json", { [name]: "advisory" });
    expect(await gate(["--state", state, "--pack-config", advisory])).toMatchObject({ exitCode: 0 });
    const exempted = (endsAt: string) => ({
      [name]: {
        exemptions: [
          {
            ...{ id: "ex_1", reason: "A drill.", approvedBy: "Ada", startsAt: "2020-01-01T00:00:00Z", endsAt },
            scope: { project: "game", stack: "dev" },
          },
        ],
      },
    });
    const live = await file("live.json", exempted("2999-01-01T00:00:00Z"));
    const run = await gate(["--state", state, "--pack-config", live]);
    expect(run.exitCode, run.err).toBe(0);
    expect(run.out).toContain("exempted until 2999");
    const over = await file("over.json", exempted("2021-01-01T00:00:00Z"));
    expect(await gate(["--state", state, "--pack-config", over])).toMatchObject({ exitCode: 3 });
  });

  test("a bundle is judged by when it is of these rules; a stale or a changed one is an error", async () => {
    const state = await file("bundled.json", exported(door(OPEN)));
    const scope = { team: "default", project: "game", stack: "dev" };
    const exemption: Exemption = {
      ...{ id: "ex_1", policy: "security-no-open-management-port", scope, reason: "A drill.", approvedBy: "Ada" },
      ...{ startsAt: "2020-01-01T00:00:00Z", endsAt: "2999-01-01T00:00:00Z" },
    };
    const place = { ...scope, environment: "staging" };
    const of = (digest: string) => ({
      ...sealBundle({
        pack: { name: pack.name, version: pack.version, digest },
        settings: { "cost-recommend-tags": "disabled" },
        exemptions: [exemption],
        ownPacks: [],
      }),
      place,
    });
    const good = of(packDigest());
    const run = await gate(["--state", state, "--bundle", await file("bundle.json", good), "--format", "json"]);
    expect(run.exitCode, run.err).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      environment: "staging",
      digest: good.digest,
      summary: { exempted: 1 },
    });
    const stale = await gate(["--state", state, "--bundle", await file("stale.json", of("sha256:other"))]);
    expect(stale).toMatchObject({ exitCode: 1, out: "" });
    expect(stale.err).toContain("Get the bundle anew");
    const widened = { ...good, exemptions: [{ ...exemption, scope: {} }] };
    const changed = await gate(["--state", state, "--bundle", await file("changed.json", widened)]);
    expect(changed).toMatchObject({ exitCode: 1, out: "" });
    expect(changed.err).toContain("digest: is not that of the rest");
  });

  test.each([
    [["--state", "/nowhere.json"], /\/nowhere\.json cannot be read \(ENOENT\)/],
    [["--state", "a", "--preview", "b"], /Give one of --state and --preview, not both/],
    [["--stack", "live"], /set MERIDIAN_URL and MERIDIAN_KEY/],
    [["--format", "pdf"], /Allowed choices are text, json, sarif, junit/],
    [["--environment", "moon"], /Allowed choices are development, staging, production/],
    [["-C", "/"], /has no Pulumi\.yaml/],
  ])("%j is an error, with what to do", async (args, said) => {
    const run = await gate(args);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toMatch(said);
  });

  test("files that are nothing to judge or to set are refused with every fault and its place", async () => {
    const broken = await gate(["--state", await file("broken.json", '{\n "version": 3,\n}')]);
    expect(broken.err).toMatch(/broken\.json, line 3, column 1: this is no JSON/);
    const nonsense = await gate(["--state", await file("nonsense.json", exported({ urn: 7 }, {}))]);
    expect(nonsense.err).toMatch(/\/deployment\/resources\/0\/urn.*\n.*\/deployment\/resources\/1\/urn/);
    const state = await file("state.json", exported());
    const config = await file("config.json", { "no-such-policy": "advisory", all: "loud" });
    const run = await gate(["--state", state, "--pack-config", config]);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toMatch(/all: the level.*\n.*no-such-policy: there is no such policy/);
  });
});

describe("by a service", () => {
  let service: FakeService;
  const answers = (headers: Record<string, string>, body: object = { passed: true }) =>
    fakeService({ "POST /v1/gate": { headers, body } });

  test("the document goes there with what was said of it, and the answer comes back as it is", async () => {
    service = await answers({ "meridian-judgement": "denied" }, { version: "2.1.0", runs: [] });
    const state = await file("online.json", exported(door(OPEN)));
    const run = await service.meridian("gate", "--state", state, "--format", "sarif", "--environment", "staging");
    expect(run.exitCode, run.err).toBe(3);
    expect(JSON.parse(run.out)).toEqual({ version: "2.1.0", runs: [] });
    const [request] = service.seen;
    expect(request?.headers.accept).toBe("application/sarif+json");
    expect(request?.body).toMatchObject({ deployment: exported(door(OPEN)), environment: "staging" });
    await service.close();
  });

  test("what is no answer of Meridian's passes nothing", async () => {
    service = await answers({});
    expect(await service.meridian("gate", "--stack", "live")).toMatchObject({ exitCode: 1, out: "" });
    await service.close();
  });

  test("a stale bundle is an error, and so is a service that is not there", async () => {
    service = await fakeService({
      "POST /v1/gate": { status: 409, body: { code: "stale-bundle", title: "Others by now", detail: "Get it anew." } },
    });
    const bundle = await file("old.json", { digest: `sha256:${"0".repeat(64)}` });
    const run = await service.meridian("gate", "--stack", "live", "--bundle", bundle);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toContain("stale-bundle");
    expect(service.seen[0]?.body).toEqual({ stack: "live", digest: `sha256:${"0".repeat(64)}` });
    await service.close();
    const gone = await gate(["--stack", "live"], { MERIDIAN_URL: service.url, MERIDIAN_KEY: "k" });
    expect(gone).toMatchObject({ exitCode: 1, out: "" });
    expect(gone.err).toContain("does not answer");
  });
});

describe("of a program", () => {
  let project: PulumiProject;
  let provider: PermissiveProvider;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    provider = await startPermissiveProvider();
    project = await pulumiProject(await ensureEngine(), {
      "Pulumi.yaml": "name: game\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "package.json": '{ "name": "game", "type": "module" }',
      "index.js": `import { Config, CustomResource } from "@pulumi/pulumi";
const from = new Config().get("from") ?? "${OPEN}";
if (from === "nowhere") throw new Error("there is no such place");
new CustomResource("${type}", "door", { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [from] }] });
`,
      "Pulumi.closed.yaml": `config:\n  game:from: ${CLOSED}\n`,
      "Pulumi.nowhere.yaml": "config:\n  game:from: nowhere\n",
    });
    const { PULUMI_BACKEND_URL: _, PULUMI_CONFIG_PASSPHRASE: __, ...rest } = project.env;
    env = { ...rest, PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`, TMPDIR: folder };
  });
  afterAll(async () => {
    await project.remove();
    provider.close();
  });
  const configured = (name: string) => ["-C", project.folder, "--config-file", path.join(project.folder, name)];

  test("without a login it is previewed on a backend that is thrown away, and the folder stays as it is", async () => {
    const before = await readdir(project.folder);
    const run = await gate(["-C", project.folder], env);
    expect(run.exitCode, run.err).toBe(3);
    expect(run.out).toContain("REFUSED  security-no-open-management-port");
    expect(await gate(configured("Pulumi.closed.yaml"), env)).toMatchObject({ exitCode: 0 });
    expect(await readdir(project.folder)).toEqual(before);
    expect(await readFile(path.join(project.folder, "Pulumi.closed.yaml"), "utf8")).not.toContain("salt");
  });

  test("on the backend of the user it is the selected stack that is previewed", async () => {
    await project.pulumi("stack", "init", "live");
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = project.env;
    const run = await gate(["-C", project.folder, "--format", "json"], {
      ...env,
      ...(PULUMI_BACKEND_URL && { PULUMI_BACKEND_URL }),
      ...(PULUMI_CONFIG_PASSPHRASE && { PULUMI_CONFIG_PASSPHRASE }),
    });
    expect(run.exitCode, run.err).toBe(3);
    expect(JSON.parse(run.out)).toMatchObject({ project: "game", stack: "live" });
  });

  test("one that throws is an error with its own words, and nothing is judged", async () => {
    const run = await gate(configured("Pulumi.nowhere.yaml"), env);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toContain("there is no such place");
    expect((await readdir(folder)).filter((name) => name.startsWith("meridian-gate-"))).toEqual([]);
  });

  test("an engine that is not to be had is an error", async () => {
    const nothing = { ...env, PATH: "/nonexistent", XDG_CACHE_HOME: path.join(folder, "cache"), HOME: folder };
    const run = await gate(["-C", project.folder], nothing);
    expect(run).toMatchObject({ exitCode: 1, out: "" });
    expect(run.err).toMatch(/pulumi|engine/i);
  });
});
