import { onResource, rule } from "../rule.ts";
import { taggableTypes } from "./taggableTypes.ts";
import { environmentTag, findTag } from "./tags.ts";

export const requireTrueEnvironmentTag = rule({
  name: "cost-require-true-environment-tag",
  description: "The environment tag of a resource must name the environment of its stack.",
  reason:
    "Bills, alarms and clean-up jobs read the tag; the other rules read the stack. The two must not tell different stories.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["ID.AM-05"] },
  remediation: ["Set the tag meridian:environment to the environment of the stack's target, or leave it out."],
  check: onResource(taggableTypes, (inputs, report, { context, show }) => {
    const tag = findTag(inputs, environmentTag);
    if (tag === undefined || tag.value === context.environment) return;
    report(`${show(tag.path)} is not the environment of the stack, ${context.environment}`);
  }),
});
