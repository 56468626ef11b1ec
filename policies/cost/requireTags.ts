import { onResource, rule } from "../rule.ts";
import { taggableTypes } from "./taggableTypes.ts";
import { requiredTags, tagNames } from "./tags.ts";

export const requireTags = rule({
  name: "cost-require-tags",
  description: "Resources of a stack set must carry the tags that say whose they are.",
  reason:
    "What the service builds itself has an owner by construction; a resource that lost the tag is one nobody will pay for.",
  level: "mandatory",
  severity: "medium",
  controls: { wellArchitected: ["COST03-BP02"] },
  remediation: [`Tag the resource, or the provider by defaultTags, with ${requiredTags.join(", ")}.`],
  check: onResource(taggableTypes, (inputs, report, { context }) => {
    if (context.stackSet === undefined) return;
    const present = tagNames(inputs);
    const missing = requiredTags.filter((tag) => !present.includes(tag));
    if (missing.length > 0) report(`tags lack ${missing.join(", ")}`);
  }),
});
