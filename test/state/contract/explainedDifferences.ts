import type { Both, Side } from "./support/twoBackends.ts";

/** Why a line of one command is said by one backend only. */
interface Explanation {
  readonly step: RegExp;
  readonly side: Side;
  readonly line: RegExp;
  readonly why: string;
}

/** Every difference in what a command prints with files and with Meridian. One that stands here and is not met fails too. */
const explanations: readonly Explanation[] = [
  {
    step: /^(login|whoami|stack init)/,
    side: "meridian",
    line: /^(Logging in using access token from PULUMI_ACCESS_TOKEN|Logged in to <url> as operator-<org> \(\)|operator-<org>)$/,
    why: "a person of the service has a name and a key",
  },
  {
    step: /^(login|whoami)/,
    side: "file",
    line: /^(Logged in to \S+ as \S+ \(<url>\)|\S+)$/,
    why: "a user of files is the one of the machine",
  },
  {
    step: /^(preview|up|refresh|import|destroy)/,
    side: "file",
    line: /^(Previewing|Updating|Refreshing|Importing|Destroying) .*:$/,
    why: "the CLI ends the heading with a colon where a backend cannot have links",
  },
  {
    step: /^(preview|up|refresh|import|destroy)/,
    side: "meridian",
    line: /^(Previewing|Updating|Refreshing|Importing|Destroying) .*[^:]$/,
    why: "and leaves a line for the link where it can (docs/cli.md, links)",
  },
  {
    step: /^stack ls$/,
    side: "file",
    line: /^(NAME LAST UPDATE RESOURCE COUNT|(dev\*|other) <ago> 0)$/,
    why: "a file has a time from the start",
  },
  {
    step: /^stack ls$/,
    side: "meridian",
    line: /^(NAME LAST UPDATE RESOURCE COUNT URL|(dev\*|other) n\/a 0 n\/a)$/,
    why: "a stack that was never updated has no time, and the CLI makes links for hosts that begin with api. only",
  },
  {
    step: /^stack ls --json$/,
    side: "file",
    line: /^"lastUpdate": "<time>",$/,
    why: "a file has a time from the start, a stack none before its first update",
  },
  {
    step: /^stack( --show-urns| get|$)/,
    side: "file",
    line: /^(Managed by .*|Pulumi version used: v.*)$/,
    why: "files are managed by the machine; a state that was rebuilt from a journal names no version of the engine",
  },
  {
    step: /^stack( --show-urns| get|$)/,
    side: "meridian",
    line: /^(Managed by <url>|Owner: <org>|Version: \d+|Tags:|pulumi:(project game|runtime nodejs))$/,
    why: "the service knows more of a stack",
  },
  {
    step: /^stack tag ls$/,
    side: "meridian",
    line: /^pulumi:(project game|runtime nodejs)$/,
    why: "the CLI tags stacks of a service by itself",
  },
  { step: /^stack history/, side: "file", line: /^"?[vV]ersion"?: 0,?$/, why: "files do not number updates" },
  {
    step: /^stack history/,
    side: "meridian",
    line: /^"?[vV]ersion"?: [1-9]\d*,?$/,
    why: "the service numbers updates, and exports each version",
  },
  {
    step: /^stack history --json$/,
    side: "meridian",
    line: /^("kind": "import",|"message": "(?:state import|renamed from \S+)",|"environment": \{\},|"resourceChanges": \{\}|\{|\},|"startTime": "<time>",|"endTime": "<time>",|"config": \{\},|"result": "succeeded",)$/,
    why: "importing, editing and renaming state is a version of its own in the service, and leaves no trace in files",
  },
  {
    step: /^stack history --json$/,
    side: "file",
    line: /^("kind": "resource-import",|"import": 1,)$/,
    why: "the client asks a service for an import of resources as it asks for an update",
  },
  {
    step: /^stack history --json$/,
    side: "meridian",
    line: /^("kind": "update",|"create": 1,)$/,
    why: "the other half of it: an imported resource counts as created",
  },
  { step: /^project ls$/, side: "file", line: /^game \(stacks: 2\)$/, why: "files know no organizations" },
  {
    step: /^project ls$/,
    side: "meridian",
    line: /^game \(org: <org>, stacks: 2\)$/,
    why: "a team is an organization",
  },
  {
    step: /^stack rename other$/,
    side: "file",
    line: /^error: a stack named other already exists$/,
    why: "the CLI's own words",
  },
  {
    step: /^stack rename other$/,
    side: "meridian",
    line: /^error: \[409\] The name <org>\/game\/other is taken\. It already exists\.$/,
    why: "the service's words for it",
  },
  {
    step: /^config env add/,
    side: "file",
    line: /^error: backend \S+ does not support environments;/,
    why: "the CLI knows that files have no environments",
  },
  {
    step: /^config env add/,
    side: "meridian",
    line: /^error: \[501\] Not offered here: POST \/api\/esc\/environments\//,
    why: "the CLI asks a service for environments, and is told that there are none",
  },
  { step: /^state upgrade/, side: "file", line: /^Upgraded 0 stack/, why: "the layout of files has versions" },
  { step: /^state upgrade/, side: "meridian", line: /^Nothing to do$/, why: "a service has no layout to upgrade" },
];

const used = new Set<Explanation>();

/** The lines that only one of the two said and that nothing explains, as `<side>: <line>`. */
export function unexplained(step: string, said: Both<readonly string[]>): readonly string[] {
  const only = (side: Side, other: Side) => withoutThose(said[side], said[other]).map((line) => ({ side, line }));
  return [...only("file", "meridian"), ...only("meridian", "file")]
    .filter(({ side, line }) => {
      const found = explanations.find((each) => each.side === side && each.step.test(step) && each.line.test(line));
      if (found !== undefined) used.add(found);
      return found === undefined;
    })
    .map(({ side, line }) => `${side}: ${line}`);
}

/** What stands in the table and was not met. */
export const unusedExplanations = (): readonly string[] =>
  explanations.filter((each) => !used.has(each)).map(({ step, side, why }) => `${step} ${side}: ${why}`);

/** Lines as often as they stand in one and not in the other. */
function withoutThose(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
