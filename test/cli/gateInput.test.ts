import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readText } from "../../cli/gate/readDocumentFile.ts";
import { unreachable } from "../../cli/unreachable.ts";
import { listProcesses } from "../support/processes.ts";
import { fakeService } from "./fakeService.ts";
import { startMeridian } from "./meridianProcess.ts";
import { runGate } from "./runGate.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-gate-input-"));
  await writeFile(path.join(folder, "state.json"), '{"version": 3, "deployment": {"resources": []}}');
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, content);
  return at;
}

describe("a document", () => {
  test.each(["--state", "--preview", "--events"])("%s that is empty passes nothing", async (option) => {
    const run = await runGate([option, await file("empty", "")]);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringMatching(/empty is empty/) });
  });

  test("an event log of empty lines passes nothing: whoever writes it has failed", async () => {
    const run = await runGate(["--events", await file("lines", "\n\n")]);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringMatching(/has no event in it/) });
  });

  test("that is a folder is called one", async () => {
    const run = await runGate(["--preview", folder]);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringMatching(/EISDIR, it is a folder/) });
  });

  test("that has no end is not read to the end", async () => {
    const run = await runGate(["--state", "/dev/zero"]);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringMatching(/more than 256 MiB/) });
  });

  test("from a terminal is not waited for", async () => {
    const terminal = { isTTY: true, [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await expect(readText("-", terminal)).rejects.toThrow(/nothing is piped/);
  });

  test("that an editor has marked as UTF-8 is read without the mark", async () => {
    const marked = await file("marked.json", "\ufeff{}");
    expect(await readText(marked)).toBe("{}");
  });

  test("is judged, and then the report cannot be written: that is an error, not a pass", async () => {
    const run = await runGate(["--state", path.join(folder, "state.json"), "--output", folder]);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringMatching(/cannot be written \(EISDIR\)/) });
  });
});

describe("a service", () => {
  const ask = (url: string, key = "k") =>
    runGate(["--state", path.join(folder, "state.json")], { MERIDIAN_URL: url, MERIDIAN_KEY: key });

  test.each([401, 403, 429, 500, 503])("that answers %i is an error, whatever the page says", async (status) => {
    const write = (response: { end: (text: string) => void }) => response.end("<html>\u001b[31mno");
    const service = await fakeService({ "POST /v1/gate": { status, write } });
    const run = await ask(service.url);
    expect(run).toMatchObject({ exitCode: 1, out: "", err: `meridian: http-${status}: <html>[31mno\n` });
    await service.close();
  });

  test("whose certificate nobody here trusts is told how one is trusted", () => {
    // What Node throws for the certificate of an authority that it does not know.
    const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const error = unreachable("https://meridian.example.com", new TypeError("fetch failed", { cause }));
    expect(error).toMatchObject({ code: "unreachable", exitCode: 1 });
    expect(error.message).toMatch(/\(self-signed certificate\).*NODE_EXTRA_CA_CERTS/);
  });

  test("that speaks no TLS is asked for its scheme, in one line", async () => {
    const service = await fakeService({});
    const run = await ask(service.url.replace("http:", "https:"));
    expect(run.err).toMatch(/^meridian: https:\S+ does not answer \(ERR_SSL_\w+\)\. Does it speak https\? .*\n$/);
    await service.close();
  });

  test("is sent no key that cannot be one, and no message shows it", async () => {
    const run = await ask("http://127.0.0.1:1", "mk_secret\nmore");
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringContaining("MERIDIAN_KEY") });
    expect(run.err).not.toContain("secret");
  });
});

describe("a program that never ends", () => {
  let project: string;
  let temporary: string;
  const running = () => path.join(project, "pid");
  beforeAll(async () => {
    project = path.join(folder, "project");
    temporary = path.join(folder, "tmp");
    await Promise.all([mkdir(project), mkdir(temporary)]);
    await symlink(path.resolve(import.meta.dirname, "../../node_modules"), path.join(folder, "node_modules"));
    const yaml = "name: game\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
    await writeFile(path.join(project, "Pulumi.yaml"), yaml);
    await writeFile(path.join(project, "package.json"), '{ "name": "game", "type": "module" }');
    await writeFile(
      path.join(project, "index.js"),
      `import { renameSync, writeFileSync } from "node:fs";
import "@pulumi/pulumi";
process.on("SIGINT", () => {});
writeFileSync("pid.part", String(process.pid));
renameSync("pid.part", "pid");
setInterval(() => {}, 1_000);
await new Promise(() => {});
`,
    );
  });

  test("ends with its engine at an interrupt, and nothing of it is left", async () => {
    const gate = startMeridian(["gate", "-C", project], {
      TMPDIR: temporary,
      PULUMI_HOME: path.join(folder, "home"),
    });
    await expect.poll(() => existsSync(running()), { timeout: 30_000 }).toBe(true);
    const program = Number(await readFile(running(), "utf8"));
    gate.kill("SIGINT");
    const run = await gate.ended;
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringContaining("was interrupted (SIGINT)") });
    await expect.poll(() => listProcesses().some(({ pid }) => pid === program)).toBe(false);
    expect(await readdir(temporary)).toEqual([]);
  });
});
