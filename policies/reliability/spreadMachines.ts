import type { KnownResource } from "../judgedResource.ts";
import { type PropertyPath, pathText } from "../propertyPath.ts";
import { mentionsOf } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";
import { referencesAmong, subnetType } from "./network.ts";
import { oneZoneFault, placesOf } from "./placement.ts";

const nodesType = "aws:eks/nodeGroup:NodeGroup";
const groupType = "aws:autoscaling/group:Group";

const placements: Readonly<Record<string, readonly PropertyPath[]>> = {
  [nodesType]: [["subnetIds"]],
  [groupType]: [["vpcZoneIdentifiers"], ["availabilityZones"]],
};

/** Groups that stand for each other: the nodes of one cluster, the machines of the stack. */
const teamOf = (group: KnownResource): string =>
  group.type === nodesType ? `nodes of ${mentionsOf(group, ["clusterName"]).join(" ")}` : "machines";

export const spreadMachines = rule({
  name: "reliability-spread-machines",
  description:
    "In production the groups of nodes of a cluster, and the groups of machines of a stack, must together span two availability zones.",
  reason:
    "A zone fails as a whole a few times a decade, and machines in the other one must go on. A group for each zone is as good as one over several, and is what pods with volumes need, for a volume lies in one zone (EKS User Guide, “Cluster Autoscaler”).",
  level: "mandatory",
  severity: "high",
  controls: {
    fsbp: ["AutoScaling.2"],
    nist: ["PR.IR-03"],
    wellArchitected: ["REL10-BP01"],
  },
  remediation: ["Name subnets in at least two availability zones, in one group or in a group for each."],
  check: onWholeStack([...Object.keys(placements), subnetType], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    const find = referencesAmong(resources.filter(({ type }) => type === subnetType));
    const teams = new Map<string, KnownResource[]>();
    for (const group of resources) {
      if (placements[group.type] === undefined) continue;
      const team = teams.get(teamOf(group));
      if (team === undefined) teams.set(teamOf(group), [group]);
      else team.push(group);
    }
    each([...teams.values()], (team) => {
      const named = team.flatMap((group) =>
        (placements[group.type] ?? []).map((path) => ({
          group,
          path,
          places: placesOf(group, path),
        })),
      );
      // A group that names no place is put anywhere, or takes its places from what nobody shows.
      if (team.some((group) => named.every((one) => one.group !== group || one.places === undefined))) return;
      const fault = oneZoneFault(
        named.flatMap(({ places }) => places ?? []),
        find,
      );
      if (fault === undefined) return;
      for (const { group, path, places } of named)
        if (places !== undefined)
          report([group], `${pathText(path)} ${fault}${team.length > 1 ? ", as do the groups beside it" : ""}`);
    });
  }),
});
