import { coverage } from "../coverage/index.ts";
import { type Framework, frameworks } from "../frameworks.ts";
import type { Rule } from "../rule.ts";
import type { Setting } from "../setting.ts";
import { markdownTable } from "./markdownTable.ts";

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
  types.length > listedTypes ? `${types.length} types.` : types.map((type) => `- \`${type}\``).join("\n");

const settingsTable = (settings: readonly Setting<unknown>[]): string =>
  markdownTable(
    ["setting", "what it is", "the pack's own"],
    ...settings.map(({ name, description, initial }) => [`\`${name}\``, description, `\`${JSON.stringify(initial)}\``]),
  );

const controlList = ({ controls }: Rule): string =>
  Object.entries(controls)
    .flatMap(([key, numbers]) => {
      const framework = key as Framework; // the keys of a Controls are frameworks
      const { name, version } = frameworks[framework];
      return numbers.map((number) => {
        const asks = coverage[framework]?.find(({ control }) => control === number)?.asks;
        return `- ${name} ${version}: ${number}${asks === undefined ? "" : ` (${asks})`}`;
      });
    })
    .join("\n");

const levelText = (rule: Rule): string =>
  rule.level === "mandatory" ? "what breaks it is refused" : "what breaks it is told, and passes";

/** The page of one rule: what it asks, why, what to do, and how to do otherwise. */
export const rulePage = (rule: Rule): string => `# ${rule.name}

${rule.description}

${markdownTable(["level", "severity"], [`${rule.level}: ${levelText(rule)}`, rule.severity])}

**Why.** ${rule.reason}

**What to do.**

${rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n")}

**When.** ${where[checksOf(rule)[0]?.on ?? "resource"]}

**Where it is right to do otherwise.** Ask for an exemption, for one stack or stack set and until a date:
\`POST /v1/exemptions\` with \`"policy": "${rule.name}"\`; another person approves it. An organisation that decides otherwise for
all of its stacks sets the rule's level in its settings:

\`\`\`json
{ "${rule.name}": { "enforcementLevel": "${rule.level === "mandatory" ? "advisory" : "mandatory"}" } }
\`\`\`
${rule.settings.length === 0 ? "" : `\n**Settings.**\n\n${settingsTable(rule.settings)}\n`}
**Controls.** All of them are on [the page of coverage](coverage.md).

${controlList(rule)}
${rule.figure === undefined ? "" : `\n**Figure.** ${rule.figure}: an exemption may allow it up to a ceiling.\n`}
**Types.**

${typeList(typesOf(rule))}
`;
