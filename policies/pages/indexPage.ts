import { requiredTags } from "../cost/tags.ts";
import type { Pack } from "../judge.ts";
import type { Rule } from "../rule.ts";
import { markdownTable } from "./markdownTable.ts";

/** A rule's name begins with the room that it is of. */
const roomOf = ({ name }: Rule): string => name.slice(0, name.indexOf("-"));

const titleOf = (room: string): string => room.charAt(0).toUpperCase() + room.slice(1);

const mandatoryOf = (rules: readonly Rule[]): string =>
  String(rules.filter(({ level }) => level === "mandatory").length);

const rooms = (rules: readonly Rule[]): readonly (readonly [room: string, rules: readonly Rule[]])[] => [
  ...Map.groupBy(rules, roomOf),
];

const summary = (rules: readonly Rule[]): string =>
  markdownTable(
    ["about", "rules", "of them mandatory"],
    ...rooms(rules).map(([room, of]) => [`[${titleOf(room)}](#${room})`, String(of.length), mandatoryOf(of)]),
    ["all", String(rules.length), mandatoryOf(rules)],
  );

/** The mandatory ones first, since those are what a program is refused by. */
const section = ([room, rules]: readonly [string, readonly Rule[]]): string => `## ${titleOf(room)}

${markdownTable(
  ["rule", "level", "severity", "what it asks"],
  ...rules
    .toSorted((left, right) => Number(left.level !== "mandatory") - Number(right.level !== "mandatory"))
    .map(({ name, level, severity, description }) => [`[${name}](${name}.md)`, level, severity, description]),
)}`;

/** The page that lists the rules, room by room. */
export const indexPage = ({ name, version, rules }: Pack): string => `# The policy pack \`${name}\` ${version}

Generated from the rules by \`policies/generateDocs.ts\`. A mandatory rule refuses the step; an advisory one speaks and lets
it pass. A value that is not known yet in a preview makes a rule advise, and it is judged again at the step itself. A stack
without the tag \`meridian:environment\` is judged as production. Which controls of which framework they hold is on
[the page of coverage](coverage.md).

${summary(rules)}

${rooms(rules).map(section).join("\n\n")}

## Required tags

${requiredTags.map((tag) => `- \`${tag}\``).join("\n")}
`;
