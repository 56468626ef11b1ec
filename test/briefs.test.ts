import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFile(path.join(root, file), "utf8");

interface Line {
  readonly text: string;
  readonly shown: string;
}

async function linesOfBriefs(): Promise<readonly Line[]> {
  const rows = [...(await read("docs/briefs.md")).matchAll(/^\| (.+?) \| .+ \| (.+) \|$/gm)];
  return rows.map(([, text = "", shown = ""]) => ({ text, shown })).filter(({ text }) => text !== "line");
}

/** Lines that ask for something; each brief has 32, and both say most of them in the same words. */
const LINES_OF_A_BRIEF = 32;

test("the page has every line of both briefs, and each names a test or says that it is not served yet", async () => {
  const lines = await linesOfBriefs();
  expect(lines).toHaveLength(2 * LINES_OF_A_BRIEF);
  for (const { text, shown } of lines) expect(shown, text).toMatch(/^(not served yet|`test\/[^`]+\.test\.ts`: .+)$/);
});

test("the tests that the page names are there", async () => {
  const missing: string[] = [];
  for (const { shown } of await linesOfBriefs()) {
    for (const [, file = "", title = ""] of shown.matchAll(/`(test\/[^`]+)`: (.+?)(?:<br>|$)/g)) {
      const there = existsSync(path.join(root, file)) && (await read(file)).includes(title);
      if (!there) missing.push(`${file}: ${title}`);
    }
  }
  expect([...new Set(missing)]).toEqual([]);
});
