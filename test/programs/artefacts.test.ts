import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARCHIVE_BYTES, packFiles, unpackArtefact, unpackFiles } from "../../programs/artefacts/archive.ts";
import { digestOfFiles, textOf } from "../../programs/artefacts/artefactFile.ts";
import { readArtefact } from "../../programs/artefacts/artefactManifest.ts";
import { artefactArchive, artefactDigest, ownArtefact } from "../../programs/artefacts/ownArtefact.ts";
import { agrees, installFiles, lockFaults, lockOf, packageLock } from "../../programs/artefacts/packageLock.ts";
import { type BlueprintName, catalog } from "../../programs/catalog.ts";

const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
const files = [file("a.ts", "one\ntwo\n"), file("b/c.ts", "three\n")];
const names = Object.keys(catalog.blueprints) as BlueprintName[]; // the catalog's own keys

describe("the digest of an artefact", () => {
  it("is what the algorithm said when it was written down: a change of it orphans every stack's digest", () => {
    expect(digestOfFiles(files)).toBe("sha256:f1bfb54224f039e6ae7cc75eaa349ada96099134bad0ff334f90fe5ff6b7d42a");
  });

  it("does not depend on the order of files", () => {
    expect(digestOfFiles(files.toReversed())).toBe(digestOfFiles(files));
  });

  it.each([
    ["content", [file("a.ts", "one\ntwo \n"), ...files.slice(1)]],
    ["a path", [file("d.ts", "one\ntwo\n"), ...files.slice(1)]],
    ["a file less", files.slice(1)],
    ["the border between two files", [file("a.ts", "one\n"), file("b/c.ts", "two\nthree\n")]],
  ])("changes with %s", (_, other) => {
    expect(digestOfFiles(other)).not.toBe(digestOfFiles(files));
  });
});

describe("an archive", () => {
  it("gives back the files that were packed, and has the same bytes for them whatever their order", () => {
    const segment = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/);
    const entry = fc.tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.uint8Array({ maxLength: 1_500 }));
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ([path]) => path.length, maxLength: 4 }), (entries) => {
        const given = entries.map(([path, bytes], index) => ({
          path: [`f${index}`, ...path].join("/"),
          content: Buffer.from(bytes),
        }));
        const archive = packFiles(given);
        expect(packFiles(given.toReversed())).toEqual(archive);
        const sorted = given.toSorted((one, other) => (one.path < other.path ? -1 : 1));
        expect(
          unpackArtefact(archive, digestOfFiles(given)).map(({ path, content }) => [path, content.toString("hex")]),
        ).toEqual(sorted.map(({ path, content }) => [path, content.toString("hex")]));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["a path that leads outside", tarOf({ path: "../evil.ts" }), /"\.\.\/evil\.ts" is not taken/],
    ["a path that leads outside from within", tarOf({ path: "a/../../evil.ts" }), /is not taken/],
    ["an absolute path", tarOf({ path: "/etc/passwd" }), /is not taken/],
    ["a backslash", tarOf({ path: "a\\b.ts" }), /is not taken/],
    ["modules of its own", tarOf({ path: "node_modules/zod/index.js" }), /no node_modules/],
    ["a symbolic link", tarOf({ path: "link", type: "2" }), /no plain file \(type "2"\)/],
    ["a hard link", tarOf({ path: "link", type: "1" }), /no plain file/],
    ["a device", tarOf({ path: "dev", type: "3" }), /no plain file/],
    ["a folder", tarOf({ path: "folder", type: "5" }), /no plain file/],
    ["a damaged header", tarOf({ path: "a.ts", sum: "0000001" }), /damaged/],
    ["an end in the middle of a file", tarOf({ path: "a.ts", size: 5_000 }), /ends in the middle of a\.ts/],
    ["packages, however the folder is written", packFiles([file("Node_Modules/a.ts", "1")]), /no node_modules/],
    ["two files of one path", packFiles([file("a.ts", "1"), file("A.ts", "2")]), /twice/],
    ["a file that is a folder as well", packFiles([file("a", "1"), file("a/b", "2")]), /as a file and as a folder/],
    ["too much when it is unpacked", gzipSync(Buffer.alloc(9 * 1024 * 1024)), /over 8388608 bytes/],
    ["too many files", packFiles(Array.from({ length: 2_001 }, (_, at) => file(`f${at}`, ""))), /over 2000 files/],
    ["too many bytes", Buffer.alloc(ARCHIVE_BYTES + 1), /at most 700000/],
    ["no archive at all", Buffer.from("hello"), /no gzipped tar/],
  ])("with %s is refused", (_, archive, reason) => {
    expect(() => unpackFiles(archive)).toThrow(reason);
  });

  it("of another artefact than it is said to be is refused", () => {
    expect(() => unpackArtefact(packFiles(files), `sha256:${"0".repeat(64)}`)).toThrow(/holds the artefact sha256:/);
  });
});

