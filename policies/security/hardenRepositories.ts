import { onResource, rule } from "../rule.ts";

export const hardenRepositories = rule({
  name: "security-harden-repositories",
  description: "Repositories of images must keep a tag for one image, and look into what is pushed.",
  reason:
    "A tag that can be moved makes yesterday's deployment run today's image. What is not looked into when it comes is looked into after the intrusion.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["ECR.1", "ECR.2"], nist: ["PR.PS-02", "ID.RA-01"] },
  remediation: ['Set imageTagMutability to "IMMUTABLE".', "Set imageScanningConfiguration.scanOnPush to true."],
  check: onResource("aws:ecr/repository:Repository", (repository, report, { each }) => {
    each(["imageTagMutability", "imageScanningConfiguration"] as const, (property) => {
      if (property === "imageTagMutability") {
        if (!repository.imageTagMutability?.startsWith("IMMUTABLE")) report(`${property} lets a tag be moved`);
      } else if (repository.imageScanningConfiguration?.scanOnPush !== true)
        report(`${property}.scanOnPush is not true`);
    });
  }),
});
