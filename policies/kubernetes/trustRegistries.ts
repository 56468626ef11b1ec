import { rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { parseImage } from "./imageReference.ts";
import { onContainers } from "./pods.ts";

const trustedRegistries = listSetting({
  name: "trustedRegistries",
  description:
    "registries, or the first parts of image names, that images may come from; while it is empty, any that is named",
  initial: [],
});

/** `registry.example/game` trusts what lies in it, and not `registry.example/game-of-others`. */
const liesIn = (name: string, trusted: string): boolean =>
  name === trusted || name.startsWith(trusted.endsWith("/") ? trusted : `${trusted}/`);

export const trustRegistries = rule({
  name: "kubernetes-trust-registries",
  description: "Images must come from a registry that is named, and trusted where the organisation lists those.",
  reason:
    "An image without a registry comes from wherever the node's runtime looks first, which is Docker Hub: anyone can publish there, under names that differ in one letter, and pulls are counted against the node.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.PS-05"] },
  remediation: [
    "Copy the image into a registry of the organisation, and name that.",
    "List the registries that are trusted in trustedRegistries, and make the rule mandatory.",
  ],
  settings: [trustedRegistries],
  check: onContainers(({ image }, path, _, report, { setting, show }) => {
    if (image === undefined) return;
    const { registry, repository } = parseImage(image);
    const trusted = setting(trustedRegistries);
    if (registry === undefined) report(`${show([...path, "image"])} names no registry`);
    else if (trusted.length > 0 && !trusted.some((one) => liesIn(`${registry}/${repository}`, one)))
      report(`${show([...path, "image"])} comes from a registry that is not trusted`);
  }),
});
