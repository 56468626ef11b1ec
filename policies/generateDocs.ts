import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { requiredTags } from "./cost/tags.ts";
import { listControls } from "./frameworks.ts";
import type { Pack } from "./judge.ts";
import { pack } from "./pack.ts";
import type { Rule } from "./rule.ts";
import type { Setting } from "./setting.ts";

const folder = path.join(import.meta.dirname, "..", "docs", "policies");

/** More types than this are counted on a page instead of listed. */
const listedTypes = 30;

const where = {
  resource: "Each step that brings or changes one of these is judged by the gate; previews are judged by the pack.",
  stack:
    "Judged over several resources: by the gate at the step that completes the fault, by the pack at the end of a preview.",
  "whole-stack":
    "Judged once all of a stack is known: at the end of a preview, which it can refuse, and at the end of an update, when what it finds is a finding.",
  deletion:
    "Judged by the gate at a deletion or replacement. The engine shows a pack no deletion, so no pack can judge it.",
} as const;

const checksOf = ({ check }: Rule) => ("on" in check ? [check] : check);

const typesOf = (rule: Rule): readonly string[] => [...new Set(checksOf(rule).flatMap(({ types }) => types))].sort();

const typeList = (types: readonly string[]): string =>
  types.length > listedTypes
    ? `${types.length} types that take tags.`
    : types.map((type) => `- \`${type}\``).join("\n");

/** Aligned as the formatter of this repository wants it. */
const table = (...rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [head = "", ...body] = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
};

const settingsTable = (settings: readonly Setting<unknown>[]): string =>
  table(
    ["setting", "what it is", "the pack's own"],
    ...settings.map(({ name, description, initial }) => [`\`${name}\``, description, `\`${JSON.stringify(initial)}\``]),
  );

const page = (rule: Rule): string => `# ${rule.name}

${rule.description}

${table(["level", "severity"], [rule.level, rule.severity])}

**Why.** ${rule.reason}

**Remedy.**

${rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n")}

**Controls.**

${listControls(rule.controls)
  .map(({ framework, version, control }) => `- ${framework} ${version}: ${control}`)
  .join("\n")}

**When.** ${where[checksOf(rule)[0]?.on ?? "resource"]}
${rule.settings.length === 0 ? "" : `\n**Settings.**\n\n${settingsTable(rule.settings)}\n`}
**Types.**

${typeList(typesOf(rule))}
`;

const index = ({ name, version, rules }: Pack): string => `# The policy pack \`${name}\` ${version}

Generated from the rules by \`policies/generateDocs.ts\`. A mandatory rule refuses the step; an advisory one speaks and lets
it pass. A value that is not known yet in a preview makes a rule advise, and it is judged again at the step itself. A stack
without the tag \`meridian:environment\` is judged as production.

${table(
  ["rule", "level", "severity", "what it asks"],
  ...rules.map(({ name, level, severity, description }) => [`[${name}](${name}.md)`, level, severity, description]),
)}

## Required tags

${requiredTags.map((tag) => `- \`${tag}\``).join("\n")}
`;

/** The pages about a pack, by file name. */
export const renderDocs = (of: Pack): ReadonlyMap<string, string> =>
  new Map([["README.md", index(of)], ...of.rules.map((rule) => [`${rule.name}.md`, page(rule)] as const)]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, text] of renderDocs(pack)) await writeFile(path.join(folder, file), text);
}
