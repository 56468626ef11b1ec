import { z } from "zod";
import { mayReach } from "../base/caller.ts";
import { ok } from "../http/answer.ts";
import { type Route, reads } from "../http/route.ts";
import { absent, teamParameter } from "../http/schemas.ts";
import { verdictSchema } from "../operations/operationSchemas.ts";
import { addressOf } from "../stacks/stack.ts";
import { teamOf } from "../teams/team.ts";

const teardownView = z
  .object({
    stack: z.string(),
    allowed: z.boolean().describe("Whether a destroy would begin at this moment."),
    dying: z
      .array(z.object({ urn: z.string(), type: z.string() }))
      .readonly()
      .describe("All that would go."),
    retained: z
      .array(z.object({ urn: z.string(), type: z.string() }))
      .readonly()
      .describe("What the program retains: it is left behind, goes on costing, and no stack has it any more."),
    protected: z.array(z.string()).readonly().describe("URNs of what the program itself protects."),
    verdicts: z.array(verdictSchema).readonly(),
  })
  .meta({ id: "Teardown" });

/** What is needed of the state backend. */
interface TeardownViewer {
  findStack(stack: { team: string; project: string; name: string }): Promise<{ readonly id: string } | undefined>;
  viewTeardown(stackId: string): Promise<{
    readonly dying: readonly { readonly urn: string; readonly type: string }[];
    readonly retained: readonly { readonly urn: string; readonly type: string }[];
    readonly protectedUrns: readonly string[];
    readonly verdicts: readonly z.output<typeof verdictSchema>[];
  }>;
}

export function teardownRoutes(state: TeardownViewer): readonly Route[] {
  return [
    reads(
      {
        method: "get",
        path: "/v1/stacks/{stack}/teardown",
        tag: "Stacks",
        summary: "Show what a destroy of the stack would take, and what rules say to it",
        description: "Starts nothing. A stack of another project is named `project%2Fname`.",
        permission: "read",
        narrowed: "may-ask",
        query: z.strictObject({ team: teamParameter }),
        answers: { 200: { description: "What would die.", schema: teardownView } },
      },
      async ({ params, query, caller }) => {
        const place = { team: teamOf(caller, query.team), ...addressOf(params.stack) };
        const found = mayReach(caller, place) ? await state.findStack(place) : undefined;
        if (found === undefined) throw absent("stack", params.stack);
        const { dying, retained, protectedUrns, verdicts } = await state.viewTeardown(found.id);
        const denied = protectedUrns.length > 0 || verdicts.some(({ level }) => level === "mandatory");
        return ok({ stack: params.stack, allowed: !denied, dying, retained, protected: protectedUrns, verdicts });
      },
    ),
  ];
}
