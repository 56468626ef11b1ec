import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../../api/base/logger.ts";
import { createArtefactFolders } from "../../runner/artefactFolders.ts";
import { connectToControl } from "../../runner/controlConnection.ts";
import { createInstalledModules } from "../../runner/installedModules.ts";
import { removeLeftovers } from "../../runner/jobFolder.ts";
import { startRunner } from "../../runner/runnerProcess.ts";
import { teamFolder } from "../support/teamArtefact.ts";
import { HOST_TOKEN, startWorkbench, type Workbench } from "./support/workbench.ts";

const shared = path.resolve(import.meta.dirname, "../../node_modules");
const bytesOf = ({ archive }: { archive: string }) => Buffer.from(archive, "base64");
const config = (inputs: unknown) => ({
  "aws:region": "eu-west-1",
  "meridian:blueprint": "pets",
  "meridian:stackSet": "launch",
  "meridian:target": "sandbox",
  "meridian:owner": "default",
  "meridian:costCentre": "default",
  "meridian:inputs": JSON.stringify(inputs),
});

/** A blueprint that makes nothing and says which it is. */
const saying = (word: string, more = "") =>
  teamFolder({
    "program.ts": `import { getStack } from "@pulumi/pulumi";
${more}
export const program = async (inputs, placement) =>
  ({ word: ${JSON.stringify(word)}, inputs, stack: getStack(), placement, environment: { ...process.env }, pid: process.pid });
export const checkInputs = ({ loud }) => (loud ? [{ pointer: "/loud", message: "be quiet" }] : []);
`,
  });

