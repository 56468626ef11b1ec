import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chown, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { ensureEngine, freePort } from "../../toolchain/index.ts";
import { endProcess } from "../support/service.ts";

/** What `npm start` does on a fresh machine: its own PostgreSQL, keys and sandbox, in a folder that nobody else may enter. */
const root = path.resolve(import.meta.dirname, "../..");
const asRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };
/** Where the checkout itself lies in a folder of mode 0700, nobody else can run what is in it. */
const isOpen = asRoot && spawnSync(process.execPath, ["--version"], { ...nobody, cwd: "/" }).status === 0;
let folder: string;
let child: ChildProcess | undefined;

afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  const pidIn = async (file: string, read: (text: string) => number) =>
    readFile(file, "utf8").then(read, () => undefined); // not there: it was never started
  const data = path.join(folder, "data");
  const placed = await readFile(path.join(data, "postgres.folder"), "utf8").catch(() => path.join(data, "postgres"));
  const sandbox = await pidIn(path.join(data, "sandbox", "run.json"), (text) => JSON.parse(text).pid);
  const postgres = await pidIn(path.join(placed, "postmaster.pid"), (text) => Number(text.split("\n")[0]));
  if (sandbox !== undefined) await endProcess(sandbox);
  if (postgres !== undefined) await endProcess(postgres, "SIGINT");
  if (placed !== path.join(data, "postgres")) await rm(placed, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

/** Starts the service without any setting of a database and waits until it is ready. */
async function start(as: { uid: number; gid: number } | undefined): Promise<{ url: string; said: () => string }> {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-private-")); // mode 0700
  const engine = await ensureEngine();
  // Another user cannot enter the cache of the one who runs the tests.
  await cp(path.dirname(engine.binary), path.join(folder, "bin"), { recursive: true });
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const started = spawn(process.execPath, [path.join(root, "api/main.ts")], {
    ...as,
    cwd: "/",
    env: {
      PATH: [path.join(folder, "bin"), path.dirname(process.execPath), process.env["PATH"]].join(path.delimiter),
      HOME: folder,
      PORT: String(port),
      MERIDIAN_DATA_DIR: path.join(folder, "data"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  for (const stream of [started.stdout, started.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  await vi.waitFor(
    async () => {
      if (started.exitCode !== null) throw new Error(`it ended with ${started.exitCode}: ${output}`);
      if (!(await fetch(`${url}/readyz`)).ok) throw new Error(`not ready: ${output}`);
    },
    { timeout: 90_000, interval: 100 },
  );
  return { url, said: () => output };
}

async function expectFirstStart({ url, said }: Awaited<ReturnType<typeof start>>): Promise<void> {
  const key = /shown only now: (mk_\S+)/.exec(said())?.[1] ?? "";
  const targets = await fetch(`${url}/v1/targets`, { headers: { authorization: `Bearer ${key}` } });
  expect(targets.status).toBe(200);
  expect(await targets.json()).toMatchObject({ items: [{ name: "sandbox", cloud: "sandbox" }] });
}

test("the first start works in a private folder as whoever runs the tests, and prints a key that works", async () => {
  await expectFirstStart(await start(undefined));
});

test.skipIf(!isOpen)(
  "and as a user without privileges (needs root, to become another user, and a checkout that others may read)",
  async () => {
    await expectFirstStart(await start(nobody));
  },
);
