import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach } from "vitest";
import { createPackKeeper, type PackKeeper, type PackResource } from "../../runner/packs/index.ts";
import type { PackKeeperOptions } from "../../runner/packs/packKeeper.ts";
import { crossGuardFolder, type PackFolder, type RuleBodies } from "./packArtefact.ts";

export interface KeptPacks {
  readonly dataDir: string;
  /** A keeper that can fetch these packs; closed after the test. */
  keeperOf(packs: readonly PackFolder[], options?: Partial<PackKeeperOptions>): PackKeeper;
  /** What a CrossGuard pack of these rules says of one resource. */
  said(
    rules: RuleBodies,
    resource: PackResource,
    options?: Partial<PackKeeperOptions>,
  ): Promise<Awaited<ReturnType<PackKeeper["judge"]>>[number] | undefined>;
}

/** Keepers over one data folder, for the tests of one file. */
export function keptPacks(): KeptPacks {
  const dataDir = mkdtempSync(path.join(tmpdir(), "meridian-packs-"));
  const keepers: PackKeeper[] = [];
  afterEach(async () => {
    await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  function keeperOf(packs: readonly PackFolder[], options: Partial<PackKeeperOptions> = {}): PackKeeper {
    const keeper = createPackKeeper({
      dataDir,
      env: process.env,
      patience: 10_000,
      fetchArchive: async (digest) => {
        const found = packs.find((pack) => pack.digest === digest);
        if (found === undefined) throw new Error("there is no such pack");
        return found.archive;
      },
      ...options,
    });
    keepers.push(keeper);
    return keeper;
  }

  return {
    dataDir,
    keeperOf,
    async said(rules, resource, options) {
      const pack = crossGuardFolder(rules);
      const [answer] = await keeperOf([pack], options).judge(pack, { tags: {}, resources: [resource] });
      return answer;
    },
  };
}

export const thing = (
  properties: PackResource["properties"],
  name = "one",
  type = "test:index:Thing",
): PackResource => ({
  urn: `urn:pulumi:live::shop::${type}::${name}`,
  type,
  name,
  properties,
  protect: false,
});
