import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

const repositoryType = "aws:ecr/repository:Repository";
const lifecycleType = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

export const expireImages = rule({
  name: "cost-expire-images",
  description: "Repositories of images must have a lifecycle.",
  reason: "A build for each commit, of a server that is gigabytes large, is a terabyte in a season.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST04-BP05"] },
  remediation: ["Make a LifecyclePolicy that expires untagged images after days, and keeps so many tagged ones."],
  check: onWholeStack([repositoryType, lifecycleType], (resources, report, { each }) => {
    const lifecycles = resources.filter(({ type }) => type === lifecycleType);
    const hasLifecycle = referredBy(lifecycles, ["repository"]);
    each(
      resources.filter(({ type }) => type === repositoryType),
      (repository) => {
        if (!hasLifecycle(repository)) report([repository], "the repository has no lifecycle");
      },
    );
  }),
});
