import { Command } from "commander";
import { z } from "zod";
import { apiClient } from "./apiClient.ts";
import { printJson, printTable } from "./print.ts";
import type { World } from "./world.ts";

const decision = z.looseObject({
  phase: z.string(),
  urn: z.string(),
  step: z.string(),
  policy: z.string(),
  outcome: z.string(),
  why: z.string().optional(),
  messages: z.array(z.string()),
  exemptions: z.array(z.string()).optional(),
  settled: z.object({ outcome: z.string() }).optional(),
});
type Decision = z.output<typeof decision>;

interface Options {
  readonly outcome?: string;
  readonly policy?: string;
  readonly urn?: string;
  readonly json?: boolean;
}

/** `meridian decisions`: what each rule said of each resource in an operation. */
export function decisionsCommand(world: World): Command {
  return new Command("decisions")
    .description("list what each rule said of each resource in an operation")
    .argument("<operation>", "as op_01936f3e-…")
    .option(
      "--outcome <outcomes>",
      "pass, fail, unknown, exempted, not-applicable or not-run, with commas between them; all but not-applicable without it",
    )
    .option("--policy <name>", "of one rule")
    .option("--urn <urn>", "of one resource")
    .option("--json", "print JSON")
    .action(async (operation: string, { json, ...query }: Options) => {
      const path = `/v1/operations/${encodeURIComponent(operation)}/decisions`;
      const items = await apiClient(world).askAll(path, decision, { ...query, pageSize: "200" });
      if (json === true) return printJson(world, { items });
      const rows = items.map((found) => [
        outcomeText(found),
        found.phase,
        found.step,
        nameOf(found.urn),
        found.policy,
        said(found),
      ]);
      printTable(world, ["outcome", "phase", "step", "resource", "policy", "said"], rows);
    });
}

function outcomeText({ outcome, why, settled }: Decision): string {
  if (settled !== undefined) return `${outcome}, then ${settled.outcome}`;
  return why === undefined ? outcome : `${outcome} (${why})`;
}

const said = ({ messages, exemptions = [] }: Decision): string =>
  [...messages, ...exemptions.map((id) => `exempted by ${id}`)].join("; ");

/** The name is the last part of a URN. */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::") || urn;
