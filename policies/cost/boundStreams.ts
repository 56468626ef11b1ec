import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostShards = numberPerEnvironment(
  {
    name: "mostShards",
    description: "the most shards of a stream",
    initial: { development: 4, staging: 40, production: 400 },
  },
  { minimum: 1 },
);

export const boundStreams = rule({
  name: "cost-bound-streams",
  description: "Streams must stay within the shards of their environment.",
  reason: "A shard is paid for by the hour whether a record comes or not.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST09-BP03"] },
  remediation: ["Lower shardCount, or use the mode ON_DEMAND where traffic is uneven."],
  settings: [mostShards],
  figure: "shards of a stream",
  check: onResource("aws:kinesis/stream:Stream", ({ shardCount }, report, { context, setting, show }) => {
    const most = setting(mostShards)[context.environment];
    if ((shardCount ?? 0) > most)
      report(`${show(["shardCount"])} is over ${most} shards, the most in ${context.environment}`, shardCount);
  }),
});
