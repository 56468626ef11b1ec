import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tarball } from "../../programs/artefacts/tarball.ts";
import { createInstalledModules } from "../../runner/installedModules.ts";

const shared = path.resolve(import.meta.dirname, "../../node_modules");

describe("modules that the checkout does not have", () => {
  const tgz = tarball([{ path: "package/package.json", content: JSON.stringify({ name: "tiny", version: "1.0.0" }) }]);
  const integrity = `sha512-${createHash("sha512").update(tgz).digest("base64")}`;
  const lockWith = (digest: string) =>
    JSON.stringify({
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": { dependencies: { tiny: "1.0.0" } },
        "node_modules/tiny": { version: "1.0.0", integrity: digest, hasInstallScript: true },
      },
    });
  let root: string;
  let registry: Server;
  let requests = 0;
  const env = () => {
    const { port } = registry.address() as AddressInfo; // listening on TCP, so not a pipe's name
    return {
      ...process.env,
      NPM_CONFIG_REGISTRY: `http://127.0.0.1:${port}/`,
      NPM_CONFIG_CACHE: path.join(root, "cache"),
    };
  };
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "meridian-test-modules-"));
    registry = createServer((req, res) => {
      requests += 1;
      if (req.url?.endsWith(".tgz")) return res.end(tgz);
      const tarballUrl = `http://${req.headers.host}/tiny/-/tiny-1.0.0.tgz`;
      const version = { name: "tiny", version: "1.0.0", dist: { tarball: tarballUrl, integrity } };
      res.setHeader("content-type", "application/json");
      res.end(JSON.stringify({ name: "tiny", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } }));
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => registry.close(resolve));
    await rm(root, { recursive: true, force: true });
  });

  test("are installed from the artefact's lock, once for all who have it", { timeout: 120_000 }, async () => {
    const modules = createInstalledModules({ shared, root: path.join(root, "modules"), env: env() });
    const [one, two] = await Promise.all([
      modules.folderFor(lockWith(integrity)),
      modules.folderFor(lockWith(integrity)),
    ]);
    expect(one).toEqual({ folder: expect.stringContaining(path.join(root, "modules")), whose: "own" });
    expect(two).toEqual(one);
    expect(JSON.parse(await readFile(path.join(one.folder, "tiny/package.json"), "utf8"))).toMatchObject({
      name: "tiny",
    });
    const before = requests;
    expect(await modules.folderFor(lockWith(integrity))).toEqual(one);
    expect(requests).toBe(before);
  });

  test("are not asked of a repository, whatever a lock says", { timeout: 120_000 }, async () => {
    const place = path.join(root, "repositories");
    const modules = createInstalledModules({ shared, root: place, env: env() });
    const lock = { lockfileVersion: 3, packages: { "": { dependencies: { x: `git+file://${root}/repository` } } } };
    const wrong = { ...lock, packages: { ...lock.packages, "node_modules/tiny": { version: "1.0.0", integrity } } };
    await expect(modules.folderFor(JSON.stringify(wrong))).rejects.toThrow(
      /asks for x from git\+file.*Publish it again/s,
    );
    expect(await readdir(place).catch(() => [])).toEqual([]);
  });

  test("fail closed with what to do when the registry has other bytes, and leave nothing", {
    timeout: 120_000,
  }, async () => {
    const place = path.join(root, "others");
    const modules = createInstalledModules({ shared, root: place, env: env() });
    const wrong = lockWith(`sha512-${Buffer.alloc(64).toString("base64")}`);
    await expect(modules.folderFor(wrong)).rejects.toThrow(/cannot be installed.*NPM_CONFIG_REGISTRY/s);
    expect((await readdir(place)).filter((name) => !name.startsWith(".npm"))).toEqual([]);
  });
});
