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

test("links between pages lead somewhere", async () => {
  const pages = [
    "README.md",
    ...(await readdir(path.join(root, "docs"), { recursive: true })).map((file) => `docs/${file}`),
  ];
  const broken: string[] = [];
  for (const page of pages.filter((file) => file.endsWith(".md"))) {
    for (const [, link = ""] of (await read(page)).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      if (!existsSync(path.resolve(root, path.dirname(page), link))) broken.push(`${page}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test("the README's map of folders names each folder at the top level", async () => {
  const ignored = (await read(".gitignore")).split("\n").map((line) => line.replace(/\/$/, ""));
  const folders = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignored.includes(entry.name))
    .map((entry) => entry.name);
  const map = listed(await read("README.md")).map((name) => name.replace(/\/$/, ""));
  expect(folders.filter((folder) => !map.includes(folder))).toEqual([]);
});
