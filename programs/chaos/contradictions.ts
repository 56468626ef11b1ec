import type { Contradiction } from "../contradiction.ts";
import { largestPart, strikingAll } from "./experiments.ts";
import type { ChaosInputs } from "./inputs.ts";

type Check = (inputs: ChaosInputs) => readonly Contradiction[];

const once =
  (name: "experiments" | "stopAlarmArns" | "throttledRoles"): Check =>
  (inputs) => {
    const values: readonly string[] = inputs[name];
    return values.flatMap((value, index) =>
      values.indexOf(value) === index
        ? []
        : [{ path: [name, index], message: `name ${value} once: the second one adds nothing` }],
    );
  };

const struckNodes = ({ experiments }: ChaosInputs): boolean =>
  experiments.includes("node-loss") || experiments.includes("network-latency");

const allIsSaid: Check = (inputs) => {
  const all = inputs.experiments.filter((name) => strikingAll.includes(name));
  const most = struckNodes(inputs) && inputs.nodePercent > largestPart;
  if (inputs.allowAll === true) {
    if (all.length > 0 || most) return [];
    return [{ path: ["allowAll"], message: "leave it out: none of these experiments strikes all of a kind" }];
  }
  const found: Contradiction[] = [];
  if (all.length > 0) {
    const message = `set it to true, or leave ${all.join(" and ")} out: ${all.length === 1 ? "it strikes" : "they strike"} everything of a zone or of the region`;
    found.push({ path: ["allowAll"], message });
  }
  if (most) {
    const message = `give at most ${largestPart}, or set allowAll to true: more than half of the nodes is as good as all`;
    found.push({ path: ["nodePercent"], message });
  }
  return found;
};

const rolesForThrottling: Check = ({ experiments, throttledRoles }) => {
  const asked = experiments.includes("api-throttling");
  if (asked === throttledRoles.length > 0) return [];
  const message = asked
    ? "name the roles whose calls are throttled: without one api-throttling strikes nobody"
    : "leave it out, or add api-throttling to the experiments";
  return [{ path: ["throttledRoles"], message }];
};

const checks: readonly Check[] = [
  once("experiments"),
  once("stopAlarmArns"),
  once("throttledRoles"),
  allIsSaid,
  rolesForThrottling,
];

/** What two inputs, each valid alone, say against one another. */
export function contradictions(inputs: ChaosInputs): readonly Contradiction[] {
  return checks.flatMap((check) => check(inputs));
}
