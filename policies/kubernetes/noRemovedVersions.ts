import { onResource, rule } from "../rule.ts";
import { removedTypes } from "./removedVersions.ts";

export const noRemovedVersions = rule({
  name: "kubernetes-no-removed-versions",
  description: "Objects must be of an API version that supported clusters still serve.",
  reason:
    "The cluster refuses such an object, in the middle of an update; after an upgrade of the cluster it can neither be changed nor deleted by the program that made it.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.PS-02"] },
  remediation: ["Use the version that took its place, as the resource's page in Pulumi's registry names it."],
  check: onResource<string>(removedTypes, (_, report) => report("its API version is served by no supported release")),
});
