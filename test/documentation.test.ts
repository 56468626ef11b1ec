import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { settingNames } from "../api/base/settings.ts";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFile(path.join(root, file), "utf8");

/** The names in the first column of the tables of a page. */
function listed(page: string): string[] {
  return [...page.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? "");
}

test("docs/dependencies.md has a line for each dependency and for nothing else", async () => {
  const manifest = JSON.parse(await read("package.json"));
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(listed(await read("docs/dependencies.md")).toSorted()).toEqual(all.toSorted());
});

test("every dependency is pinned to an exact version", async () => {
  const manifest = JSON.parse(await read("package.json"));
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
  );
  expect(loose).toEqual([]);
});

test("docs/settings.md has a line for each setting", async () => {
  expect(listed(await read("docs/settings.md"))).toEqual(settingNames);
});

test("the list of decision records names each of them", async () => {
  const files = (await readdir(path.join(root, "docs/adr"))).filter((file) => /^\d{4}-/.test(file));
  const named = [...(await read("docs/adr/README.md")).matchAll(/\]\((\d{4}-[^)]+)\)/g)].map((match) => match[1]);
  expect(named).toEqual(files.toSorted());
});

/** All pages, by their paths from the root. */
const listPages = async (): Promise<readonly string[]> => [
  "README.md",
  ...(await readdir(path.join(root, "docs"), { recursive: true }))
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.posix.join("docs", file)),
];

/** What a page leads to: a path from the root, and the heading in it, if one is named. */
async function linksOf(page: string): Promise<readonly { readonly file: string; readonly heading: string }[]> {
  const text = (await read(page)).replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file = "", heading = ""]) => ({
    file: file === "" ? page : path.posix.join(path.posix.dirname(page), file),
    heading,
  }));
}

/** As code hosts name a heading: small letters, no signs, a hyphen for each space. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

test("links between pages lead somewhere, and to a heading that is there", async () => {
  const broken: string[] = [];
  for (const page of await listPages()) {
    for (const { file, heading } of await linksOf(page)) {
      if (!existsSync(path.join(root, file))) broken.push(`${page}: ${file}`);
      else if (heading !== "") {
        const headings = [...(await read(file)).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => anchorOf(text));
        if (!headings.includes(heading)) broken.push(`${page}: ${file}#${heading}`);
      }
    }
  }
  expect(broken).toEqual([]);
});

test("every page is two clicks from the README, or less", async () => {
  const pagesFrom = async (from: readonly string[]): Promise<readonly string[]> =>
    (await Promise.all(from.filter((page) => page.endsWith(".md")).map(linksOf))).flat().map(({ file }) => file);
  const once = await pagesFrom(["README.md"]);
  const reached = new Set(["README.md", ...once, ...(await pagesFrom(once))]);
  expect((await listPages()).filter((page) => !reached.has(page))).toEqual([]);
});

test("the README's map of folders names each folder at the top level", async () => {
  const ignored = (await read(".gitignore")).split("\n").map((line) => line.replace(/\/$/, ""));
  const folders = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignored.includes(entry.name))
    .map((entry) => entry.name);
  const map = listed(await read("README.md")).map((name) => name.replace(/\/$/, ""));
  expect(folders.filter((folder) => !map.includes(folder))).toEqual([]);
});
