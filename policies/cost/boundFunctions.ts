import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostMemory = numberPerEnvironment(
  {
    name: "mostMemory",
    description: "the most memory of a function, in MB",
    initial: { development: 1024, staging: 3008, production: 3008 },
  },
  { minimum: 128, maximum: 10_240 },
);

export const boundFunctions = rule({
  name: "cost-bound-functions",
  description: "Functions must stay within the memory of their environment.",
  reason:
    "A function is paid for by its memory and its time: one that was given ten gigabytes to be on the safe side costs forty times one that uses what it needs.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST06-BP02"] },
  remediation: ["Lower memorySize to what the longest run used, and a margin."],
  settings: [mostMemory],
  figure: "MB of memory",
  check: onResource("aws:lambda/function:Function", ({ memorySize }, report, { context, setting, show }) => {
    const most = setting(mostMemory)[context.environment];
    if ((memorySize ?? 128) > most) report(`${show(["memorySize"])} is over ${most} MB`, memorySize);
  }),
});
