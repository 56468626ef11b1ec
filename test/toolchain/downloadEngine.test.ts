import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { downloadText } from "../../toolchain/engine/download.ts";
import { ensureEngineIn } from "../../toolchain/engine/ensureEngine.ts";
import { checksumOf, releaseArchive } from "../../toolchain/engine/releaseArchive.ts";
import { runCommand } from "../../toolchain/engine/runCommand.ts";
import { type EngineSandbox, engineSandbox, writePulumi } from "./engineWorld.ts";

const { name, url, checksumsUrl } = releaseArchive({ system: "linux", processor: "x64" });

let box: EngineSandbox;
let archive: Buffer<ArrayBuffer>;

/** An archive as Pulumi publishes it: one folder with the CLI and its language host. */
beforeEach(async () => {
  // The sandbox's PATH has no system programs on it.
  box = await engineSandbox({
    tar: (command, args, options) => runCommand(command, args, { ...options, env: process.env }),
  });
  await writePulumi(path.join(box.root, "release", "pulumi", "pulumi"));
  await writePulumi(path.join(box.root, "release", "pulumi", "pulumi-language-nodejs"));
  const file = path.join(box.root, name);
  const options = { env: process.env, timeoutMs: 20_000 };
  await runCommand("tar", ["-czf", file, "-C", path.join(box.root, "release"), "pulumi"], options);
  archive = await readFile(file);
});

afterEach(() => box.remove());

function ensureFrom(answers: Readonly<Record<string, () => Response>>) {
  const fetchStandIn: typeof fetch = async (input) => answers[String(input)]?.() ?? new Response("no", { status: 404 });
  return ensureEngineIn({ ...box.world, fetch: fetchStandIn }, { cacheDir: box.cacheDir, env: box.env });
}

function checksums(content: Uint8Array): () => Response {
  const digest = createHash("sha512").update(content).digest("hex");
  return () => new Response(`${"0".repeat(128)}  another.tar.gz\n${digest}  ${name}\n`);
}

test("the official archive is checked, unpacked and used with its own language host", async () => {
  const engine = await ensureFrom({ [checksumsUrl]: checksums(archive), [url]: () => new Response(archive) });
  expect(engine).toMatchObject({ binary: box.cachedBinary, source: "download" });
  const host = await readFile(path.join(path.dirname(box.cachedBinary), "pulumi-language-nodejs"), "utf8");
  expect(host).not.toContain("Meridian");
});

test("an archive that differs from its published checksum is refused", async () => {
  const attempt = ensureFrom({ [checksumsUrl]: checksums(Buffer.from("other")), [url]: () => new Response(archive) });
  await expect(attempt).rejects.toMatchObject({ code: "engine-unavailable" });
  await expect(attempt).rejects.toThrow("is not what its publisher says it is");
});

test("an archive that the published checksums do not name is refused", async () => {
  const attempt = ensureFrom({ [checksumsUrl]: () => new Response("nothing"), [url]: () => new Response(archive) });
  await expect(attempt).rejects.toThrow(`do not name ${name}`);
});

test("a checksum of another archive whose name contains this one is not taken", () => {
  const line = `${"a".repeat(128)}  x${name}\n`;
  expect(() => checksumOf(name, line)).toThrow();
  expect(checksumOf(name, `${line}${"b".repeat(128)}  ${name}`)).toBe("b".repeat(128));
});

test("a platform without a published archive is refused before anything is asked for", () => {
  expect(() => releaseArchive({ system: "aix", processor: "ppc64" })).toThrow(
    expect.objectContaining({ code: "platform-unsupported" }),
  );
});

test.each([
  ["never answers", { firstByteMs: 50, stallMs: 60_000 }, () => {}],
  [
    "stops in the middle",
    { firstByteMs: 60_000, stallMs: 50 },
    (response: { write(text: string): unknown }) => response.write("begin"),
  ],
] as const)("a server that %s is given up", async (_what, limits, answer) => {
  const server = createServer((_request, response) => void answer(response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const { port } = server.address() as AddressInfo; // A TCP server's address is never a string.
    const text = downloadText(`http://127.0.0.1:${port}/`, { fetch, limits });
    await expect(text).rejects.toMatchObject({ code: "download-stalled" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
