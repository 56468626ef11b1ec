import { Command } from "commander";
import { chainCommand } from "./chainCommand.ts";
import type { Outcome, World } from "./world.ts";

/** `meridian audit`: whether the log of who did what is what it was. */
export function auditCommand(world: World, outcome: Outcome): Command {
  const of = {
    name: "audit log",
    path: "/v1/audit-log/verification",
    heads: "a heads file, or what MERIDIAN_AUDIT_SINK wrote",
  };
  return new Command("audit")
    .description("prove that the audit log was not changed")
    .addCommand(chainCommand({ world, outcome }, of));
}
