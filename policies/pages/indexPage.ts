import { requiredTags } from "../cost/tags.ts";
import type { Pack } from "../judge.ts";
import { markdownTable } from "./markdownTable.ts";

/** The page that lists the rules. */
export const indexPage = ({ name, version, rules }: Pack): string => `# The policy pack \`${name}\` ${version}

Generated from the rules by \`policies/generateDocs.ts\`. A mandatory rule refuses the step; an advisory one speaks and lets
it pass. A value that is not known yet in a preview makes a rule advise, and it is judged again at the step itself. A stack
without the tag \`meridian:environment\` is judged as production. Which controls of which framework they hold is on
[the page of coverage](coverage.md).

${markdownTable(
  ["rule", "level", "severity", "what it asks"],
  ...rules.map(({ name, level, severity, description }) => [`[${name}](${name}.md)`, level, severity, description]),
)}

## Required tags

${requiredTags.map((tag) => `- \`${tag}\``).join("\n")}
`;
