import { rule } from "../rule.ts";
import { textPerEnvironment } from "../setting.ts";
import { sizeRank } from "./fleetLimits.ts";
import { onStoreTypes } from "./machineTypes.ts";

const sizes = /^(nano|micro|small|medium|large|xlarge|[1-9][0-9]*xlarge)$/;

const largestStore = textPerEnvironment(
  {
    name: "largestStore",
    description: "the largest size of a database's or cache's machine, as the `2xlarge` in `db.r6g.2xlarge`",
    initial: { development: "large", staging: "2xlarge", production: "16xlarge" },
  },
  sizes,
);

const sizeIn = (type: string): string => type.split(".").find((part) => sizes.test(part)) ?? "serverless";

export const limitStores = rule({
  name: "cost-limit-stores",
  description: "Machines of databases and caches must stay within the size of their environment.",
  reason: "A database is sized for the launch in every environment by whoever copies the program, and runs all month.",
  level: "mandatory",
  severity: "medium",
  controls: { wellArchitected: ["COST06-BP02", "COST02-BP05"] },
  remediation: ["Take a smaller class outside production; the data of a test is small."],
  settings: [largestStore],
  check: onStoreTypes((type, path, report, { context, setting, show }) => {
    const largest = setting(largestStore)[context.environment];
    const size = sizeIn(type);
    // One without a size, as `db.serverless`, is bounded by its own capacity.
    if (size !== "serverless" && sizeRank(size) > sizeRank(largest))
      report(`${show(path)} is larger than ${largest}, the most in ${context.environment}`);
  }),
});
