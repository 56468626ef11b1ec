import { z } from "zod";

export const measuredInputs = z.strictObject({
  resources: z.int().positive().max(1_000),
  /** Another one changes tags in place. */
  generation: z.int().positive(),
});
export type MeasuredInputs = z.output<typeof measuredInputs>;