describe("a runner host", () => {
  const archives = new Map<string, Buffer>();
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench({ capacity: 2, archives });
  });
  afterAll(() => bench.close());

  let count = 0;
  const runOn = async (folder: { digest: string }, inputs: unknown = {}, stack = "launch.sandbox.eu-west-1") => {
    count += 1;
    const { digest } = folder;
    const job = await bench.job({
      stack,
      program: "-",
      blueprint: "pets",
      digest,
      config: config(inputs),
      attempt: count,
    });
    return { job, report: await bench.hub.run(job) };
  };

  test("builds each stack from the artefact that its job names, fetched and verified, with inputs and placement", async () => {
    const [one, two] = [saying("one"), saying("two")];
    archives.set(one.digest, bytesOf(one)).set(two.digest, bytesOf(two));
    const first = await runOn(one, { words: 3 });
    expect(first.report, first.report.diagnostics).toMatchObject({ outcome: "succeeded" });
    expect(await bench.outputsOf(first.job)).toMatchObject({
      word: "one",
      inputs: { words: 3 },
      stack: "launch.sandbox.eu-west-1",
      placement: { region: "eu-west-1", stackSet: "launch" },
    });
    const second = await runOn(two);
    expect(await bench.outputsOf(second.job)).toMatchObject({ word: "two" });
    archives.delete(one.digest);
    const back = await runOn(one);
    expect(await bench.outputsOf(back.job)).toMatchObject({ word: "one" });
  });

  test("gives a team's program nothing of its own environment, and each artefact a runner of its own", async () => {
    const [one, two] = [saying("mine"), saying("yours")];
    archives.set(one.digest, bytesOf(one)).set(two.digest, bytesOf(two));
    const first = await runOn(one);
    const { environment, pid } = await bench.outputsOf(first.job);
    expect(
      Object.keys(Object(environment)).filter((name) => /TOKEN|NPM|PROXY|MERIDIAN|PULUMI_ACCESS/.test(name)),
    ).toEqual([]);
    const second = await runOn(two);
    expect((await bench.outputsOf(second.job))["pid"]).not.toBe(pid);
  });

  test.each([
    ["whose archive is another artefact", saying("claimed"), saying("sent"), /holds the artefact sha256:/],
    ["of which there is no archive", saying("never sent"), undefined, /has no archive of sha256:.*"latest"/],
    [
      "whose program throws when it is loaded",
      saying("a", 'throw new Error("no such luck");'),
      "itself",
      /cannot be loaded: no such luck/,
    ],
    ["whose program has a fault of syntax", saying("b", "enum Colour { Red }"), "itself", /cannot be loaded/],
    [
      "whose program exports no program",
      teamFolder({ "program.ts": "export const other = 1;\n" }),
      "itself",
      /exports no function called program/,
    ],
  ] as const)("starts no engine for an artefact %s", async (_, wanted, sent, reason) => {
    const archive = sent === "itself" ? wanted : sent;
    if (archive !== undefined) archives.set(wanted.digest, bytesOf(archive));
    const { report } = await runOn(wanted);
    expect(report).toMatchObject({ outcome: "failed", timing: { engine: 0 } });
    expect(report.exitCode).toBeUndefined();
    expect(report.diagnostics).toMatch(reason);
  });

  test("asks the program what it has against the inputs before an engine is started", async () => {
    const picky = saying("picky");
    archives.set(picky.digest, bytesOf(picky));
    const { report } = await runOn(picky, { loud: true });
    expect(report).toMatchObject({
      outcome: "failed",
      timing: { engine: 0 },
      problems: [{ pointer: "/loud", detail: "be quiet" }],
    });
  });

  test("is given no archive that it has no job for, and nobody is without a host's token", async () => {
    const other = saying("somebody else's");
    archives.set(other.digest, bytesOf(other));
    const url = `${bench.control}/runner/v1/artefacts/${other.digest}`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${HOST_TOKEN}` } })).status).toBe(404);
  });
});

describe("the folder of an artefact", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "meridian-test-artefacts-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const modules = createInstalledModules({ shared, root: "/nonexistent", env: {} });
  const folders = (fetchArchive: () => Promise<Buffer>) => createArtefactFolders({ root, fetchArchive, modules });
  const gone = () => Promise.reject(new Error("the service is away"));

  test("is unpacked once, with the modules of the checkout where its lock agrees with them", async () => {
    const one = saying("kept");
    const made = await folders(async () => bytesOf(one)).prepare(one.digest);
    expect(made.modules).toBe("shared");
    expect(await folders(gone).prepare(one.digest)).toEqual(made);
    expect(await readdir(root)).toEqual([one.digest.slice("sha256:".length)]);
  });

  test.each([
    ["that never comes to an end", "while (true) {}"],
    ["that waits for ever", "await new Promise(() => setInterval(() => 1, 1_000));"],
  ])("with a program %s gives no runner, and says so", { timeout: 30_000 }, async (_, line) => {
    const one = saying("hanging", line);
    const { folder } = await folders(async () => bytesOf(one)).prepare(one.digest);
    const env = { PATH: process.env["PATH"] ?? "" };
    const runner = startRunner({ programs: { artefact: folder }, env, cwd: root, startMs: 3_000 });
    await expect(runner.ready).rejects.toThrow(/not ready within 3000 ms/);
    await runner.gone;
  });

  test("with a program that will not let its runner go is ended all the same", { timeout: 60_000 }, async () => {
    const one = saying("clinging", "process.exit = () => undefined; setInterval(() => 1, 1_000);");
    const { folder } = await folders(async () => bytesOf(one)).prepare(one.digest);
    const env = { PATH: process.env["PATH"] ?? "" };
    const runner = startRunner({ programs: { artefact: folder }, env, cwd: root, retireMs: 500 });
    await runner.ready;
    runner.retire();
    await runner.gone;
  });

  test("that a dead host left half unpacked is removed when the next begins", async () => {
    const place = await mkdtemp(path.join(root, "place-"));
    for (const name of [".unpacking-999999999-a", ".installing-999999999-b", `.unpacking-${process.pid}-c`, "whole"]) {
      await mkdir(path.join(place, name));
    }
    await removeLeftovers(place);
    expect(await readdir(place)).toEqual([`.unpacking-${process.pid}-c`, "whole"]);
  });

  test("is asked for again when the service was away, and once only when it has none", async () => {
    const answers = [503, 404, 200];
    const asked: string[] = [];
    const control = createServer((req, res) => {
      if (!req.url?.includes("/artefacts/")) return res.writeHead(503).end();
      asked.push(req.url);
      const status = req.url.endsWith("none") ? 404 : (answers.shift() ?? 200);
      res.writeHead(status).end(status === 200 ? "bytes" : "");
    });
    await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
    const { port } = control.address() as AddressInfo; // listening on TCP, so not a pipe's name
    const connection = connectToControl({
      url: `http://127.0.0.1:${port}`,
      token: HOST_TOKEN,
      host: "h",
      capacity: 1,
      running: () => [],
      onMessage: () => undefined,
      logger: createLogger({ level: "silent" }),
    });
    expect((await connection.artefact("some")).toString()).toBe("bytes");
    await expect(connection.artefact("none")).rejects.toThrow(/has no archive of none/);
    expect(asked.length).toBe(4);
    connection.close();
    control.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
  });

  test.each([
    ["a changed file", (folder: string) => writeFile(path.join(folder, "program.ts"), "evil()")],
    ["a file more", (folder: string) => writeFile(path.join(folder, "more.ts"), "evil()")],
    ["a link", (folder: string) => symlink("/etc/passwd", path.join(folder, "link"))],
  ])("with %s is fetched anew by the next host", async (_, spoil) => {
    const one = saying("spoiled");
    const { folder } = await folders(async () => bytesOf(one)).prepare(one.digest);
    await spoil(folder);
    await expect(folders(gone).prepare(one.digest)).rejects.toThrow("the service is away");
    await folders(async () => bytesOf(one)).prepare(one.digest);
    expect(await readFile(path.join(folder, "program.ts"), "utf8")).toContain("spoiled");
    expect(await readdir(folder)).not.toContain("more.ts");
  });
});
