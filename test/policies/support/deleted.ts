import type { JudgedResource } from "../../../policies/index.ts";
import { urnOf } from "./ruleFixture.ts";

/** A resource that a step deletes, by its state before. */
export const deleted = (type: string, old: Partial<NonNullable<JudgedResource["old"]>> = {}): JudgedResource => ({
  urn: urnOf(type, "it"),
  type,
  name: "it",
  step: "delete",
  inputs: old.inputs ?? {},
  secrets: [],
  protect: false,
  old: { inputs: {}, outputs: {}, protect: false, ...old },
});