describe.each(names)("the artefact of %s", (name) => {
  const { files: own, digest } = ownArtefact(name);

  it("has a digest over all its files, and an archive of them within the limits", () => {
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(artefactDigest(name)).toBe(digest);
    expect(unpackArtefact(artefactArchive(name), digest)).toHaveLength(own.length);
  });

  it("says of itself what the blueprint says: schema, outputs, notes, runbooks, diagram, example", () => {
    const read = readArtefact(own);
    expect(read.ok ? [] : read.faults).toEqual([]);
    const { title, example, outputs } = catalog.blueprints[name];
    expect(read).toMatchObject({ contents: { manifest: { name, title, example, outputs } } });
  });

  it("holds its own sources and the components that it reaches, and nothing of other blueprints nor the catalog", () => {
    const paths = own.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["entry.ts", "programs/stackContext.ts", `programs/${name}/program.ts`]),
    );
    expect(paths).not.toContain("programs/catalog.ts");
    const others = names.filter((other) => other !== name);
    expect(paths.filter((path) => others.some((other) => path.startsWith(`programs/${other}/`)))).toEqual([]);
  });

  it("has a lock of the exact versions of its packages and all that they need, which can be installed anywhere", () => {
    const lock = packageLock.parse(JSON.parse(textOf(own, "package-lock.json") ?? ""));
    expect(lockFaults(lock)).toEqual([]);
    expect(Object.keys(lock.packages)).toEqual(
      expect.arrayContaining(["node_modules/@pulumi/pulumi", "node_modules/@grpc/grpc-js", "node_modules/zod"]),
    );
    expect(Object.keys(lock.packages)).not.toContain("node_modules/vitest");
  });
});

describe("a lock of some packages", () => {
  const dependencies = { inner: "1" };
  const lock = packageLock.parse({
    lockfileVersion: 3,
    packages: {
      "": {},
      "node_modules/outer": { version: "1.0.0", integrity: "sha512-o", dependencies },
      "node_modules/outer/node_modules/inner": { version: "1.0.0", integrity: "sha512-i1" },
      "node_modules/inner": { version: "2.0.0", integrity: "sha512-i2" },
      "node_modules/apart": { version: "3.0.0", integrity: "sha512-a", dependencies },
    },
  });

  it("has of each package the version that Node finds from where it is asked for", () => {
    expect(Object.keys(lockOf(lock, ["outer"]).packages)).toEqual([
      "",
      "node_modules/outer",
      "node_modules/outer/node_modules/inner",
    ]);
    expect(Object.keys(lockOf(lock, ["apart"]).packages)).toEqual(["", "node_modules/apart", "node_modules/inner"]);
    expect(() => lockOf(lock, ["absent"])).toThrow(/no version of absent/);
  });

  it("agrees with what is installed only where every version and every digest is the same", () => {
    const installed = (change: Readonly<Record<string, unknown>>) =>
      packageLock.parse({ ...lock, packages: { ...lock.packages, ...change } });
    const other = { ...lock.packages["node_modules/inner"], version: "2.0.1" };
    const forged = { ...lock.packages["node_modules/inner"], integrity: "sha512-forged" };
    expect(agrees(lock, installed({ "node_modules/more": { version: "1.0.0" } }))).toBe(true);
    expect(agrees(lock, installed({ "node_modules/inner": other }))).toBe(false);
    expect(agrees(lock, installed({ "node_modules/inner": forged }))).toBe(false);
    expect(agrees(installed({ "node_modules/more": { version: "1.0.0" } }), lock)).toBe(false);
  });

  it.each([
    ["a folder", { "node_modules/x": { link: true, resolved: "../x" } }, /is a folder/],
    [
      "another place",
      { "node_modules/x": { version: "1.0.0", integrity: "sha512-x", resolved: "git+ssh://git@host/x.git" } },
      /comes from/,
    ],
    ["no digest", { "node_modules/x": { version: "1.0.0" } }, /sha512/],
  ])("with a package from %s is refused", (_, packages, reason) => {
    expect(lockFaults(packageLock.parse({ lockfileVersion: 3, packages })).join()).toMatch(reason);
  });
});

interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly sum?: string;
  readonly size?: number;
}

/** An archive of one entry, which no packer of ours would write. */
function tarOf({ path, type = "0", sum, size = 0 }: Entry): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        ", 148);
  block.write(type, 156);
  const right = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum ?? right.toString(8).padStart(6, "0")}\0 `, 148);
  return gzipSync(Buffer.concat([block, Buffer.alloc(1_024)]));
}

describe("a lock that somebody sent", () => {
  const entry = { version: "1.0.0", integrity: "sha512-x" };
  const faultsOf = (packages: unknown) => lockFaults(packageLock.parse({ lockfileVersion: 3, packages }));

  it.each([
    "node_modules/../../outside",
    "node_modules/x/../../../outside",
    "node_modules/x/node_modules/../..",
    "node_modules/.bin",
    "node_modules/a/b",
    "node_modules/",
  ])("puts no package at %s", (place) => {
    expect(faultsOf({ "node_modules/x": entry, [place]: entry })).toEqual([expect.stringMatching(/is no place of a/)]);
  });

  it.each([
    "git+ssh://git@host/x.git",
    "git+file:///repository",
    "github:me/x",
    "me/x",
    "https://host/x.tgz",
    "file:../x",
    "../x",
    "~/x",
    ".",
    "x.tgz",
    "npm:x@https://host/x",
  ])("asks nothing of %s", (wanted) => {
    expect(faultsOf({ "": { dependencies: { x: wanted } } })).toEqual([
      expect.stringContaining("package.json asks for"),
    ]);
    const inner = { ...entry, optionalDependencies: { x: wanted } };
    expect(faultsOf({ "node_modules/y": inner })).toEqual([expect.stringContaining("node_modules/y asks for x from")]);
  });

  it.each(["1.2.3", "^1.0.0 || >=3.0.0-0 <4", "*", "", "latest", "npm:@scope/other@^2.0.0"])(
    "may ask for %s",
    (wanted) => {
      expect(faultsOf({ "": { dependencies: { x: wanted } } })).toEqual([]);
    },
  );

  it("has versions, not places, for versions", () => {
    expect(faultsOf({ "node_modules/x": { ...entry, version: "file:/etc" } })).toEqual([
      expect.stringContaining("has no version"),
    ]);
  });

  it("is given to npm without scripts, workspaces and overrides", () => {
    const top = {
      dependencies: { x: "1.0.0" },
      workspaces: ["../.."],
      scripts: { prepare: "evil" },
      overrides: { x: "2" },
    };
    const sent = packageLock.parse({ lockfileVersion: 3, packages: { "": top, "node_modules/x": entry } });
    const { manifest, lock } = installFiles(sent);
    expect(JSON.parse(manifest)).toEqual({ private: true, dependencies: { x: "1.0.0" } });
    expect(JSON.parse(lock).packages).toEqual({ "": { dependencies: { x: "1.0.0" } }, "node_modules/x": entry });
  });

  it("needs nothing installed that serves its author's machine alone", () => {
    const lock = packageLock.parse({
      lockfileVersion: 3,
      packages: { "node_modules/typescript": { ...entry, dev: true } },
    });
    expect(agrees(lock, packageLock.parse({ lockfileVersion: 3, packages: {} }))).toBe(true);
  });
});
