import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { artefactDigest, digestOf, sourcesOf } from "../../programs/artefact.ts";

const files = [
  { path: "a.ts", text: "one\ntwo\n" },
  { path: "b/c.ts", text: "three\n" },
];
const versions = ["@pulumi/aws@7.48.0", "zod@4.6.7"];
const digest = digestOf(files, versions);

describe("the digest of a blueprint", () => {
  it("is sha-256 in lower-case hexadecimal digits, and the same each time", () => {
    expect(artefactDigest("game-servers")).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(artefactDigest("game-servers")).toBe(artefactDigest("game-servers"));
  });

  it("is what the algorithm said when it was written down: a change of it orphans every stack's digest", () => {
    expect(digest).toBe("sha256:ac69294e41a0748ff125e6d6bd4a03a802203b0511e1e5f0233d0efce55068f4");
  });

  it("does not depend on the order of files and versions, nor on line ends", () => {
    expect(digestOf(files.toReversed(), versions.toReversed())).toBe(digest);
    expect(
      digestOf(
        files.map(({ path, text }) => ({ path, text: text.replaceAll("\n", "\r\n") })),
        versions,
      ),
    ).toBe(digest);
  });

  it.each([
    ["content", [{ path: "a.ts", text: "one\ntwo \n" }, ...files.slice(1)], versions],
    ["a path", [{ path: "d.ts", text: "one\ntwo\n" }, ...files.slice(1)], versions],
    ["a file less", files.slice(1), versions],
    [
      "the border between two files",
      [
        { path: "a.ts", text: "one\n" },
        { path: "b/c.ts", text: "two\nthree\n" },
      ],
      versions,
    ],
    ["a version", files, ["@pulumi/aws@7.48.1", "zod@4.6.7"]],
  ])("changes with %s", (_, files, versions) => {
    expect(digestOf(files, versions)).not.toBe(digest);
  });

  it("covers the sources of the room and of the blueprint, by paths that say nothing of the machine", () => {
    const paths = sourcesOf("game-servers").map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["run.ts", "index.ts", "components/network.ts", "game-servers/program.ts"]),
    );
    for (const path of paths) {
      expect(path).toMatch(/^[\w./-]+\.ts$/);
      expect(existsSync(new URL(`../../programs/${path}`, import.meta.url))).toBe(true);
    }
  });
});
