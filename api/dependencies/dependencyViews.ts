import { z } from "zod";

/** What a stack set shows of the outputs it takes. */
export const dependsOn = z
  .array(
    z.object({
      input: z.string().describe("JSON pointer to the reference, from the stack set's root.").meta({
        example: "/inputs/network/vpcId",
      }),
      from: z.string().describe("The stack set whose output it is."),
      output: z.string(),
      region: z.string().optional().describe("Only where it is another region's than that of the stack that takes it."),
    }),
  )
  .describe("The outputs of other stack sets that its inputs refer to.");

export const dependents = z.array(z.string()).describe("The stack sets that take outputs of this one, by name.");

/** What a stack shows of outputs that have changed since it was brought up with them. */
export const staleInputs = z
  .array(
    z.object({
      input: z.string().meta({ example: "/inputs/network/vpcId" }),
      from: z.string(),
      output: z.string(),
      region: z.string().describe("Of the stack whose output it is."),
      old: z.unknown().describe("What the stack was brought up with."),
      new: z.unknown().optional().describe("What the output is now; absent when it is gone."),
    }),
  )
  .describe("Outputs that changed after the stack took them. An operation `up` takes what they are now.");
export type StaleInputs = z.output<typeof staleInputs>;
