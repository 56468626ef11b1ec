import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPack } from "../../api/requiredPolicies/buildPack.ts";
import { priceBook } from "../../pricing/index.ts";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
let folder: string;
let size: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-pack-"));
  const { archive } = await buildPack(path.join(root, "policies"), "meridian");
  size = archive.length;
  await writeFile(path.join(folder, "pack.tgz"), archive);
  await run("tar", ["-xzf", "pack.tgz"], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the pack of laptops has the price book with it, and prices as the service does", async () => {
  const at = path.join(folder, "package/lib/pricing/index.js");
  const program = `
    import(${JSON.stringify(pathToFileURL(at).href)}).then(({ priceBook, priceStack }) => {
      const gateway = { urn: "u", type: "aws:ec2/natGateway:NatGateway", name: "n", inputs: {} };
      const machine = { urn: "m", type: "aws:ec2/instance:Instance", name: "m", inputs: { instanceType: "m5.large" } };
      const { monthly, unpriced } = priceStack([gateway, machine], { region: "us-east-1" });
      console.log(JSON.stringify({ version: priceBook.version, monthly, unpriced }));
    });`;
  // A Node as old as the pack allows does not look into a file for what kind of module it is.
  const { stdout, stderr } = await run(process.execPath, ["--no-experimental-detect-module", "-e", program], {
    cwd: folder,
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    version: priceBook.version,
    monthly: 37_350_000 + 730 * 96_000 + 8 * 80_000,
    unpriced: [],
  });
});

test("the pack of laptops stays small, and holds nothing but the rules, the prices and their packages", async () => {
  expect(size).toBeLessThan(600_000);
  expect((await readdir(path.join(folder, "package/lib"))).toSorted()).toEqual([
    "node_modules",
    "package.json",
    "policies",
    "pricing",
  ]);
});
