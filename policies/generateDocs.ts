import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Pack } from "./judge.ts";
import { pack } from "./pack.ts";
import { coveragePage } from "./pages/coveragePage.ts";
import { indexPage } from "./pages/indexPage.ts";
import { rulePage } from "./pages/rulePage.ts";
import { settingsSchema } from "./settingsSchema.ts";

const folder = path.join(import.meta.dirname, "..", "docs", "policies");

/** The pages about a pack, by file name. */
export const renderDocs = (of: Pack): ReadonlyMap<string, string> =>
  new Map([
    ["README.md", indexPage(of)],
    ["coverage.md", coveragePage(of)],
    ["settings.schema.json", `${JSON.stringify(settingsSchema(of.rules), undefined, 2)}\n`],
    ...of.rules.map((rule) => [`${rule.name}.md`, rulePage(rule)] as const),
  ]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, text] of renderDocs(pack)) await writeFile(path.join(folder, file), text);
}
