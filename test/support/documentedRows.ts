import { readFileSync } from "node:fs";
import path from "node:path";

/** The first cells of the table under a heading of a page in docs/, without the backticks. */
export function documentedRows(page: string, heading: string): readonly string[] {
  const text = readFileSync(path.resolve(import.meta.dirname, "../../docs", page), "utf8");
  const [, section = ""] = text.split(`## ${heading}\n`);
  const rows = (section.split("\n## ", 1)[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) => (row.split("|")[1] ?? "").trim().replaceAll("`", ""));
}
