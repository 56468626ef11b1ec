import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const fewestHours = numberPerEnvironment(
  {
    name: "fewestHours",
    description: "the fewest hours that a stream keeps its records",
    initial: { development: 24, staging: 24, production: 48 },
  },
  { minimum: 24, maximum: 8760 },
);

export const keepStreams = rule({
  name: "reliability-keep-streams",
  description: "Streams must keep their records long enough for a broken reader to be mended.",
  reason: "A reader that breaks on a Saturday is mended on a Monday; what the stream no longer holds then is lost.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["Kinesis.3"], nist: ["PR.IR-03"] },
  remediation: ["Set retentionPeriod to 48 hours or more in production."],
  settings: [fewestHours],
  check: onResource("aws:kinesis/stream:Stream", ({ retentionPeriod }, report, { context, setting, show }) => {
    const fewest = setting(fewestHours)[context.environment];
    if ((retentionPeriod ?? 24) < fewest) report(`${show(["retentionPeriod"])} is under ${fewest} hours`);
  }),
});
