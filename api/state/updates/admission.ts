import type { Caller } from "../../base/caller.ts";
import { Problem } from "../../base/problem.ts";
import { admit, type Placement, type UpdateKind } from "../../gate/index.ts";
import type { StackRecord } from "../stacks/stackRecord.ts";
import type { ConfigValue } from "./updateRecord.ts";

export interface Asked {
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly journals?: boolean;
  readonly config: Readonly<Record<string, ConfigValue>>;
}

/** @throws Problem with the reason why the update may not start. */
export function requireAdmission(
  caller: Caller,
  stack: StackRecord,
  { asked, placement }: { readonly asked: Asked; readonly placement: Placement | undefined },
): void {
  const plain = Object.entries(asked.config).filter(([, { secret }]) => !secret);
  const refusal = admit({
    caller: { role: caller.role, scope: caller.scope, team: caller.team, operation: caller.operation },
    stack: { id: stack.id, team: stack.team, doors: stack.doors, suspects: stack.suspects.map(({ urn }) => urn) },
    update: {
      kind: asked.kind,
      dryRun: asked.dryRun,
      ...(asked.journals !== undefined && { journals: asked.journals }),
      config: Object.fromEntries(plain.map(([key, value]) => [key, value.string])),
    },
    placement,
  });
  if (refusal !== undefined) throw new Problem(refusal.code, refusal.detail, { facts: refusal.facts ?? {} });
}
