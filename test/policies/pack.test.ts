import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sizeRank } from "../../policies/cost/fleetLimits.ts";
import { findTaggableTypes } from "../../policies/cost/generateTaggableTypes.ts";
import { taggableTypes } from "../../policies/cost/taggableTypes.ts";
import { environmentOf } from "../../policies/environmentOf.ts";
import { renderDocs } from "../../policies/generateDocs.ts";
import { pack, type Rule } from "../../policies/index.ts";

const root = path.join(import.meta.dirname, "..", "..");

describe("the pack", () => {
  it("names its rules by folder, each once", () => {
    const names = pack.rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(security|cost|reliability|kubernetes)-[a-z-]+$/);
  });

  it("holds every rule that there is a file of, and each has a test", async () => {
    const files = (await Promise.all(["security", "cost", "reliability", "kubernetes"].map(rulesIn))).flat();
    const held = new Set(pack.rules.map(({ name }) => name));
    const left = files.filter(({ rule }) => !held.has(rule.name)).map(({ rule }) => rule.name);
    expect(left).toEqual([]);
    expect(files).toHaveLength(pack.rules.length);
    const tests = await readdir(path.join(root, "test", "policies"), { recursive: true });
    expect(files.filter(({ test }) => !tests.includes(test)).map(({ test }) => test)).toEqual([]);
  });

  it("has its pages written", async () => {
    const folder = path.join(root, "docs", "policies");
    const written = await Promise.all(
      (await readdir(folder)).map(async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const),
    );
    expect(new Map(written)).toEqual(new Map(renderDocs(pack)));
  });

  it("knows the taggable types of the SDK that is installed", async () => {
    expect(taggableTypes).toEqual(await findTaggableTypes());
    expect(taggableTypes).toContain("aws:s3/bucket:Bucket");
    expect(taggableTypes).not.toContain("aws:ec2/route:Route");
  });
});

describe("environmentOf", () => {
  it("takes a missing and a misspelt environment for production", () => {
    expect([undefined, "", "Development", "staging"].map(environmentOf)).toEqual([
      "production",
      "production",
      "production",
      "staging",
    ]);
  });
});

describe("sizeRank", () => {
  it("orders sizes, and puts what it does not know above all", () => {
    const sizes = ["nano", "micro", "large", "xlarge", "2xlarge", "24xlarge"].map(sizeRank);
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
    expect(new Set(sizes).size).toBe(sizes.length);
    expect([sizeRank("metal"), sizeRank("")]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

/** The rules exported by the files of a folder, each with the test it ought to have. */
async function rulesIn(folder: string): Promise<readonly { readonly rule: Rule; readonly test: string }[]> {
  const files = (await readdir(path.join(root, "policies", folder))).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("generate"),
  );
  const modules = await Promise.all(
    files.map(async (file) => {
      const exported: Record<string, unknown> = await import(path.join(root, "policies", folder, file));
      return Object.values(exported)
        .filter((value): value is Rule => typeof value === "object" && value !== null && "remediation" in value)
        .map((rule) => ({ rule, test: path.join(folder, file.replace(/\.ts$/, ".test.ts")) }));
    }),
  );
  return modules.flat();
}
