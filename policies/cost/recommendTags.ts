import { onResource, rule } from "../rule.ts";
import { taggableTypes } from "./taggableTypes.ts";
import { requiredTags, tagNames } from "./tags.ts";

export const recommendTags = rule({
  name: "cost-recommend-tags",
  description: "Resources outside a stack set should carry the tags that say whose they are.",
  reason: "A program of somebody else cannot name a stack set, so that tag is not asked of it, and the rest is advice.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST03-BP02"] },
  remediation: ["Tag the resource, or the provider by defaultTags, with its owner, cost centre and environment."],
  check: onResource(taggableTypes, (inputs, report, { context }) => {
    if (context.stackSet !== undefined) return;
    const present = tagNames(inputs);
    const missing = requiredTags.filter((tag) => tag !== "meridian:stack-set" && !present.includes(tag));
    if (missing.length > 0) report(`tags lack ${missing.join(", ")}`);
  }),
});
